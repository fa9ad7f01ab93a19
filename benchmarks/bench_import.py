"""The import of all Olist orders, against pgbench making moves one by one on the same server; every commit is on disk.

`orderway import olist` runs as a user would run it; the rate is that of each fifth of its time, from the log's own
record, and the memory is that of its process, looked at twice a second.
"""

from __future__ import annotations

import asyncio
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psutil
from benchmarks.bench_send import CONNECTIONS, ONE_BY_ONE, ORDERS, furnish, one_by_one
from benchmarks.measure import DATA, PARTS, fresh_server, keep, other_load, rates

from orderway.app import make_workflow
from orderway.database import connect_pool, create_database
from orderway.migrations import migrate
from orderway.workflow.runner import Runner


def watched(url: str, *command: str) -> tuple[str, list[float]]:
    """Run the command line; what it printed, and the megabytes of its process twice a second."""
    with tempfile.TemporaryFile("w+") as printed:  # not a pipe, which nobody reads meanwhile
        process = subprocess.Popen(
            [sys.executable, "-c", "from orderway.cli import main; main()", *command],
            env={**os.environ, "DATABASE_URL": url},
            stdout=printed,
        )
        looked_at, memory = psutil.Process(process.pid), []
        while process.poll() is None:
            with suppress(psutil.NoSuchProcess):
                memory.append(looked_at.memory_info().rss / 1e6)
            time.sleep(0.5)
        printed.seek(0)
        out = printed.read()
    if process.returncode:
        raise RuntimeError(f"orderway {' '.join(command)} ended with {process.returncode}: {out[-2000:]}")
    return out, memory


async def furnished(url: str) -> None:
    """The orders that pgbench moves."""
    await migrate(url)
    async with await connect_pool(url, size=CONNECTIONS) as pool:
        await furnish(pool, Runner(pool, make_workflow()))
        await pool.execute("ANALYZE")


def main() -> None:
    folder = DATA / "olist"
    if not folder.is_dir():
        sys.exit(f"The orders are not there: {folder}. Set ORDERWAY_DATA to the folder that holds olist/.")
    with fresh_server() as server, tempfile.TemporaryDirectory() as scratch:
        url, peer = server.url("bench"), server.url("peer")
        for name in ("bench", "peer"):
            asyncio.run(create_database(server.url(), name=name))
        asyncio.run(migrate(url))
        asyncio.run(furnished(peer))
        script = Path(scratch) / "one_by_one.sql"
        script.write_text(ONE_BY_ONE.format(orders=ORDERS))
        load = other_load()
        theirs = one_by_one(peer, script, 5.0)
        out, memory = watched(url, "import", "olist", str(folder))
        theirs = statistics.mean([theirs, one_by_one(peer, script, 5.0)])
        parts = asyncio.run(rates(url))
        again, _ = watched(url, "import", "olist", str(folder))
    brought = re.search(r"Brought over .*", out)
    agree = re.search(r"\d+ of \d+ lines agree", out)
    half = len(memory) // 2
    ours = statistics.median(parts)
    halves = f"{max(memory[:half]):,.0f} in its first half, {max(memory[half:]):,.0f} in its second"
    keep("The import of the Olist orders", [
        f"every commit on disk; {load}",
        brought[0] if brought else "nothing was brought over",
        f"{ours:,.0f} moves a second, median of {PARTS} parts (wanted: at least 1,500); slowest {min(parts):,.0f}",
        f"pgbench, moves one by one over {CONNECTIONS} connections: {theirs:,.0f} a second, ratio {ours / theirs:.2f}",
        f"memory of the process: {max(memory):,.0f} MB at most (wanted: below 300); {halves}",
        f"{agree[0] if agree else 'nothing compared'} with expected.json; again: {again.partition(chr(10))[0]}",
    ])  # fmt: skip


if __name__ == "__main__":
    main()
