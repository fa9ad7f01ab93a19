"""Moving pieces on shelves under their locks: where what lies there has to be looked at before it changes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from orderway.workflow.transaction import Transaction

Place = tuple[UUID, UUID]
"""A shelf: its store and its variant."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """What lies there, and how much of it is held for orders."""

    quantity: int
    reserved: int
    reorder_point: int | None

    @property
    def free(self) -> int:
        return self.quantity - self.reserved


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Pieces that come to a shelf, or go from it where there are fewer than none."""

    store: UUID
    variant: UUID
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Of what kind the movements are, and what they say of themselves."""

    kind: Literal["ADJUSTMENT", "TRANSFER"]
    note: str | None
    transfer: UUID | None = None


# Shelves are locked in one order everywhere, store by store: a sale locks those of one store, in the same order. One
# that is not there yet is made, so that there is something to lock.
LOCK = """
INSERT INTO stock (store_id, variant_id, quantity)
SELECT store_id, variant_id, 0 FROM unnest($1::uuid[], $2::uuid[]) AS p (store_id, variant_id)
ORDER BY store_id, variant_id
ON CONFLICT (store_id, variant_id) DO UPDATE SET quantity = stock.quantity
RETURNING store_id, variant_id, quantity, reserved, reorder_point
"""

MOVE = """
WITH moved AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bigint[]) AS m (store_id, variant_id, quantity)
), shelved AS (
    UPDATE stock s SET quantity = s.quantity + m.quantity FROM moved m
    WHERE s.store_id = m.store_id AND s.variant_id = m.variant_id
)
INSERT INTO movement (store_id, variant_id, kind, quantity, transfer_id, at, actor, note)
SELECT store_id, variant_id, $4, quantity, $5, $6, $7, $8 FROM moved RETURNING id
"""


async def lock(tx: Transaction, places: Collection[Place]) -> Mapping[Place, Shelf]:
    """Lock shelves, and say what lies there."""
    stores, variants = [store for store, _ in places], [variant for _, variant in places]
    rows = await tx.connection.fetch(LOCK, stores, variants)
    return {(row[0], row[1]): Shelf(*tuple(row)[2:]) for row in rows}


async def move(tx: Transaction, moves: Sequence[Move], why: Why) -> tuple[UUID, ...]:
    """Move pieces on shelves that are locked, with a movement for each; gives the movements."""
    rows = await tx.connection.fetch(
        MOVE,
        [each.store for each in moves], [each.variant for each in moves], [each.quantity for each in moves],
        why.kind, why.transfer, tx.now, tx.actor.author, why.note,
    )  # fmt: skip
    return tuple(row["id"] for row in rows)
