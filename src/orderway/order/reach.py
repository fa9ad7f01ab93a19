"""From an id to the thing it names, where the viewer may see it: what they may not see is not found."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from orderway.order.archived import PARTS, find_archived
from orderway.order.sight import EVERY_STORE, Sight
from orderway.people.names import CUSTOMER
from orderway.people.scope import actor_on
from orderway.people.viewer import Viewer
from orderway.workflow.actor import Actor
from orderway.workflow.errors import NotFound
from orderway.workflow.kinds import Connection, Kind, Moved, Ref
from orderway.workflow.runner import Runner, Work
from orderway.workflow.transaction import Transaction

BUYERS = frozenset({"quotation.approve_as_buyer"})
"""Permissions for what is the buyer's to say: staff who use them speak for the buyer."""


@dataclass(frozen=True, slots=True)
class ReachedOrder:
    """An order that the viewer sees, and who they are on it."""

    store_id: UUID
    id: UUID
    actor: Actor


@dataclass(frozen=True, slots=True)
class Reached:
    """An instance that the viewer sees. Who they are on its order is asked when they act, under its lock."""

    viewer: Viewer
    ref: Ref
    order_id: UUID
    buyer: str | None
    """The buyer, as the log names them, where the viewer is another."""

    async def send(
        self,
        runner: Runner,
        event: Any,
        *,
        seen: int | None = None,
        key: str | None = None,
        reason: str | None = None,
        request_id: str | None = None,
    ) -> Moved:
        """Send an event as the viewer, and on behalf of the buyer where it is the buyer's to say.

        Raises what `Runner.send` raises: NotFound also where the order went out of the viewer's reach meanwhile.
        """
        work = self.sending(event, seen=seen, reason=reason)
        request = (self.ref, event.name, event, seen)
        return await self.do(runner, work, request=request, key=key, request_id=request_id)

    def sending(self, event: Any, *, seen: int | None = None, reason: str | None = None) -> Work[Moved]:
        """The work of sending an event, for who has entered."""
        behalf = self.buyer if event.words.permission in BUYERS else None

        async def work(tx: Transaction) -> Moved:
            tx.actor = replace(tx.actor, on_behalf_of=behalf)
            return await tx.send(self.ref, event, seen=seen, reason=reason)

        return work

    async def enter(self, tx: Transaction) -> None:
        """Lock the order, and act on it as the viewer from now on; raises NotFound."""
        await tx.load(self.ref)
        tx.actor = await self.actor(tx, self.ref)

    async def do(
        self, runner: Runner, work: Work[Moved], *, request: object, key: str | None, request_id: str | None
    ) -> Moved:
        """Do some work as the viewer, under the order's lock: what it comes to is judged where nobody else moves.

        `request` is what a repeat with the same key has to equal. Raises NotFound, and what the work raises.
        """

        async def done(tx: Transaction) -> Moved:
            await self.enter(tx)
            return await work(tx)

        actor = self.viewer.actor()
        return await runner.once(done, Moved, key=key, request=request, actor=actor, request_id=request_id)

    async def actor(self, tx: Transaction, on: Ref) -> Actor:
        """The viewer as an actor on an instance of the order; raises NotFound."""
        return await actor_on(
            tx.connection, self.viewer, store_id=self.ref.store_id, order_id=self.order_id,
            fulfillment=on.id if on.machine == "fulfillment" else None,
        )  # fmt: skip


async def reach(connection: Connection, viewer: Viewer, *, kind: Kind, id: UUID) -> Reached:
    """Return the instance. Raises NotFound, or Archived; one statement."""
    sight = Sight(viewer, id)
    row = await connection.fetchrow(
        f"""
        SELECT i.store_id, i.order_id, o.customer_id
        FROM {kind.table.name} i JOIN sale_order o ON o.store_id = i.store_id AND o.id = i.order_id
        WHERE i.id = $1 AND i.store_id = {EVERY_STORE} AND {sight.order()} AND {sight.instance(kind.name)}
        """,  # noqa: S608  (the table is the workflow's own, the conditions hold no values)
        *sight.values,
    )
    if row is None:
        part, thing = PARTS.get(kind.name), kind.newest.label.lower()
        raise (part and await find_archived(connection, viewer, id=id, part=part)) or NotFound(
            f"There is no such {thing}.", "Check its id, or look for its order in the list of orders."
        )
    buyer = None if row["customer_id"] == viewer.customer_id else f"{CUSTOMER}{row['customer_id']}"
    return Reached(viewer, Ref(kind.name, row["store_id"], id), row["order_id"], buyer)


async def reach_order(connection: Connection, viewer: Viewer, order_id: UUID) -> ReachedOrder:
    """Return the order and the viewer as an actor on it. Raises NotFound, or Archived; two statements."""
    sight = Sight(viewer, order_id)
    store_id = await connection.fetchval(
        f"SELECT o.store_id FROM sale_order o WHERE o.id = $1 AND o.store_id = {EVERY_STORE} AND {sight.order()}",  # noqa: S608
        *sight.values,
    )
    if store_id is None:
        raise await find_archived(connection, viewer, id=order_id) or NotFound(
            "There is no such order.", "Check its number, or look for it in the list of orders."
        )
    return ReachedOrder(store_id, order_id, await actor_on(connection, viewer, store_id=store_id, order_id=order_id))
