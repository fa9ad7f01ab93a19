"""Goods that arrive in a story: received as a person does it, and the first who wait for them served."""

from dataclasses import dataclass
from uuid import UUID

from orderway.fulfillment.backorders import serve_first
from orderway.stock.changes import change
from orderway.stock.commands import ReceiveStock
from orderway.stock.movements import Goods
from orderway.workflow.actor import Actor
from orderway.workflow.runner import Runner
from orderway.workflow.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Arrival:
    """Goods that come into a store, and a note for the movement."""

    store_id: UUID
    goods: tuple[Goods, ...]
    note: str | None = None


async def arrive(runner: Runner, arrival: Arrival, *, actor: Actor) -> int:
    """Receive goods, then serve the first who are missing them; gives how many are missing nothing any more."""
    store, variants = arrival.store_id, [each.variant for each in arrival.goods]

    async def work(tx: Transaction) -> None:
        await change(tx, ReceiveStock(store=store, goods=arrival.goods, note=arrival.note), within=None)

    await runner.run(work, actor=actor)
    return await serve_first(runner, store, variants, actor=actor.behind())
