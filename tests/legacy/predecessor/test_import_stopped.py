"""An import that is refused, or killed: whole orders or nothing, and the next run ends it as if nothing was."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.legacy.olist.imported import Rows, ask, stories
from tests.legacy.predecessor.bringing import bring, wrong

from orderway.database import connect
from orderway.errors import OrderwayError
from orderway.legacy.predecessor.command import TURN, moment

ROOT = Path(__file__).parents[3]
UNTIL = re.compile(r'"expiry_minutes":\d+')
"""What is counted from the moment at which an order came, and so from the run."""


def test_a_second_import_at_once_is_refused(database_url: str, few_url: str):
    async def meanwhile() -> None:
        other = await connect(database_url)
        try:
            await other.fetchval("SELECT pg_advisory_lock($1)", TURN)
            await asyncio.to_thread(bring, database_url, few_url)
        finally:
            await other.close()

    taken = "Another import of the former system's orders is under way in this database"
    with pytest.raises(OrderwayError, match=taken):
        asyncio.run(meanwhile())
    assert ask(database_url, "SELECT count(*) FROM sale_order") == [(0,)]
    assert ask(database_url, "SELECT count(*) FROM legacy_id") == [(0,)]


def test_a_time_that_is_none_is_a_sentence():
    with pytest.raises(OrderwayError, match="“yesterday” is no time"):
        moment("yesterday")
    assert moment("2026-03-01").isoformat() == "2026-03-01T00:00:00+00:00"


def told(url: str) -> Rows:
    return [tuple(UNTIL.sub("", cell) if isinstance(cell, str) else cell for cell in row) for row in stories(url)]


def test_a_killed_import_leaves_whole_orders_and_goes_on(
    database_url: str, few_url: str, brought: tuple[str, int, str]
):
    uninterrupted, left = told(brought[0]), []
    for statements in (60, 1700, 99_999):
        victim = subprocess.run(
            [sys.executable, "-m", "tests.crashes.import_victim", str(statements), "legacy", "--source", few_url],
            check=False, cwd=ROOT, env={**os.environ, "DATABASE_URL": database_url}, capture_output=True, text=True,
        )  # fmt: skip
        after = told(database_url)
        names = {row[0] for row in after}
        left.append(len(names))
        assert after == [row for row in uninterrupted if row[0] in names]
        expected = (0, "") if statements == 99_999 else (-signal.SIGKILL, "")
        assert (victim.returncode, victim.stderr) == expected
    assert left[0] == 0 < left[1] < left[2] == 42, left
    assert after == uninterrupted
    assert asyncio.run(wrong(database_url)) == ()
