"""Lists and figures are read from a copy of the database, which has whatever was answered before."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack

import asyncpg
import pytest
from tests.conftest import quickest
from tests.graphql.office import Api, Office
from tests.graphql.orders import draft
from tests.pair import Pair, kill, pair, until

from orderway import replica as module
from orderway.database import DatabaseUnavailable, connect, connect_pool
from orderway.migrations import migrate
from orderway.replica import NAME, Replica, replica

IS_COPY = "SELECT pg_is_in_recovery()"
LIST = "{ orders(first: 50) { nodes { id } totalCount } }"
FIGURES = "{ insight { days { placed } } }"


@pytest.fixture
def servers() -> Iterator[Pair]:
    with pair(quickest()) as made:
        yield made


@pytest.fixture
async def superuser(servers: Pair) -> AsyncIterator[asyncpg.Connection]:
    """Who may stop the copy from following."""
    connection = await connect(servers.second.url(role="postgres"))
    yield connection
    connection.terminate()


async def pause(superuser: asyncpg.Connection) -> None:
    """Let the copy follow no more; it may be asked to before it does."""

    async def is_paused() -> bool:
        state: str = await superuser.fetchval("SELECT pg_get_wal_replay_pause_state()")
        return state == "paused"

    await superuser.execute("SELECT pg_wal_replay_pause()")
    await until(is_paused)


async def test_a_reader_finds_in_the_copy_what_they_did(
    servers: Pair, superuser: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(module, "PATIENCE", 30.0)
    async with await connect_pool(servers.first.url()) as pool, await connect_pool(servers.second.url()) as copies:
        copy = Replica(copies)
        await pause(superuser)
        await pool.execute("CREATE TABLE written (n int)")
        await pool.execute("INSERT INTO written VALUES (0)")
        # Who does not wait misses it.
        assert await copies.fetchval("SELECT to_regclass('written')") is None

        async def look() -> list[tuple[int, bool]]:
            async with copy.reading(pool) as connection:
                return [tuple(row) for row in await connection.fetch(f"SELECT n, ({IS_COPY}) FROM written ORDER BY n")]

        waiting = asyncio.create_task(look())
        done, _ = await asyncio.wait([waiting], timeout=0.1)
        assert not done
        await superuser.execute("SELECT pg_wal_replay_resume()")
        assert await waiting == [(0, True)]
        for n in range(1, 40):
            await pool.execute("INSERT INTO written VALUES ($1)", n)
            assert (await look())[-1] == (n, True)


async def test_where_the_copy_is_of_no_use_the_database_itself_is_read(
    servers: Pair, superuser: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(module, "APART", 0.0)
    async with AsyncExitStack() as stack:
        pool = await stack.enter_async_context(await connect_pool(servers.first.url()))
        copy = await stack.enter_async_context(replica({NAME: servers.second.url()}, size=2))
        assert copy is not None

        async def is_copy() -> bool:
            async with copy.reading(pool) as connection:
                return bool(await connection.fetchval(IS_COPY))

        monkeypatch.setattr(module, "PATIENCE", 30.0)
        assert await is_copy()
        await pause(superuser)
        await pool.execute("CREATE TABLE written (n int)")
        monkeypatch.setattr(module, "PATIENCE", 0.05)
        assert [await is_copy() for _ in range(4)] == [False] * 4  # and no connection to it is kept by who gave up
        monkeypatch.setattr(module, "PATIENCE", 30.0)
        await superuser.execute("SELECT pg_wal_replay_resume()")
        assert await is_copy()
        await servers.promote()
        assert not await is_copy()
        kill(servers.second)
        assert not await is_copy()


async def test_a_copy_that_came_late_is_left_alone_for_a_while(servers: Pair, superuser: asyncpg.Connection):
    async with await connect_pool(servers.first.url()) as pool, await connect_pool(servers.second.url()) as copies:
        copy = Replica(copies)
        await pause(superuser)
        await pool.execute("CREATE TABLE written (n int)")
        async with copy.reading(pool) as connection:
            assert not await connection.fetchval(IS_COPY)
        await superuser.execute("SELECT pg_wal_replay_resume()")
        async with copy.reading(pool) as connection:
            assert not await connection.fetchval(IS_COPY)


async def test_a_copy_that_is_ahead_follows_another_database_and_is_not_read(servers: Pair, pool: asyncpg.Pool):
    async with await connect_pool(servers.first.url()) as leader, await connect_pool(servers.second.url()) as copies:
        superuser = await connect(servers.first.url(role="postgres"))
        await leader.execute("CREATE TABLE written (n int)")
        written = await pool.fetchval(module.WRITTEN)
        while await superuser.fetchval("SELECT pg_current_wal_insert_lsn() <= $1", written + 2**26):
            await leader.execute("INSERT INTO written VALUES (0)")
            await superuser.fetchval("SELECT pg_switch_wal()")
        await superuser.close()
        await servers.follows()
        async with Replica(copies).reading(pool) as connection:
            assert not await connection.fetchval(IS_COPY)


async def test_the_lists_of_the_api_are_read_from_the_copy(servers: Pair, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "PATIENCE", 30.0)
    asked: list[str] = []

    async def listen(connection: asyncpg.Connection) -> None:
        connection.add_query_logger(lambda query: asked.append(query.query))

    await migrate(servers.first.url())
    async with (
        await connect_pool(servers.first.url()) as pool,
        asyncpg.create_pool(servers.second.url(), min_size=0, init=listen) as copies,
    ):
        office = Office(pool, replica=Replica(copies))
        await office.furnish()
        async with office.open() as client:
            api = Api(office, client)
            for count in range(1, 4):
                placed = await draft(api)
                listed = (await api.ask("biller", LIST))["orders"]
                assert listed["totalCount"] == count
                assert listed["nodes"][0]["id"] == placed.order
            await api.ask("manager", FIGURES)
    assert any("FROM sale_order" in query for query in asked)
    assert any("insight" in query for query in asked)


@pytest.mark.parametrize("url", ["mysql://a/b", "postgresql://u:p@a,b/shop", "a"])
async def test_a_copy_has_one_address(url: str):
    with pytest.raises(DatabaseUnavailable, match=f"{NAME} does not name one host of PostgreSQL."):
        async with replica({NAME: url}):
            raise AssertionError


async def test_without_an_address_there_is_no_copy():
    async with replica({}) as copy:
        assert copy is None
