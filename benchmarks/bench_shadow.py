"""The shadow beside a former system in which RATE (50) orders change a second for SECONDS (60), all on disk.

The sample of 2,000 orders is followed by `orderway shadow` as a user would run it. Each change is one commit there: an
order gets a payment, its payment is confirmed, it is handed on, or only written again. Its lag is from that commit to
the commit here by which the order is judged, looked for ten times a second.
"""

from __future__ import annotations

import asyncio
import gzip
import os
import random
import signal
import statistics
import sys
import time

import asyncpg
import uvloop
from benchmarks.measure import DATA, fresh_server, keep, other_load

from orderway.database import connect, create_database
from orderway.legacy.shadow.following import SWEEP
from orderway.migrations import migrate

RATE = int(os.environ.get("RATE", "50"))
SECONDS = int(os.environ.get("SECONDS", "60"))
PATIENCE = 30.0
"""Seconds after the last change, in which the rest of them has to be judged."""

ORDERS = "SELECT id FROM \"SaleOrder\" WHERE status IN ('PENDING', 'APPROVED', 'PAID') ORDER BY id"
TOUCH = 'UPDATE "SaleOrder" SET "updatedAt" = $2 WHERE id = $1'
NOW = "SELECT date_trunc('milliseconds', clock_timestamp())::timestamp"
"""As exactly as it is kept there."""
CONFIRM = (
    'UPDATE "ConsumerPayment" SET status = \'CONFIRMED\' WHERE "saleOrderId" = $1',
    'UPDATE "ResellerPayment" SET status = \'CONFIRMED\' WHERE "saleOrderId" = $1',
    "UPDATE \"Fulfillment\" SET status = 'IN_TRANSIT' WHERE \"saleOrderId\" = $1 AND status = 'ASSIGNED'",
    "UPDATE \"Fulfillment\" SET status = 'DELIVERED' WHERE \"saleOrderId\" = $1 AND status = 'IN_TRANSIT'",
)
# The time of the change is a fact of the order, so what is kept of it tells which change was judged.
JUDGED = "SELECT theirs, facts ->> 'updated_at' AS at FROM legacy_order WHERE theirs = ANY ($1)"
UNTIL = "SELECT seen_until FROM shadow_place"
MOVES = "SELECT count(*) FROM transition_log"


async def load(url: str) -> None:
    connection = await connect(url)
    try:
        await connection.execute((DATA / "legacy" / "schema.sql").read_text())
        await connection.execute(gzip.decompress((DATA / "legacy" / "data.sql.gz").read_bytes()).decode())
        await connection.execute("ANALYZE")
    finally:
        await connection.close()


async def followed(url: str, source: str) -> asyncio.subprocess.Process:
    """A shadow that has judged all there is."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "from orderway.cli import main; main()", "shadow", "--source", source,
        env={**os.environ, "DATABASE_URL": url},
    )  # fmt: skip
    connection = await connect(url)
    try:
        while not await connection.fetchval(UNTIL):
            if process.returncode is not None:
                raise RuntimeError(f"The shadow ended with {process.returncode}.")
            await asyncio.sleep(0.5)
    finally:
        await connection.close()
    return process


async def change(connection: asyncpg.Connection, waiting: dict[str, tuple[str, float]]) -> None:
    """Change orders at the rate, each once, in one commit each."""
    chance = random.Random(7)  # noqa: S311  (the same changes each time)
    orders = [row["id"] for row in await connection.fetch(ORDERS)]
    chance.shuffle(orders)
    began = time.monotonic()
    for number in range(RATE * SECONDS):
        await asyncio.sleep(max(0.0, began + number / RATE - time.monotonic()))
        order, at = orders[number % len(orders)], await connection.fetchval(NOW)
        async with connection.transaction():
            await connection.execute(TOUCH, order, at)
            if number < len(orders):
                await connection.execute(chance.choice(CONFIRM), order)
        waiting[order] = (at.isoformat(timespec="milliseconds"), time.monotonic())


async def judge(connection: asyncpg.Connection, waiting: dict[str, tuple[str, float]], lags: list[float]) -> None:
    """See which changes are judged by now."""
    for row in await connection.fetch(JUDGED, list(waiting)):
        at, since = waiting.get(row["theirs"], ("", 0.0))
        if at and row["at"].startswith(at):
            lags.append(time.monotonic() - since)
            del waiting[row["theirs"]]


async def measure(url: str, source: str) -> tuple[list[float], int, int]:
    """The lag of each change that was judged, how many were not, and the moves that were made here."""
    there, here = await connect(source), await connect(url)
    waiting: dict[str, tuple[str, float]] = {}
    lags: list[float] = []
    try:
        before = await here.fetchval(MOVES)
        changing = asyncio.create_task(change(there, waiting))
        end = time.monotonic() + SECONDS + PATIENCE
        while time.monotonic() < end and not (changing.done() and not waiting):
            await judge(here, waiting, lags)
            await asyncio.sleep(0.1)
        await changing
        return lags, len(waiting), await here.fetchval(MOVES) - before
    finally:
        await there.close()
        await here.close()


async def run(url: str, source: str) -> tuple[list[float], int, int]:
    await migrate(url)
    await load(source)
    shadow = await followed(url, source)
    try:
        await asyncio.sleep(SWEEP)  # the sweep is a part of its work
        return await measure(url, source)
    finally:
        shadow.send_signal(signal.SIGTERM)
        await shadow.wait()


def main() -> None:
    if not (DATA / "legacy").is_dir():
        sys.exit(f"The sample is not there: {DATA / 'legacy'}. Set ORDERWAY_DATA to the folder that holds legacy/.")
    load_before = other_load()
    with fresh_server() as server:
        for name in ("ours", "theirs"):
            asyncio.run(create_database(server.url(), name=name))
        lags, left, moves = uvloop.run(run(server.url("ours"), server.url("theirs")))
    parts = statistics.quantiles(lags, n=20)
    keep("The shadow of a former system", [
        f"{RATE} changes a second for {SECONDS} s: {len(lags):,} seen judged, {left:,} not; {moves:,} moves made here",
        f"lag: {statistics.median(lags):.2f} s at p50, {parts[18]:.2f} s at p95, {max(lags):.2f} s at most",
        f"the machine was {load_before}",
    ])  # fmt: skip


if __name__ == "__main__":
    main()
