"""How long people are given: of what is brought over, from when it came."""

from datetime import datetime, timedelta

import asyncpg
import pytest
from tests.workflow.lamp import ANYONE, NOON, runner

from orderway.workflow.lasting import lasts
from orderway.workflow.transaction import Transaction


@pytest.mark.parametrize(
    ("came_at", "minutes", "lasting"),
    [
        (None, 30, 30),
        (NOON + timedelta(days=1), 30, 1470),
        (NOON + timedelta(seconds=61), 30, 32),
        (NOON - timedelta(days=1), 30, 30),
        (NOON + timedelta(days=1), 0, 0),
    ],
)
async def test_the_time_of_what_is_brought_over_begins_when_it_comes(
    pool: asyncpg.Pool, came_at: datetime | None, minutes: int, lasting: int
):
    async def work(tx: Transaction) -> int:
        tx.came_at = came_at
        return lasts(tx, minutes)

    assert await runner(pool).run(work, actor=ANYONE, at=NOON) == lasting
