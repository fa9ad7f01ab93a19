"""A backfill beside people's work: transitions over 8 connections, in turn without it and with it, all on disk.

The sample is read as `orderway import legacy --rows` reads it, and each row that waits is copied with its buyer until
there are ORDERS of them (1,000,000). The backfill runs as a user would run it, at its usual pace or at PACE, and is
stopped after each round: it is measured while it goes on, not until it is done.
"""

from __future__ import annotations

import asyncio
import gzip
import os
import random
import re
import signal
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass

import asyncpg
import uvloop
from benchmarks.bench_send import CONNECTIONS, furnish
from benchmarks.measure import DATA, ROUNDS, fresh_server, keep, other_load

from orderway.app import make_workflow
from orderway.database import connect, connect_pool, create_database
from orderway.legacy.backfill.pace import USUAL
from orderway.migrations import migrate
from orderway.quotation.events import ExtendValidity
from orderway.workflow.actor import THE_SYSTEM
from orderway.workflow.kinds import Ref
from orderway.workflow.runner import Runner

MANY = int(os.environ.get("ORDERS", "1000000"))
PACE = os.environ.get("PACE", USUAL)
SECONDS = float(os.environ.get("SECONDS", "20"))
LANES = 4
"""How many connections copy at once."""

BUYERS = """
WITH copy AS (
    SELECT l.kind, l.theirs || '/' || k AS theirs, l.ours, orderway_id() AS id
    FROM legacy_id l, generate_series($1::int, $2::int) k
    WHERE l.kind IN ('Customer', 'ResellerProfile') AND position('/' IN l.theirs) = 0
), customers AS (
    INSERT INTO customer (id, kind, name, currency) SELECT c.id, o.kind, o.name, o.currency
    FROM copy c JOIN customer o ON o.id = c.ours
), accounts AS (
    INSERT INTO credit_profile (customer_id, currency, policy, tier, custom_limit)
    SELECT c.id, p.currency, p.policy, p.tier, p.custom_limit
    FROM copy c JOIN credit_profile p ON p.customer_id = c.ours
)
INSERT INTO legacy_id (kind, theirs, ours) SELECT kind, theirs, id FROM copy
"""

# All that names the order itself, its parts or its buyer gets the number of the copy, and each reference the order too.
# Where that goes is looked for once.
TEMPLATE = r"""
CREATE UNLOGGED TABLE bench_row AS
SELECT theirs, fingerprint, stood, run, at, regexp_replace(regexp_replace(facts::text,
    '"(id|order|sale|buyer|consumer|reseller)": "([^"]+)"', '"\1": "\2/@@"', 'g'),
    '"reference": "([^"]+)"', '"reference": "\1/@@/' || theirs || '"', 'g') AS facts
FROM legacy_order
"""
ROWS = """
INSERT INTO legacy_order (theirs, came, fingerprint, facts, moves, stood, run, at)
SELECT theirs || '/' || k, 'READ', fingerprint, replace(facts, '@@', k::text)::jsonb, '{}',
    stood - k * interval '1 minute', run, at
FROM bench_row, generate_series($1::int, $2::int) k
"""


IN = "SELECT count(*) FROM imported_order"


@dataclass(frozen=True, slots=True)
class Round:
    """Milliseconds that transitions took, sorted, and how many orders came beside them in a second."""

    took: list[float]
    brought: float = 0.0

    def at(self, share: float) -> float:
        """What so large a share of them took at most."""
        return self.took[int(len(self.took) * share)]


async def load(url: str) -> None:
    connection = await connect(url)
    try:
        await connection.execute((DATA / "legacy" / "schema.sql").read_text())
        await connection.execute(gzip.decompress((DATA / "legacy" / "data.sql.gz").read_bytes()).decode())
    finally:
        await connection.close()


def orderway(url: str, *command: str) -> subprocess.Popen[str]:
    """The command line, at work."""
    return subprocess.Popen(
        [sys.executable, "-c", "from orderway.cli import main; main()", *command],
        env={**os.environ, "DATABASE_URL": url},
        stdout=subprocess.PIPE,
        text=True,
    )


async def multiply(url: str) -> int:
    """Copy what waits, buyers first; gives how many orders wait then."""
    async with await connect_pool(url, size=LANES) as pool:
        waiting = await pool.fetchval("SELECT count(*) FROM legacy_order")
        copies = MANY // waiting - 1
        parts = [(first, min(first + 9, copies)) for first in range(1, copies + 1, 10)]
        for part in parts:
            await pool.execute(BUYERS, *part)
        await pool.execute(TEMPLATE)
        turn = asyncio.Semaphore(LANES)

        async def some(first: int, last: int) -> None:
            async with turn:
                await pool.execute(ROWS, first, last)

        await asyncio.gather(*(some(*part) for part in parts))
        await pool.execute("ANALYZE")
        found: int = await pool.fetchval("SELECT count(*) FROM legacy_order")
        return found


async def transitions(pool: asyncpg.Pool, refs: list[Ref]) -> list[float]:
    """Move quotations over all connections; gives the milliseconds of each move, sorted."""
    door, took = Runner(pool, make_workflow()), list[float]()
    await asyncio.gather(*(door.send(ref, ExtendValidity(1), actor=THE_SYSTEM) for ref in refs[:CONNECTIONS]))
    end = time.perf_counter() + SECONDS

    async def client() -> None:
        while (began := time.perf_counter()) < end:
            await door.send(random.choice(refs), ExtendValidity(1), actor=THE_SYSTEM)  # noqa: S311
            took.append((time.perf_counter() - began) * 1000)

    await asyncio.gather(*(client() for _ in range(CONNECTIONS)))
    return sorted(took)


async def beside(pool: asyncpg.Pool, url: str, refs: list[Ref]) -> Round:
    """The same while a backfill is bringing orders over."""
    before = await pool.fetchval(IN)
    process = orderway(url, "backfill", "--pace", PACE)
    try:
        while (now := await pool.fetchval(IN)) == before:
            if process.poll() is not None:
                raise RuntimeError(f"The backfill ended with {process.returncode}.")
            await asyncio.sleep(0.5)
        took = await transitions(pool, refs)
        after = await pool.fetchval(IN)
    finally:
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate()
    if not re.search(r"^Stopped: ", said, re.MULTILINE) or "was not brought over" in said:
        print(said, flush=True)
    return Round(took, (after - now) / SECONDS)


async def measure(url: str) -> tuple[list[Round], list[Round]]:
    async with await connect_pool(url, size=CONNECTIONS) as pool:
        refs = await furnish(pool, Runner(pool, make_workflow()))
        alone, together = list[Round](), list[Round]()
        for _ in range(ROUNDS):
            alone.append(Round(await transitions(pool, refs)))
            together.append(await beside(pool, url, refs))
        return alone, together


def middle(rounds: list[Round], share: float) -> float:
    """The median over the rounds of what so large a share took at most."""
    return statistics.median(each.at(share) for each in rounds)


def main() -> None:
    if not (DATA / "legacy").is_dir():
        sys.exit(f"The sample is not there: {DATA / 'legacy'}. Set ORDERWAY_DATA to the folder that holds legacy/.")
    with fresh_server() as server:
        for each in ("bench", "source"):
            asyncio.run(create_database(server.url(), name=each))
        url, source = server.url("bench"), server.url("source")
        asyncio.run(load(source))
        asyncio.run(migrate(url))
        read, _ = orderway(url, "import", "legacy", "--source", source, "--rows").communicate()
        began = time.perf_counter()
        waiting = asyncio.run(multiply(url))
        made = time.perf_counter() - began
        quiet = other_load()
        alone, together = uvloop.run(measure(url))
    p50, p95 = (middle(together, share) / middle(alone, share) for share in (0.5, 0.95))
    keep("A backfill beside other transitions", [
        f"{CONNECTIONS} connections, medians of {ROUNDS} rounds of {SECONDS:.0f} s in turn, all on disk; {quiet}",
        read.strip(),
        f"{waiting:,} orders waited (copied in {made:,.0f} s); pace {PACE}",
        f"transitions alone: p50 {middle(alone, 0.5):.2f} ms, p95 {middle(alone, 0.95):.2f} ms",
        f"beside the backfill: p50 {middle(together, 0.5):.2f} ms, p95 {middle(together, 0.95):.2f} ms",
        f"slower by {p50 - 1:.0%} at p50 and by {p95 - 1:.0%} at p95 (wanted: at most 15 %)",
        f"brought over meanwhile: {statistics.median(each.brought for each in together):,.1f} orders a second",
    ])  # fmt: skip


if __name__ == "__main__":
    main()
