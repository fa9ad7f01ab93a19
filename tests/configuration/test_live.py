"""Settings follow the database while a process runs, whatever happens to their connection."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from tests.work import work_once

from orderway import listening as hearing
from orderway.app import make_workflow
from orderway.configuration import live
from orderway.configuration.changes import Wish, change
from orderway.configuration.live import LiveSettings, catch_up, live_settings
from orderway.database import connect
from orderway.embedded import EmbeddedServer
from orderway.schedule_settings import SALE_EXPIRY_CRON
from orderway.settings import RETURN_WINDOW_DAYS, Settings
from orderway.workflow.actor import Actor
from orderway.workflow.runner import Runner

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
OPERATOR = Actor("operator:keeper", frozenset({"settings.manage"}))
LISTENING = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'SELECT name, value%'"
PUT = """
    INSERT INTO system_setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value
"""


async def until(holds: Callable[[], bool], pool: asyncpg.Pool) -> None:
    """Go to the database and back until it holds; fails after a minute."""
    async with asyncio.timeout(60):
        while not holds():
            await pool.fetchval("SELECT 1")


async def listening(pool: asyncpg.Pool, *, but: int = 0) -> int:
    """The process of the server that the settings listen to."""
    async with asyncio.timeout(60):
        while True:
            for row in await pool.fetch(LISTENING):
                if row["pid"] != but:
                    return int(row["pid"])


@asynccontextmanager
async def silent(pool: asyncpg.Pool) -> AsyncIterator[None]:
    """Nothing is told of changes meanwhile."""
    await pool.execute("ALTER TABLE system_setting DISABLE TRIGGER system_setting_changed")
    yield
    await pool.execute("ALTER TABLE system_setting ENABLE TRIGGER system_setting_changed")


async def test_they_begin_with_what_the_database_holds(database_url: str, pool: asyncpg.Pool):
    await pool.execute(PUT, "RETURN_WINDOW_DAYS", "21")
    async with live_settings(database_url) as settings:
        assert (settings[RETURN_WINDOW_DAYS], settings.source(RETURN_WINDOW_DAYS)) == (21, "database")


async def test_a_change_by_hand_holds_at_once_and_so_does_its_end(
    database_url: str, pool: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(live, "POLL", 3600.0)
    async with live_settings(database_url) as settings:
        assert settings[RETURN_WINDOW_DAYS] == 14
        await listening(pool)
        await pool.execute(PUT, "RETURN_WINDOW_DAYS", "21")
        await until(lambda: settings[RETURN_WINDOW_DAYS] == 21, pool)
        await pool.execute("DELETE FROM system_setting")
        await until(lambda: settings[RETURN_WINDOW_DAYS] == 14, pool)


async def test_a_connection_that_was_killed_is_opened_anew(
    database_url: str, superuser_url: str, pool: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(live, "POLL", 3600.0)
    monkeypatch.setattr(hearing, "PAUSE", 0.01)
    superuser = await connect(superuser_url)
    async with live_settings(database_url) as settings:
        killed = await listening(pool)
        assert await superuser.fetchval("SELECT pg_terminate_backend($1)", killed)
        assert await listening(pool, but=killed) != killed
        await pool.execute(PUT, "RETURN_WINDOW_DAYS", "21")
        await until(lambda: settings[RETURN_WINDOW_DAYS] == 21, pool)
    await superuser.close()


async def test_what_changed_while_the_database_let_nobody_in_is_read_after_it(
    server: EmbeddedServer, database_url: str, pool: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(hearing, "PAUSE", 0.01)
    name = database_url.partition("?")[0].rpartition("/")[2]
    superuser = await connect(server.url(role="postgres"))
    async with live_settings(database_url) as settings:
        killed = await listening(pool)
        await superuser.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        await superuser.fetchval("SELECT pg_terminate_backend($1)", killed)
        await pool.execute(PUT, "RETURN_WINDOW_DAYS", "21")
        assert settings[RETURN_WINDOW_DAYS] == 14
        await superuser.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
        await until(lambda: settings[RETURN_WINDOW_DAYS] == 21, pool)
    await superuser.close()


async def test_a_change_that_nobody_told_of_is_seen_all_the_same(
    database_url: str, pool: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(live, "POLL", 0.05)
    async with live_settings(database_url) as settings, silent(pool):
        await pool.execute(PUT, "RETURN_WINDOW_DAYS", "21")
        await until(lambda: settings[RETURN_WINDOW_DAYS] == 21, pool)


async def test_a_bad_value_and_an_unknown_name_stop_nothing(database_url: str, pool: asyncpg.Pool):
    await pool.execute(PUT, "RETURN_WINDOW_DAYS", "never")
    async with live_settings(database_url) as settings:
        assert settings[RETURN_WINDOW_DAYS] == 14
        await pool.execute(PUT, "NO_SETTING", "1")
        await until(lambda: list(settings.problems) == ["NO_SETTING", "RETURN_WINDOW_DAYS"], pool)
        await pool.execute(PUT, "RETURN_WINDOW_DAYS", "21")
        await until(lambda: settings[RETURN_WINDOW_DAYS] == 21, pool)
        assert list(settings.problems) == ["NO_SETTING"]


async def test_whoever_changes_a_setting_finds_it_changed(pool: asyncpg.Pool):
    settings, plain = LiveSettings({}), Settings({})
    async with pool.acquire() as connection:
        wish = Wish(name="RETURN_WINDOW_DAYS", value="21", reason="The law changed.")
        await change(connection, wish, by=OPERATOR, at=NOON)
        await catch_up(settings, connection)
        await catch_up(plain, connection)
    assert (settings[RETURN_WINDOW_DAYS], plain[RETURN_WINDOW_DAYS]) == (21, 14)


async def test_a_worker_sweeps_at_the_times_of_the_moment(database_url: str, pool: asyncpg.Pool):
    async with live_settings(database_url) as settings:
        now = [NOON]
        runner = Runner(pool, make_workflow(settings), clock=lambda: now[0])
        for minutes, text in ((0, "0 * * * *"), (5, "0 * * * *"), (4, "*/5 * * * *"), (1, "*/5 * * * *")):
            now[0] += timedelta(minutes=minutes)
            await pool.execute(PUT, "SALE_EXPIRY_CRON", text)
            await until(lambda text=text: settings[SALE_EXPIRY_CRON].text == text, pool)  # type: ignore[misc]
            await work_once(runner)
    runs = await pool.fetch("SELECT planned_at FROM schedule_run WHERE schedule = 'sales' ORDER BY planned_at")
    assert [row["planned_at"] - NOON for row in runs] == [timedelta(minutes=minutes) for minutes in (0, 5, 10)]
