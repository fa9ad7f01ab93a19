"""Changing what lies on the shelves by hand: each change is checked, made under the shelf's lock, and kept for good."""

from __future__ import annotations

from uuid import UUID

from orderway.stock.checks import (
    Stores,
    WrongQuantity,
    checked_goods,
    checked_pieces,
    checked_reason,
    require_store,
    require_variants,
)
from orderway.stock.commands import (
    AdjustStock,
    Command,
    ConfirmStockTransfer,
    DeclineStockTransfer,
    ReceiveStock,
    RequestStockTransfer,
    SetReorderPoint,
)
from orderway.stock.movements import receive
from orderway.stock.shelves import Move, Shelf, Why, lock, move
from orderway.stock.transfers import Changed, confirm, decline, request
from orderway.workflow.transaction import Transaction

MANAGE = "stock.manage"

MATTERS = {
    ReceiveStock: "receive stock",
    AdjustStock: "adjust stock",
    RequestStockTransfer: "ask for a transfer of stock",
    ConfirmStockTransfer: "confirm a transfer of stock",
    DeclineStockTransfer: "decline a transfer of stock",
    SetReorderPoint: "set reorder points",
}
"""What each command does, as a sentence has it."""


async def change(tx: Transaction, command: Command, *, within: Stores) -> Changed:
    """Do what the command says, in the stores `within` which the actor manages stock.

    Raises Refused for who may not and for what can not be done now, NotFound for what is not there or out of reach, and
    Invalid for what can not be.
    """
    tx.require(MANAGE, to=MATTERS[type(command)])
    match command:
        case ReceiveStock():
            return await _receive(tx, command, within)
        case AdjustStock():
            return await _adjust(tx, command, within)
        case SetReorderPoint():
            return await _set_reorder_point(tx, command, within)
        case RequestStockTransfer():
            return await request(tx, command, within)
        case ConfirmStockTransfer():
            return await confirm(tx, command, within)
        case DeclineStockTransfer():
            return await decline(tx, command, within)


async def _receive(tx: Transaction, command: ReceiveStock, within: Stores) -> Changed:
    goods = checked_goods(command.goods)
    variants = tuple(each.variant for each in goods)
    await require_store(tx.connection, command.store, within=within)
    await require_variants(tx.connection, variants)
    made = await receive(
        tx.connection, command.store, goods=goods, at=tx.now, actor=tx.actor.author, note=command.note or None
    )
    return Changed(stores=(command.store,), variants=variants, movements=made)


async def _adjust(tx: Transaction, command: AdjustStock, within: Stores) -> Changed:
    """A count that finds what the shelf says changes nothing."""
    reason = checked_reason(command.reason, what="Stock is adjusted")
    store = await require_store(tx.connection, command.store, within=within)
    await require_variants(tx.connection, [command.variant])
    place = (command.store, command.variant)
    shelf = (await lock(tx, [place]))[place]
    by = _difference(command, shelf)
    if by < -shelf.free:
        raise WrongQuantity(
            f"{shelf.quantity:,} pieces lie in {store}, and {shelf.reserved:,} of them are held for orders.",
            f"At most {shelf.free:,} can be taken away: cancel or deliver orders first.",
            "by" if command.counted is None else "counted",
        )
    changed = Changed(stores=(command.store,), variants=(command.variant,))
    if by == 0:
        return changed
    moves = [Move(store=command.store, variant=command.variant, quantity=by)]
    return changed.by(await move(tx, moves, Why(kind="ADJUSTMENT", note=reason)))


def _difference(command: AdjustStock, shelf: Shelf) -> int:
    """By how many pieces the shelf changes. Raises WrongQuantity."""
    if (command.by is None) == (command.counted is None):
        raise WrongQuantity("Say either by how many pieces the shelf changes, or how many were counted.", field="by")
    if command.counted is not None:
        return checked_pieces(command.counted, at_least=0, field="counted") - shelf.quantity
    by = command.by or 0
    if by == 0:
        raise WrongQuantity("By 0 pieces nothing changes.", "Say how many there are more, or with a minus fewer.", "by")
    checked_pieces(abs(by), at_least=1, field="by")
    return by


SET = "UPDATE stock SET reorder_point = $3 WHERE store_id = $1 AND variant_id = $2"
LOG = """
INSERT INTO reorder_point_change (store_id, variant_id, was, became, at, actor) VALUES ($1, $2, $3, $4, $5, $6)
"""


async def _set_reorder_point(tx: Transaction, command: SetReorderPoint, within: Stores) -> Changed:
    """One that is so already is not entered."""
    pieces = command.pieces
    if pieces is not None:
        checked_pieces(pieces, at_least=0, field="pieces")
    await require_store(tx.connection, command.store, within=within)
    await require_variants(tx.connection, [command.variant])
    place: tuple[UUID, UUID] = (command.store, command.variant)
    was = (await lock(tx, [place]))[place].reorder_point
    if was != pieces:
        await tx.connection.execute(SET, *place, pieces)
        await tx.connection.execute(LOG, *place, was, pieces, tx.now, tx.actor.author)
    return Changed(stores=(command.store,), variants=(command.variant,))
