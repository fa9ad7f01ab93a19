"""What a viewer can do with an order now, and why not: asked of the machines by one who only looks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, NoReturn
from uuid import UUID

from orderway.order.shape import Life, Order
from orderway.people.scope import actor_on
from orderway.people.viewer import Viewer
from orderway.statechart.explain import Blank, Choice, choice
from orderway.statechart.guards import Unfilled
from orderway.statechart.step import takes
from orderway.workflow.actor import THE_SYSTEM, Actor
from orderway.workflow.kinds import Instance, Ref
from orderway.workflow.runner import Runner
from orderway.workflow.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Available:
    """One event of one instance that the viewer may send, judged as it stands at `step`."""

    machine: str
    id: UUID
    step: int
    choice: Choice


async def load_available(
    runner: Runner, viewer: Viewer, order: Order, *, instances: Collection[UUID] = ()
) -> tuple[Available, ...]:
    """Return the events that the order's instances take and the viewer may send, enabled or with their reasons.

    An event that the viewer may never send is left out, as is what only the system sends. Raises NotFound where the
    order is no longer seen. Writes nothing, waits for nobody who decides on the order, and is waited for by nobody.
    """
    wanted = [life for life in order.lives if not instances or life.id in instances]
    lives = [life for life in wanted if runner.workflow.kind(life.machine).charts[life.version].takes(life.state)]

    async def who(tx: Transaction, part: UUID | None) -> Actor:
        return await actor_on(tx.connection, viewer, store_id=order.store_id, order_id=order.id, fulfillment=part)

    async def look(tx: Transaction) -> tuple[Available, ...]:
        tx.look_at(order.store_id, order.id)
        whole = await who(tx, None)
        found: list[Available] = []
        for life in lives:
            is_part = life.machine == "fulfillment" and len(order.fulfillments) > 1
            tx.actor = await who(tx, life.id) if is_part else whole
            found += await _choices(tx, life)
        return tuple(found)

    return await runner.look(look, actor=THE_SYSTEM)


async def _choices(tx: Transaction, life: Life[Any]) -> list[Available]:
    instance = await tx.load(Ref(life.machine, life.store_id, life.id))
    kind = tx.workflow.kind(life.machine)
    chart = kind.charts[instance.version]
    # The facts that any event sees open nothing by themselves; what they leave open needs no others.
    known = await kind.facts(tx, instance, Blank(""))
    found = []
    for name in takes(chart, instance.snapshot):
        event: Any = chart.events[name]
        if tx.actor.may(event.words.permission):
            judged = choice(chart, instance.snapshot, name, known)
            if not judged.is_enabled:
                judged = await _closer(tx, instance, name) or judged
            found.append(Available(life.machine, life.id, instance.step, judged))
    return found


async def _closer(tx: Transaction, instance: Instance, name: str) -> Choice | None:
    """The event judged by the facts of its own; None where these hang on a payload that nobody has filled in."""
    kind = tx.workflow.kind(instance.ref.machine)
    chart = kind.charts[instance.version]
    try:
        facts = await kind.facts(tx, instance, _unfilled(chart.events[name]))
    except Unfilled:
        return None
    return choice(chart, instance.snapshot, name, facts)


@cache
def _unfilled(event: type) -> Any:
    """An event of its class whose payload nobody has filled in: to look at a field raises Unfilled."""

    def look(_event: object) -> NoReturn:
        raise Unfilled

    body = {field.name: property(look) for field in fields(event)}
    return object.__new__(type(event.__name__, (event,), body))
