"""Goods coming in: received from a supplier, or back from a buyer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from orderway.stock.reservations import hold_shelves
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
INSERT INTO movement (store_id, variant_id, kind, quantity, order_id, at, actor, note)
SELECT $1, variant_id, 'PURCHASE', quantity, $7, $4, $5, $6 FROM came RETURNING id
"""

RESTOCK = """
WITH back AS (
    SELECT r.line_id, r.variant_id, g.quantity
    FROM unnest($6::uuid[], $7::bigint[]) AS g (line_id, quantity)
    JOIN reservation r ON r.store_id = $1 AND r.order_id = $2 AND r.part = $3 AND r.line_id = g.line_id
), shelved AS (
    INSERT INTO stock (store_id, variant_id, quantity)
    SELECT $1, variant_id, sum(quantity)::bigint FROM back GROUP BY variant_id ORDER BY variant_id
    ON CONFLICT (store_id, variant_id) DO UPDATE SET quantity = stock.quantity + EXCLUDED.quantity
)
INSERT INTO movement (store_id, variant_id, kind, quantity, order_id, line_id, part, at, actor)
SELECT $1, variant_id, 'RETURN_SALE', quantity, $2, line_id, $3, $4, $5 FROM back
"""

TAKE_BACK = """
WITH back AS (
    UPDATE reservation SET status = 'RELEASED', moved_at = $4
    WHERE store_id = $1 AND order_id = $2 AND part = $3 AND status = 'COMMITTED'
    RETURNING line_id, variant_id, quantity
), shelved AS (
    UPDATE stock s SET quantity = s.quantity + b.pieces
    FROM (SELECT variant_id, sum(quantity)::bigint AS pieces FROM back GROUP BY variant_id) b
    WHERE s.store_id = $1 AND s.variant_id = b.variant_id
)
INSERT INTO movement (store_id, variant_id, kind, quantity, order_id, line_id, part, at, actor)
SELECT $1, variant_id, 'RETURN_SALE', quantity, $2, line_id, $3, $4, $5 FROM back
"""


async def receive(
    connection: Connection,
    store_id: UUID,
    *,
    goods: Iterable[Goods],
    at: datetime,
    actor: str,
    note: str | None = None,
    order: UUID | None = None,
) -> tuple[UUID, ...]:
    """Goods came in for the store: the shelf rises, with a movement of kind PURCHASE for each variant.

    `order` is the one that they came for, where they came for one alone. Gives the movements. Raises Invalid for a
    quantity below one. In the caller's transaction.
    """
    came = tuple(goods)
    if any(each.quantity < 1 for each in came):
        raise Invalid("Goods received must be at least one piece each.", "Correct the quantity.", "goods")
    variants, quantities = [each.variant for each in came], [each.quantity for each in came]
    rows = await connection.fetch(RECEIVE, store_id, variants, quantities, at, actor, note, order)
    return tuple(row["id"] for row in rows)


async def restock(tx: Transaction, part: int, back: Iterable[LineBack]) -> None:
    """Pieces of the part's lines are back on the shelf, with a movement of kind RETURN_SALE for each line."""
    lines = tuple(back)
    if lines:
        await tx.connection.execute(
            RESTOCK, tx.store_id, tx.order_id, part, tx.now, tx.actor.author,
            [each.line for each in lines], [each.quantity for each in lines],
        )  # fmt: skip


async def take_back(tx: Transaction, part: int) -> None:
    """All goods that had left for the part are back on the shelf, once."""
    await hold_shelves(tx, part, statuses=("COMMITTED",))
    await tx.connection.execute(TAKE_BACK, tx.store_id, tx.order_id, part, tx.now, tx.actor.author)
