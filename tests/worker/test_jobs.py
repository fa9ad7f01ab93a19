"""What a worker does when it comes by: timers, figures, and what is past its time."""

from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from tests.schedules.runs import unseen_for
from tests.work import work_once

from orderway.app import make_workflow
from orderway.demo import load as loading
from orderway.demo.load import load, plans
from orderway.schedules.taking import Worker
from orderway.settings import Settings
from orderway.workflow.runner import Runner

NOON = datetime(2026, 3, 11, 12, tzinfo=UTC)
HASH = "$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"
EXPIRED = "SELECT to_state, actor FROM transition_log WHERE event = 'EXPIRE'"
DAY = timedelta(days=1)


@pytest.fixture
async def runner(pool: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch) -> Runner:
    """A runner at noon, and five sales whose buyers are choosing how to pay."""
    monkeypatch.setattr(
        loading, "plans", lambda *given: [plan for plan in plans(*given) if plan.story.name == "choosing how to pay"]
    )
    settings = Settings({})
    made = Runner(pool, make_workflow(settings), clock=lambda: NOON)
    await load(made, settings, password_hash=HASH)
    return made


def at(runner: Runner, moment: datetime) -> Runner:
    return Runner(runner.pool, runner.workflow, clock=lambda: moment)


async def test_it_sends_what_is_due_once(runner: Runner):
    for _ in range(2):
        await work_once(at(runner, NOON + 2 * DAY))
        assert [tuple(row) for row in await runner.pool.fetch(EXPIRED)] == [("EXPIRED", "system")] * 5
    assert await runner.pool.fetchval("SELECT rows FROM schedule_run WHERE schedule = 'sales'") == 5


async def test_it_counts_the_log(runner: Runner):
    await work_once(runner)
    drafted = "SELECT sum(entered) FROM insight_state WHERE state = 'DRAFT'"
    assert await runner.pool.fetchval(drafted) == await runner.pool.fetchval("SELECT count(*) FROM sale_order")
    assert await runner.pool.fetchval("SELECT read_at FROM insight_place") == NOON


async def test_it_forgets_old_runs_but_the_last_of_each_schedule_and_workers_long_gone(runner: Runner):
    await work_once(runner)
    await runner.pool.execute("UPDATE schedule_run SET schedule = 'rare' WHERE schedule = 'receipts'")
    for hours in (1, 14 * 24, 14 * 24 + 1):
        await work_once(at(runner, NOON + timedelta(hours=hours)))
    for row in await runner.pool.fetch("SELECT id FROM worker"):
        await unseen_for(runner.pool, Worker(id=row["id"]), 86_401)
    await work_once(at(runner, NOON + timedelta(days=14, hours=2)))
    kept = await runner.pool.fetch("SELECT planned_at FROM schedule_run WHERE schedule = 'sales' ORDER BY planned_at")
    assert [row["planned_at"] - NOON for row in kept] == [14 * DAY, *(14 * DAY + timedelta(hours=h) for h in (1, 2))]
    assert await runner.pool.fetchval("SELECT count(*) FROM schedule_run WHERE schedule = 'rare'") == 1
    assert await runner.pool.fetchval("SELECT count(*) FROM worker") == 4
