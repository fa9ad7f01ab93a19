"""`orderway verify` over thousands of imported orders, against PostgreSQL checking the hash of each row alone.

Verify does that too, in Python, and besides replays every decision, compares every row, and tries every law.
"""

from __future__ import annotations

import asyncio
import re
import statistics
import sys
import time
from datetime import UTC, datetime, timedelta
from functools import partial

import uvloop
from benchmarks.bench_import import watched
from benchmarks.measure import DATA, ROUNDS, fresh_server, keep, other_load, take_turns

from orderway.app import make_workflow
from orderway.database import connect, connect_pool, create_database
from orderway.legacy.crew import LANES
from orderway.legacy.olist.bring import Import
from orderway.legacy.olist.ground import lay
from orderway.legacy.olist.plan import plan
from orderway.legacy.olist.read import load
from orderway.migrations import migrate
from orderway.workflow.runner import Runner

ORDERS = 6000

HASHES = """
SELECT count(*) FILTER (WHERE hash = orderway_log_hash(prev_hash, store_id, instance_id, step, order_id, machine,
    version, from_state, to_state, event, payload, facts, actor, on_behalf_of, reason, request_id, at))
FROM transition_log
"""


async def bring(url: str) -> None:
    """Bring the first of the orders over."""
    await migrate(url)
    orders = load(DATA / "olist")[:ORDERS]
    async with await connect_pool(url, size=LANES) as pool:
        async with pool.acquire() as connection:
            ground = await lay(connection, orders)
        await Import(
            runner=Runner(pool, make_workflow()),
            ground=ground,
            plan=partial(plan, return_window=timedelta(days=14), now=datetime.now(UTC)),
            stop=asyncio.Event(),
            on_order=lambda: None,
        ).bring(orders)
        await pool.execute("VACUUM ANALYZE")


async def hashes(url: str) -> float:
    """Rows a second of PostgreSQL, which recomputes their hashes in one query over one process."""
    connection = await connect(url)
    try:
        await connection.execute("SET max_parallel_workers_per_gather = 0")
        began = time.perf_counter()
        rows: int = await connection.fetchval(HASHES)
        return rows / (time.perf_counter() - began)
    finally:
        await connection.close()


def main() -> None:
    if not (DATA / "olist").is_dir():
        sys.exit(f"The orders are not there: {DATA / 'olist'}. Set ORDERWAY_DATA to the folder that holds olist/.")
    said: list[str] = []
    memory: list[float] = []

    def verify() -> float:
        out, used = watched(url, "verify")
        said.append(out.strip())
        memory.extend(used)
        found = re.search(r"Replayed ([\d,]+) log rows .* in ([\d.]+) s", out)
        return int(found[1].replace(",", "")) / float(found[2]) if found else 0.0

    with fresh_server() as server:
        url = server.url("bench")
        asyncio.run(create_database(server.url(), name="bench"))
        uvloop.run(bring(url))
        load_word = other_load()
        ours, theirs = take_turns(ROUNDS, verify, lambda: asyncio.run(hashes(url)))
    keep("The verification of the log", [
        f"{ORDERS:,} orders, medians of {ROUNDS} rounds in turn; {load_word}",
        statistics.mode(said),
        f"{ours:,.0f} log rows a second (wanted: at least 20,000)",
        f"PostgreSQL recomputing the hashes alone: {theirs:,.0f} a second, ratio {ours / theirs:.2f}",
        f"memory of the process: {max(memory):,.0f} MB at most",
    ])  # fmt: skip


if __name__ == "__main__":
    main()
