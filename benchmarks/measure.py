"""What the benchmarks share: rounds taken in turn, their medians, a word on other load, and the page of results."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psutil

from orderway.database import connect
from orderway.embedded import EmbeddedServer

RESULTS = Path(__file__).with_name("results.md")
DATA = Path(os.environ.get("ORDERWAY_DATA", Path(__file__).parents[2] / "shared" / "data"))
ROUNDS = int(os.environ.get("ROUNDS", "5"))
BEGINNING = datetime.min.replace(tzinfo=UTC)
PARTS = 5
"""Into how many parts of its time a long run is cut."""

RATES = """
WITH told AS (
    SELECT recorded_at AS at FROM transition_log WHERE recorded_at >= $2
), span AS (
    SELECT min(at) AS began, max(at) - min(at) AS took FROM told
)
SELECT count(*) / extract(epoch FROM took) * $1 AS rate
FROM (
    SELECT took, least(floor(extract(epoch FROM at - began) / extract(epoch FROM took) * $1), $1 - 1) AS part
    FROM told, span
) l
GROUP BY part, took ORDER BY part
"""


def take_turns(rounds: int, *contestants: Callable[[], float]) -> list[float]:
    """The median of each contestant over rounds in which each takes its turn."""
    taken: list[list[float]] = [[] for _ in contestants]
    for _ in range(rounds):
        for contestant, figures in zip(contestants, taken, strict=True):
            figures.append(contestant())
    return [statistics.median(figures) for figures in taken]


async def rates(url: str, *, since: datetime = BEGINNING) -> list[float]:
    """Moves a second in each part of the time in which the log was written, from its own record."""
    connection = await connect(url)
    try:
        return [float(row["rate"]) for row in await connection.fetch(RATES, PARTS, since)]
    finally:
        await connection.close()


def machine() -> str:
    """The machine in a line: processors, memory, Python."""
    memory = psutil.virtual_memory().total / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}"


def other_load() -> str:
    """What else runs here, where it is enough to make the figures dirty."""
    busy = psutil.cpu_percent(interval=1.0) / 100 * (os.cpu_count() or 1)
    return f"dirty: {busy:.1f} cores were busy with something else before it began" if busy > 0.3 else "quiet"


def keep(title: str, lines: list[str]) -> None:
    """Print a benchmark's lines, and put them in the page of results in place of its last run."""
    for line in (f"{title}", *lines):
        print(line, flush=True)
    text = RESULTS.read_text() if RESULTS.exists() else "# The last run of each benchmark\n"
    head = f"\n## {title}\n"
    section = head + f"\n{datetime.now(UTC):%Y-%m-%d}, {machine()}\n\n" + "".join(f"- {line}\n" for line in lines)
    before, found, after = text.partition(head)
    rest = after.partition("\n## ")[2] if found else ""
    RESULTS.write_text(before + section + (f"\n## {rest}" if rest else ""))


@contextmanager
def fresh_server() -> Iterator[EmbeddedServer]:
    """A server of its own in a temporary folder, with its ordinary settings: every commit reaches the disk."""
    with tempfile.TemporaryDirectory(prefix="orderway-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        with EmbeddedServer(Path(folder)) as server:
            yield server


def run(*command: str) -> str:
    """Run a program and give what it printed; raises RuntimeError with what it said when it fails."""
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr.strip()}")
    return done.stdout
