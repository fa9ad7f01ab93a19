"""One large receipt wakes the queue of its shelf: 2,500, 5,000 and 10,000 backorders, every commit on disk.

Each order waits for one piece, paid and with a fulfillment that is backordered. A worker serves them, page by page,
each in a transaction of its own. Meanwhile another process moves other orders, one every ten milliseconds, and notes
how long each move took; so it did before, while nobody was served. The peer is PostgreSQL alone: an order locked, its
piece held, and the commit, as often, over one connection.
"""

from __future__ import annotations

import asyncio
import itertools
import multiprocessing
import statistics
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection as Pipe
from uuid import UUID

import asyncpg
import uvloop
from benchmarks.measure import fresh_server, keep, other_load

from orderway.app import make_workflow, the_laws
from orderway.database import connect_pool, create_database
from orderway.fulfillment.backorders import PAGE, serve_all
from orderway.ids import new_id
from orderway.migrations import migrate
from orderway.quotation.context import PricedLine
from orderway.quotation.events import BuyerApproves, ExtendValidity, SellerApproves, Share
from orderway.quotation.opening import NewOrder, place
from orderway.sale.payments.events import Confirm
from orderway.sale.payments.opening import NewPayment, register
from orderway.settings import Settings
from orderway.stock.movements import Goods, receive
from orderway.workflow.actor import THE_SYSTEM
from orderway.workflow.kinds import Moved, Ref
from orderway.workflow.runner import Runner
from orderway.workflow.transaction import Transaction
from orderway.workflow.verify import verify

SIZES = (2500, 5000, 10_000)
QUIET = 15.0
"""Seconds in which the other orders are moved while nobody is served."""

PACE = 0.01
OTHERS = 200

LOCK = "SELECT FROM sale_order WHERE store_id = $1 AND id = $2 FOR UPDATE"
TAKE = "UPDATE stock SET reserved = reserved WHERE store_id = $1 AND variant_id = $2"
HOLD = "UPDATE reservation SET moved_at = now() WHERE store_id = $1 AND order_id = $2"
Move = tuple[float, float]
"""When a move began, on the clock of the machine, and the seconds it took."""


@dataclass
class Market:
    """A store, a buyer, and the door to them."""

    pool: asyncpg.Pool
    store: UUID
    customer: UUID
    product: UUID

    def __post_init__(self) -> None:
        self.door = Runner(self.pool, make_workflow(Settings({})))

    async def furnish(self) -> None:
        await self.pool.execute("INSERT INTO store VALUES ($1, 'Store', 'S', 'NGN')", self.store)
        await self.pool.execute(
            "INSERT INTO customer (id, kind, name, currency) VALUES ($1, 'CONSUMER', 'A customer', 'NGN')",
            self.customer,
        )
        await self.pool.execute("INSERT INTO product (id, name) VALUES ($1, 'A thing')", self.product)

    async def draft(self, tx: Transaction, variant: UUID) -> Moved:
        line = PricedLine(variant, "A thing", 1, 1000, 0, 0, 0, 1000)
        until = tx.now + timedelta(days=7)
        return await place(
            tx,
            NewOrder(
                store_id=self.store, customer_id=self.customer, currency="NGN", fulfillment_type="PICKUP",
                lines=(line,), valid_until=until,
            ),
        )  # fmt: skip

    async def backorder(self, variant: UUID) -> None:
        """A paid order that waits for its goods, in one transaction."""

        async def work(tx: Transaction) -> None:
            quotation = (await self.draft(tx, variant)).ref
            for event in (Share(), BuyerApproves(1), SellerApproves(1)):
                await tx.send(quotation, event)
            new = NewPayment(amount=1000, currency="NGN", method="CASH", provider="till", reference=str(new_id()))
            await tx.send((await register(tx, new)).ref, Confirm())

        await self.door.run(work, actor=THE_SYSTEM)

    async def queue(self, size: int) -> UUID:
        """A new variant that so many wait for."""
        variant = new_id()
        await self.pool.execute(
            "INSERT INTO variant (id, product_id, sku, name, price, currency) VALUES ($1, $2, $3, $3, 1000, 'NGN')",
            variant, self.product, f"wanted by {size}",
        )  # fmt: skip
        for _ in range(size):
            await self.backorder(variant)
        return variant

    async def others(self) -> list[Ref]:
        """Drafts that nobody waits with."""

        async def work(tx: Transaction) -> Ref:
            return (await self.draft(tx, variant)).ref

        variant = await self.pool.fetchval("SELECT id FROM variant LIMIT 1")
        return [await self.door.run(work, actor=THE_SYSTEM) for _ in range(OTHERS)]

    async def wake(self, variant: UUID, size: int) -> Move:
        """One receipt for all; when it began and the seconds until all are served."""
        async with self.pool.acquire() as connection, connection.transaction():
            goods = [Goods(variant, size)]
            await receive(connection, self.store, goods=goods, at=datetime.now(UTC), actor=THE_SYSTEM.id)
        began = time.monotonic()
        served = await serve_all(self.door)
        took = time.monotonic() - began
        waiting = await self.pool.fetchval(
            "SELECT count(*) FROM fulfillment f JOIN reservation r USING (store_id, order_id)"
            " WHERE f.state = 'BACKORDERED' AND r.variant_id = $1",
            variant,
        )
        if served != size or waiting:
            raise RuntimeError(f"{served} of {size} were served; {waiting} still wait.")
        return began, took

    async def alone(self, variant: UUID, size: int) -> float:
        """Seconds of PostgreSQL for as many, in transactions of their own."""
        rows = await self.pool.fetch("SELECT order_id FROM reservation WHERE variant_id = $1 LIMIT $2", variant, size)
        async with self.pool.acquire() as connection:
            began = time.monotonic()
            for row in rows:
                async with connection.transaction():
                    await connection.execute(LOCK, self.store, row["order_id"])
                    await connection.execute(TAKE, self.store, variant)
                    await connection.execute(HOLD, self.store, row["order_id"])
            return time.monotonic() - began


def move_others(url: str, refs: list[Ref], pipe: Pipe) -> None:
    """Move other orders at a steady pace until something comes through the pipe; then tell of each move."""

    async def work() -> list[Move]:
        moves: list[Move] = []
        async with await connect_pool(url, size=1) as pool:
            door = Runner(pool, make_workflow(Settings({})))
            for ref in itertools.cycle(refs):
                if pipe.poll():
                    return moves
                began = time.monotonic()
                await door.send(ref, ExtendValidity(1), actor=THE_SYSTEM)
                moves.append((began, time.monotonic() - began))
                await asyncio.sleep(max(0.0, began + PACE - time.monotonic()))
        return moves

    pipe.send(uvloop.run(work()))


def told(name: str, moves: list[Move]) -> str:
    """How long these moves took."""
    cuts = statistics.quantiles([took for _, took in moves], n=100)
    return f"{len(moves):,} moves of other orders {name}: p50 {cuts[49] * 1000:.1f}, p99 {cuts[98] * 1000:.1f} ms"


async def measure(url: str) -> list[str]:
    """The lines of the page of results."""
    await migrate(url)
    store, customer, product = new_id(), new_id(), new_id()
    async with await connect_pool(url, size=1) as pool:
        await pool.execute("SET synchronous_commit = off")  # what is not measured need not reach the disk
        market = Market(pool, store, customer, product)
        await market.furnish()
        queues = [(size, await market.queue(size)) for size in SIZES]
        refs = await market.others()
        await pool.execute("VACUUM ANALYZE")
    async with await connect_pool(url, size=3) as pool:
        market = Market(pool, store, customer, product)
        here, there = multiprocessing.Pipe()
        mover = multiprocessing.get_context("spawn").Process(target=move_others, args=(url, refs, there))
        mover.start()
        await asyncio.sleep(3)  # it has begun
        quiet = time.monotonic()
        await asyncio.sleep(QUIET)
        woken = [(size, *(await market.wake(variant, size))) for size, variant in queues]
        here.send("Enough.")
        moves: list[Move] = here.recv()
        mover.join()
        peer = await market.alone(queues[-1][1], SIZES[0])
        async with pool.acquire() as connection:
            verdict = await verify(connection, market.door.workflow, the_laws(), now=datetime.now(UTC))
    if verdict.findings:
        raise RuntimeError(f"The books do not agree: {verdict.findings[0]}")
    first, last = woken[0], woken[-1]
    during = [move for move in moves if any(began <= move[0] <= began + took for _, began, took in woken)]
    return [
        f"one receipt each, served in pages of {PAGE} by one worker while another process moves other orders; verified",
        *(f"{size:,} backorders: {took:.1f} s, {size / took:,.0f} orders/s" for size, _, took in woken),
        f"an order of {last[0]:,} costs {last[2] / last[0] / (first[2] / first[0]):.2f} times one of {first[0]:,}",
        f"PostgreSQL alone: {SIZES[0] / peer:,.0f} orders/s",
        told("while nobody is served", [move for move in moves if quiet <= move[0] < quiet + QUIET]),
        told("while the queues are served", during),
    ]


def main() -> None:
    with fresh_server() as server:
        url = server.url("bench")
        asyncio.run(create_database(server.url(), name="bench"))
        load = other_load()
        said = uvloop.run(measure(url))
    keep("Backorders woken by one receipt", [load, *said])


if __name__ == "__main__":
    main()
