"""Holding stock for the lines of an order, part by part: reserve, split, commit, release.

Each is two statements. The first locks the shelves, in the order of their variants, after the order's own row, which
is locked by whoever calls; the second one, whose snapshot is younger than the locks, sees what others left and moves
the reservations. Nobody joins or leaves the queue of a shelf, or changes what is free of it, without its lock. Doing
a thing twice is doing it once.

Who is missing goods stands in the queue of their shelf by when they asked, then by the number of their order. A line
is held whole or not at all, and not while somebody who asked before could have the goods.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from orderway.workflow.transaction import Transaction

# Those who asked before are read from the head of the queue, in its order: the first for whom there is enough decides.
# An order that asks for the first time has no reservation yet: its lines are those of its first part. A shelf on which
# nothing ever lay is made, so that there is something to lock: the update that never happens locks all the others.
SHELVES_ASKED_FOR = """
INSERT INTO stock (store_id, variant_id, quantity)
SELECT $1, variant_id, 0 FROM (
    SELECT variant_id FROM reservation WHERE store_id = $1 AND order_id = $2 AND part = $3 AND status = 'MISSING'
    UNION SELECT l.variant_id FROM order_line l JOIN sale_order o ON o.store_id = l.store_id AND o.id = l.order_id
    WHERE l.store_id = $1 AND l.order_id = $2 AND o.fulfillment_type <> 'SERVICE' AND NOT EXISTS (
        SELECT FROM reservation WHERE store_id = $1 AND order_id = $2
    )
) asked
ORDER BY variant_id ON CONFLICT (store_id, variant_id) DO UPDATE SET quantity = stock.quantity WHERE false
"""

RESERVE = """
WITH asked AS (
    SELECT line_id, part, variant_id, quantity, asked_at FROM reservation
    WHERE store_id = $1 AND order_id = $2 AND part = $3 AND status = 'MISSING'
    UNION ALL SELECT l.id, 1, l.variant_id, l.quantity, $4
    FROM order_line l JOIN sale_order o ON o.store_id = l.store_id AND o.id = l.order_id
    WHERE l.store_id = $1 AND l.order_id = $2 AND o.fulfillment_type <> 'SERVICE' AND NOT EXISTS (
        SELECT FROM reservation WHERE store_id = $1 AND order_id = $2
    )
), seen AS MATERIALIZED (
    SELECT a.*, l.position, CASE WHEN a.quantity <= s.quantity - s.reserved AND NOT EXISTS (
        SELECT FROM (
            SELECT FROM reservation r
            WHERE r.store_id = $1 AND r.variant_id = a.variant_id AND r.status = 'MISSING'
                AND (r.asked_at, r.order_id) < (a.asked_at, $2) AND r.quantity <= s.quantity - s.reserved
                AND r.order_id <> ALL ($5::uuid[])
            ORDER BY r.asked_at, r.order_id LIMIT 1
        ) before
    ) THEN s.quantity - s.reserved ELSE 0 END AS free
    FROM asked a JOIN stock s ON s.store_id = $1 AND s.variant_id = a.variant_id
    JOIN order_line l ON l.store_id = $1 AND l.id = a.line_id
), counted AS (
    SELECT *, orderway_first_fit(quantity, free) OVER (
        PARTITION BY variant_id ORDER BY position ROWS UNBOUNDED PRECEDING
    ) AS taken FROM seen
), tried AS (
    SELECT *, taken > lag(taken, 1, 0::bigint) OVER (PARTITION BY variant_id ORDER BY position) AS fits FROM counted
), held AS (
    INSERT INTO reservation (store_id, line_id, part, order_id, variant_id, quantity, status, asked_at, moved_at)
    SELECT $1, line_id, part, $2, variant_id, quantity, CASE WHEN fits THEN 'HELD' ELSE 'MISSING' END, asked_at, $4
    FROM tried
    ON CONFLICT (store_id, line_id, part) DO UPDATE SET status = 'HELD', moved_at = $4 WHERE EXCLUDED.status = 'HELD'
), taken AS (
    UPDATE stock s SET reserved = s.reserved + t.quantity
    FROM (SELECT variant_id, max(taken) AS quantity FROM tried GROUP BY variant_id) t
    WHERE s.store_id = $1 AND s.variant_id = t.variant_id AND t.quantity > 0
)
SELECT line_id, fits FROM tried ORDER BY position
"""

ALL_HELD = """
SELECT coalesce(bool_and(status IN ('HELD', 'COMMITTED')), false) FROM reservation
WHERE store_id = $1 AND order_id = $2 AND part = $3
"""

SHELVES = """
SELECT FROM stock WHERE store_id = $1 AND variant_id IN (
    SELECT variant_id FROM reservation
    WHERE store_id = $1 AND order_id = $2 AND ($3::smallint IS NULL OR part = $3) AND status = ANY ($4::text[])
)
ORDER BY variant_id FOR NO KEY UPDATE
"""

COMMIT = """
WITH gone AS (
    UPDATE reservation SET status = 'COMMITTED', moved_at = $4
    WHERE store_id = $1 AND order_id = $2 AND part = $3 AND status = 'HELD'
    RETURNING line_id, variant_id, quantity
), taken AS (
    UPDATE stock s SET quantity = s.quantity - g.pieces, reserved = s.reserved - g.pieces
    FROM (SELECT variant_id, sum(quantity)::bigint AS pieces FROM gone GROUP BY variant_id) g
    WHERE s.store_id = $1 AND s.variant_id = g.variant_id
)
INSERT INTO movement (store_id, variant_id, kind, quantity, order_id, line_id, part, at, actor)
SELECT $1, variant_id, 'SALE', -quantity, $2, line_id, $3, $4, $5 FROM gone
"""

RELEASE = """
WITH held AS (
    SELECT line_id, part, variant_id, quantity, status FROM reservation
    WHERE store_id = $1 AND order_id = $2 AND ($3::smallint IS NULL OR part = $3) AND status IN ('HELD', 'MISSING')
), freed AS (
    UPDATE stock s SET reserved = s.reserved - h.pieces
    FROM (SELECT variant_id, sum(quantity)::bigint AS pieces FROM held WHERE status = 'HELD' GROUP BY variant_id) h
    WHERE s.store_id = $1 AND s.variant_id = h.variant_id
)
UPDATE reservation r SET status = 'RELEASED', moved_at = $4 FROM held h
WHERE r.store_id = $1 AND r.line_id = h.line_id AND r.part = h.part
"""

# The goods that lie free are there for who asked before, where there is somebody whom they would do. Otherwise the
# lines take them one after the other, and the pieces that are left go into the new part.
SPLIT = """
WITH missing AS (
    SELECT r.line_id, r.variant_id, r.quantity, r.asked_at, l.position FROM reservation r
    JOIN order_line l ON l.store_id = r.store_id AND l.id = r.line_id
    WHERE r.store_id = $1 AND r.order_id = $2 AND r.part = $3 AND r.status = 'MISSING'
), seen AS MATERIALIZED (
    SELECT m.*, sum(m.quantity) OVER (PARTITION BY m.variant_id ORDER BY m.position) - m.quantity AS before,
        CASE WHEN NOT EXISTS (
            SELECT FROM (
                SELECT FROM reservation r
                WHERE r.store_id = $1 AND r.variant_id = m.variant_id AND r.status = 'MISSING'
                    AND (r.asked_at, r.order_id) < (m.asked_at, $2) AND r.quantity <= s.quantity - s.reserved
                ORDER BY r.asked_at, r.order_id LIMIT 1
            ) before
        ) THEN s.quantity - s.reserved ELSE 0 END AS free
    FROM missing m JOIN stock s ON s.store_id = $1 AND s.variant_id = m.variant_id
), parted AS (
    SELECT *, least(quantity, greatest(free - before, 0))::bigint AS here FROM seen
), {then}
"""

CAN_SPLIT = SPLIT.format(
    then="""held AS (
    SELECT count(*) AS lines FROM reservation WHERE store_id = $1 AND order_id = $2 AND part = $3 AND status = 'HELD'
)
SELECT coalesce(sum(here), 0) + (SELECT lines FROM held) > 0 AND coalesce(sum(quantity - here), 0) > 0 FROM parted"""
)

DO_SPLIT = SPLIT.format(
    then="""gone AS (
    UPDATE reservation r SET part = $4, moved_at = $5 FROM parted p
    WHERE r.store_id = $1 AND r.line_id = p.line_id AND r.part = $3 AND p.here = 0
), kept AS (
    UPDATE reservation r SET quantity = p.here, status = 'HELD', moved_at = $5 FROM parted p
    WHERE r.store_id = $1 AND r.line_id = p.line_id AND r.part = $3 AND p.here > 0
), taken AS (
    UPDATE stock s SET reserved = s.reserved + p.pieces
    FROM (SELECT variant_id, sum(here)::bigint AS pieces FROM parted GROUP BY variant_id) p
    WHERE s.store_id = $1 AND s.variant_id = p.variant_id AND p.pieces > 0
)
INSERT INTO reservation (store_id, line_id, part, order_id, variant_id, quantity, status, asked_at, moved_at)
SELECT $1, line_id, $4, $2, variant_id, quantity - here, 'MISSING', asked_at, $5
FROM parted WHERE here BETWEEN 1 AND quantity - 1"""
)


async def reserve(tx: Transaction, part: int) -> tuple[UUID, ...]:
    """Hold what can be held of a part of the order; gives the lines that are still missing, in their order.

    The first who asks opens the reservations of all lines, in part 1; a service takes nothing from the shelf.
    """
    return tuple(line for line, is_held in (await attempt(tx, part)).items() if not is_held)


async def attempt(tx: Transaction, part: int, *, passing: Collection[UUID] = ()) -> dict[UUID, bool]:
    """The same; gives for each line that was missing whether it is held now.

    The orders in `passing` are passed over in the queue: they can not be served.
    """
    await tx.connection.execute(SHELVES_ASKED_FOR, tx.store_id, tx.order_id, part)
    rows = await tx.connection.fetch(RESERVE, tx.store_id, tx.order_id, part, tx.now, list(passing))
    return {row["line_id"]: row["fits"] for row in rows}


async def all_held(tx: Transaction, part: int) -> bool:
    """Whether every line of the part is held, or has left."""
    held: bool = await tx.connection.fetchval(ALL_HELD, tx.store_id, tx.order_id, part)
    return held


async def can_split(tx: Transaction, part: int) -> bool:
    """Whether some of the part's goods are held, or could be now, and others would still be missing."""
    if tx.intent != "look":
        await hold_shelves(tx, part, statuses=("MISSING",))
    can: bool = await tx.connection.fetchval(CAN_SPLIT, tx.store_id, tx.order_id, part)
    return can


async def split(tx: Transaction, part: int, into: int) -> None:
    """What is held or free now stays in `part`, in whole pieces; what is missing becomes the part `into`.

    The new part keeps its place in the queue.
    """
    await hold_shelves(tx, part, statuses=("MISSING",))
    await tx.connection.execute(DO_SPLIT, tx.store_id, tx.order_id, part, into, tx.now)


async def commit(tx: Transaction, part: int) -> None:
    """What is held for the part leaves the store, with a movement of kind SALE for each line."""
    await hold_shelves(tx, part, statuses=("HELD",))
    await tx.connection.execute(COMMIT, tx.store_id, tx.order_id, part, tx.now, tx.actor.author)


async def release(tx: Transaction, part: int | None) -> None:
    """What is held for the part, or for the whole order, is free again; what is missing is waited for no longer."""
    await hold_shelves(tx, part, statuses=("HELD", "MISSING"))
    await tx.connection.execute(RELEASE, tx.store_id, tx.order_id, part, tx.now)


async def hold_shelves(tx: Transaction, part: int | None, *, statuses: tuple[str, ...]) -> None:
    """Lock the shelves of the goods of a part, or of the whole order, that are so reserved."""
    await tx.connection.execute(SHELVES, tx.store_id, tx.order_id, part, list(statuses))
