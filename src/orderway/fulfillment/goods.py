"""The goods of a fulfillment: allocated, committed, released, taken back and restocked."""

from __future__ import annotations

from orderway.fulfillment.effects import AllocateStock, CommitStock, ReleaseStock, Restock, TakeBackStock
from orderway.fulfillment.events import ReserveMiss, ReserveOk
from orderway.stock.movements import LineBack, restock, take_back
from orderway.stock.reservations import commit, release, reserve
from orderway.workflow.kinds import Instance
from orderway.workflow.transaction import Transaction


async def allocate(tx: Transaction, fulfillment: Instance, _effect: AllocateStock) -> None:
    """Hold what can be held, and tell the fulfillment; one that waits already hears only that all is there."""
    missing = await reserve(tx, fulfillment.context.part)
    with tx.as_system():
        if not missing:
            await tx.send(fulfillment.ref, ReserveOk())
        elif tx.takes(fulfillment, ReserveMiss):
            await tx.send(fulfillment.ref, ReserveMiss(missing))


async def commit_stock(tx: Transaction, fulfillment: Instance, _effect: CommitStock) -> None:
    await commit(tx, fulfillment.context.part)


async def release_stock(tx: Transaction, fulfillment: Instance, _effect: ReleaseStock) -> None:
    await release(tx, fulfillment.context.part)


async def take_back_stock(tx: Transaction, fulfillment: Instance, _effect: TakeBackStock) -> None:
    await take_back(tx, fulfillment.context.part)


async def restock_goods(tx: Transaction, fulfillment: Instance, effect: Restock) -> None:
    await restock(tx, fulfillment.context.part, [LineBack(each.line, each.quantity) for each in effect.lines])
