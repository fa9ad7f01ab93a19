"""Events become mutations: one for each event of each machine, with its payload as input and one form of answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import MISSING
from typing import Any, TypeVar
from uuid import UUID

import strawberry
from strawberry.types.field import StrawberryField
from strawberry.types.unset import UnsetType

from orderway.graphql.answers import Answer, answered
from orderway.graphql.asking import Asking, Info
from orderway.graphql.forms import Inputs, Slot, payload_of
from orderway.graphql.names import mutation_name, type_name
from orderway.machines import CHARTS
from orderway.order.reach import reach
from orderway.order.texts import check_text
from orderway.statechart import SYSTEM
from orderway.workflow.errors import Invalid
from orderway.workflow.kinds import Moved as Move

T = TypeVar("T")
INPUTS = Inputs()
LONGEST_KEY = 200

KEY = Slot(
    "idempotency_key",
    str | None,
    strawberry.UNSET,
    "The same key with the same request gives the same answer, and nothing is done twice.",
)
SEEN = Slot("seen", int | None, strawberry.UNSET, "The step that you looked at: if it moved since, you are told.")
EXTRAS = (
    Slot("id", UUID, MISSING, "What is to move."),
    SEEN,
    Slot("reason", str | None, strawberry.UNSET, "Why, for the log."),
    KEY,
)


def exposed() -> Iterator[StrawberryField]:
    """A mutation for each event of each machine."""
    for machine, chart in CHARTS.items():
        for name, event in chart.every_event.items():
            yield mutation(machine, name, event)


def mutation(machine: str, name: str, event: Any) -> StrawberryField:
    """The mutation that sends one event."""
    only = " Only Orderway itself sends it: a person is refused." if event.words.permission == SYSTEM else ""
    form = INPUTS.of(event, machine=machine, name=f"{type_name(machine, name)}Input", extras=EXTRAS)

    async def send(asking: Asking, given: Any) -> Move:
        return await sent(asking, machine, payload_of(event, given), given=given)

    return doing(mutation_name(machine, name), form, send, description=f"{event.words.label}.{only}")


def doing(name: str, form: type, do: Callable[[Asking, Any], Awaitable[Move]], *, description: str) -> StrawberryField:
    """A mutation that takes one input and moves one thing."""

    async def resolve(info: Info, input: Any) -> Answer:  # noqa: A002  (the API's word for it)
        return await answered(info.context.desk.runner.workflow, do(info.context, input))

    resolve.__name__ = name
    resolve.__annotations__ = {"info": Info, "input": form, "return": Answer}
    field: StrawberryField = strawberry.mutation(resolver=resolve, name=name, description=description)
    return field


def said(value: T | UnsetType | None) -> T | None:
    """What was given for a field that may be left out."""
    return None if isinstance(value, UnsetType) else value


def key_of(given: Any) -> str | None:
    """The idempotency key that was sent along. Raises Invalid for one that is too long to be kept."""
    key: str | None = said(given.idempotency_key)
    if key is not None and not 1 <= len(key) <= LONGEST_KEY:
        raise Invalid(f"An idempotency key has 1 to {LONGEST_KEY} characters.", "Use a UUID.", "idempotency_key")
    return key


def reason_of(given: Any) -> str | None:
    """The reason that was sent along. Raises Invalid for one without end."""
    reason: str | None = said(given.reason)
    check_text(reason or "", label="Reason", field="reason")
    return reason


async def sent(asking: Asking, machine: str, event: Any, *, given: Any) -> Move:
    """Send an event as the viewer, to a thing that they see. Raises what `Runner.send` raises."""
    runner = asking.desk.runner
    async with asking.connection() as connection:
        reached = await reach(connection, asking.signed_in, kind=runner.workflow.kind(machine), id=given.id)
    return await reached.send(
        runner,
        event,
        seen=said(given.seen),
        key=key_of(given),
        reason=reason_of(given),
        request_id=asking.request_id,
    )
