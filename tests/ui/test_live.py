"""What a browser that listens is told: that something moved, never what, and only of what its viewer sees."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
import pytest
from tests.company import NOW, QUICK
from tests.ui.conftest import Shop, SignIn

from orderway.people.passwords import Passwords
from orderway.people.sessions import Sessions
from orderway.settings import Settings
from orderway.streams.feed import Feed, Moved
from orderway.streams.nudges import MANY, Ear, Nudges, topics
from orderway.streams.seats import NoSeat, Seats
from orderway.ui.live import message, moment

LONG_AGO, SOON = NOW - timedelta(days=1), NOW + timedelta(days=1)


async def moved(pool: asyncpg.Pool, store: str) -> list[Moved]:
    """Orders as the feed tells of them: those of one store, or of all."""
    rows = await pool.fetch(
        "SELECT o.id, o.store_id, o.customer_id, o.biller_id, false AS brought, o.outbox_number AS number"
        " FROM sale_order o JOIN store s ON s.id = o.store_id WHERE ($1 = '' OR s.code = $1) ORDER BY o.id",
        store,
    )
    return [Moved(*row) for row in rows]


class Listeners:
    """Nudges over the demo's company, of which the feed is moved by hand."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self.sessions = Sessions(pool, passwords=Passwords(QUICK), clock=lambda: NOW)
        self.feed = Feed(pool)
        self.nudges = Nudges(self.feed, self.sessions, Seats(Settings({})))

    def tell(self, told: list[Moved] | None) -> None:
        for waiter in list(self.feed._waiting):
            waiter.hear(told)


async def hears(ear: Ear) -> dict[str, int]:
    async with asyncio.timeout(10):
        while not (told := ear.taken()) and not ear.ended:
            await ear.news.wait()
            ear.news.clear()
    return told


@pytest.fixture
def listeners(shop: Shop) -> Listeners:
    return Listeners(shop.pool)


async def test_whoever_is_not_signed_in_is_told_so_and_gets_no_stream(shop: Shop):
    answer = await shop.visitor.get("/live")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream")
    assert answer.content == b'data: {"status":"ended"}\n\n'


@pytest.mark.parametrize(
    ("given", "heard"),
    [
        ("2026-03-11T12:29:00+00:00", "2026-03-11T12:29:00+00:00"),
        ("2026-03-11T12:29:00", "2026-03-11T12:29:00+00:00"),
        ("0001-01-01T00:00:00", "2026-03-11T12:20:00+00:00"),
        ("0001-01-01T00:00:00+23:00", "2026-03-11T12:30:00+00:00"),
        ("9999-12-31T23:59:59-23:59", "2026-03-11T12:30:00+00:00"),
        ("9999-12-31T23:59:59", "2026-03-11T12:30:00+00:00"),
        ("", "2026-03-11T12:30:00+00:00"),
        ("yesterday", "2026-03-11T12:30:00+00:00"),
    ],
)
def test_a_browser_is_told_from_a_moment_that_its_page_can_be_of(given: str, heard: str):
    assert moment(given, now=NOW) == datetime.fromisoformat(heard)


async def test_a_message_says_the_topic_and_its_version_alone():
    said = message("order:7", 12, at="2026-03-11T12:30:00+00:00").decode()
    assert said == 'id: 2026-03-11T12:30:00+00:00\ndata: {"topic":"order:7","version":12}\n\n'


async def test_each_is_told_of_what_they_see_alone(sign_in: SignIn, shop: Shop, listeners: Listeners):
    all_, lagos = await moved(shop.pool, ""), await moved(shop.pool, "LOS")
    some = [next(each for each in all_ if each.store != lagos[0].store), lagos[0]]
    told: dict[str, dict[str, int]] = {}
    for who in ("admin", "manager.lagos", "customer.lagos", "rider1.lagos"):
        token = (await sign_in(who)).cookies["orderway_session"]
        viewer = await listeners.sessions.viewer_of(token)
        assert viewer
        async with listeners.nudges.listening(viewer, token, since=SOON) as ear:
            await listeners.nudges._tell(some)
            told[who] = ear.taken()
    theirs = f"order:{lagos[0].order}"
    assert told["admin"] == {f"order:{each.order}": each.number for each in some}
    assert told["manager.lagos"] == {theirs: lagos[0].number}
    customer = await shop.pool.fetchval("SELECT customer_id FROM sale_order WHERE id = $1", lagos[0].order)
    mine = await shop.pool.fetchval(
        "SELECT c.id FROM customer c JOIN person p ON p.id = c.person_id WHERE p.email = 'customer.lagos@demo.example'"
    )
    assert (theirs in told["customer.lagos"]) is (customer == mine)
    assert told["rider1.lagos"] == {}


async def test_what_happened_since_the_page_was_made_is_told_at_once(sign_in: SignIn, shop: Shop, listeners: Listeners):
    token = (await sign_in("manager.lagos")).cookies["orderway_session"]
    viewer = await listeners.sessions.viewer_of(token)
    assert viewer
    newest = await shop.pool.fetchval("SELECT max(at) FROM outbox")
    listeners.sessions.clock = lambda: newest + timedelta(seconds=1)
    async with listeners.nudges.listening(viewer, token, since=newest) as ear:
        told = ear.taken()
    stores = await shop.pool.fetch("SELECT id FROM sale_order WHERE store_id = ANY ($1)", list(viewer.stores))
    assert {UUID(topic.removeprefix("order:")) for topic in told} <= {row["id"] for row in stores}
    async with listeners.nudges.listening(viewer, token, since=newest + timedelta(seconds=10)) as ear:
        assert ear.taken() == {}


async def test_who_was_away_for_long_is_told_that_anything_may_have_moved(sign_in: SignIn, listeners: Listeners):
    token = (await sign_in("admin")).cookies["orderway_session"]
    viewer = await listeners.sessions.viewer_of(token)
    assert viewer
    listeners.sessions.clock = lambda: SOON
    for away, told in ((timedelta(minutes=9), {}), (timedelta(minutes=10), {"orders": 0, "notifications": 0})):
        async with listeners.nudges.listening(viewer, token, since=SOON - away) as ear:
            assert ear.taken() == told


async def test_a_stream_ends_with_its_session(sign_in: SignIn, listeners: Listeners):
    token = (await sign_in("admin")).cookies["orderway_session"]
    viewer = await listeners.sessions.viewer_of(token)
    assert viewer
    async with listeners.nudges.listening(viewer, token, since=SOON) as ear:
        await listeners.sessions.sign_out(token)
        listeners.nudges.check()
        assert await hears(ear) == {}
        assert ear.ended


async def test_streams_end_with_the_server(sign_in: SignIn, listeners: Listeners):
    token = (await sign_in("admin")).cookies["orderway_session"]
    viewer = await listeners.sessions.viewer_of(token)
    assert viewer
    async with listeners.nudges.listening(viewer, token, since=SOON) as ear:
        listeners.feed.end()
        await hears(ear)
        assert ear.ended
    async with listeners.nudges.listening(viewer, token, since=SOON) as late:
        assert late.ended


async def test_one_person_has_no_more_streams_than_they_may(sign_in: SignIn, listeners: Listeners):
    token = (await sign_in("admin")).cookies["orderway_session"]
    viewer = await listeners.sessions.viewer_of(token)
    assert viewer
    listeners.nudges._seats = Seats(Settings({"STREAMS_PER_PERSON": "1"}))
    async with listeners.nudges.listening(viewer, token, since=SOON):
        with pytest.raises(NoSeat):
            async with listeners.nudges.listening(viewer, token, since=SOON):
                pass


def test_of_very_many_it_is_told_only_that_there_are():
    ids = {UUID(int=number): 1 for number in range(MANY + 1)}
    assert topics(ids) == {"orders": 0}
    assert len(topics(dict(list(ids.items())[:MANY]))) == MANY
