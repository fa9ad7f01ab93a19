"""The list of orders: what the address asks for, the rows as words, and the way to the next page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from starlette.responses import Response

from orderway.order.cursors import read_cursor
from orderway.order.filters import Filters
from orderway.order.lists import Page, Row, Standing, count_orders, list_orders
from orderway.order.shape import Phase
from orderway.ui.site import Visit
from orderway.ui.words import Shown, Told, age, counted, money, shown
from orderway.workflow.errors import Invalid
from orderway.workflow.kinds import Workflow

PHASES: Mapping[str, Phase] = {"quotation": "QUOTATION", "sale": "SALE", "fulfillment": "FULFILLMENT"}
MACHINES = tuple(PHASES)
KNOWN = {"phase", "state", "search", "after"}
SIZE = 50


@dataclass(frozen=True, slots=True)
class Tab:
    """A link that is here, or leads elsewhere."""

    label: str
    url: str
    here: bool
    count: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """What the address asks for; `notices` tell what of it is ignored."""

    phase: str = ""
    state: str = ""
    search: str = ""
    after: str = ""
    notices: tuple[str, ...] = ()

    def url(self, **changed: str) -> str:
        """The address of the list with some of it changed; a page starts again where the filters change."""
        pairs = {"phase": self.phase, "state": self.state, "search": self.search, "after": "", **changed}
        asked = urlencode({name: value for name, value in pairs.items() if value})
        return f"/orders?{asked}" if asked else "/orders"

    def filters(self) -> Filters:
        machine, _, state = self.state.partition(":")
        states = {name: (state,) if name == machine else () for name in MACHINES}
        return Filters(
            phase=PHASES.get(self.phase),
            quotation_states=states["quotation"],
            sale_states=states["sale"],
            fulfillment_states=states["fulfillment"],
            search=self.search,
        )


@dataclass(frozen=True, slots=True)
class Shelf:
    """One row of the list in words."""

    url: str
    number: str
    customer: str
    total: str
    state: Shown
    since: Told
    phase: str


@dataclass(frozen=True, slots=True)
class Group:
    """The states of one machine to choose from."""

    label: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Empty:
    """What stands where no row does."""

    heading: str
    sentence: str
    url: str = ""
    label: str = ""


def read_query(asked: Mapping[str, str], workflow: Workflow) -> Query:
    """Read the address; what is unknown in it is ignored with a notice."""
    notices = [f"There is no filter “{name[:40]}”, so it is ignored." for name in asked if name not in KNOWN]
    found = {}
    for name, fits in (("phase", _is_phase), ("state", _is_state), ("after", _is_place)):
        found[name] = asked.get(name, "")
        if found[name] and not fits(found[name], workflow):
            notices.append(f"There is no {WORDS[name]} “{found.pop(name)[:40]}”, so it is ignored.")
    return Query(search=asked.get("search", "").strip()[:100], notices=tuple(notices), **found)


WORDS = {"phase": "phase", "state": "state", "after": "place in the list"}


def _is_phase(value: str, _workflow: Workflow) -> bool:
    return value in PHASES


def _is_state(value: str, workflow: Workflow) -> bool:
    machine, _, state = value.partition(":")
    return machine in MACHINES and state in workflow.kind(machine).newest.leaves


def _is_place(value: str, _workflow: Workflow) -> bool:
    try:
        read_cursor(value)
    except Invalid:
        return False
    return True


async def orders(visit: Visit) -> Response:
    """The page of the list."""
    site, viewer = visit.site, visit.viewer
    query = read_query(visit.request.query_params, site.workflow)
    async with site.pool.acquire() as connection:
        page = await list_orders(connection, viewer, filters=query.filters(), after=query.after, limit=SIZE)
        counts = {
            phase: await count_orders(connection, viewer, replace(query, phase=phase).filters())
            for phase in ("", *PHASES)
        }
    return visit.page(
        "orders.html",
        tabs=[
            Tab(phase.capitalize() or "All", query.url(phase=phase), phase == query.phase, f"{count:,}")
            for phase, count in counts.items()
        ],
        notices=query.notices,
        phase=query.phase,
        search=query.search,
        state=query.state,
        groups=list(_groups(site.workflow, query.phase)),
        filters=list(_removable(query, site.workflow)),
        summary=_summary(page, query, counts[query.phase]),
        rows=[_shelf(row, site.workflow, now=site.now()) for row in page.rows],
        money=any(row.total is not None for row in page.rows),
        newest_url=query.url() if query.after else "",
        older_url=query.url(after=page.rows[-1].cursor) if page.has_more else "",
        empty=_empty(query),
    )


def _groups(workflow: Workflow, phase: str) -> Iterator[Group]:
    """The states to filter by: of the phase that is open, or of all three."""
    for machine in [phase] if phase else MACHINES:
        chart = workflow.kind(machine).newest
        options = ((f"{machine}:{name}", chart.node(name).label) for name in chart.leaves)
        yield Group(chart.label, tuple(sorted(options, key=lambda option: option[1])))


def _removable(query: Query, workflow: Workflow) -> Iterator[Tab]:
    """The filters that are on, each with the address without it."""
    if query.state:
        machine, _, state = query.state.partition(":")
        chart = workflow.kind(machine).newest
        yield Tab(f"{chart.label}: {chart.node(state).label}", query.url(state=""), here=True)
    if query.search:
        yield Tab(f"Search: {query.search}", query.url(search=""), here=True)


def _summary(page: Page, query: Query, total: int) -> str:
    if not page.rows:
        return ""
    part = f"{len(page.rows)} of {total:,}" if query.after or page.has_more else counted(total, "order", "orders")
    return f"{part} · newest first"


def _shelf(row: Row, workflow: Workflow, *, now: datetime) -> Shelf:
    machine, standing = current(row, workflow)
    chart = workflow.kind(machine).charts[standing.version]
    return Shelf(
        url=f"/orders/{row.id}",
        number=row.number,
        customer=row.customer.name if row.customer else "Told to its rider",
        total=money(row.total, row.currency) if row.total is not None else "",
        state=shown(chart, standing.state),
        since=age(standing.moved_at, now),
        phase=row.phase.capitalize(),
    )


def current(row: Row, workflow: Workflow) -> tuple[str, Standing]:
    """Where the order stands: its latest machine, or the one before while that alone is still open."""
    seen = [(name, life) for name in reversed(MACHINES) if (life := getattr(row, name))]
    is_open = [(name, life) for name, life in seen if not workflow.kind(name).charts[life.version].is_final(life.state)]
    return (is_open or seen)[0]


def _empty(query: Query) -> Empty:
    if query.filters() == Filters():
        return Empty("No orders yet", "An order appears here as soon as its quotation is drafted.")
    return Empty("No order matches", "Nothing that you may see fits all of the filters.", "/orders", "Show all orders")
