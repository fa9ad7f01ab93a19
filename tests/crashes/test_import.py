"""An import that is killed, stopped or cut off: whole orders or nothing, and the next run ends it as if nothing was."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic

import pytest
from tests.legacy.olist.imported import Rows, ask, stories
from tests.legacy.olist.small import KINDS, many, write

ROOT = Path(__file__).parents[2]
ORDERWAY = "from orderway.cli import main; main()"


def start(url: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(url: str, *command: str) -> tuple[int, str, str]:
    process = start(url, "-c", ORDERWAY, *command)
    out, err = process.communicate()
    return process.returncode, out, err


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Orders of every kind, and some of one customer."""
    return write(tmp_path_factory.mktemp("olist"), [*KINDS, *many(35)])


@pytest.fixture
def uninterrupted(folder: Path, empty_url: str) -> Rows:
    """What the log tells of the folder when nothing comes between."""
    assert run(empty_url, "migrate")[0] == 0
    assert run(empty_url, "import", "olist", str(folder))[0] == 0
    return stories(empty_url)


def test_a_killed_import_leaves_whole_orders_and_goes_on(folder: Path, database_url: str, uninterrupted: Rows):
    left = []
    # The first of them die while the ground is laid or before any order is whole; then each brings some over.
    for statements in (0, 7, 31, 97, 353, *[409] * 30):
        victim = start(database_url, "-m", "tests.crashes.import_victim", str(statements), "olist", str(folder))
        out, err = victim.communicate()
        told = stories(database_url)
        names = {row[0] for row in told}
        assert told == [row for row in uninterrupted if row[0] in names]
        if victim.returncode == 0:
            break
        assert (victim.returncode, out, err) == (-signal.SIGKILL, "", "")
        left.append(len(names))
    assert victim.returncode == 0, err
    assert len({count for count in left if 0 < count < 56}) > 1
    assert told == uninterrupted
    assert run(database_url, "verify")[0] == 0
    assert "All 56 orders were in already; nothing was changed." in run(database_url, "import", "olist", str(folder))[1]


def wait_for_orders(url: str, count: int) -> None:
    """Wait until so many orders are in, for a minute at most."""
    end = monotonic() + 60
    while ask(url, "SELECT count(*) FROM sale_order")[0][0] < count:
        assert monotonic() < end


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """More orders than are brought over before somebody stops it."""
    return write(tmp_path_factory.mktemp("large"), many(400))


def test_ctrl_c_ends_the_orders_under_way_and_the_same_command_goes_on(large: Path, database_url: str):
    process = start(database_url, "-c", ORDERWAY, "import", "olist", str(large))
    wait_for_orders(database_url, 20)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate()
    ((count,),) = ask(database_url, "SELECT count(*) FROM sale_order")
    assert (process.returncode, err) == (130, "")
    assert 20 <= count < 400
    brought, stopped = out.splitlines()
    assert brought.startswith(f"Brought over {count:,} orders in ")
    assert stopped == f"Stopped: {count:,} of 400 orders are in. Run the same command again to go on."
    assert ask(database_url, "SELECT count(*) FROM imported_order") == [(count,)]
    assert run(database_url, "verify")[0] == 0
    code, out, _ = run(database_url, "import", "olist", str(large))
    assert code == 0
    assert f"Brought over {400 - count:,} orders in " in out
    assert "Read back: 400 orders " in out


def test_a_database_that_goes_away_is_one_sentence(large: Path, database_url: str, superuser_url: str):
    process = start(database_url, "-c", ORDERWAY, "import", "olist", str(large))
    wait_for_orders(database_url, 20)
    ask(superuser_url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND backend_type = 'client backend'")  # fmt: skip
    out, err = process.communicate()
    assert (process.returncode, out) == (1, "")
    assert err == (
        "orderway: The connection to the database broke, and what was not committed is undone. "
        "See that PostgreSQL runs, then start the command again.\n"
    )
    assert run(database_url, "verify")[0] == 0


def test_two_imports_at_once_double_nothing(folder: Path, database_url: str):
    async def both() -> list[tuple[int, str, str]]:
        return await asyncio.gather(
            *(asyncio.to_thread(run, database_url, "import", "olist", str(folder)) for _ in range(2))
        )

    ended = asyncio.run(both())
    assert 0 in [code for code, _, _ in ended]
    assert ask(database_url, "SELECT count(*), count(DISTINCT source_ref) FROM sale_order") == [(56, 56)]
    for code, out, err in ended:
        assert (code == 0 and "Read back: 56 orders " in out) or "Another import of Olist orders" in err
