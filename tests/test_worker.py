import asyncio
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from tests.commands import running

from orderway.app import make_workflow
from orderway.demo import load as loading
from orderway.demo.load import load, plans
from orderway.settings import Settings
from orderway.worker import Rounds, sweep_once, sweep_until
from orderway.workflow.runner import Runner

NOW = datetime(2026, 3, 11, 12, 30, tzinfo=UTC)
HASH = "$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"


def test_two_machines_are_swept_at_the_times_of_their_settings_and_the_others_at_every_look():
    rounds = Rounds(Settings({"SALE_EXPIRY_CRON": "0 * * * *", "RIDER_INTEREST_EXPIRY_CRON": "*/10 * * * *"}))
    assert rounds.due("sale", NOW), "at the first look all are"
    rounds.swept_at = dict.fromkeys(("sale", "rider_interest", "quotation"), NOW + timedelta(minutes=1))
    later = NOW + timedelta(minutes=10)
    assert [name for name in rounds.swept_at if rounds.due(name, later)] == ["rider_interest", "quotation"]
    assert rounds.due("sale", NOW + timedelta(minutes=30))


async def test_a_worker_sends_what_is_due_until_it_is_stopped(pool: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch):
    settings, stop = Settings({}), asyncio.Event()
    past = Runner(pool, make_workflow(settings), clock=lambda: NOW)
    monkeypatch.setattr(
        loading, "plans", lambda *given: [plan for plan in plans(*given) if plan.story.name == "choosing how to pay"]
    )
    await load(past, settings, password_hash=HASH)

    def two_days_later() -> datetime:
        stop.set()  # the round that has begun is the last one
        return NOW + timedelta(days=2)

    runner = Runner(pool, make_workflow(settings), clock=two_days_later)
    await sweep_until(stop, runner, Rounds(settings), pause=3600)
    rows = await pool.fetch("SELECT to_state, actor FROM transition_log WHERE event = 'EXPIRE'")
    assert [tuple(row) for row in rows] == [("EXPIRED", "system")] * 5
    await sweep_until(stop, runner, Rounds(settings), pause=3600)
    assert await pool.fetchval("SELECT count(*) FROM transition_log WHERE event = 'EXPIRE'") == 5


async def test_a_worker_counts_the_log(pool: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch):
    settings = Settings({})
    past = Runner(pool, make_workflow(settings), clock=lambda: NOW)
    monkeypatch.setattr(
        loading, "plans", lambda *given: [plan for plan in plans(*given) if plan.story.name == "choosing how to pay"]
    )
    await load(past, settings, password_hash=HASH)
    await sweep_once(past, Rounds(settings))
    drafted = "SELECT sum(entered) FROM insight_state WHERE state = 'DRAFT'"
    assert await pool.fetchval(drafted) == await pool.fetchval("SELECT count(*) FROM sale_order")
    assert await pool.fetchval("SELECT read_at FROM insight_place") == NOW


def test_the_command_stops_when_it_is_asked_to(database_url: str):
    with running("worker", DATABASE_URL=database_url) as command:
        command.wait_for("looks after the timers of test_")
        code, said = command.stop()
    assert code == 0
    assert said.endswith("Stopped.\n")
