"""The list as CSV: all of what the address asks for and the viewer sees, sent a page at a time."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from starlette.responses import Response, StreamingResponse

from orderway.money import exponent
from orderway.order.lists import LARGEST, Row, list_orders, list_these
from orderway.order.next_steps import stands_in
from orderway.people.permissions import MONEY_SEE
from orderway.ui.language import mark, t, tr
from orderway.ui.orders.acting import picked
from orderway.ui.orders.named import known_names
from orderway.ui.orders.page import SIZE, require_list
from orderway.ui.orders.query import read_query
from orderway.ui.problems import forged
from orderway.ui.site import Visit

BEFORE = "\ufeff"
"""What tells spreadsheets that the text is UTF-8."""

MOST = 2 * SIZE
"""Fields of the form: each order that is ticked is one."""

BEGINS_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a formula begins with, also in full width; some spreadsheets look for it behind white space."""

HEADS = (
    mark("Order"), mark("Customer"), mark("Store"), mark("Biller"), mark("Currency"), mark("Total"), mark("Phase"),
    mark("State"), mark("In this state since (UTC)"), mark("Placed (UTC)"),
)  # fmt: skip


async def export(visit: Visit) -> Response:
    """All orders of the query, in its order."""
    require_list(visit.viewer)
    query = read_query(visit.request.url.query, visit.site.workflow)
    async with visit.site.runner.reading() as connection:
        query = (await known_names(connection, visit.viewer, query)).heard(query)
    filters, begun = query.filters(visit.site.now(), visit.viewer), begin()

    async def lines() -> AsyncIterator[str]:
        yield begun
        after, has_more = "", True
        while has_more:
            async with visit.site.runner.reading() as connection:
                page = await list_orders(connection, visit.viewer, filters=filters, after=after, limit=LARGEST)
            yield written([cells(visit, row) for row in page.rows if row.tells])
            after, has_more = page.rows[-1].cursor if page.rows else "", page.has_more

    return sheet(visit, lines())


async def export_picked(visit: Visit) -> Response:
    """The orders that were ticked, the newest first; the list again where none was."""
    require_list(visit.viewer)
    posted = await visit.posted(most=MOST)
    if posted is None:
        return forged()
    orders = list(picked(posted))[:SIZE]
    if not orders:
        return visit.back(read_query(posted.get("back", ""), visit.site.workflow).url(), t("Select some orders first."))
    async with visit.site.runner.reading() as connection:
        rows = await list_these(connection, visit.viewer, orders)
    return sheet(visit, [begin() + written([cells(visit, row) for row in rows if row.tells])])


def begin() -> str:
    """The head of the table."""
    return BEFORE + written([[tr(head) for head in HEADS]])


def sheet(visit: Visit, lines: AsyncIterator[str] | Sequence[str]) -> Response:
    """The lines as a file of today."""
    name = f'attachment; filename="orders-{visit.site.now():%Y-%m-%d}.csv"'
    headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)


def cells(visit: Visit, row: Row) -> list[str]:
    """One order: amounts in major units with a point, times after ISO 8601."""
    machine, standing = stands_in(row, visit.site.workflow)
    kind = visit.site.workflow.kind(machine)
    sees_money = MONEY_SEE in visit.viewer.permissions
    return [
        row.number,
        row.customer.name if row.customer else "",
        row.store.name,
        row.biller.name if row.biller else "",
        row.currency if sees_money else "",
        major(row.total, row.currency) if row.total is not None else "",
        tr(visit.site.workflow.kind(row.phase.lower()).newest.label),
        tr(kind.charts[standing.version].node(standing.state).label),
        moment(standing.moved_at),
        moment(row.placed_at),
    ]


def major(minor: int, currency: str) -> str:
    """An amount of major units: "12400.50" of NGN, "12400" of UGX."""
    decimals = exponent(currency)
    whole, rest = divmod(abs(minor), 10**decimals)
    return f"{'-' if minor < 0 else ''}{whole}" + (f".{rest:0{decimals}}" if decimals else "")


def moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"


def written(rows: Sequence[Sequence[str]]) -> str:
    """Rows of CSV (RFC 4180); what a spreadsheet would take for a formula is marked as text."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerows([[as_text(cell) for cell in row] for row in rows])
    return out.getvalue()


def as_text(cell: str) -> str:
    """The cell, marked as text where it begins as a formula does, or with what moves to another cell."""
    begins = cell.lstrip().startswith(BEGINS_FORMULA) or cell.startswith(("\t", "\r", "\n"))
    return f"'{cell}" if begins and not is_number(cell) else cell


def is_number(cell: str) -> bool:
    return cell.removeprefix("-").replace(".", "", 1).isdecimal()
