"""The list of quotations that are not agreed yet: by where they stand, and by what is searched for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from starlette.responses import Response

from orderway.cursors import read_cursor
from orderway.order.filters import Filters
from orderway.order.lists import Row, list_orders
from orderway.order.tallies import Tally, count_states, live
from orderway.people.permissions import MONEY_SEE
from orderway.people.scope import scopes_of
from orderway.people.viewer import Viewer
from orderway.statechart import Chart
from orderway.ui.archived import left
from orderway.ui.language import number, t, tr
from orderway.ui.quotations.desk import EDIT
from orderway.ui.site import Visit
from orderway.ui.tabs import Tab
from orderway.ui.words import Shown, Told, age, money, shown
from orderway.workflow.errors import Invalid, NotFound

SIZE = 50
ENDED = "ended"
KNOWN = {"state", "search", "after"}

MANY = 100
"""So many of a state are counted: who buys much would wait for more."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quotation of the list in words; `edit` is where it is edited, by who may and while it can be."""

    url: str
    number: str
    customer: str
    total: str
    state: Shown
    since: Told
    edit: str


@dataclass(frozen=True, slots=True)
class Query:
    """What the address asks for; `notices` tell what of it is ignored."""

    state: str
    search: str
    after: str
    notices: tuple[str, ...]

    def url(self, **changed: str) -> str:
        pairs = {"state": self.state, "search": self.search, "after": "", **changed}
        asked = urlencode({name: value for name, value in pairs.items() if value})
        return f"/quotations?{asked}" if asked else "/quotations"


async def quotations(visit: Visit) -> Response:
    """The page of the list, for who sees quotations at all."""
    site, viewer = visit.site, visit.viewer
    if MONEY_SEE not in viewer.permissions:
        raise NotFound(t("There is nothing at this address."))
    kind = site.workflow.kind("quotation")
    chart = kind.newest
    query = _read(visit.request.query_params, chart)
    filters = Filters(phase="QUOTATION", quotation_states=_states(query, chart), search=query.search)
    async with site.runner.reading() as connection:
        page = await list_orders(connection, viewer, filters=filters, after=query.after, limit=SIZE)
        tallies = await count_states(connection, viewer, kind=kind, most=MANY)
        away = "" if page.rows else await left(connection, viewer, query.search)
    return visit.page(
        "quotations/list.html",
        tabs=list(_tabs(query, chart, tallies)),
        notices=query.notices,
        query=query,
        rows=[_quoted(row, chart, viewer=viewer, now=site.now()) for row in page.rows],
        newest_url=query.url() if query.after else "",
        older_url=query.url(after=page.rows[-1].cursor) if page.has_more else "",
        may_draft=bool(scopes_of(viewer, EDIT)),
        narrowed=bool(query.state or query.search),
        left=away,
    )


def _read(asked: Mapping[str, str], chart: Chart) -> Query:
    """Read the address; what is unknown in it is ignored with a notice."""
    notices = [
        t("There is no filter “{name}”, so it is ignored.", name=name[:40]) for name in asked if name not in KNOWN
    ]
    state, after = asked.get("state", ""), asked.get("after", "")
    if state and state != ENDED and state not in live(chart):
        notices.append(t("There is no state “{name}”, so it is ignored.", name=state[:40]))
        state = ""
    try:
        if after:
            read_cursor(after)
    except Invalid:
        notices.append(t("There is no such place in the list, so it begins anew."))
        after = ""
    return Query(state, asked.get("search", "").strip()[:100], after, tuple(notices))


def _states(query: Query, chart: Chart) -> tuple[str, ...]:
    if query.state == ENDED:
        return tuple(name for name in chart.every_leaf if chart.is_final(name) and name != "MUTUALLY_APPROVED")
    return (query.state,) if query.state else ()


def _tabs(query: Query, chart: Chart, tallies: Mapping[str, Tally]) -> Iterator[Tab]:
    yield Tab(t("All"), query.url(state=""), here=not query.state)
    for name in live(chart):
        tally = tallies[name]
        count = f"{number(tally.count)}{'+' if tally.is_more else ''}" if tally.count else ""
        yield Tab(tr(chart.node(name).label), query.url(state=name), name == query.state, count)
    yield Tab(t("Ended"), query.url(state=ENDED), here=query.state == ENDED)


def _quoted(row: Row, chart: Chart, *, viewer: Viewer, now: datetime) -> Quoted:
    standing = row.quotation
    if standing is None:
        raise NotFound(t("There is no such order."))
    editable = scopes_of(viewer, EDIT) and "EDIT" in chart.takes(standing.state)
    return Quoted(
        url=f"/orders/{row.id}",
        number=row.number,
        customer=row.customer.name if row.customer else "",
        total=money(row.total, row.currency) if row.total is not None else "",
        state=shown(chart, standing.state),
        since=age(standing.moved_at, now),
        edit=f"/quotations/{row.id}/edit" if editable else "",
    )
