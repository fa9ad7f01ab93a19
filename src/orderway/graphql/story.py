"""What happened to an order and what can happen next, as types of the API: `transitionLog` and `availableEvents`."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry

from orderway.graphql.asking import Info
from orderway.graphql.charts import Tone
from orderway.graphql.names import mutation_name
from orderway.graphql.reasons import Reason, reasons_of
from orderway.order.available import load_available
from orderway.order.reads import load_order
from orderway.order.shape import Life, Order
from orderway.order.timeline import Entry, load_timeline
from orderway.workflow.errors import Invalid
from orderway.workflow.history import PAGE


@strawberry.type(name="Transition", description="One row of the log: who moved what, when, and why.")
class Transition:
    number: int = strawberry.field(description="Rises with everything that happens to the order.")
    machine: str
    instance: UUID = strawberry.field(description="Which of the machine's things moved.")
    step: int
    event: str
    phrase: str = strawberry.field(description='Continues the name of who did it: "cancelled the sale".')
    from_state: str | None
    from_label: str | None
    to_state: str
    to_label: str
    tone: str = strawberry.field(graphql_type=Tone)
    who: str
    on_behalf_of: str | None
    reason: str | None
    at: datetime


@strawberry.type(name="TransitionLog", description="A page of the log, newest first.")
class TransitionLog:
    entries: list[Transition]
    older: int | None = strawberry.field(description="Send it as `before` for the page after this one.")


@strawberry.type(
    name="AvailableEvent", description="Something that the viewer can do, or could if nothing stood against it."
)
class AvailableEvent:
    machine: str
    id: UUID = strawberry.field(description="Which of the machine's things it would move.")
    step: int = strawberry.field(description="The step at which it was judged; send it as `seen`.")
    event: str
    label: str
    mutation: str
    enabled: bool
    reasons: list[Reason] = strawberry.field(description="Everything that stands against it.")
    leads_to: list[str] = strawberry.field(description="The states that it may lead to, by their labels.")


First = Annotated[int, strawberry.argument(description="How many, at most 200.")]
Before = Annotated[int | None, strawberry.argument(description="The `older` of the page before.")]


async def transition_log(
    root: strawberry.Parent[Order], info: Info, *, first: First = PAGE, before: Before = None
) -> TransitionLog:
    return await _log(root, info, first=first, before=before)


async def available_events(root: strawberry.Parent[Order], info: Info) -> list[AvailableEvent]:
    return await _available(root, info)


async def life_log(
    root: strawberry.Parent[Life[Any]], info: Info, *, first: First = PAGE, before: Before = None
) -> TransitionLog:
    return await _log(await _order_of(root, info), info, instances=[root.id], first=first, before=before)


async def life_events(root: strawberry.Parent[Life[Any]], info: Info) -> list[AvailableEvent]:
    return await _available(await _order_of(root, info), info, instances=[root.id])


async def _order_of(life: Life[Any], info: Info) -> Order:
    async with info.context.connection() as connection:
        return await load_order(connection, info.context.signed_in, life.order_id)


async def _log(
    order: Order, info: Info, *, instances: Collection[UUID] = (), first: int, before: int | None
) -> TransitionLog:
    info.context.look()
    if not 1 <= first <= 200:
        raise Invalid(
            "A page of the log holds 1 to 200 entries.", "Ask for fewer, and then for the next page.", "first"
        )
    async with info.context.connection() as connection:
        page = await load_timeline(
            connection,
            info.context.desk.runner.workflow,
            order,
            instances=instances,
            before=before,
            limit=first,
        )
    return TransitionLog(entries=[transition_of(entry) for entry in page.entries], older=page.older)


def transition_of(entry: Entry) -> Transition:
    """An entry of the timeline as the API tells it."""
    what = entry.what
    return Transition(
        number=what.number,
        machine=what.machine,
        instance=what.instance_id,
        step=what.step,
        event=what.event,
        phrase=what.phrase,
        from_state=what.from_state,
        from_label=what.from_label,
        to_state=what.to_state,
        to_label=what.to_label,
        tone=what.tone,
        who=entry.who,
        on_behalf_of=entry.on_behalf_of,
        reason=entry.reason,
        at=what.at,
    )


async def _available(order: Order, info: Info, *, instances: Collection[UUID] = ()) -> list[AvailableEvent]:
    info.context.look()
    runner = info.context.desk.runner
    found = await load_available(runner, info.context.signed_in, order, instances=instances)
    shown = []
    for each in found:
        chart = runner.workflow.kind(each.machine).newest
        shown.append(
            AvailableEvent(
                machine=each.machine,
                id=each.id,
                step=each.step,
                event=each.choice.event,
                label=each.choice.label,
                mutation=mutation_name(each.machine, each.choice.event),
                enabled=each.choice.is_enabled,
                reasons=reasons_of(each.choice.reasons),
                leads_to=[chart.node(state).label for state in each.choice.to],
            )
        )
    return shown
