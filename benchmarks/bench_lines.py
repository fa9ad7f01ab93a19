"""A sale of many lines on its whole way: 50, 500 and 5,000 of them, each of another variant, every commit on disk.

Editing prices and writes the lines; agreeing opens the sale and holds the stock; clearing takes the payment, opens the
fulfillment and sees that all is held; shipping takes the stock off the shelf. The peer is PostgreSQL alone: inserting
as many lines and reservations, in one statement each, with the same constraints.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import uvloop
from benchmarks.measure import ROUNDS, fresh_server, keep, other_load

from orderway.app import make_workflow
from orderway.database import connect_pool, create_database
from orderway.delivery.address import Delivery
from orderway.fulfillment.events import CarrierSelected, FulfillmentStarted, PackageShipped
from orderway.ids import new_id
from orderway.migrations import migrate
from orderway.quotation.events import BuyerApproves, Edit, LineWanted, SellerApproves, Share
from orderway.quotation.opening import NewOrder, place
from orderway.sale.payments.events import Confirm
from orderway.sale.payments.opening import NewPayment, register
from orderway.settings import Settings
from orderway.stock.movements import Goods, receive
from orderway.workflow.actor import THE_SYSTEM
from orderway.workflow.kinds import Moved, Ref
from orderway.workflow.runner import Runner
from orderway.workflow.transaction import Transaction

SIZES = (50, 500, 5000)
STEPS = ("drafting", "editing", "agreeing", "clearing", "shipping")
DOOR = Delivery(receiver="The buyer", phone="+234 803 123 4567", address="1 Marina", city="Lagos")
ORDERS = (len(SIZES) + 1) * ROUNDS * 2
"""No more of each variant is sold than lies there."""

PEER = """
WITH lines AS (
    INSERT INTO order_line (store_id, order_id, position, variant_id, description, quantity, unit_price, discount, tax,
        freight)
    SELECT $1, $2, g.position, g.variant_id, 'A thing', 1, 1000, 0, 0, 0
    FROM unnest($3::uuid[]) WITH ORDINALITY AS g (variant_id, position)
    RETURNING id, variant_id
)
SELECT count(*) FROM lines
"""
HOLD = """
INSERT INTO reservation (store_id, line_id, part, order_id, variant_id, quantity, status, asked_at, moved_at)
SELECT store_id, id, 1, order_id, variant_id, quantity, 'HELD', now(), now() FROM order_line
WHERE store_id = $1 AND order_id = $2
"""


class Market:
    """A store with thousands of variants, and the door to it."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self.pool = pool
        self.door = Runner(pool, make_workflow(Settings({})))
        self.store, self.customer = new_id(), new_id()
        self.variants = [new_id() for _ in range(max(SIZES))]

    async def furnish(self) -> None:
        await self.pool.execute("INSERT INTO store VALUES ($1, 'Store', 'S', 'NGN')", self.store)
        await self.pool.execute(
            "INSERT INTO customer (id, kind, name, currency) VALUES ($1, 'CONSUMER', 'A customer', 'NGN')",
            self.customer,
        )
        product = new_id()
        await self.pool.execute("INSERT INTO product (id, name) VALUES ($1, 'A thing')", product)
        await self.pool.executemany(
            "INSERT INTO variant (id, product_id, sku, name, price, currency, tax_rate)"
            " VALUES ($1, $2, $3, $3, 1000, 'NGN', 750)",
            [(id, product, f"no. {number}") for number, id in enumerate(self.variants)],
        )
        async with self.pool.acquire() as connection:
            goods = [Goods(id, ORDERS) for id in self.variants]
            await receive(connection, self.store, goods=goods, at=datetime.now(UTC), actor=THE_SYSTEM.id)
        await self.pool.execute("VACUUM ANALYZE")

    async def run(self, size: int) -> dict[str, float]:
        """Bring an order of so many lines from its draft to its shipping; seconds of each step."""
        wanted = tuple(LineWanted(variant, 1) for variant in self.variants[:size])
        taken: dict[str, float] = {}

        async def step(name: str, work: Callable[[Transaction], Awaitable[Moved]]) -> Moved:
            began = time.perf_counter()
            done = await self.door.run(work, actor=THE_SYSTEM)
            taken[name] = taken.get(name, 0.0) + time.perf_counter() - began
            return done

        async def draft(tx: Transaction) -> Moved:
            until = tx.now + timedelta(days=7)
            new = NewOrder(
                store_id=self.store, customer_id=self.customer, currency="NGN", fulfillment_type="DELIVERY",
                valid_until=until, delivery=DOOR,
            )  # fmt: skip
            return await tx.send((await place(tx, new)).ref, Edit(wanted))

        moved = await step("drafting", draft)
        quotation, order = moved.ref, moved.order_id

        async def send(tx: Transaction, machine: str, event: object) -> Moved:
            return await tx.send(await self.ref(machine, order), event)

        async def pay(tx: Transaction) -> Moved:
            sale = await tx.load(await self.ref("sale", order))
            new = NewPayment(
                amount=sale.context.grand_total, currency="NGN", method="CASH", provider="till", reference=str(order)
            )
            return await tx.send((await register(tx, new)).ref, Confirm())

        await step("editing", lambda tx: tx.send(quotation, Edit(wanted[::-1])))
        for event in (Share(), BuyerApproves(3), SellerApproves(3)):
            await step("agreeing", lambda tx, event=event: send(tx, "quotation", event))  # type: ignore[misc]
        await step("clearing", pay)
        for event in (FulfillmentStarted(), CarrierSelected("Swift"), PackageShipped()):
            await step("shipping", lambda tx, event=event: send(tx, "fulfillment", event))  # type: ignore[misc]
        state = await self.pool.fetchval("SELECT state FROM fulfillment WHERE order_id = $1", order)
        if state != "SHIPPED":
            raise RuntimeError(f"The order came to {state}.")
        return taken

    async def ref(self, machine: str, order: UUID) -> Ref:
        """The order's only instance of a machine."""
        found = await self.pool.fetchval(f"SELECT id FROM {machine} WHERE order_id = $1", order)  # noqa: S608  (ours)
        return Ref(machine, self.store, found)

    async def alone(self, size: int) -> float:
        """Seconds of PostgreSQL for as many lines and reservations."""
        async with self.pool.acquire() as connection, connection.transaction():
            order: UUID = new_id()
            await connection.execute(
                "INSERT INTO sale_order (store_id, id, number, customer_id, currency, fulfillment_type, placed_at)"
                " VALUES ($1, $2, $3, $4, 'NGN', 'PICKUP', now())",
                self.store, order, str(order), self.customer,
            )  # fmt: skip
            began = time.perf_counter()
            await connection.execute(PEER, self.store, order, self.variants[:size])
            await connection.execute(HOLD, self.store, order)
            return time.perf_counter() - began


async def measure(url: str) -> list[str]:
    """The lines of the page of results."""
    await migrate(url)
    async with await connect_pool(url, size=2) as pool:
        market = Market(pool)
        await market.furnish()
        await market.run(SIZES[0])
        said, clearing = [], {}
        for size in SIZES:
            rounds = [await market.run(size) for _ in range(ROUNDS)]
            medians = {name: statistics.median(each[name] for each in rounds) for name in STEPS}
            peer = statistics.median([await market.alone(size) for _ in range(ROUNDS)])
            clearing[size] = medians["clearing"]
            steps = ", ".join(f"{name} {seconds * 1000:,.0f} ms" for name, seconds in medians.items())
            each = sum(medians.values()) / size * 1e6
            said.append(
                f"{size:,} lines: {steps}; {each:,.0f} µs a line in all; PostgreSQL alone {peer * 1000:,.0f} ms"
            )
        last, before = SIZES[-1], SIZES[-2]
        grows = clearing[last] / clearing[before]
        said.append(
            f"clearing {last:,} lines: {clearing[last]:.2f} s (wanted: at most 2), {grows:.1f} times that of {before}"
        )
        return said


def main() -> None:
    with fresh_server() as server:
        url = server.url("bench")
        asyncio.run(create_database(server.url(), name="bench"))
        load = other_load()
        said = uvloop.run(measure(url))
    keep("A sale of many lines", [f"medians of {ROUNDS} rounds; {load}", *said])


if __name__ == "__main__":
    main()
