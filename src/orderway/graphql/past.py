"""`history`: the order as it was at any time, with the answers that its guards would have given then."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast
from uuid import UUID

import msgspec
import strawberry
from strawberry.scalars import JSON
from strawberry.types.field import StrawberryField

from orderway.delivery.address import Delivery
from orderway.graphql.asking import Info
from orderway.graphql.charts import Tone
from orderway.graphql.forms import enum_type
from orderway.graphql.lives import OUTPUTS
from orderway.graphql.names import camel, spoken, words
from orderway.graphql.orders import Phase
from orderway.graphql.reasons import Reason, reasons_of
from orderway.order.past import Answer, Past, PastLife, load_past
from orderway.quotation.context import PricedLine
from orderway.workflow.errors import Invalid

Says = enum_type(
    "PastAnswerSays",
    {
        "YES": "It could be done, as far as it did not hang on what is filled in",
        "NO": "It could not",
        "UNKNOWN": "It hung on what the log does not keep of that time",
    },
    description="What the guards of an event said.",
)


@strawberry.type(name="PastFact", description="Something that a decision had looked at, besides what a thing knows.")
class PastFact:
    name: str
    label: str
    value: JSON | None


@strawberry.type(name="PastAnswer", description="What would have been answered to an event.")
class PastAnswer:
    event: str
    label: str
    says: str = strawberry.field(graphql_type=Says)
    reasons: list[Reason]
    unknown: list[str] = strawberry.field(description="The facts that would have to be known, by their names.")


@strawberry.type(name="PastInstance", description="A thing with a lifecycle as it stood.")
class PastInstance:
    machine: str
    id: UUID
    step: int
    state: str
    state_label: str
    tone: str = strawberry.field(graphql_type=Tone)
    since: datetime
    due_at: datetime | None
    due_event: str | None
    context: JSON = strawberry.field(description="What its machine knew of it, as plain JSON without its secrets.")
    answers: list[PastAnswer] = strawberry.field(description="Whoever sees it for the seller is told of all events.")
    facts: list[PastFact] = strawberry.field(
        description="What is known of that time beside: as its last decision had read it. For the seller's people."
    )


@strawberry.type(name="PastOrder", description="An order as it was: as much of it as the viewer sees of it now.")
class PastOrder:
    id: UUID
    number: str
    at: datetime
    phase: str = strawberry.field(graphql_type=Phase)
    currency: str
    lines: list[PricedLine] | None = strawberry.field(
        graphql_type=list[OUTPUTS.of(PricedLine, machine="order", name="PastLine")] | None,  # type: ignore[misc]  # a type
        description="As the quotation had them; null for who sees no prices.",
    )
    delivery: Delivery | None = strawberry.field(graphql_type=OUTPUTS.made[Delivery] | None)
    instances: list[PastInstance] = strawberry.field(description="Everything of it that was there, oldest first.")


async def past(info: Info, *, order_id: UUID, at: datetime) -> PastOrder:
    """The order as it was at a moment, replayed from its log: where everything of it stood, and what could be done."""
    info.context.look()
    runner = info.context.desk.runner
    if at > runner.clock():
        raise Invalid("That moment is not past yet.", "The query `simulate` tells what would be.", "at")
    async with info.context.connection() as connection:
        found = await load_past(connection, runner.workflow, info.context.signed_in, order_id=order_id, at=at)
    return shown_past(found)


def shown_past(found: Past) -> PastOrder:
    return PastOrder(
        id=found.order.id,
        number=found.order.number,
        at=found.at,
        phase=found.phase,
        currency=found.order.currency,
        lines=[*found.lines] if found.lines is not None else None,
        delivery=found.delivery,
        instances=[shown_instance(life) for life in found.lives],
    )


def shown_instance(life: PastLife) -> PastInstance:
    return PastInstance(
        machine=life.machine,
        id=life.id,
        step=life.step,
        state=life.state,
        state_label=life.label,
        tone=life.tone,
        since=life.since,
        due_at=life.due_at,
        due_event=life.due_event,
        context=JSON({name: each for name, each in plain(life.context).items() if name not in OUTPUTS.hidden}),
        answers=[shown_answer(answer) for answer in life.answers],
        facts=[
            PastFact(name=camel(words(name)), label=spoken(name), value=msgspec.to_builtins(value))
            for name, value in life.facts.items()
            if name not in SECRET
        ],
    )


SECRET = ("new_pin_hash",)
"""Facts that nobody is told."""


def plain(context: Any) -> dict[str, object]:
    made: dict[str, object] = msgspec.to_builtins(context)
    return made


def shown_answer(answer: Answer) -> PastAnswer:
    return PastAnswer(
        event=answer.event,
        label=answer.label,
        says=answer.says,
        reasons=reasons_of(answer.reasons),
        unknown=[camel(words(name)) for name in answer.unknown],
    )


def remembered() -> StrawberryField:
    """The query."""
    made: Any = strawberry.field(resolver=past, name="history", description=past.__doc__)
    return cast("StrawberryField", made)
