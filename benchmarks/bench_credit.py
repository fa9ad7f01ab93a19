"""Credit decisions under 32 connections on one customer: how long one waits, and that none is lost.

Every connection sends sales of the same customer on account, so each decision waits for the lock of the one credit
account: their times are those of a queue. Half of the sales fit into the limit and clear, half go into review. At the
end the account owes exactly what cleared, and no decision was answered with a deadlock. The peer of the same run is
pgbench, whose transactions lock and move the same account and write the same entry over as many connections.
"""

from __future__ import annotations

import asyncio
import re
import statistics
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import asyncpg
import uvloop
from benchmarks.measure import ROUNDS, fresh_server, keep, other_load, run, take_turns

from orderway.app import make_workflow, the_laws
from orderway.cluster import programs
from orderway.database import connect_pool, create_database
from orderway.ids import new_id
from orderway.migrations import migrate
from orderway.quotation.context import PricedLine
from orderway.quotation.events import BuyerApproves, SellerApproves, Share
from orderway.quotation.opening import NewOrder, place
from orderway.sale.events import SetPaymentMethod
from orderway.workflow.actor import THE_SYSTEM
from orderway.workflow.kinds import Moved, Ref
from orderway.workflow.runner import Runner
from orderway.workflow.transaction import Transaction
from orderway.workflow.verify import verify

CONNECTIONS = 32
SALES = 320
PRICE = 1000
SECONDS = 5.0

# What a decision does to the account, and nothing else of it: the lock, the running sum, the entry, the commit.
ACCOUNT_ALONE = """
BEGIN;
SELECT exposure FROM credit_profile WHERE customer_id = '{customer}' FOR UPDATE;
INSERT INTO credit_entry (store_id, order_id, customer_id, currency, amount, why, at, actor)
VALUES ('{store}', '{order}', '{customer}', 'NGN', 1, 'cleared', now(), 'system');
COMMIT;
"""


@dataclass
class Ground:
    """One store and one variant; each round has a customer of its own."""

    store: UUID
    variant: UUID


async def furnish(pool: asyncpg.Pool) -> Ground:
    ground = Ground(new_id(), new_id())
    await pool.execute("INSERT INTO store VALUES ($1, 'Store', 'store', 'NGN')", ground.store)
    await pool.execute("INSERT INTO product (id, name) VALUES ($1, 'Shirt')", ground.variant)
    await pool.execute(
        "INSERT INTO variant (id, product_id, sku, price, currency) VALUES ($1, $1, 'SHIRT', $2, 'NGN')",
        ground.variant, PRICE,
    )  # fmt: skip
    return ground


async def a_customer(pool: asyncpg.Pool) -> UUID:
    """A reseller who may owe half of what they are about to buy."""
    customer = new_id()
    await pool.execute(
        "INSERT INTO customer (id, kind, name, currency) VALUES ($1, 'RESELLER', 'A customer', 'NGN')", customer
    )
    await pool.execute(
        "INSERT INTO credit_profile (customer_id, currency, policy, tier, custom_limit)"
        " VALUES ($1, 'NGN', 'FIXED', 'GOLD', $2)",
        customer, SALES * PRICE // 2,
    )  # fmt: skip
    return customer


async def agreed(door: Runner, ground: Ground, customer: UUID) -> Ref:
    """A sale that both sides agreed on."""
    line = PricedLine(ground.variant, "Shirt", 1, PRICE, 0, 0, 0, PRICE)
    until = datetime.now(UTC) + timedelta(days=7)
    new = NewOrder(
        store_id=ground.store, customer_id=customer, currency="NGN", fulfillment_type="PICKUP", lines=(line,),
        valid_until=until,
    )  # fmt: skip

    async def work(tx: Transaction) -> Moved:
        placed = await place(tx, new)
        for event in (Share(), BuyerApproves(1), SellerApproves(1)):
            await tx.send(placed.ref, event)
        return placed

    placed = await door.run(work, actor=THE_SYSTEM)
    sale = await door.pool.fetchval("SELECT id FROM sale WHERE order_id = $1", placed.order_id)
    return Ref("sale", ground.store, sale)


async def decisions(url: str, ground: Ground) -> tuple[float, list[float]]:
    """Decisions a second, and the seconds of each; fails where one was lost or the account says anything else."""
    async with await connect_pool(url, size=CONNECTIONS) as pool:
        door = Runner(pool, make_workflow())
        customer = await a_customer(pool)
        sales = await asyncio.gather(*(agreed(door, ground, customer) for _ in range(SALES)))
        taken: list[float] = []

        async def client(mine: list[Ref]) -> None:
            for sale in mine:
                began = time.perf_counter()
                await door.send(sale, SetPaymentMethod("INVOICE"), actor=THE_SYSTEM)
                taken.append(time.perf_counter() - began)

        began = time.perf_counter()
        await asyncio.gather(*(client(list(sales[number::CONNECTIONS])) for number in range(CONNECTIONS)))
        seconds = time.perf_counter() - began
        exposure = await pool.fetchval("SELECT exposure FROM credit_profile WHERE customer_id = $1", customer)
        if exposure != SALES * PRICE // 2:
            raise RuntimeError(f"The account says {exposure} instead of {SALES * PRICE // 2}: an update was lost.")
        return SALES / seconds, taken


async def afterwards(url: str) -> tuple[int, int]:
    """How many deadlocks PostgreSQL counted, and how many findings the verification has."""
    async with await connect_pool(url) as pool, pool.acquire() as connection:
        deadlocks: int = await connection.fetchval(
            "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        )
        return deadlocks, len((await verify(connection, make_workflow(), the_laws())).findings)


def account_alone(url: str, script: Path) -> float:
    """Transactions a second of pgbench on the one account."""
    said = run(
        str(programs() / "pgbench"), "-n", "-M", "prepared", "-c", str(CONNECTIONS), "-j", "2",
        "-T", str(round(SECONDS)), "-f", str(script), url,
    )  # fmt: skip
    found = re.search(r"tps = ([\d.]+)", said)
    return float(found[1]) if found else 0.0


def main() -> None:
    with fresh_server() as server, tempfile.TemporaryDirectory() as folder:
        url, peer = server.url("bench"), server.url("peer")
        script = Path(folder) / "account_alone.sql"

        async def prepare(url: str) -> Ground:
            await migrate(url)
            async with await connect_pool(url) as pool:
                ground = await furnish(pool)
                sale = await agreed(Runner(pool, make_workflow()), ground, await a_customer(pool))
                row = await pool.fetchrow(
                    "SELECT s.order_id, o.customer_id FROM sale s JOIN sale_order o ON o.id = s.order_id"
                    " WHERE s.id = $1",
                    sale.id,
                )
                values = {"store": ground.store, "order": row["order_id"], "customer": row["customer_id"]}
                script.write_text(ACCOUNT_ALONE.format(**values))
            return ground

        async def prepare_both() -> Ground:
            for name in ("bench", "peer"):
                await create_database(server.url(), name=name)
            ground = await prepare(url)
            await prepare(peer)
            return ground

        ground, load = asyncio.run(prepare_both()), other_load()
        taken: list[float] = []

        def ours() -> float:
            rate, times = uvloop.run(decisions(url, ground))
            taken.extend(times)
            return rate

        decided, alone = take_turns(ROUNDS, ours, lambda: account_alone(peer, script))
        deadlocks, wrong = asyncio.run(afterwards(url))
    half, most, nearly_all = (statistics.quantiles(taken, n=100)[place - 1] * 1e3 for place in (50, 95, 99))
    keep("Credit decisions on one customer", [
        f"{CONNECTIONS} connections, {SALES} sales a round, medians of {ROUNDS} rounds in turn, all on disk; {load}",
        f"{decided:,.0f} decisions a second, with stock, fulfillment and log",
        f"of {len(taken):,} decisions: p50 {half:,.0f} ms, p95 {most:,.0f} ms, p99 {nearly_all:,.0f} ms",
        f"pgbench, the account's lock and entry alone: {alone:,.0f} a second, ratio {decided / alone:.2f}",
        f"deadlocks: {deadlocks}; the account says what cleared in every round; findings of the verification: {wrong}",
    ])  # fmt: skip


if __name__ == "__main__":
    main()
