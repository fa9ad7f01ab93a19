"""What a mutation answers: the thing moved, or one of four ways in which nothing was written."""

from __future__ import annotations

from collections.abc import Awaitable, Iterable, Iterator
from datetime import datetime
from typing import Annotated, Any, Protocol
from uuid import UUID

import strawberry

from orderway.graphql.asking import Info
from orderway.graphql.causes import system_sends
from orderway.graphql.names import camel, mutation_name
from orderway.graphql.orders import SaleOrder
from orderway.graphql.reasons import Reason, reasons_of, shown
from orderway.graphql.wanted import parts_of
from orderway.order.reads import load_order
from orderway.order.shape import Order
from orderway.statechart import SYSTEM, Chart
from orderway.statechart import Reason as Why
from orderway.statechart.explain import sentence
from orderway.workflow import errors
from orderway.workflow.kinds import Moved as Move
from orderway.workflow.kinds import Workflow
from orderway.workflow.versions import phrase


class HasOrder(Protocol):
    """What belongs to an order."""

    order_id: UUID


async def order_moved(root: strawberry.Parent[HasOrder], info: Info) -> Order | None:
    try:
        async with info.context.connection() as connection:
            viewer, parts = info.context.signed_in, parts_of(info)
            return await load_order(connection, viewer, root.order_id, parts=parts)
    except errors.NotFound:
        return None


@strawberry.type(name="Moved", description="It is done, and committed.")
class Moved:
    machine: str
    id: UUID
    event: str
    phrase: str = strawberry.field(description='As the log tells it: "tried a PIN that does not match" is done, too.')
    state: str
    state_label: str
    step: int = strawberry.field(description="Send it as `seen` with the next event.")
    at: datetime
    order_id: strawberry.Private[UUID]

    order: Order | None = strawberry.field(
        resolver=order_moved,
        graphql_type=SaleOrder | None,
        description="Null where whoever moved it sees it no longer.",
    )


@strawberry.type(name="PossibleEvent", description="Something that the state would take.")
class PossibleEvent:
    event: str
    label: str
    mutation: str


@strawberry.interface(
    name="Problem",
    description="Nothing was written. Asked for as this, every way in which that can be has its sentence.",
)
class Problem:
    sentence: str = strawberry.field(description="What was wrong and what to do about it, for a person to read.")


@strawberry.type(name="Refused", description="The machine or a permission says no; nothing was written.")
class Refused(Problem):
    reasons: list[Reason]
    state: str = strawberry.field(description="Where the thing that says no stands; empty where there is none yet.")
    state_label: str
    takes: list[PossibleEvent] = strawberry.field(description="What the state would take instead.")


@strawberry.type(name="Conflict", description="It moved since the step that was sent as `seen`; nothing was written.")
class Conflict(Problem):
    who: str
    when: datetime
    what: str
    step: int = strawberry.field(description="The step at which it stands now.")


@strawberry.type(name="NotFound", description="There is no such thing, or the viewer may not see it.")
class NotFound(Problem):
    """Its sentence."""


@strawberry.type(name="Invalid", description="Something that was sent can not be; nothing was written.")
class Invalid(Problem):
    field: str | None


Answer = Annotated[
    Moved | Refused | Conflict | NotFound | Invalid,
    strawberry.union("Answer", description="What a mutation comes to."),
]


async def answered(workflow: Workflow, doing: Awaitable[Move]) -> Answer:
    """Wait for a move, and say what it came to: what is raised inside is returned outside, after it was undone."""
    try:
        return moved(workflow, await doing)
    except NOES as no:
        return denied(workflow, no)


NOES = (errors.Refused, errors.Conflict, errors.NotFound, errors.Invalid, errors.KeyReused)
"""What a mutation raises where it answers with one of four ways."""


def denied(workflow: Workflow, no: Exception) -> Refused | Conflict | NotFound | Invalid:
    """Say why nothing was written. Raises what is none of NOES."""
    match no:
        case errors.Refused():
            return refused(workflow, no)
        case errors.Conflict():
            return Conflict(sentence=str(no), who=no.who, when=no.when, what=no.what, step=no.step)
        case errors.NotFound():
            return NotFound(sentence=str(no))
        case errors.Invalid():
            return Invalid(field=spelled(no.field), sentence=str(no))
        case errors.KeyReused():
            return Invalid(field="idempotencyKey", sentence=str(no))
    raise no


def spelled(field: str) -> str | None:
    """A field as the API spells it: lines[0].unit_price is lines[0].unitPrice."""
    return ".".join(camel(part.split("_")) for part in field.split(".")) or None


def moved(workflow: Workflow, move: Move) -> Moved:
    chart = workflow.kind(move.ref.machine).newest
    return Moved(
        phrase=phrase(chart, move.event, before=move.from_state, after=move.to_state),
        machine=move.ref.machine,
        id=move.ref.id,
        event=move.event,
        state=move.to_state,
        state_label=chart.node(move.to_state).label,
        step=move.step,
        at=move.at,
        order_id=move.order_id,
    )


def refused(workflow: Workflow, no: errors.Refused) -> Refused:
    """A refusal with amounts as people read them; what only the system sends is told with what makes it so."""
    refusal = no.refusal
    if not refusal.state:
        return Refused(sentence=str(no), reasons=reasons_of(refusal.reasons), state="", state_label="", takes=[])
    chart = workflow.kind(refusal.chart).newest
    said, whys = sentence(refusal, chart, shown), refusal.reasons
    if any(why.help == SYSTEM for why in whys):
        said = system_sends(refusal.chart, refusal.event)
        whys = (Why(guard="system", sentence=said),)
    return Refused(
        sentence=said,
        reasons=reasons_of(whys),
        state=refusal.state,
        state_label=chart.node(refusal.state).label,
        takes=list(possible(chart, refusal.takes)),
    )


def possible(chart: Chart, names: Iterable[str]) -> Iterator[PossibleEvent]:
    """Those of the events that people send."""
    for name in names:
        event: Any = chart.events[name]
        if event.words.permission != SYSTEM:
            yield PossibleEvent(event=name, label=event.words.label, mutation=mutation_name(chart.name, name))
