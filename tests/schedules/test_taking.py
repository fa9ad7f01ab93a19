"""What a schedule has to do is done once for each of its times, by one worker, who is relieved where they die."""

from datetime import timedelta

import asyncpg
import pytest
from tests.schedules.runs import NOON, RUNS, ends, takes, times, unseen_for

from orderway.schedules.taking import Run, Tally, Worker, leave

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
ALICE, BOB = Worker(host="alpha"), Worker(host="beta")


async def test_a_time_is_run_once_whoever_looks_how_often(pool: asyncpg.Pool):
    (run,) = await takes(pool, ALICE, at=NOON, sales=NOON)
    assert (run.schedule, run.planned_at, run.tries) == ("sales", NOON, 1)
    assert await takes(pool, BOB, at=NOON, sales=NOON) == []
    assert await ends(pool, run, ALICE, at=NOON + MINUTE, tally=Tally(rows=7))
    assert await takes(pool, BOB, at=NOON + MINUTE, sales=NOON) == []
    (row,) = await pool.fetch(RUNS)
    assert (row["started_at"], row["ended_at"], row["worker_id"]) == (NOON, NOON + MINUTE, ALICE.id)
    assert (row["tries"], row["rows"], row["errors"], row["why"]) == (1, 7, 0, None)


async def test_a_time_does_not_begin_while_the_one_before_is_under_way(pool: asyncpg.Pool):
    (run,) = await takes(pool, ALICE, at=NOON, sales=NOON)
    assert await takes(pool, BOB, at=NOON + HOUR, sales=NOON + HOUR) == []
    assert await takes(pool, ALICE, at=NOON + HOUR, running=[run.id], sales=NOON + HOUR) == []
    await ends(pool, run, ALICE, at=NOON + HOUR)
    (following,) = await takes(pool, BOB, at=NOON + HOUR, sales=NOON + HOUR)
    assert following.planned_at == NOON + HOUR


async def test_one_schedule_holds_up_no_other(pool: asyncpg.Pool):
    await takes(pool, ALICE, at=NOON, sales=NOON)
    (run,) = await takes(pool, BOB, at=NOON, sales=NOON, tidying=NOON)
    assert run.schedule == "tidying"


async def test_what_a_dead_worker_had_begun_is_taken_over_after_a_minute(pool: asyncpg.Pool):
    (run,) = await takes(pool, ALICE, at=NOON, sales=NOON)
    await unseen_for(pool, ALICE, 59)
    assert await takes(pool, BOB, at=NOON, sales=NOON) == []
    await unseen_for(pool, ALICE, 61)
    assert await takes(pool, BOB, at=NOON) == [], "who does not know what it is about leaves it"
    (again,) = await takes(pool, BOB, at=NOON + HOUR, sales=NOON + HOUR)
    assert again == Run(run.id, "sales", NOON, 2)
    assert not await ends(pool, run, ALICE, at=NOON + HOUR, tally=Tally(rows=1)), "who comes back is relieved"
    assert await pool.fetchval("SELECT ended_at FROM schedule_run") is None
    assert await ends(pool, again, BOB, at=NOON + HOUR, tally=Tally(rows=2))
    (row,) = await pool.fetch(RUNS)
    assert (row["worker_id"], row["tries"], row["rows"]) == (BOB.id, 2, 2)


async def test_what_a_worker_leaves_behind_is_free_at_once(pool: asyncpg.Pool):
    (run,) = await takes(pool, ALICE, at=NOON, sales=NOON)
    async with pool.acquire() as connection:
        await leave(connection, ALICE)
    (again,) = await takes(pool, BOB, at=NOON, sales=NOON)
    assert (again.id, again.tries) == (run.id, 2)


async def test_what_a_worker_began_and_does_no_more_it_takes_up_itself(pool: asyncpg.Pool):
    (run,) = await takes(pool, ALICE, at=NOON, sales=NOON)
    assert await takes(pool, ALICE, at=NOON, running=[run.id], sales=NOON) == []
    await unseen_for(pool, ALICE, 61)
    assert await takes(pool, ALICE, at=NOON, running=[run.id], sales=NOON) == [], "it was slow, and is here"
    (again,) = await takes(pool, ALICE, at=NOON, sales=NOON)
    assert (again.id, again.tries) == (run.id, 2)


async def test_missed_times_are_made_up_for_by_the_last_of_them(pool: asyncpg.Pool):
    (run,) = await takes(pool, ALICE, at=NOON, sales=NOON)
    await ends(pool, run, ALICE, at=NOON)
    late = NOON + 72 * HOUR
    (run,) = await takes(pool, ALICE, at=late + 5 * MINUTE, sales=late)
    await ends(pool, run, ALICE, at=late)
    assert await takes(pool, ALICE, at=late + 6 * MINUTE, sales=late) == []
    assert await times(pool, "sales") == [NOON, late]


async def test_a_clock_that_goes_back_runs_nothing_again_and_holds_up_nothing(pool: asyncpg.Pool):
    for hour in (0, 1, 2):
        (run,) = await takes(pool, ALICE, at=NOON + hour * HOUR, sales=NOON + hour * HOUR)
        await ends(pool, run, ALICE, at=NOON)
    for hour in (0, 1, 2):
        assert await takes(pool, ALICE, at=NOON + hour * HOUR + MINUTE, sales=NOON + hour * HOUR) == []
    (run,) = await takes(pool, ALICE, at=NOON + 3 * HOUR, sales=NOON + 3 * HOUR)
    assert run.planned_at == NOON + 3 * HOUR


async def test_a_clock_that_was_a_year_ahead_holds_up_nothing_once_it_is_right(pool: asyncpg.Pool):
    year = timedelta(days=365)
    (run,) = await takes(pool, ALICE, at=NOON + year, sales=NOON + year)
    await ends(pool, run, ALICE, at=NOON + year)
    (run,) = await takes(pool, BOB, at=NOON + MINUTE, sales=NOON)
    assert run.planned_at == NOON


async def test_a_run_that_ended_by_a_clock_that_went_back_has_taken_no_time(pool: asyncpg.Pool):
    (run,) = await takes(pool, ALICE, at=NOON, sales=NOON)
    assert await ends(pool, run, ALICE, at=NOON - HOUR)
    assert await pool.fetchval("SELECT ended_at FROM schedule_run") == NOON


async def test_other_times_in_the_settings_run_nothing_that_has_run_since(pool: asyncpg.Pool):
    (run,) = await takes(pool, ALICE, at=NOON, sales=NOON)
    await ends(pool, run, ALICE, at=NOON)
    assert await takes(pool, ALICE, at=NOON + MINUTE, sales=NOON - 30 * MINUTE) == []


async def test_what_went_wrong_is_kept_in_a_sentence(pool: asyncpg.Pool):
    (run,) = await takes(pool, ALICE, at=NOON, sales=NOON)
    await ends(pool, run, ALICE, at=NOON, tally=Tally(rows=3, errors=2, why="It \0broke." + "!" * 600))
    (row,) = await pool.fetch(RUNS)
    assert (row["rows"], row["errors"], row["why"]) == (3, 2, "It broke." + "!" * 491)


async def test_no_two_runs_of_a_schedule_are_under_way_whoever_writes_them(pool: asyncpg.Pool):
    await takes(pool, ALICE, at=NOON, sales=NOON)
    copy = "INSERT INTO schedule_run (id, schedule, planned_at, started_at, worker_id) VALUES ($1, $2, $3, $3, $4)"
    with pytest.raises(asyncpg.UniqueViolationError, match="schedule_run_under_way_idx"):
        await pool.execute(copy, BOB.id, "sales", NOON + HOUR, ALICE.id)
