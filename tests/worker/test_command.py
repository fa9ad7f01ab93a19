"""The command: it works until it is asked to stop, ends what is under way, and what it leaves is taken over."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from tests.commands import ADDRESS, health, running
from tests.schedules.runs import unseen_for
from tests.stories.shop import Shop, shirts
from tests.work import work_once

from orderway.database import connect
from orderway.schedules.taking import Worker
from orderway.workflow.runner import utc_now

AT_WORK = "looks after the timers of test_"
BLOCKED = """
SELECT r.worker_id FROM schedule_run r WHERE schedule = 'sales' AND ended_at IS NULL AND EXISTS (
    SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')
"""
SALES = "SELECT r.tries, r.rows, w.host, w.stopped_at FROM schedule_run r JOIN worker w ON w.id = r.worker_id"
OF_SALES = f"{SALES} WHERE schedule = 'sales' AND ended_at IS NOT NULL"


async def stale_sale(pool: asyncpg.Pool) -> None:
    """Leave a sale that nobody paid for three days, by the clock on the wall."""
    shop = Shop(pool)
    await shop.furnish()
    shop.now = datetime.now(UTC) - timedelta(days=3)
    await shop.agreed(shirts(1))


@asynccontextmanager
async def sales_locked(url: str) -> AsyncIterator[None]:
    """As long as it lasts, whoever wants to read the sales waits."""
    connection = await connect(url)
    try:
        async with connection.transaction():
            await connection.execute("LOCK TABLE sale IN ACCESS EXCLUSIVE MODE")
            yield
    finally:
        await connection.close()


async def blocked(pool: asyncpg.Pool) -> Worker:
    """Wait until a worker is in the middle of the sales; gives which."""
    async with asyncio.timeout(60):
        while (id_ := await pool.fetchval(BLOCKED)) is None:
            pass
    return Worker(id=id_)


@pytest.mark.parametrize("with_signal", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_when_it_is_asked_to(database_url: str, with_signal: signal.Signals):
    with running("worker", DATABASE_URL=database_url) as command:
        command.wait_for(AT_WORK)
        code, said = command.stop(with_signal)
    assert code == 0
    assert said.endswith("Stopped.\n")


async def test_what_is_under_way_is_ended_before_it_stops(pool: asyncpg.Pool, database_url: str):
    await stale_sale(pool)
    with running("worker", DATABASE_URL=database_url) as command:
        async with sales_locked(database_url):
            command.wait_for(AT_WORK)
            await blocked(pool)
            command.process.send_signal(signal.SIGTERM)
        _, said = await asyncio.to_thread(command.process.communicate, timeout=60)
    assert (command.process.returncode, said.endswith("Stopped.\n")) == (0, True)
    (run,) = await pool.fetch(OF_SALES)
    assert (run["tries"], run["rows"]) == (1, 1)
    assert run["stopped_at"] is not None
    assert await pool.fetchval("SELECT state FROM sale") == "EXPIRED"


async def test_what_a_killed_worker_was_in_the_middle_of_another_takes_over(pool: asyncpg.Pool, database_url: str):
    await stale_sale(pool)
    with running("worker", DATABASE_URL=database_url) as command:
        async with sales_locked(database_url):
            command.wait_for(AT_WORK)
            dead = await blocked(pool)
            command.process.kill()
            await asyncio.to_thread(command.process.communicate)
    shop = Shop(pool)
    shop.now = utc_now()
    await work_once(shop.runner)
    assert await pool.fetchval("SELECT state FROM sale") == "AWAITING_PAYMENT_METHOD", "it may be slow"
    await unseen_for(pool, dead, 61)
    await work_once(shop.runner)
    (run,) = await pool.fetch(OF_SALES)
    assert (run["tries"], run["rows"]) == (2, 1)
    assert await pool.fetchval("SELECT state FROM sale") == "EXPIRED"


async def test_a_server_works_as_well_where_it_is_told_to(pool: asyncpg.Pool, database_url: str):
    await stale_sale(pool)
    with running("serve", "--worker", "--port", "0", DATABASE_URL=database_url) as command:
        url = command.wait_for(ADDRESS)
        async with asyncio.timeout(60):
            while not await pool.fetch(OF_SALES):
                pass
        assert health(url)[0] == 200
        code, _ = await asyncio.to_thread(command.stop)
    assert code == 0
    assert await pool.fetchval("SELECT state FROM sale") == "EXPIRED"
    assert await pool.fetchval("SELECT count(*) FROM worker WHERE stopped_at IS NOT NULL") == 1


async def test_a_server_alone_leaves_the_work_to_others(pool: asyncpg.Pool, database_url: str):
    with running("serve", "--port", "0", DATABASE_URL=database_url) as command:
        command.wait_for(ADDRESS)
        await asyncio.to_thread(command.stop)
    assert await pool.fetchval("SELECT count(*) FROM worker") == 0
