"""Orders that the shadow leaves out: people have gone on with them here, and their store is switched on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from orderway.workflow.kinds import Connection

Ours = tuple[UUID, UUID]
"""An order of ours: its store and its id."""

TAKE_IN = """
DELETE FROM shadow_left_out l USING unnest($1::uuid[], $2::uuid[]) AS looked (store_id, order_id)
WHERE l.store_id = looked.store_id AND l.order_id = looked.order_id AND l.order_id <> ALL ($3::uuid[])
"""
LEAVE_OUT = """
INSERT INTO shadow_left_out (store_id, order_id, since) SELECT o.*, $3 FROM unnest($1::uuid[], $2::uuid[]) AS o
ON CONFLICT DO NOTHING
"""


async def keep_left_out(
    connection: Connection, looked: Sequence[Ours], left_out: Sequence[Ours], *, at: datetime
) -> None:
    """Keep which of the orders that were `looked` at are left out: from now on, or for as long as they were."""
    stores, orders = [each[0] for each in left_out], [each[1] for each in left_out]
    await connection.execute(TAKE_IN, [each[0] for each in looked], [each[1] for each in looked], orders)
    if left_out:
        await connection.execute(LEAVE_OUT, stores, orders, at)
