"""Whoever dies or is hindered between the file and the removal leaves the order; two at once do not clash."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from tests.archive.finished import archive, brought, counted, go_by, told
from tests.stories.shop import Shop

from orderway.storage.storage import Storage

BLOCKED = (
    "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE query LIKE '%orderway_archive(%' AND wait_event_type = 'Lock')"
)


@asynccontextmanager
async def holding(pool: asyncpg.Pool, statement: str) -> AsyncIterator[None]:
    """Somebody who changes a row of an order and has not ended."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(statement)
        yield


async def stopped_before_the_removal(shop: Shop, shelf: Storage) -> "asyncio.Task[object]":
    """An archiving that has kept the file and waits."""
    task: asyncio.Task[object] = asyncio.create_task(archive(shop, shelf))
    while not await shop.pool.fetchval(BLOCKED):
        assert not task.done()
    return task


async def test_who_dies_between_the_two_leaves_the_order_and_the_next_goes_on(shop: Shop, shelf: Storage):
    await brought(shop)
    await counted(shop)
    await told(shop)
    go_by(shop)
    before = await shop.rows()
    async with holding(shop.pool, "UPDATE notification SET read_at = now()"):
        task = await stopped_before_the_removal(shop, shelf)
        (file,) = shelf.folder.root.glob("*/*/*")
        task.cancel()
        await asyncio.wait([task])
    assert await shop.rows() == before
    assert await shop.findings() == []

    # What was read is not what is there when the other has ended: it stays once more.
    async with holding(shop.pool, "UPDATE notification SET read_at = now() + interval '1 second'"):
        task = await stopped_before_the_removal(shop, shelf)
    assert await task == (0, {"busy": 1})
    assert await shop.rows() == before

    file.write_bytes(b"half of i")
    assert await archive(shop, shelf) == (1, {})
    assert list(shelf.folder.root.glob("*/*/*")) == [file]
    assert await shop.findings() == []


async def test_two_at_once_let_each_order_leave_once(shop: Shop, shelf: Storage):
    for _ in range(6):
        await brought(shop)
    await counted(shop)
    await told(shop)
    go_by(shop)
    both = await asyncio.gather(archive(shop, shelf), archive(shop, shelf))
    rest = await archive(shop, shelf)
    assert sum(archived for archived, _ in (*both, rest)) == 6
    assert await shop.pool.fetchval("SELECT count(*) FROM archived_order") == 6
    assert await shop.pool.fetchval("SELECT count(*) FROM sale_order") == 0
    assert await shop.findings() == []
