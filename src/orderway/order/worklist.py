"""Orders by where they stand now: which need the viewer, are late, or have stood for long; of all orders they are few.

An order stands in one place: in the first part of its fulfillment that is under way, or else in its sale, or in its
quotation. What is open lies together in two indexes of each machine: as it was placed (`..._open`), and what stands
longest first (`..._standing`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from orderway.machines import CHARTS
from orderway.order.filters import SECRET, Filters, conditions
from orderway.order.leading import MAIN, needs, open_states, waits_beside
from orderway.order.sight import Sight
from orderway.order.ways import Way
from orderway.people.viewer import Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFilters(Filters):
    """What to list of orders, besides what other lists are cut by.

    `needs_me`: those that wait for something that the viewer may do. `late_at`: those promised for before that time and
    not there yet. `stood_since`: those that have stood where they stand since then, or longer. `longest_first` lists
    them so, whatever `sort` says. All of these are about open orders alone. `least` and `most` are totals in minor
    units, of orders in the `currency` where one is given.
    """

    needs_me: bool = False
    late_at: datetime | None = None
    stood_since: datetime | None = None
    longest_first: bool = False
    currency: str = ""
    least: int | None = None
    most: int | None = None

    @property
    def is_about_now(self) -> bool:
        """Whether open orders alone are asked for."""
        return self.needs_me or self.longest_first or bool(self.late_at or self.stood_since)


NOTHING = "SELECT now() AS at, NULL::uuid AS id, NULL::uuid AS store_id WHERE false"
TOTAL = """(SELECT coalesce(sum(l.total), 0) FROM order_line l WHERE l.store_id = o.store_id AND l.order_id = o.id)"""


def worth(sight: Sight, filters: Filters) -> tuple[str, ...]:
    """What the total of a listed order `o` fulfills; who does not see money finds nothing by it."""
    if not isinstance(filters, OrderFilters):
        return ()
    parts = [f"o.currency = {sight.value(filters.currency)}::text"] if filters.currency else []
    bounds = [(sign, bound) for sign, bound in ((">=", filters.least), ("<=", filters.most)) if bound is not None]
    parts += [sight.money()] if bounds else []
    return (*parts, *(f"{TOTAL} {sign} {sight.value(bound)}::numeric" for sign, bound in bounds))


def timed(sight: Sight, filters: OrderFilters) -> Iterator[str]:
    """Whether an instance `w` was promised for before the time that is asked for, and has stood since the other."""
    if filters.late_at:
        yield f"w.promised_at < {sight.value(filters.late_at)}::timestamptz"
    if filters.stood_since:
        yield f"w.moved_at <= {sight.value(filters.stood_since)}::timestamptz"


def lead_of(filters: OrderFilters) -> tuple[str, tuple[str, ...]]:
    """The machine whose states are asked for, the latest where several are, and which of them are open; "" for none."""
    for machine in reversed(MAIN):
        if machine in filters.states:
            return machine, tuple(state for state in open_states(machine) if state in filters.states[machine])
    return "", ()


def places(sight: Sight, filters: OrderFilters) -> Iterator[tuple[str, str, str]]:
    """Where open orders are looked for: each machine, the states of its instance `w`, and what of it and the order `o`.

    Of a phase only its own machine stands open; what is late has not come to the buyer.
    """
    lead, asked = lead_of(filters)
    for machine in [lead] if lead else [each for each in MAIN if filters.phase in {None, each.upper()}]:
        wanted = [state for state in open_states(machine) if not lead or state in asked]
        if filters.late_at:
            wanted = [state for state in wanted if state in ON_THE_WAY[machine]]
        kept = needs(sight, machine, wanted) if filters.needs_me else dict.fromkeys(wanted, "true")
        if kept:
            seen = f"{SECRET[machine](sight)} AND " if machine in SECRET else ""
            ways = [f"w.state IN ({listed(kept, when)}) AND ({when})" for when in dict.fromkeys(kept.values())]
            yield machine, f"w.state IN ({listed(kept)})", f"{seen}({' OR '.join(ways)})"


def listed(states: Mapping[str, str], when: str = "") -> str:
    """States in a statement: those of a condition, or all of them."""
    return ", ".join(f"'{state}'" for state, each in states.items() if not when or each == when)


def stands(filters: OrderFilters, machine: str) -> str:
    """Whether an open instance `w` is where its order stands; or the first that stands where it is asked for."""
    lead, asked = lead_of(filters)
    if not lead:
        return STANDS[machine]
    return f"NOT EXISTS ({sent(asked)} AND e.part < w.part OFFSET 0)" if machine == "fulfillment" else "true"


def passing(sight: Sight, filters: Filters) -> str:
    """Whether an order `o` is seen and passes every filter, asked of that order alone."""
    parts = [conditions(sight, filters), *worth(sight, filters)]
    if isinstance(filters, OrderFilters) and filters.is_about_now:
        found = [*places(sight, filters)]
        times = " AND ".join(("true", *(timed(sight, filters) if found else ())))
        here = [
            f"EXISTS (SELECT FROM {machine} w WHERE {OF_ROW} AND {among} AND {times}"
            f" AND {stands(filters, machine)} AND {when})"
            for machine, among, when in found
        ]
        parts.append(f"({' OR '.join(here or ['false'])})")
    return " AND ".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """From where on, and how many."""

    limit: int
    at: datetime | None = None
    ids: tuple[object, ...] = ()


class Worklist:
    """One page of open orders, as a query of (at, id, store_id)."""

    def __init__(self, sight: Sight, filters: OrderFilters, behind: Behind) -> None:
        self.sight, self.filters, self.behind = sight, filters, behind
        ascends = filters.longest_first or filters.sort == "oldest"
        self.beyond, self.direction = (">", "ASC") if ascends else ("<", "DESC")
        self.column = "moved_at" if filters.longest_first else "listed_at"

    def page(self, viewer: Viewer) -> str:
        """The query, to stand as a table."""
        ways = self.filters.ways(viewer)
        order = self.ordered(f"w.{self.column}", "w.order_id")
        branches = [f"({branch} {order})" for branch in self.branches(ways)] if ways else []
        if not branches:
            return NOTHING
        return f"SELECT at, id, store_id FROM ({' UNION ALL '.join(branches)}) b {self.ordered('at', 'id')}"  # noqa: S608

    def some(self, viewer: Viewer) -> str:
        """As many of the orders, whichever are found with least effort: in the index alone, where it tells enough."""
        self.column = "moved_at"
        ways = self.filters.ways(viewer)
        branches = list(self.branches(ways)) if ways else []
        return f"{' UNION ALL '.join(branches)} LIMIT {int(self.behind.limit)}" if branches else NOTHING

    def branches(self, ways: list[Way]) -> Iterator[str]:
        """What of each machine stands open, out of its index."""
        found = [*places(self.sight, self.filters)]
        read, held = ([f"({self.reached(ways)})", *self.read()], [*self.held()]) if found else ([], [])
        for machine, among, when in found:
            yield self.branch(machine, read=[among, *self.few(machine), *read], held=[*held, when])

    def few(self, machine: str) -> Iterator[str]:
        """Where nothing but what waits beside a sale needs the viewer: which have it, told at once and not one by one.

        It is coalesced, so that PostgreSQL neither joins by it nor thinks that hardly a row passes.
        """
        if machine == "sale" and self.filters.needs_me and (beside := waits_beside(self.sight.viewer)):
            yield f"coalesce(w.order_id IN ({beside}), false)"

    def reached(self, ways: list[Way]) -> str:
        """What the index says of whether the viewer reaches a row `w`; of its order it is asked again."""
        parts = []
        for way in ways:
            columns = [(column, values) for column, values in ((way.column, way.values), *way.also) if column in KEYS]
            held = [f"w.{column} = ANY ({self.sight.value([*values])}::uuid[])" for column, values in columns]
            parts.append(" AND ".join(held) or "true")
        return " OR ".join(parts)

    def read(self) -> Iterator[str]:
        """What else is asked of each row `w` of an index."""
        yield from timed(self.sight, self.filters)
        if self.behind.at:
            at, (id,) = self.sight.value(self.behind.at), self.behind.ids
            yield f"(w.{self.column}, w.order_id) {self.beyond} ({at}::timestamptz, {self.sight.value(id)}::uuid)"

    def held(self) -> Iterator[str]:
        """What is asked of the order `o` of each."""
        yield conditions(self.sight, self.filters, known=lead_of(self.filters)[0])
        yield from worth(self.sight, self.filters)

    def branch(self, machine: str, *, read: list[str], held: list[str]) -> str:
        asked = " AND ".join(held)
        is_known = KNOWN.issuperset(COLUMN.findall(asked))
        order = f"SELECT FROM {OF_INDEX if is_known else ORDERS} {asked} OFFSET 0"
        # Whether it stands there is looked up last: of those that are left.
        place = f"SELECT WHERE {stands(self.filters, machine)} OFFSET 0"
        return f"""
        SELECT w.{self.column} AS at, w.order_id AS id, w.store_id
        FROM {machine} w CROSS JOIN LATERAL ({order}) o CROSS JOIN LATERAL ({place}) p WHERE {" AND ".join(read)}
        """  # noqa: S608  (names of the machines and texts of this module)

    def ordered(self, *columns: str) -> str:
        """The order of the list, and how much of it."""
        by = ", ".join(f"{each} {self.direction}" for each in columns)
        return f"ORDER BY {by} LIMIT {int(self.behind.limit)}"


KEYS = frozenset({"store_id", "customer_id", "biller_id"})
"""Columns that stand in the index."""

OF_SAME = "e.store_id = w.store_id AND e.order_id = w.order_id"
OF_ROW = "o.store_id = w.store_id AND o.id = w.order_id"
ORDERS = f"sale_order o WHERE {OF_ROW} AND"
OF_INDEX = "(SELECT w.store_id, w.order_id AS id, w.customer_id, w.biller_id) o WHERE"
"""The order of a row `w` as the index tells of it: whose it is, and no more."""

KNOWN = KEYS | {"id"}
COLUMN = re.compile(r"\bo\.(\w+)")


def sent(states: Iterable[str]) -> str:
    """A fulfillment `e` of the order of `w` that stands in one of the states."""
    among = ", ".join(f"'{state}'" for state in states) or "NULL"
    return (
        f"SELECT FROM fulfillment e WHERE e.store_id = w.store_id AND e.order_id = w.order_id AND e.state IN ({among})"
    )


SENT = sent(open_states("fulfillment"))
STANDS: Mapping[str, str] = {
    "quotation": "true",
    "sale": f"NOT EXISTS ({SENT} OFFSET 0)",
    "fulfillment": f"NOT EXISTS ({SENT} AND e.part < w.part OFFSET 0)",
}
"""Whether an open instance `w` is where its order stands."""

RETURNS = "returns"
"""The lane of states in which goods come back."""


def on_the_way(machine: str) -> frozenset[str]:
    """The open states in which what was ordered has not come to the buyer."""
    chart = CHARTS[machine]
    nodes = [chart.node(state) for state in open_states(machine)]
    return frozenset(node.name for node in nodes if node.tone != "good" and node.lane != RETURNS)


ON_THE_WAY: Mapping[str, frozenset[str]] = {
    "quotation": frozenset(),
    "sale": on_the_way("sale") - {"AWAITING_SETTLEMENT"},
    "fulfillment": on_the_way("fulfillment"),
}
"""Where an order stands that can be late; a quotation promises nothing yet."""
