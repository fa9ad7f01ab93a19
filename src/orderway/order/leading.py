"""What leads an order on from where it stands: the events that its state itself waits for, and who may send them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from orderway.machines import CHARTS
from orderway.order.sight import Sight
from orderway.people.permissions import OVERRIDE_DECIDE
from orderway.people.viewer import Viewer
from orderway.statechart import SYSTEM, Chart

MAIN = ("quotation", "sale", "fulfillment")
"""The machines that an order itself stands in, one after the other."""

GRAVE = frozenset({"bad", "ended"})
"""Tones of states to which nothing leads on."""

ASIDE = "exceptions"
"""The lane of states that lie beside the road."""

BACK = "returns"
"""The lane of states on the way back: to turn round is not to go on."""

FOR_MONEY = ("PAYMENT_INITIATED", "PAYMENT_PENDING_CONFIRMATION", "PAYMENT_FAILED", "AWAITING_SETTLEMENT")
"""States of a sale that waits for the buyer's money."""

BY_BUYER = ("PAYMENT_INITIATED", "PAYMENT_PENDING_CONFIRMATION", "AWAITING_SETTLEMENT")
"""Those of them in which the seller's people have nothing to do before the money is there."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A machine whose instances are decided while the order stands in a sale: where they wait, and for whom."""

    machine: str
    state: str
    permission: str

    @property
    def waiting(self) -> str:
        """Those of its instances, `b`, that wait."""
        return f"FROM {self.machine} b WHERE b.state = '{self.state}'"


BESIDE = (
    Decided("payment", "PENDING", "payment.confirm"),
    Decided("override_request", "PENDING", OVERRIDE_DECIDE),
)
"""What the way on may lie in while a sale is open, besides the sale."""

OFFERS = "FROM rider_interest b WHERE b.store_id = i.store_id AND b.fulfillment_id = i.id AND b.state = 'ACTIVE'"
"""The offers that there are to choose from for the fulfillment `i`."""

DONE_WITH: Mapping[str, str] = {"RIDER_SELECTED": "offers", "SPLIT": "held"}
"""Events that are done with something outside of the instance: with one of the offers, or with what is held."""


@cache
def open_states(machine: str) -> tuple[str, ...]:
    """The states in which an instance of the machine rests on its way."""
    chart = CHARTS[machine]
    return tuple(state for state in chart.every_leaf if not chart.is_final(state))


@cache
def leads_on(chart: Chart, state: str) -> tuple[str, ...]:
    """The events by which a person leads an instance on from a state, in the order of the machine.

    They are the state's own, and lead to another that is no end to be sorry for and lies on the road. What can always
    be done (to hold, to cancel) is not among them; nor is anything where a state is good as it is.
    """
    chart = chart.having(state)
    node = chart.node(state)
    if node.tone == "good" or (chart.name == "sale" and state in BY_BUYER):
        return ()
    rows = chart.leaf(state).on
    return tuple(name for name in chart.takes(state) if any(_leads_on(chart, state, row) for row in rows[name]))


def _leads_on(chart: Chart, state: str, row: Any) -> bool:
    event: Any = chart.events[row.transition.event]
    if row.transition.source.name != state or event.words.permission == SYSTEM:
        return False
    to = chart.node(row.plan({}, chart.nodes).leaf)
    turns = to.lane == BACK != chart.node(state).lane
    return to.name != state and to.tone not in GRAVE and to.lane != ASIDE and not turns


def can_be_tried(event: str, **there: int) -> bool:
    """Whether there is something to do an event with: how much of what is given, and what is not may be there."""
    return there.get(DONE_WITH.get(event, ""), 1) > 0


def needed(sight: Sight, machine: str, state: str) -> Iterator[str]:
    """Conditions over the order `o`, each of which means that it needs the viewer while it stands in a state."""
    yield from led(sight, machine, state)
    if machine == "sale" and not CHARTS[machine].is_final(state):
        for beside in BESIDE:
            waits = f"EXISTS (SELECT {beside.waiting} AND b.store_id = o.store_id AND b.order_id = o.id)"
            yield from (f"({held} AND {waits})" for held in may(sight, beside.permission))


def led(sight: Sight, machine: str, state: str) -> Iterator[str]:
    """Those of the conditions under which it needs them for what its state itself waits for."""
    chart = CHARTS[machine]
    words = [chart.every_event[name].words for name in leads_on(chart, state)]  # type: ignore[attr-defined]  # the decorator's
    for permission in dict.fromkeys(each.permission for each in words if not each.own):
        yield from may(sight, permission)
    if any(each.own for each in words) and sight.viewer.customer_id:
        yield f"o.customer_id = {sight.value(sight.viewer.customer_id)}::uuid"


def waits_beside(viewer: Viewer) -> str:
    """A query of the ids of orders with something beside their sales that may wait for the viewer; they are few.

    It is empty where a sale may need the viewer for what it waits for itself, so that these are not all.
    """
    if any(True for state in open_states("sale") for _ in led(Sight(viewer), "sale", state)):
        return ""
    waiting = [beside.waiting for beside in BESIDE if beside.permission in viewer.permissions]
    return " UNION ALL ".join(f"SELECT b.order_id {each}" for each in waiting)


def may(sight: Sight, permission: str) -> list[str]:
    """The condition under which the viewer holds a permission on the order; none where they hold it nowhere."""
    return [sight.may(permission)] if permission in sight.viewer.permissions else []


def needs(sight: Sight, machine: str, states: Iterable[str]) -> Mapping[str, str]:
    """Those of some open states in which an order may need the viewer, and the condition under which it does."""
    found = {state: " OR ".join(needed(sight, machine, state)) for state in states}
    return {state: when for state, when in found.items() if when}
