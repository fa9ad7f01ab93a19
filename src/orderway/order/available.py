"""What a viewer can do with an order now, and why not: asked of the machines in a transaction that is rolled back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from orderway.order.shape import Life, Order
from orderway.people.scope import actor_on
from orderway.people.viewer import Viewer
from orderway.statechart.explain import Blank, Choice, choice
from orderway.workflow.actor import THE_SYSTEM
from orderway.workflow.kinds import Ref
from orderway.workflow.runner import Runner
from orderway.workflow.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Available:
    """One event of one instance that the viewer may send, judged as it stands at `step`."""

    machine: str
    id: UUID
    step: int
    choice: Choice


class Looked(Exception):
    """Ends the transaction in which somebody only looked, so that nothing of it stays."""

    def __init__(self, found: tuple[Available, ...]) -> None:
        super().__init__()
        self.found = found


async def load_available(
    runner: Runner, viewer: Viewer, order: Order, *, instances: Collection[UUID] = ()
) -> tuple[Available, ...]:
    """Return the events that the order's instances take and the viewer may send, enabled or with their reasons.

    An event that the viewer may never send is left out, as is what only the system sends. Raises NotFound where the
    order is no longer seen. Writes nothing.
    """
    wanted = [life for life in order.lives if not instances or life.id in instances]
    lives = [life for life in wanted if runner.workflow.kind(life.machine).charts[life.version].takes(life.state)]

    async def look(tx: Transaction) -> tuple[Available, ...]:
        await tx.lock(order.store_id, order.id)
        tx.actor = await actor_on(tx.connection, viewer, store_id=order.store_id, order_id=order.id)
        raise Looked(tuple([found for life in lives for found in await _choices(tx, life)]))

    try:
        return await runner.run(look, actor=THE_SYSTEM)
    except Looked as looked:
        return looked.found


async def _choices(tx: Transaction, life: Life[Any]) -> list[Available]:
    instance = await tx.load(Ref(life.machine, life.store_id, life.id))
    kind = tx.workflow.kind(life.machine)
    chart = kind.charts[instance.version]
    # The facts that any event sees open nothing by themselves; what they leave open needs no others.
    known = await kind.facts(tx, instance, Blank(""))
    found = []
    for name in chart.takes(instance.state):
        event: Any = chart.events[name]
        if tx.actor.may(event.words.permission):
            judged = choice(chart, instance.snapshot, name, known)
            if not judged.is_enabled and not fields(event):
                judged = choice(chart, instance.snapshot, name, await kind.facts(tx, instance, event()))
            found.append(Available(life.machine, life.id, instance.step, judged))
    return found
