"""Holding stock for the lines of an order: reserve, commit, release. Each is one statement, and doing it twice is once.

The order's row is locked by whoever calls; the rows of stock are locked in the order of their variants.
"""

from __future__ import annotations

from uuid import UUID

from orderway.workflow.transaction import Transaction

# A line is held whole or not at all, the first ones first. What others commit while this waits for the lock is seen:
# the locked row is read again. The update reckons with that reading: its own row may be older than the lock, and the
# check constraint would judge what is long past. Lines and shelves meet by sorting, as if they were one table: a join
# of the two is planned for the few lines of most orders, and would compare each of thousands with each.
RESERVE = """
WITH wanted AS (
    SELECT l.id, l.variant_id, l.quantity, l.position
    FROM order_line l JOIN sale_order o ON o.store_id = l.store_id AND o.id = l.order_id
    WHERE l.store_id = $1 AND l.order_id = $2 AND o.fulfillment_type <> 'SERVICE' AND l.id NOT IN (
        SELECT line_id FROM reservation WHERE store_id = $1 AND order_id = $2 AND status <> 'RELEASED'
    )
), shelf AS (
    SELECT s.variant_id, s.reserved, s.quantity - s.reserved AS free FROM stock s
    WHERE s.store_id = $1 AND s.variant_id IN (SELECT variant_id FROM wanted)
    ORDER BY s.variant_id FOR UPDATE
), met AS (
    SELECT id, variant_id, quantity, position, max(reserved) OVER variant AS reserved,
        coalesce(sum(quantity) OVER (variant ORDER BY position) <= max(free) OVER variant, false) AS fits
    FROM (
        SELECT id, variant_id, quantity, position, NULL::bigint AS reserved, NULL::bigint AS free FROM wanted
        UNION ALL SELECT NULL, variant_id, 0, 0, reserved, free FROM shelf
    ) both_of_them
    WINDOW variant AS (PARTITION BY variant_id)
), asked AS (
    SELECT * FROM met WHERE id IS NOT NULL
), held AS (
    INSERT INTO reservation (store_id, line_id, order_id, variant_id, quantity, status, moved_at)
    SELECT $1, id, $2, variant_id, quantity, 'HELD', $3 FROM asked WHERE fits
    ON CONFLICT (store_id, line_id) DO UPDATE SET status = 'HELD', moved_at = $3
), taken AS (
    UPDATE stock s SET reserved = a.reserved + a.quantity
    FROM (
        SELECT variant_id, max(reserved) AS reserved, sum(quantity)::bigint AS quantity FROM asked
        WHERE fits GROUP BY variant_id
    ) a
    WHERE s.store_id = $1 AND s.variant_id = a.variant_id
)
SELECT id FROM asked WHERE NOT fits ORDER BY position
"""

COMMIT = """
WITH held AS (
    SELECT line_id, variant_id, quantity FROM reservation
    WHERE store_id = $1 AND order_id = $2 AND status = 'HELD'
), shelf AS (
    SELECT variant_id, quantity, reserved FROM stock
    WHERE store_id = $1 AND variant_id IN (SELECT variant_id FROM held)
    ORDER BY variant_id FOR UPDATE
), sums AS (
    SELECT variant_id, sum(pieces)::bigint AS pieces, max(quantity) AS quantity, max(reserved) AS reserved
    FROM (
        SELECT variant_id, quantity AS pieces, NULL::bigint AS quantity, NULL::bigint AS reserved FROM held
        UNION ALL SELECT variant_id, 0, quantity, reserved FROM shelf
    ) both_of_them
    GROUP BY variant_id
), gone AS (
    UPDATE stock s SET quantity = sums.quantity - sums.pieces, reserved = sums.reserved - sums.pieces FROM sums
    WHERE s.store_id = $1 AND s.variant_id = sums.variant_id
), committed AS (
    UPDATE reservation SET status = 'COMMITTED', moved_at = $3
    WHERE store_id = $1 AND order_id = $2 AND status = 'HELD'
)
INSERT INTO movement (store_id, variant_id, kind, quantity, order_id, line_id, at, actor)
SELECT $1, variant_id, 'SALE', -quantity, $2, line_id, $3, $4 FROM held
"""

RELEASE = """
WITH held AS (
    SELECT line_id, variant_id, quantity FROM reservation
    WHERE store_id = $1 AND order_id = $2 AND status = 'HELD'
), shelf AS (
    SELECT variant_id, quantity, reserved FROM stock
    WHERE store_id = $1 AND variant_id IN (SELECT variant_id FROM held)
    ORDER BY variant_id FOR UPDATE
), sums AS (
    SELECT variant_id, sum(pieces)::bigint AS pieces, max(quantity) AS quantity, max(reserved) AS reserved
    FROM (
        SELECT variant_id, quantity AS pieces, NULL::bigint AS quantity, NULL::bigint AS reserved FROM held
        UNION ALL SELECT variant_id, 0, quantity, reserved FROM shelf
    ) both_of_them
    GROUP BY variant_id
), freed AS (
    UPDATE stock s SET reserved = sums.reserved - sums.pieces FROM sums
    WHERE s.store_id = $1 AND s.variant_id = sums.variant_id
)
UPDATE reservation SET status = 'RELEASED', moved_at = $3
WHERE store_id = $1 AND order_id = $2 AND status = 'HELD'
"""


async def reserve(tx: Transaction) -> tuple[UUID, ...]:
    """Hold stock for every line of the order that is not held yet; gives the lines that are still missing.

    A service takes nothing from the shelf.
    """
    rows = await tx.connection.fetch(RESERVE, tx.store_id, tx.order_id, tx.now)
    return tuple(row["id"] for row in rows)


ALL_HELD = """
SELECT NOT EXISTS (
    SELECT FROM order_line l WHERE l.store_id = $1 AND l.order_id = $2 AND l.id NOT IN (
        SELECT line_id FROM reservation WHERE store_id = $1 AND order_id = $2 AND status <> 'RELEASED'
    )
)
"""


async def all_held(tx: Transaction) -> bool:
    """Whether stock is held for every line of the order, or has left for it."""
    held: bool = await tx.connection.fetchval(ALL_HELD, tx.store_id, tx.order_id)
    return held


async def commit(tx: Transaction) -> None:
    """What is held for the order leaves the store, with a movement of kind SALE for each line."""
    await tx.connection.execute(COMMIT, tx.store_id, tx.order_id, tx.now, tx.actor.author)


async def release(tx: Transaction) -> None:
    """What is held for the order is free again."""
    await tx.connection.execute(RELEASE, tx.store_id, tx.order_id, tx.now)
