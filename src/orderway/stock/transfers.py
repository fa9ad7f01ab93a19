"""Goods that go from one store to another: one end asks, somebody else at the other end decides, once.

A transfer is no machine: its record is decided once and never rewritten, and a trigger sees to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from orderway.ids import new_id
from orderway.statechart import Reason, Refusal
from orderway.stock.checks import Stores, checked_goods, checked_reason, reaches, require_store, require_variants
from orderway.stock.commands import ConfirmStockTransfer, DeclineStockTransfer, RequestStockTransfer
from orderway.stock.movements import Goods
from orderway.stock.shelves import Move, Place, Shelf, Why, lock, move
from orderway.workflow.errors import Invalid, NotFound, Refused
from orderway.workflow.transaction import Transaction

Status = Literal["REQUESTED", "CONFIRMED", "DECLINED"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What a command was about: shelves of stores, the last of which got the goods; what moved; and the transfer."""

    stores: tuple[UUID, ...]
    variants: tuple[UUID, ...]
    movements: tuple[UUID, ...] = ()
    transfer: UUID | None = None

    def by(self, movements: tuple[UUID, ...]) -> Changed:
        """The same, done by these movements."""
        return replace(self, movements=movements)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A transfer as it stands, locked."""

    id: UUID
    from_store: UUID
    to_store: UUID
    asking_store: UUID
    status: Status
    note: str | None
    requested_by: str
    decided_at: datetime | None
    goods: tuple[Goods, ...]

    @property
    def deciding_store(self) -> UUID:
        """The end that did not ask."""
        return self.to_store if self.asking_store == self.from_store else self.from_store

    @property
    def changed(self) -> Changed:
        return Changed(
            stores=(self.from_store, self.to_store),
            variants=tuple(each.variant for each in self.goods),
            transfer=self.id,
        )


REQUEST = """
INSERT INTO stock_transfer (id, from_store_id, to_store_id, asking_store_id, note, requested_at, requested_by)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
NAME = """
INSERT INTO stock_transfer_line (transfer_id, variant_id, quantity)
SELECT $1, variant_id, quantity FROM unnest($2::uuid[], $3::bigint[]) AS g (variant_id, quantity)
"""
ASKED = """
SELECT id, from_store_id AS from_store, to_store_id AS to_store, asking_store_id AS asking_store, status, note,
    requested_by, decided_at
FROM stock_transfer WHERE id = $1 FOR UPDATE
"""
GOODS = "SELECT variant_id, quantity FROM stock_transfer_line WHERE transfer_id = $1 ORDER BY variant_id"
DECIDE = "UPDATE stock_transfer SET status = $2, decided_at = $3, decided_by = $4, reason = $5 WHERE id = $1"
SKUS = "SELECT id, sku FROM variant WHERE id = ANY ($1::uuid[])"


async def request(tx: Transaction, command: RequestStockTransfer, within: Stores) -> Changed:
    """Ask for goods of another store, or offer it some. Nothing is held for it: what is free when it is confirmed goes.

    Raises Invalid, or NotFound where neither store is the actor's.
    """
    goods, ends = checked_goods(command.goods), (command.from_store, command.to_store)
    if ends[0] == ends[1]:
        raise Invalid("The goods are in that store already.", "Choose another store for them.", "to_store")
    mine = [store for store in ends if reaches(within, store)]
    for store in ends:
        await require_store(tx.connection, store, within=None if mine else within)
    variants = tuple(each.variant for each in goods)
    await require_variants(tx.connection, variants)
    id, note = new_id(), command.note or None
    await tx.connection.execute(REQUEST, id, *ends, mine[0], note, tx.now, tx.actor.author)
    await tx.connection.execute(NAME, id, variants, [each.quantity for each in goods])
    return Changed(stores=ends, variants=variants, transfer=id)


async def confirm(tx: Transaction, command: ConfirmStockTransfer, within: Stores) -> Changed:
    """The goods move, all of them, in this transaction.

    Raises NotFound, or Refused: it is decided, who asked does not confirm, the other end does, or too few are free.
    """
    asked = await _load(tx, command.transfer, within)
    if tx.actor.author == asked.requested_by:
        raise _no(
            "another_person", "Whoever asked for a transfer does not confirm it.", remedy="Let somebody else do it."
        )
    if not reaches(within, asked.deciding_store):
        name = await tx.connection.fetchval("SELECT name FROM store WHERE id = $1", asked.deciding_store)
        raise _no(
            "other_end", f"The other end confirms this transfer: {name}.", remedy="Ask whoever manages its stock."
        )
    moves = [*_moves(asked.from_store, asked.goods, sign=-1), *_moves(asked.to_store, asked.goods, sign=1)]
    shelves = await lock(tx, [(each.store, each.variant) for each in moves])
    await _require_free(tx, asked, shelves)
    made = await move(tx, moves, Why(kind="TRANSFER", note=asked.note, transfer=asked.id))
    await tx.connection.execute(DECIDE, asked.id, "CONFIRMED", tx.now, tx.actor.author, None)
    return asked.changed.by(made)


async def decline(tx: Transaction, command: DeclineStockTransfer, within: Stores) -> Changed:
    """Nothing moves. Either end may, also who asked. Raises NotFound, Invalid or Refused."""
    reason = checked_reason(command.reason, what="A transfer is declined")
    asked = await _load(tx, command.transfer, within)
    await tx.connection.execute(DECIDE, asked.id, "DECLINED", tx.now, tx.actor.author, reason)
    return asked.changed


async def _load(tx: Transaction, id: UUID, within: Stores) -> Asked:
    """Lock a transfer that waits for its decision. Raises NotFound, or Refused where it has one."""
    row = await tx.connection.fetchrow(ASKED, id)
    if row is None or not (reaches(within, row["from_store"]) or reaches(within, row["to_store"])):
        raise NotFound("There is no such transfer.", "Check its id.")
    goods = tuple(Goods(*each) for each in await tx.connection.fetch(GOODS, id))
    asked = Asked(**row, goods=goods)
    if asked.decided_at is not None:
        done = f"The transfer was {asked.status.lower()} at {asked.decided_at:%Y-%m-%d %H:%M} UTC."
        raise _no("undecided", f"{done} It is decided once.", remedy="Ask for another.")
    return asked


def _moves(store: UUID, goods: Sequence[Goods], *, sign: Literal[-1, 1]) -> list[Move]:
    return [Move(store=store, variant=each.variant, quantity=sign * each.quantity) for each in goods]


async def _require_free(tx: Transaction, asked: Asked, shelves: Mapping[Place, Shelf]) -> None:
    """Raise Refused with every shelf of which too little is free."""
    short = {each.variant: each.quantity for each in asked.goods
             if shelves[asked.from_store, each.variant].free < each.quantity}  # fmt: skip
    if not short:
        return
    skus = {row["id"]: row["sku"] for row in await tx.connection.fetch(SKUS, list(short))}
    said = []
    for variant, wanted in short.items():
        shelf = shelves[asked.from_store, variant]
        lies = f"{shelf.quantity:,} lie there, {shelf.reserved:,} of them held for orders"
        said.append(f"Of {skus[variant]} {wanted:,} are to go; {lies}.")
    raise _no("enough_free", *said, remedy="Receive what is missing, or decline and ask for less.")


def _no(guard: str, *sentences: str, remedy: str) -> Refused:
    """A refusal by what is no machine: nothing of it takes an event."""
    reasons = tuple(Reason(guard=guard, sentence=each, remedy=remedy) for each in sentences)
    return Refused(Refusal("", "", "", reasons, ()), f"{' '.join(sentences)} {remedy}")
