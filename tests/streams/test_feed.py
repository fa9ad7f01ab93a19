"""Who is woken when: whoever news may concern, of whatever process, and no more than need be."""

from __future__ import annotations

import asyncio
from uuid import UUID

import asyncpg
import pytest
from tests.graphql.office import BUYER, KANO, LAGOS, PEOPLE, Api
from tests.graphql.orders import draft, released
from tests.streams.reading import WORKFLOW
from tests.streams.served import ORDER, following

from orderway import listening
from orderway.database import connect, connect_pool
from orderway.people.viewer import find_viewer
from orderway.streams import feed
from orderway.streams.announcer import CHANNEL, Announcer
from orderway.streams.changes import changes_of
from orderway.streams.feed import Feed, Moved
from orderway.streams.follow import may_concern
from orderway.workflow.errors import NotFound


async def looking(pool: asyncpg.Pool, news: Feed) -> None:
    async with pool.acquire() as connection:
        await news._look(connection)  # type: ignore[arg-type]  # a pool's connection reads as any other


async def test_only_those_are_woken_whom_it_may_concern(api: Api, pool: asyncpg.Pool):
    made, other = await draft(api), await draft(api)
    news = Feed(pool)
    with (
        news.waiting(concerns=lambda moved: moved.order == UUID(made.order)) as waiter,
        news.waiting(concerns=lambda moved: moved.order == UUID(other.order)) as neighbour,
        news.waiting(person=api.office.ids["customer"]) as person,
    ):
        await looking(pool, news)
        for each in (waiter, neighbour, person):
            each.news.clear()
        await api.move("biller", "quotationShare", id=made.ids["quotation"])
        await looking(pool, news)
        assert [each.news.is_set() for each in (waiter, neighbour, person)] == [True, False, False]
        waiter.news.clear()
        await looking(pool, news)
        assert not waiter.news.is_set()
        await pool.execute("INSERT INTO notification_count VALUES ($1, 1)", api.office.ids["customer"])
        await looking(pool, news)
        assert [each.news.is_set() for each in (waiter, neighbour, person)] == [False, False, True]


async def test_of_too_much_at_once_everybody_is_told(api: Api, pool: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(feed, "MANY", 1)
    news = Feed(pool)
    with news.waiting(concerns=lambda _: False) as waiter:
        await looking(pool, news)
        waiter.news.clear()
        await draft(api)
        await looking(pool, news)
        assert waiter.news.is_set()


@pytest.mark.parametrize("who", PEOPLE)
async def test_nobody_sleeps_through_what_they_see(who: str, api: Api, pool: asyncpg.Pool):
    made, far = await released(api), await draft(api, "manager of kano", store=KANO)
    async with pool.acquire() as connection:
        viewer = await find_viewer(connection, api.office.ids[who])
        assert viewer
        for order, store in ((made.order, LAGOS), (far.order, KANO)):
            biller = await connection.fetchval("SELECT biller_id FROM sale_order WHERE id = $1", UUID(order))
            moved = Moved(UUID(order), store, BUYER, biller, brought=order == made.order)
            try:
                await changes_of(connection, WORKFLOW, viewer, order_id=UUID(order), after=0)
            except NotFound:
                continue
            assert may_concern(viewer)(moved)


async def test_who_listens_hears_again_after_the_line_broke(
    api: Api, here: str, superuser_url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(listening, "PAUSE", 0.05)
    made = await draft(api)
    async with following(here, await api.token("biller"), ORDER, order=made.order, after=1) as socket:
        await socket.event()
        connection = await connect(superuser_url)
        ended = await connection.fetchval(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND query ~ 'pg_current_snapshot|LISTEN'"
        )
        await connection.close()
        assert ended >= 1
        await api.move("biller", "quotationShare", id=made.ids["quotation"])
        assert (await socket.event())["number"] == 3


async def test_what_happens_meanwhile_is_told_once(database_url: str, pool: asyncpg.Pool):
    heard: asyncio.Queue[str] = asyncio.Queue()
    listener = await connect(database_url)
    await listener.add_listener(CHANNEL, lambda *_: heard.put_nowait("news"))
    announce = Announcer(pool)
    for _ in range(100):
        announce()
    await heard.get()
    announce()
    await heard.get()
    assert heard.empty()
    await listener.close()


async def test_to_tell_of_news_breaks_nothing_where_the_database_went_away(database_url: str):
    async with await connect_pool(database_url) as closed:
        announce = Announcer(closed)
    announce()
    assert announce._telling
    await announce._telling
