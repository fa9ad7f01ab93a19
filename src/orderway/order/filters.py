"""What a list of orders, or of what belongs to them, is cut by: as conditions over `sale_order o`, and as its walk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from orderway.machines import states_of
from orderway.order.shape import Phase
from orderway.order.sight import Sight
from orderway.order.walks import Listing, Sort, standing
from orderway.order.ways import Column, Way, search_of, ways_of
from orderway.people.viewer import Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What to list, and from which end. States are names of each machine's leaves: of several one has to stand there.

    `search` is the beginning of an order's number, beginnings of words of its customer's name, the end of their phone
    number, or the reference of a payment. The order was placed `since` a time, and before the time `until`.
    """

    phase: Phase | None = None
    quotation_states: tuple[str, ...] = ()
    sale_states: tuple[str, ...] = ()
    fulfillment_states: tuple[str, ...] = ()
    store_id: UUID | None = None
    customer_id: UUID | None = None
    biller_id: UUID | None = None
    rider_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    search: str = ""
    sort: Sort = "newest"

    @property
    def states(self) -> Mapping[str, tuple[str, ...]]:
        """The states of each machine that were asked for."""
        asked = {
            "fulfillment": self.fulfillment_states, "sale": self.sale_states, "quotation": self.quotation_states,
        }  # fmt: skip
        return {machine: tuple(dict.fromkeys(states)) for machine, states in asked.items() if states}

    @property
    def times(self) -> tuple[tuple[str, datetime | None], ...]:
        """Between which times the orders were placed, as signs and times."""
        return (">=", self.since), ("<", self.until)

    @property
    def keys(self) -> Mapping[Column, UUID]:
        """Whose orders are asked for, by columns."""
        asked: dict[Column, UUID | None] = {
            "customer_id": self.customer_id, "rider_id": self.rider_id, "biller_id": self.biller_id,
            "store_id": self.store_id,
        }  # fmt: skip
        return {column: value for column, value in asked.items() if value}

    @property
    def standing(self) -> Mapping[str, tuple[str, ...]]:
        """Where each machine stands in what is listed: by the states that were asked for, and by the phase."""
        within = STANDS.get(self.phase, {})
        of_phase = {machine: tuple(sorted(states)) for machine, states in within.items() if states}
        asked = {
            machine: tuple(state for state in states if state in within.get(machine, states))
            for machine, states in self.states.items()
        }
        return {**of_phase, **asked}

    def ways(self, viewer: Viewer) -> list[Way]:
        """The ways in which the viewer reaches what is asked for. What a rider reaches is under way, or was."""
        if not all(self.standing.values()):
            return []
        ways = ways_of(viewer, self.keys)
        return ways if self.phase in {None, "FULFILLMENT"} else [way for way in ways if way.column != "rider_id"]


EVERYTHING = Filters()
OF_ORDER = "FROM {table} {alias} WHERE {alias}.store_id = o.store_id AND {alias}.order_id = o.id"


def of_order(table: str, alias: str) -> str:
    return OF_ORDER.format(table=table, alias=alias)


SOLD, SENT = of_order("sale", "a"), of_order("fulfillment", "f")
PHASES: dict[Phase, str] = {
    "QUOTATION": f"NOT EXISTS (SELECT {SOLD} OFFSET 0) AND NOT EXISTS (SELECT {SENT} OFFSET 0)",
    "SALE": f"EXISTS (SELECT {SOLD}) AND NOT EXISTS (SELECT {SENT} OFFSET 0)",
    "FULFILLMENT": f"EXISTS (SELECT {SENT})",
}
UNFULFILLED = states_of("sale") - {"CLEARED_FOR_FULFILLMENT", "AWAITING_SETTLEMENT", "COMPLETED", "REFUNDED"}
STANDS: Mapping[Phase | None, Mapping[str, frozenset[str]]] = {
    "QUOTATION": {
        "quotation": states_of("quotation") - {"MUTUALLY_APPROVED"}, "sale": frozenset(), "fulfillment": frozenset(),
    },
    "SALE": {"sale": UNFULFILLED, "fulfillment": frozenset()},
}  # fmt: skip
"""Where alone the machines of an order can stand in its phase, as the law "road" has it: its list is read by these."""

SECRET = {"quotation": Sight.money, "sale": Sight.money}
"""Machines whose states tell of money: who does not see it finds nothing by them."""


def held(sight: Sight, filters: Filters) -> tuple[str, ...]:
    """What a listed order fulfills, but for the states and the search: it is seen, and passes each filter."""
    parts = [sight.order()]
    if filters.phase:
        parts.append(PHASES[filters.phase])
    parts += [SECRET[machine](sight) for machine in filters.states if machine in SECRET]
    for column, value in (
        ("store_id", filters.store_id), ("customer_id", filters.customer_id), ("biller_id", filters.biller_id)
    ):  # fmt: skip
        if value:
            parts.append(f"o.{column} = {sight.value(value)}::uuid")
    if filters.customer_id:
        parts.append(sight.address())
    if filters.rider_id:
        parts.append(f"EXISTS (SELECT {SENT} AND f.rider_id = {sight.value(filters.rider_id)}::uuid)")
    return tuple(dict.fromkeys(parts))


USUAL = {"quotation": "MUTUALLY_APPROVED", "sale": "COMPLETED", "fulfillment": "COMPLETED"}
"""Where nearly all of a machine's instances come to rest: the list of these is the longest to read through."""


def listing_of(sight: Sight, filters: Filters) -> Listing:
    """Orders as they are walked through: by states of one machine, where states or a phase with its own are asked."""
    where, stands = held(sight, filters), filters.standing
    lead, *others = sorted(stands, key=lambda machine: USUAL[machine] in stands[machine]) or [""]
    where += tuple(standing(sight, machine, stands[machine]) for machine in others)
    return Listing(where=where, lead=lead, states=stands.get(lead, ()), search=search_of(sight, filters.search))


def conditions(sight: Sight, filters: Filters, *, known: str = "") -> str:
    """What a listed order `o` fulfills: it is seen, and passes each filter; a state not seen matches nothing.

    The states of the machine `known` are not asked again.
    """
    search = search_of(sight, filters.search)
    parts = [*held(sight, filters), *([search.found] if search else [])]
    parts += [standing(sight, machine, states) for machine, states in filters.states.items() if machine != known]
    parts += [f"o.placed_at {sign} {sight.value(at)}::timestamptz" for sign, at in filters.times if at]
    return " AND ".join(parts)
