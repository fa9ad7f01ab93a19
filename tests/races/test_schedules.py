"""Many workers look at the same moment: each time of a schedule is run by one of them, begun or taken over."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta

import pytest
from tests.races.crowd import CROWD, ROUNDS, at_once
from tests.schedules.runs import NOON, ends, unseen_for
from tests.stories.shop import Shop

from orderway.schedules.taking import Run, Worker, take

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
NAMES = ("tidying", "sales", "insight")


def looks(
    shop: Shop, worker: Worker, *, at: datetime, backwards: int
) -> Callable[[], Coroutine[None, None, list[Run]]]:
    """A look of a worker that names the schedules in this order or the other."""
    names = NAMES[::-1] if backwards else NAMES

    async def look() -> list[Run]:
        async with shop.pool.acquire() as connection:
            return await take(connection, worker, due=dict.fromkeys(names, at), now=at)

    return look


async def taken(shop: Shop, *, at: datetime) -> list[tuple[Worker, Run]]:
    """Who of a crowd takes up what, each at its first look."""
    crowd = [Worker() for _ in range(CROWD)]
    answers = await at_once(*(looks(shop, each, at=at, backwards=n % 2) for n, each in enumerate(crowd)))
    found: list[tuple[Worker, Run]] = []
    for worker, runs in zip(crowd, answers, strict=True):
        assert isinstance(runs, list), runs
        found += [(worker, run) for run in runs]
    return found


@pytest.mark.parametrize("dead", [False, True], ids=["begun", "taken over"])
async def test_each_time_is_run_by_one_worker(shop: Shop, dead: bool):  # noqa: FBT001
    for hour in range(ROUNDS):
        at = NOON + timedelta(hours=hour)
        found = await taken(shop, at=at)
        assert Counter(run.schedule for _, run in found) == dict.fromkeys(NAMES, 1)
        if dead:
            for worker, _ in found:
                await unseen_for(shop.pool, worker, 61)
            found = await taken(shop, at=at)
            assert Counter((run.schedule, run.tries) for _, run in found) == {(name, 2): 1 for name in NAMES}
        for worker, run in found:
            assert await ends(shop.pool, run, worker, at=at)
    assert await shop.pool.fetchval("SELECT count(*) FROM schedule_run WHERE ended_at IS NOT NULL") == 3 * ROUNDS


async def test_all_that_wait_for_one_who_gives_up_begin_each_time_once(shop: Shop):
    crowd, found = [Worker() for _ in range(CROWD - 2)], list[Run]()
    async with shop.pool.acquire() as first, shop.pool.acquire() as watching:
        begun = first.transaction()
        await begun.start()
        await take(first, Worker(), due=dict.fromkeys(NAMES, NOON), now=NOON)
        looking = [asyncio.create_task(looks(shop, each, at=NOON, backwards=n % 2)()) for n, each in enumerate(crowd)]
        while await watching.fetchval(WAITING) < len(crowd):
            pass
        await begun.rollback()
    for each in looking:
        found += await each
    assert Counter(run.schedule for run in found) == dict.fromkeys(NAMES, 1)
