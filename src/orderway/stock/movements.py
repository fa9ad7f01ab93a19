"""Goods coming in: received from a supplier, or back from a buyer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from orderway.workflow.errors import Invalid
from orderway.workflow.kinds import Connection
from orderway.workflow.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Goods:
    """So many pieces of a variant."""

    variant: UUID
    quantity: int


@dataclass(frozen=True, slots=True)
class LineBack:
    """So many pieces of an order line that came back."""

    line: UUID
    quantity: int


RECEIVE = """
WITH came AS (
    SELECT variant_id, sum(quantity)::bigint AS quantity
    FROM unnest($2::uuid[], $3::bigint[]) AS g (variant_id, quantity) GROUP BY variant_id
), shelved AS (
    INSERT INTO stock (store_id, variant_id, quantity) SELECT $1, variant_id, quantity FROM came ORDER BY variant_id
    ON CONFLICT (store_id, variant_id) DO UPDATE SET quantity = stock.quantity + EXCLUDED.quantity
)
INSERT INTO movement (store_id, variant_id, kind, quantity, at, actor, note)
SELECT $1, variant_id, 'PURCHASE', quantity, $4, $5, $6 FROM came RETURNING id
"""

RESTOCK = """
WITH back AS (
    SELECT l.id AS line_id, l.variant_id, g.quantity
    FROM unnest($4::uuid[], $5::bigint[]) AS g (line_id, quantity)
    JOIN order_line l ON l.store_id = $1 AND l.order_id = $2 AND l.id = g.line_id
), shelved AS (
    INSERT INTO stock (store_id, variant_id, quantity)
    SELECT $1, variant_id, sum(quantity)::bigint FROM back GROUP BY variant_id ORDER BY variant_id
    ON CONFLICT (store_id, variant_id) DO UPDATE SET quantity = stock.quantity + EXCLUDED.quantity
)
INSERT INTO movement (store_id, variant_id, kind, quantity, order_id, line_id, at, actor)
SELECT $1, variant_id, 'RETURN_SALE', quantity, $2, line_id, $3, $6 FROM back
"""

TAKE_BACK = """
WITH back AS (
    SELECT line_id, variant_id, quantity FROM reservation
    WHERE store_id = $1 AND order_id = $2 AND status = 'COMMITTED'
), shelf AS (
    SELECT variant_id, quantity FROM stock
    WHERE store_id = $1 AND variant_id IN (SELECT variant_id FROM back)
    ORDER BY variant_id FOR UPDATE
), sums AS (
    SELECT variant_id, sum(pieces)::bigint AS pieces, max(quantity) AS quantity
    FROM (
        SELECT variant_id, quantity AS pieces, NULL::bigint AS quantity FROM back
        UNION ALL SELECT variant_id, 0, quantity FROM shelf
    ) both_of_them
    GROUP BY variant_id
), shelved AS (
    UPDATE stock s SET quantity = sums.quantity + sums.pieces FROM sums
    WHERE s.store_id = $1 AND s.variant_id = sums.variant_id
), undone AS (
    UPDATE reservation SET status = 'RELEASED', moved_at = $3
    WHERE store_id = $1 AND order_id = $2 AND status = 'COMMITTED'
)
INSERT INTO movement (store_id, variant_id, kind, quantity, order_id, line_id, at, actor)
SELECT $1, variant_id, 'RETURN_SALE', quantity, $2, line_id, $3, $4 FROM back
"""


async def receive(
    connection: Connection, store_id: UUID, *, goods: Iterable[Goods], at: datetime, actor: str, note: str | None = None
) -> tuple[UUID, ...]:
    """Goods came in for the store: the shelf rises, with a movement of kind PURCHASE for each variant.

    Gives the movements. Raises Invalid for a quantity below one. In the caller's transaction.
    """
    came = tuple(goods)
    if any(each.quantity < 1 for each in came):
        raise Invalid("Goods received must be at least one piece each.", "Correct the quantity.", "goods")
    variants, quantities = [each.variant for each in came], [each.quantity for each in came]
    rows = await connection.fetch(RECEIVE, store_id, variants, quantities, at, actor, note)
    return tuple(row["id"] for row in rows)


async def restock(tx: Transaction, back: Iterable[LineBack]) -> None:
    """Pieces of the order's lines are back on the shelf, with a movement of kind RETURN_SALE for each line."""
    lines = tuple(back)
    if lines:
        await tx.connection.execute(
            RESTOCK, tx.store_id, tx.order_id, tx.now,
            [each.line for each in lines], [each.quantity for each in lines], tx.actor.author,
        )  # fmt: skip


async def take_back(tx: Transaction) -> None:
    """All goods that had left for the order are back on the shelf, once."""
    await tx.connection.execute(TAKE_BACK, tx.store_id, tx.order_id, tx.now, tx.actor.author)
