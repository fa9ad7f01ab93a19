"""`simulate`: what a path of events would come to, asked of the real machines, and nothing of it kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import strawberry
from strawberry.scalars import JSON
from strawberry.types.field import StrawberryField

from orderway.graphql.answers import spelled
from orderway.graphql.asking import Info
from orderway.graphql.expose import INPUTS
from orderway.graphql.forms import Slot, enum_type, input_type, payload_of
from orderway.graphql.lives import OUTPUTS
from orderway.graphql.orders import Phase
from orderway.graphql.reasons import Reason, reasons_of, shown
from orderway.graphql.story import Transition, transition_of
from orderway.machines import CHARTS
from orderway.order.differences import Change
from orderway.order.shape import Totals
from orderway.order.whatif import Event, Outcome, Pay, Wait, Wish, simulate
from orderway.statechart.explain import sentence
from orderway.workflow.errors import Invalid, NotFound, Refused

DECISIONS: Mapping[type, tuple[str, str]] = {
    Refused: ("REFUSED", "A machine or a permission would say no."),
    Invalid: ("INVALID", "It can not be sent like this."),
    NotFound: ("NOT_FOUND", "There would be nothing to send it to, or you would not see it."),
}
Decision = enum_type(
    "Decision",
    {"MOVED": "It would be done.", **dict(DECISIONS.values()), "WAITED": "Time passed."},
    description="What one step of a path comes to.",
)
OTHERS = {"": "Time passes", "REGISTER": "Register a payment"}
"""What steps are called that are no event of a machine."""

CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

PathStep = input_type(
    "PathStep",
    [
        Slot(
            "machine", str | None, strawberry.UNSET, "Whose event: sale, fulfillment, …; else of the one that takes it."
        ),
        Slot("event", str | None, strawberry.UNSET, "Its name, as the machine gives it: CANCEL_REQUESTED."),
        Slot(
            "payload", JSON | None, strawberry.UNSET, "The fields of its mutation's input, but for those that all have."
        ),
        Slot("id", UUID | None, strawberry.UNSET, "Whom to send it to; else to the order's newest that takes it."),
        Slot("payment", INPUTS.of(Pay, machine="payment", name="SimulatedPayment") | None, strawberry.UNSET),
        Slot("until", datetime | None, strawberry.UNSET, "Instead of an event: timers go off until then."),
    ],
    description="One step of a path: an event, a payment to register, or time that passes.",
)


@strawberry.type(name="SimulatedStep", description="What one step of a path would come to.")
class SimulatedStep:
    step: int = strawberry.field(description="Its place in the path, from 0; timers stand under the step they fall in.")
    machine: str | None
    event: str | None
    label: str
    at: datetime
    by_itself: bool = strawberry.field(description="Whether a timer sent it.")
    decision: str = strawberry.field(graphql_type=Decision)
    sentence: str | None = strawberry.field(description="Why not, where it would not be done.")
    field: str | None = strawberry.field(description="What can not be, where it is invalid.")
    reasons: list[Reason]
    happened: list[Transition] = strawberry.field(description="All that would follow, as the log would tell you.")
    changes: list[Change] = strawberry.field(
        graphql_type=list[OUTPUTS.of(Change, machine="order", name="Change")],  # type: ignore[misc]  # a type
        description="What of money and goods would be another.",
    )
    phase: str | None = strawberry.field(graphql_type=Phase | None, description="Of the order, if you still saw it.")
    totals: Totals | None = strawberry.field(
        graphql_type=OUTPUTS.of(Totals, machine="order", name="Totals") | None, description="As they would be then."
    )


async def simulated(info: Info, *, order_id: UUID, events: list[Any]) -> list[SimulatedStep]:
    """Try a path on an order as yourself, with the permissions that you have: nothing of it is kept or told.

    Each step is judged where those before it led, by the same machines, prices, stock and credit as the real call. One
    that would be refused moves nothing, and the path goes on.
    """
    path = [wish_of(each) for each in events]
    for _ in path:
        info.context.look()
    outcomes = await simulate(info.context.desk.runner, info.context.signed_in, order_id=order_id, path=path)
    return [shown_step(each) for each in outcomes]


def wish_of(given: Any) -> Wish:
    """One step as it was sent. Raises Invalid for one that is of several kinds, or of none."""
    kinds = [bool(given.event), bool(given.payment), bool(given.until)]
    if sum(kinds) != 1:
        raise Invalid("A step is an event, a payment, or a time until which to wait.", "Send one of them.", "events")
    if given.until:
        return Wait(given.until)
    if given.payment:
        return Pay(**{name: getattr(payload_of(Pay, given.payment), name) for name in ("amount", "method")})
    payload = msgspec.json.encode(snaked(given.payload or {})).decode()
    return Event(machine=given.machine or "", name=given.event, payload=payload, id=given.id or None)


def snaked(value: object) -> object:
    """JSON as the machines spell it: {"unitPrice": 1} is {"unit_price": 1}."""
    if isinstance(value, dict):
        return {CAMEL.sub("_", str(name)).lower(): snaked(each) for name, each in value.items()}
    return [snaked(each) for each in value] if isinstance(value, list) else value


def shown_step(outcome: Outcome) -> SimulatedStep:
    problem = outcome.problem
    decision = DECISIONS[type(problem)][0] if problem else "MOVED" if outcome.machine else "WAITED"
    chart = CHARTS.get(outcome.machine)
    event: Any = chart.every_event.get(outcome.event) if chart else None
    said = str(problem) if problem else None
    reasons = problem.refusal.reasons if isinstance(problem, Refused) else ()
    if isinstance(problem, Refused) and chart and problem.refusal.state:
        said = sentence(problem.refusal, chart, shown)
    return SimulatedStep(
        step=outcome.step,
        machine=outcome.machine or None,
        event=outcome.event or None,
        label=event.words.label if event else OTHERS.get(outcome.event, "Unknown event"),
        at=outcome.at,
        by_itself=outcome.by_itself,
        decision=decision,
        sentence=said,
        field=spelled(problem.field) if isinstance(problem, Invalid) else None,
        reasons=reasons_of(reasons),
        happened=[transition_of(entry) for entry in outcome.happened],
        changes=[*outcome.changes],
        phase=outcome.order.phase if outcome.order else None,
        totals=outcome.order.totals if outcome.order else None,
    )


def rehearsed() -> StrawberryField:
    """The query."""
    simulated.__annotations__["events"] = list[PathStep]  # type: ignore[valid-type]  # made just now
    field: StrawberryField = strawberry.field(resolver=simulated, name="simulate", description=simulated.__doc__)
    return field
