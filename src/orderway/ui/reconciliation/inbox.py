"""The inbox: what waits for a decision with what is safe to do, and what was settled how."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlencode
from uuid import UUID

from starlette.responses import Response

from orderway.sale.reconciliation.inbox import Filters, count_items, list_items, names_in
from orderway.sale.reconciliation.parking import KINDS
from orderway.sale.reconciliation.rules import Tolerance
from orderway.settings import SHORT_PAYMENT_TOLERANCE_PERCENT
from orderway.ui.forms import Choice
from orderway.ui.helping import who_can_help
from orderway.ui.language import mark, number, t, tr
from orderway.ui.reconciliation.told import Looking, Tried, told
from orderway.ui.shell import RECONCILING
from orderway.ui.site import Visit
from orderway.ui.tabs import Tab
from orderway.workflow.errors import NotFound

SIZE = 20
Status = Literal["open", "resolved"]
STATUSES: dict[Status, str] = {"open": mark("Waiting"), "resolved": mark("Settled")}


async def reconciliation(visit: Visit) -> Response:
    """The page, for who sees the inbox."""
    return await inbox(visit)


async def inbox(visit: Visit, *, tried: Tried | None = None) -> Response:
    """The page; with a form that was tried and not taken where it was."""
    site, viewer, asked = visit.site, visit.viewer, visit.request.query_params
    if not RECONCILING(viewer):
        raise NotFound(t("There is nothing at this address."))
    status: Status = "resolved" if asked.get("status") == "resolved" else "open"
    kind, after = asked.get("kind", ""), _id(asked.get("after", ""))
    kinds = (kind,) if kind in KINDS else ()
    async with site.pool.acquire() as connection:
        counts = {each: await count_items(connection, viewer, Filters(kinds=kinds, status=each)) for each in STATUSES}
        filters = Filters(kinds=kinds, status=status)
        page = await list_items(connection, viewer, filters=filters, after=after, limit=SIZE)
        looking = Looking(
            now=site.now(), tolerance=Tolerance(site.workflow.settings[SHORT_PAYMENT_TOLERANCE_PERCENT]),
            names=await names_in(connection, page.items), helpers=await who_can_help(connection), tried=tried,
        )  # fmt: skip
    kept = {"status": status, "kind": kind if kinds else ""}
    items = [told(each, looking) for each in page.items]
    oldest = items[-1].since if items and not page.has_more and status == "open" else None
    return visit.page(
        "reconciliation/inbox.html",
        status=tried.typed.status if tried else 200,
        tabs=[
            Tab(tr(label), _url({**kept, "status": each}), each == status, number(counts[each]))
            for each, label in STATUSES.items()
        ],
        status_here=status,
        kinds=[Choice("", t("Any kind")), *(Choice(each, tr(label)) for each, label in KINDS.items())],
        kind=kept["kind"],
        items=items,
        oldest=oldest,
        problem=tried.typed.problem if tried and all(each.id != tried.item for each in items) else "",
        first_url=_url(kept) if after else "",
        more_url=_url({**kept, "after": str(page.items[-1].money.id)}) if page.has_more else "",
    )


def _url(pairs: dict[str, str]) -> str:
    return f"/reconciliation?{urlencode({name: value for name, value in pairs.items() if value})}"


def _id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
