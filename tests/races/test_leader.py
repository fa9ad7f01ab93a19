"""Of several servers the one that leads is found, and whoever was connected to another finds it too."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest
from tests.conftest import quickest
from tests.pair import Pair, frozen, kill, pair, until

from orderway import leader
from orderway.database import DatabaseUnavailable, connect, connect_pool, lost
from orderway.leader import hosts

NOBODY = "postgresql://orderway@/orderway?host=/nowhere,/neither"
WRITE = "INSERT INTO written (n) VALUES ($1)"
READ = "SELECT array_agg(n ORDER BY n) FROM written"


@pytest.mark.parametrize(
    ("url", "each"),
    [
        (
            "postgresql://u:p@a:5432,b:5433/shop?sslmode=require&target_session_attrs=read-write",
            ("postgresql://u:p@a:5432/shop?sslmode=require", "postgresql://u:p@b:5433/shop?sslmode=require"),
        ),
        (
            "postgresql://u@[::1]:5432,[::2]:5432/shop",
            ("postgresql://u@[::1]:5432/shop", "postgresql://u@[::2]:5432/shop"),
        ),
        (
            "postgresql://u@/shop?host=/a,/b&port=1,2",
            ("postgresql://u@/shop?host=%2Fa&port=1", "postgresql://u@/shop?host=%2Fb&port=2"),
        ),
        (
            "postgresql://u@/shop?host=/a,/b&port=1",
            ("postgresql://u@/shop?host=%2Fa&port=1", "postgresql://u@/shop?host=%2Fb&port=1"),
        ),
        ("postgresql://u:p,w@a/shop", ("postgresql://u:p,w@a/shop",)),
    ],
)
def test_an_address_of_several_hosts_is_one_of_each(url: str, each: tuple[str, ...]):
    assert hosts(url) == each


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pair]:
    monkeypatch.setattr(leader, "WATCH", 0.05)
    with pair(quickest()) as made:
        yield made


@pytest.fixture
async def crowd(servers: Pair) -> AsyncIterator[asyncpg.Pool]:
    """A pool that knows both servers, and has a table to write to."""
    async with await connect_pool(servers.url(), size=4) as pool:
        await pool.execute("CREATE TABLE written (n int)")
        yield pool


async def written(pool: asyncpg.Pool, number: int) -> bool:
    """Try to write a number; what breaks has to be known as the loss of the database."""
    try:
        await pool.execute(WRITE, number)
    except Exception as error:
        if lost(error) is None:
            raise
        return False
    return True


async def until_none_leads(pool: asyncpg.Pool) -> str:
    """Write until no host is left that could be written to; gives why each is not the one."""
    async with asyncio.timeout(30):
        while True:
            try:
                await pool.execute(WRITE, 0)
            except leader.NoLeader as error:
                return str(error)
            except Exception as error:
                if lost(error) is None:
                    raise


async def test_neither_one_that_follows_is_taken_nor_does_one_that_says_nothing_hide_the_one_that_leads(servers: Pair):
    connection = await connect(servers.url(servers.second, servers.first))
    assert await connection.fetchval("SELECT pg_is_in_recovery()") is False
    await connection.close()
    with pytest.raises(DatabaseUnavailable) as refused:
        await connect(servers.url(servers.second, servers.second))
    assert "no host accepts writes (follows another, follows another)" in refused.value.message
    await servers.promote()
    with frozen(servers.first):
        connection = await connect(servers.url())
        assert await connection.fetchval("SELECT pg_is_in_recovery()") is False
        await connection.close()


async def test_hosts_that_are_not_there_are_told_each():
    with pytest.raises(DatabaseUnavailable) as refused:
        await connect_pool(NOBODY)
    assert refused.value.message == (
        "The database orderway at the local socket can not be reached: "
        "no host accepts writes (no such file or directory, no such file or directory)."
    )


async def test_after_the_death_of_the_leader_the_pool_finds_the_next(servers: Pair, crowd: asyncpg.Pool):
    await crowd.execute(WRITE, 1)
    async with crowd.acquire() as busy:
        waiting = asyncio.create_task(busy.execute("SELECT pg_sleep(600)"))
        await servers.follows()
        kill(servers.first)
        with pytest.raises((asyncpg.PostgresError, asyncpg.InternalClientError, OSError)) as broken:
            await asyncio.wait_for(waiting, 30)
        assert lost(broken.value) is not None
    assert "follows another" in await until_none_leads(crowd)
    await servers.promote()
    await until(lambda: written(crowd, 3))
    assert await crowd.fetchval(READ) == [1, 3]


async def test_whoever_waits_on_a_leader_that_others_left_is_told(servers: Pair, crowd: asyncpg.Pool):
    """The old one lives and accepts writes: its watchman died, and the others chose a new leader."""
    alone = await connect(servers.url())
    async with crowd.acquire() as busy, crowd.acquire() as idle:
        for connection in (busy, idle, alone):
            assert await connection.fetchval("SELECT pg_walfile_name(pg_current_wal_lsn())") < "00000002"
        waiting = asyncio.create_task(busy.execute("SELECT pg_sleep(600)"))
        await asyncio.wait([waiting], timeout=0.05)
        await servers.promote()
        with pytest.raises(asyncpg.ConnectionDoesNotExistError) as broken:
            await asyncio.wait_for(waiting, 30)
        assert lost(broken.value) is not None
    assert alone.is_closed()
    await until(lambda: written(crowd, 1))
    second = await connect(servers.second.url())
    assert await second.fetchval(READ) == [1]
    await second.close()


async def test_nobody_goes_back_to_a_leader_of_before(servers: Pair, crowd: asyncpg.Pool):
    await servers.promote()
    await until(lambda: written(crowd, 1))
    old = await connect(servers.first.url())
    await until(lambda: crowd.fetchval("SELECT pg_walfile_name(pg_current_wal_lsn()) > '00000002'"))
    assert await old.fetchval("SELECT pg_is_in_recovery()") is False
    await old.close()
    kill(servers.second)
    assert "leads on an older timeline" in await until_none_leads(crowd)


async def test_a_leader_that_follows_by_now_is_no_fault_of_ours():
    assert lost(asyncpg.ReadOnlySQLTransactionError("cannot execute INSERT in a read-only transaction")) is not None
