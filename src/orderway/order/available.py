"""What a viewer can do with an order now, and why not: asked of the machines by one who only looks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from orderway.order.shape import Order
from orderway.people.scope import actor_on
from orderway.people.viewer import Viewer
from orderway.statechart import SYSTEM, Chart
from orderway.statechart.explain import Blank, Choice, blank, choice, closed
from orderway.statechart.guards import Unfilled
from orderway.statechart.step import takes
from orderway.workflow.actor import THE_SYSTEM, Actor
from orderway.workflow.gate import refused_before
from orderway.workflow.kinds import Instance, Ref, Workflow
from orderway.workflow.runner import Runner
from orderway.workflow.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Available:
    """One event of one instance, judged for the viewer as it stands at `step`.

    One that `is_theirs` the viewer has the permission for; the others somebody else sends.
    """

    machine: str
    id: UUID
    step: int
    choice: Choice
    is_theirs: bool


async def load_available(
    runner: Runner, viewer: Viewer, order: Order, *, instances: Collection[UUID] = ()
) -> tuple[Available, ...]:
    """Return the events that the order's instances take, enabled or with every reason against them.

    What only the system sends is left out. What the viewer has no permission for is told to those who look for the
    seller, so that they know whom to ask; a buyer or a rider is told of their own events. Raises NotFound where the
    order is no longer seen. Two statements, whatever the order holds. Writes nothing, waits for nobody who decides on
    the order, and is waited for by nobody.
    """
    wanted = [life for life in order.lives if not instances or life.id in instances]
    lives = [life for life in wanted if runner.workflow.kind(life.machine).charts[life.version].takes(life.state)]

    async def look(tx: Transaction) -> tuple[Available, ...]:
        parts = [life.id for life in lives if life.machine == "fulfillment" and len(order.fulfillments) > 1]
        whole, *of_parts, _ = await tx.each(
            *(_actor(tx, viewer, order, part) for part in (None, *parts)), tx.look_at(order.store_id, order.id)
        )
        actors = dict(zip(parts, of_parts, strict=True))
        asked = []
        for life in lives:
            looking = tx.by(actors.get(life.id, whole))
            instance = await looking.load(Ref(life.machine, life.store_id, life.id))
            asked += [_judge(looking, instance, name) for name in _told(looking, instance, order)]
        found = await tx.each(*asked)
        is_buyer = order.customer is not None and order.customer.id == viewer.customer_id
        return tuple(_for_buyer(each, tx.workflow) if is_buyer else each for each in found)

    return await runner.look(look, actor=THE_SYSTEM)


def _for_buyer(each: Available, workflow: Workflow) -> Available:
    """The same with the label of who does for themselves what others may do for them."""
    event: Any = workflow.kind(each.machine).newest.every_event[each.choice.event]
    return replace(each, choice=replace(each.choice, label=event.words.own or each.choice.label))


async def _actor(tx: Transaction, viewer: Viewer, order: Order, part: UUID | None) -> Actor:
    return await actor_on(tx.connection, viewer, store_id=order.store_id, order_id=order.id, fulfillment=part)


def _told(tx: Transaction, instance: Instance, order: Order) -> list[str]:
    """The events that the actor is told of."""
    events = _chart(tx, instance).events
    named: list[tuple[str, Any]] = [(name, events[name]) for name in takes(_chart(tx, instance), instance.snapshot)]
    return [
        name
        for name, event in named
        if tx.actor.may(event.words.permission) or (order.sees_notes and event.words.permission != SYSTEM)
    ]


async def _judge(tx: Transaction, instance: Instance, name: str) -> Available:
    """The event judged by the facts of its own; by those of any event where they hang on what nobody has filled in."""
    chart = _chart(tx, instance)
    event: Any = chart.events[name]
    if refusal := await refused_before(tx, instance, event):
        shut, theirs = closed(chart, instance.snapshot, name, refusal.reasons), tx.actor.may(event.words.permission)
        return Available(instance.ref.machine, instance.id, instance.step, shut, is_theirs=theirs)
    facts = await _facts(tx, instance, event)
    return Available(
        instance.ref.machine, instance.id, instance.step, choice(chart, instance.snapshot, name, facts), is_theirs=True
    )


async def _facts(tx: Transaction, instance: Instance, event: type) -> Any:
    read = tx.workflow.kind(instance.ref.machine).facts
    try:
        return await read(tx, instance, blank(event))
    except Unfilled:
        return await read(tx, instance, Blank(""))


def _chart(tx: Transaction, instance: Instance) -> Chart:
    return tx.workflow.kind(instance.ref.machine).charts[instance.version]
