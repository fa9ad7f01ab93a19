"""A full transition through `Runner.send`, against pgbench running the same statements one by one.

Both move quotations by EXTEND_VALIDITY: lock the order and the quotation, read it, update it, log, count, tell; each
move is a transaction that reaches the disk, over 8 connections, on the same server and the same tables with the same
constraints. Python's share is its processor time for a transition.
"""

from __future__ import annotations

import asyncio
import random
import re
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import uvloop
from benchmarks.measure import ROUNDS, fresh_server, keep, other_load, run, take_turns

from orderway.app import make_workflow
from orderway.cluster import programs
from orderway.database import connect_pool, create_database
from orderway.ids import new_id
from orderway.migrations import migrate
from orderway.quotation.context import QuotationContext
from orderway.quotation.events import ExtendValidity
from orderway.workflow.actor import THE_SYSTEM
from orderway.workflow.kinds import Ref
from orderway.workflow.runner import Runner
from orderway.workflow.transaction import Transaction

CONNECTIONS = 8
ORDERS = 400
SECONDS = 5.0

ONE_BY_ONE = """
\\set n random(1, {orders})
BEGIN;
SELECT o.store_id, o.id AS order_id, o.outbox_number + 1 AS number FROM sale_order o JOIN bench b ON b.order_id = o.id
  AND b.store_id = o.store_id WHERE b.n = :n FOR UPDATE OF o \\gset
SELECT q.id, q.version, q.state, q.context, q.history, q.step + 1 AS step, encode(q.hash, 'hex') AS hash
  FROM quotation q WHERE q.store_id = :store_id AND q.order_id = :order_id FOR UPDATE \\gset
INSERT INTO transition_log (store_id, instance_id, step, order_id, machine, version, from_state, to_state, event,
  payload, facts, actor, at, prev_hash, hash)
SELECT store_id, instance_id, step, order_id, machine, version, from_state, to_state, event, payload, facts, actor, at,
  prev_hash, orderway_log_hash(prev_hash, store_id, instance_id, step, order_id, machine, version, from_state, to_state,
    event, payload, facts, actor, NULL, NULL, NULL, at)
FROM (SELECT :store_id::uuid AS store_id, :id::uuid AS instance_id, :step::integer AS step, :order_id::uuid AS order_id,
  'quotation' AS machine, :version::smallint AS version, :state::text AS from_state, :state::text AS to_state,
  'EXTEND_VALIDITY' AS event, '{{"days": 1}}'::json AS payload,
  '{{"now":"2026-03-02T12:00:00.123456Z","actor":"system","party":"seller","priced":[],"may_price": false}}'::json
    AS facts,
  'system' AS actor, now() AS at, decode(:hash, 'hex') AS prev_hash) AS n
RETURNING encode(hash, 'hex') AS new_hash \\gset
UPDATE quotation SET state = :state, context = :context::json, history = :history::json, step = :step::integer,
  hash = decode(:new_hash, 'hex'), due_at = now(), due_event = 'EXPIRE', moved_at = now()
  WHERE store_id = :store_id::uuid AND id = :id::uuid;
UPDATE sale_order SET outbox_number = :number::integer WHERE store_id = :store_id::uuid AND id = :order_id::uuid;
INSERT INTO outbox (store_id, order_id, number, id, type, data, instance_id, step, at)
VALUES (:store_id::uuid, :order_id::uuid, :number::integer, gen_random_uuid(), 'order.quotation.extend_validity',
  '{{"machine":"quotation","instance":"00000000-0000-0000-0000-000000000000","step": 1,"event":"EXTEND_VALIDITY"}}',
  :id::uuid, :step::integer, now());
COMMIT;
"""


async def furnish(pool: asyncpg.Pool, door: Runner) -> list[Ref]:
    """Orders with a quotation each."""
    store, customer = new_id(), new_id()
    await pool.execute("INSERT INTO store VALUES ($1, 'Store', 'store', 'NGN')", store)
    await pool.execute(
        "INSERT INTO customer (id, kind, name, currency) VALUES ($1, 'CONSUMER', 'A customer', 'NGN')", customer
    )
    await pool.execute("CREATE TABLE bench (n integer PRIMARY KEY, store_id uuid, order_id uuid)")
    refs = []
    for number in range(1, ORDERS + 1):
        order = new_id()
        await pool.execute(
            "INSERT INTO sale_order (store_id, id, number, customer_id, currency, fulfillment_type, placed_at)"
            " VALUES ($1, $2, $3, $4, 'NGN', 'PICKUP', now())",
            store, order, str(number), customer,
        )  # fmt: skip
        await pool.execute("INSERT INTO bench VALUES ($1, $2, $3)", number, store, order)

        async def work(tx: Transaction, order: object = order) -> Ref:
            await tx.lock(store, order)  # type: ignore[arg-type]
            until = datetime.now(UTC) + timedelta(days=30)
            return (await tx.open("quotation", QuotationContext(currency="NGN", valid_until=until))).ref

        refs.append(await door.run(work, actor=THE_SYSTEM))
    return refs


def silent(pool: asyncpg.Pool) -> Runner:
    """A door that tells nobody of news."""
    return Runner(pool, make_workflow())


async def through_the_door(
    url: str, seconds: float, made: Callable[[asyncpg.Pool], Runner] = silent
) -> tuple[float, float]:
    """Transitions a second, and microseconds of this process's time for each."""
    async with await connect_pool(url, size=CONNECTIONS) as pool:
        door = made(pool)
        rows = await pool.fetch("SELECT store_id, id FROM quotation")
        refs = [Ref("quotation", row["store_id"], row["id"]) for row in rows]
        await asyncio.gather(*(door.send(ref, ExtendValidity(1), actor=THE_SYSTEM) for ref in refs[:CONNECTIONS]))
        done = 0
        end = time.perf_counter() + seconds

        async def client() -> None:
            nonlocal done
            while time.perf_counter() < end:
                await door.send(random.choice(refs), ExtendValidity(1), actor=THE_SYSTEM)  # noqa: S311
                done += 1

        began, cpu = time.perf_counter(), time.process_time()
        await asyncio.gather(*(client() for _ in range(CONNECTIONS)))
        return done / (time.perf_counter() - began), (time.process_time() - cpu) / done * 1e6


def one_by_one(url: str, script: Path, seconds: float) -> float:
    """Transactions a second of pgbench."""
    said = run(
        str(programs() / "pgbench"), "-n", "-M", "prepared", "-c", str(CONNECTIONS), "-j", "2",
        "-T", str(round(seconds)), "-f", str(script), url,
    )  # fmt: skip
    found = re.search(r"tps = ([\d.]+)", said)
    return float(found[1]) if found else 0.0


def main() -> None:
    with fresh_server() as server, tempfile.TemporaryDirectory() as folder:
        url = server.url("bench")
        script = Path(folder) / "one_by_one.sql"
        script.write_text(ONE_BY_ONE.format(orders=ORDERS))

        async def prepare() -> None:
            await create_database(server.url(), name="bench")
            await migrate(url)
            async with await connect_pool(url, size=CONNECTIONS) as pool:
                await furnish(pool, Runner(pool, make_workflow()))

        asyncio.run(prepare())
        load = other_load()
        costs: list[float] = []

        def door() -> float:
            rate, cost = uvloop.run(through_the_door(url, SECONDS))
            costs.append(cost)
            return rate

        ours, theirs = take_turns(ROUNDS, door, lambda: one_by_one(url, script, SECONDS))
    keep("A transition through Runner.send", [
        f"{CONNECTIONS} connections, medians of {ROUNDS} rounds of {SECONDS:.0f} s in turn, all on disk; {load}",
        f"Runner.send: {ours:,.0f} transitions a second",
        f"pgbench, the same statements one by one: {theirs:,.0f} a second",
        f"ratio {ours / theirs:.2f} (wanted: at least 0.45)",
        f"Python's side: {sorted(costs)[len(costs) // 2]:,.0f} µs of processor time a transition (wanted: at most 450)",
    ])  # fmt: skip


if __name__ == "__main__":
    main()
