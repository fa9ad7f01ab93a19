"""Orders that came of others by copying: making one, and finding them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from orderway.order.reach import reach_order
from orderway.order.reads import load_orders
from orderway.order.shape import Order
from orderway.order.sight import Sight
from orderway.people.permissions import SCOPE_BILLED
from orderway.people.scope import may_open
from orderway.people.viewer import Viewer
from orderway.quotation.copying import copy
from orderway.workflow.actor import Actor
from orderway.workflow.kinds import Connection, Moved
from orderway.workflow.runner import Runner
from orderway.workflow.transaction import Transaction

CUSTOMER = "SELECT customer_id FROM sale_order WHERE store_id = $1 AND id = $2"
COPIES = "SELECT id FROM sale_order WHERE store_id = $1 AND copied_from = $2"


def may_copy(viewer: Viewer, order: Order) -> bool:
    """Whether the viewer may draft a new quotation for the order's buyer."""
    buyer = order.customer
    return buyer is not None and may_open(viewer, store_id=order.store_id, customer_id=buyer.id)


async def copy_order(
    runner: Runner, viewer: Viewer, order_id: UUID, *, key: str | None = None, request_id: str | None = None
) -> Moved:
    """Copy an order that the viewer sees into a new one; gives the move that its quotation made last.

    The same key gives the same copy. Raises NotFound, Refused for who may not draft quotations for its buyer, and what
    `quotation.copying.copy` raises.
    """
    async with runner.pool.acquire() as connection:
        order = await reach_order(connection, viewer, order_id)
        customer = await connection.fetchval(CUSTOMER, order.store_id, order.id)
    actor = viewer.actor()
    if not may_open(viewer, store_id=order.store_id, customer_id=customer):
        actor = Actor(actor.id)
    biller = viewer.person_id if SCOPE_BILLED in viewer.permissions else None

    async def work(tx: Transaction) -> Moved:
        return await copy(tx, order.store_id, order.id, biller=biller)

    return await runner.once(work, Moved, key=key, request=("copy", order.id), actor=actor, request_id=request_id)


@dataclass(frozen=True, slots=True)
class Relative:
    """An order that came of another by copying, or of which the other came."""

    id: UUID
    number: str
    is_copy: bool


async def list_relatives(connection: Connection, viewer: Viewer, order: Order) -> list[Relative]:
    """Return the order's original and its copies, as far as the viewer sees them, oldest first. One statement."""
    sight = Sight(viewer, order.store_id, order.id, order.copied_from)
    rows = await connection.fetch(
        "SELECT o.id, o.number, o.copied_from IS NOT DISTINCT FROM $2::uuid AS is_copy FROM sale_order o"  # noqa: S608  (conditions hold no values)
        f" WHERE o.store_id = $1 AND (o.id = $3::uuid OR o.copied_from = $2) AND {sight.order()} ORDER BY o.id",
        *sight.values,
    )
    return [Relative(**row) for row in rows]


async def load_origin(connection: Connection, viewer: Viewer, order: Order) -> Order | None:
    """Return the order that this one is a copy of; None where it is of none, or the viewer does not see it."""
    if order.copied_from is None:
        return None
    return next(iter(await load_orders(connection, viewer, [order.copied_from])), None)


async def load_copies(connection: Connection, viewer: Viewer, order: Order) -> list[Order]:
    """Return the copies of the order that the viewer sees, newest first."""
    rows = await connection.fetch(COPIES, order.store_id, order.id)
    return await load_orders(connection, viewer, [row["id"] for row in rows]) if rows else []
