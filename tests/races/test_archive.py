"""Several let orders leave at once: each order is one run's, and whoever finds it taken goes by without waiting."""

import asyncio
from functools import partial

from tests.archive.conftest import shelf
from tests.archive.finished import archive, brought, counted, go_by, told
from tests.archive.test_interrupted import holding, stopped_before_the_removal
from tests.races.crowd import CROWD, at_once
from tests.stories.shop import Shop

from orderway.storage.storage import Storage

__all__ = ["shelf"]

LEAVING = 3
RUNS = CROWD - 3
"""Of the other connections one is the first run's, one hinders it, and one watches."""
STOPPED = "SELECT pid FROM pg_stat_activity WHERE query LIKE '%orderway_archive(%' AND wait_event_type = 'Lock'"
WAITED_FOR = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid)))"


async def test_who_finds_an_order_taken_by_another_run_goes_by_without_waiting(shop: Shop, shelf: Storage) -> None:
    oldest, *_ = [await brought(shop) for _ in range(LEAVING)]
    await counted(shop)
    await told(shop)
    go_by(shop)
    async with (
        asyncio.TaskGroup() as group,
        holding(shop.pool, f"SELECT FROM notification WHERE order_id = '{oldest.id}' FOR UPDATE"),
    ):
        first = await stopped_before_the_removal(shop, shelf)
        pid = await shop.pool.fetchval(STOPPED)
        crowd = group.create_task(at_once(*[partial(archive, shop, shelf)] * RUNS))
        while not crowd.done():
            assert not await shop.pool.fetchval(WAITED_FOR, pid)
        left = [each for each in crowd.result() if not isinstance(each, BaseException)]
        assert (len(left), sum(archived for archived, _ in left)) == (RUNS, LEAVING - 1)
        assert await shop.pool.fetchval("SELECT id FROM sale_order") == oldest.id
    assert await first == (1, {"busy": LEAVING - 1})
    assert await shop.findings() == []
