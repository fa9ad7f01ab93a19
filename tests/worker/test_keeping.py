"""A worker does what is due at set times, each beside the others, and notes what it came to."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import asyncpg
import pytest
from structlog.testing import capture_logs
from tests.schedules.runs import NOON, times

from orderway.app import make_workflow
from orderway.schedules.known import SCHEDULES
from orderway.schedules.taking import Tally, Worker
from orderway.settings import Settings
from orderway.worker import working
from orderway.worker.jobs import JOBS
from orderway.worker.keeping import PAUSE, Job, Keeper
from orderway.workflow.runner import Runner

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
RUNS = "SELECT schedule, planned_at, ended_at, tries, rows, errors, why FROM schedule_run ORDER BY schedule, planned_at"
EVERY_HOUR = dict.fromkeys((each.times.name for each in SCHEDULES.values()), "0 * * * *")


@dataclass
class Clock:
    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Office:
    """Workers on one database, by one clock that a test sets; all schedules are due each full hour."""

    pool: asyncpg.Pool
    clock: Clock = field(default_factory=Clock)

    def worker(self, **jobs: Job) -> Keeper:
        runner = Runner(self.pool, make_workflow(Settings(EVERY_HOUR)), clock=self.clock)
        return Keeper(runner, jobs, Worker())


@pytest.fixture
def office(pool: asyncpg.Pool) -> Office:
    return Office(pool)


def comes_to(tally: Tally) -> Job:
    async def job(_runner: Runner) -> Tally:
        return tally

    return job


def fails_by(error: Exception, *, until: Callable[[], bool] = lambda: False) -> Job:
    async def job(_runner: Runner) -> Tally:
        if until():
            return Tally(rows=1)
        raise error

    return job


async def work(keeper: Keeper) -> None:
    await keeper.look()
    await keeper.finish()


def test_every_schedule_has_its_job_and_its_own_words():
    assert list(JOBS) == list(SCHEDULES)
    assert len({each.label for each in SCHEDULES.values()}) == len(SCHEDULES)
    assert len({each.times.name for each in SCHEDULES.values()}) == len(SCHEDULES)


async def test_what_is_due_is_done_and_what_it_came_to_is_noted(office: Office):
    keeper = office.worker(sales=comes_to(Tally(3)), tidying=comes_to(Tally(5, 2, "Two broke.")))
    await work(keeper)
    office.clock.now += 59 * MINUTE
    await work(keeper)
    assert [tuple(row) for row in await office.pool.fetch(RUNS)] == [
        ("sales", NOON, NOON, 1, 3, 0, None),
        ("tidying", NOON, NOON, 1, 5, 2, "Two broke."),
    ]
    office.clock.now += MINUTE
    await work(keeper)
    assert await times(office.pool, "sales") == [NOON, NOON + 60 * MINUTE]


async def test_one_that_breaks_says_why_and_holds_up_no_other(office: Office):
    keeper = office.worker(sales=fails_by(ValueError("It broke.\nBadly.")), tidying=comes_to(Tally(5)))
    with capture_logs() as logs:
        await work(keeper)
    assert [tuple(row)[4:] for row in await office.pool.fetch(RUNS)] == [(0, 1, "It broke."), (5, 0, None)]
    assert [line["schedule"] for line in logs if line["event"] == "A schedule broke."] == ["sales"]


async def test_one_whose_database_went_away_is_taken_up_again(office: Office):
    keeper = office.worker(sales=fails_by(ConnectionResetError(), until=lambda: office.clock.now > NOON))
    await work(keeper)
    assert await office.pool.fetchval("SELECT ended_at FROM schedule_run") is None
    office.clock.now += MINUTE
    await work(keeper)
    assert [tuple(row) for row in await office.pool.fetch(RUNS)] == [("sales", NOON, NOON + MINUTE, 2, 1, 0, None)]


async def test_one_that_takes_long_holds_up_no_other_and_is_not_begun_again(office: Office):
    go_on, begun = asyncio.Event(), list[datetime]()

    async def long(_runner: Runner) -> Tally:
        begun.append(office.clock.now)
        await go_on.wait()
        return Tally(1)

    first, second = office.worker(sales=long, tidying=comes_to(Tally(1))), office.worker(sales=long)
    await first.look()
    await asyncio.wait(first.under_way, return_when=asyncio.FIRST_COMPLETED)
    office.clock.now += 60 * MINUTE
    await first.look()
    await second.look()
    go_on.set()
    await first.finish()
    assert begun == [NOON]
    assert await times(office.pool, "tidying") == [NOON, NOON + 60 * MINUTE]
    await work(second)
    assert await times(office.pool, "sales") == [NOON, NOON + 60 * MINUTE]


async def test_a_clock_that_jumps_piles_up_nothing_and_repeats_nothing(office: Office):
    keeper = office.worker(sales=comes_to(Tally(1)))
    for jump in (timedelta(0), 3 * DAY, -3 * DAY, -2 * MINUTE, 3 * DAY, timedelta(0)):
        office.clock.now += jump
        await work(keeper)
    assert await times(office.pool, "sales") == [NOON - 60 * MINUTE, NOON, NOON + 3 * DAY - 60 * MINUTE, NOON + 3 * DAY]


async def test_it_looks_when_something_is_due_and_a_few_times_a_minute_besides(office: Office):
    keeper = office.worker(sales=comes_to(Tally()))
    assert keeper.pause() == PAUSE
    office.clock.now = NOON + 60 * MINUTE - timedelta(seconds=4)
    assert keeper.pause() == 4


async def test_who_stops_waits_for_what_is_under_way_and_says_goodbye(office: Office, monkeypatch: pytest.MonkeyPatch):
    begun, stopping = asyncio.Event(), asyncio.Event()

    async def long(_runner: Runner) -> Tally:
        begun.set()
        await stopping.wait()
        return Tally(7)

    monkeypatch.setattr(working, "JOBS", {"sales": long})
    async with working.keeping(office.worker().runner):
        await begun.wait()
        asyncio.get_running_loop().call_soon(stopping.set)
    assert [tuple(row) for row in await office.pool.fetch(RUNS)] == [("sales", NOON, NOON, 1, 7, 0, None)]
    assert await office.pool.fetchval("SELECT count(*) FROM worker WHERE stopped_at >= seen_at") == 1


async def test_what_does_not_end_in_time_is_free_for_others_at_once(office: Office, monkeypatch: pytest.MonkeyPatch):
    begun = asyncio.Event()

    async def endless(_runner: Runner) -> Tally:
        begun.set()
        await asyncio.Event().wait()
        return Tally()

    monkeypatch.setattr(working, "JOBS", {"sales": endless})
    monkeypatch.setattr(working, "GRACE", 0.01)
    async with working.keeping(office.worker().runner):
        await begun.wait()
    await work(office.worker(sales=comes_to(Tally(2))))
    assert [tuple(row) for row in await office.pool.fetch(RUNS)] == [("sales", NOON, NOON, 2, 2, 0, None)]
