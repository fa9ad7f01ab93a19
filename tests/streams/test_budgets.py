"""What following costs in SQL statements: two for each look, however much happened."""

from collections.abc import AsyncIterator
from uuid import UUID

import asyncpg
import pytest
from tests.graphql.office import QUICK, Api
from tests.graphql.orders import released
from tests.graphql.test_budgets import Counter
from tests.streams.conftest import runner_of

from orderway.database import SESSION, plain
from orderway.order.filters import EVERYTHING
from orderway.people.passwords import Passwords
from orderway.people.sessions import Sessions
from orderway.streams.feed import Feed
from orderway.streams.follow import Follower


@pytest.fixture
def counter() -> Counter:
    return Counter()


@pytest.fixture
async def pool(database_url: str, counter: Counter) -> AsyncIterator[asyncpg.Pool]:
    """A pool whose connections tell the counter of each statement, and reset nothing between two uses."""

    async def listen(connection: asyncpg.Connection) -> None:
        connection.add_query_logger(counter.note)

    async def keep(_connection: asyncpg.Connection) -> None:
        pass

    async with asyncpg.create_pool(
        plain(database_url), min_size=1, max_size=4, init=listen, reset=keep, server_settings=dict(SESSION)
    ) as connections:
        yield connections


async def follower(api: Api) -> Follower:
    office = api.office
    sessions = Sessions(office.pool, passwords=Passwords(QUICK), clock=lambda: office.now)
    return Follower(Feed(office.pool), runner_of(office), sessions, await api.token("manager"))


async def test_a_look_at_an_order_costs_two(api: Api, counter: Counter):
    made, one = await released(api), await follower(api)
    counter.taken()
    following = one.order(UUID(made.order), 0)
    numbers = [(await anext(following)).change.entry.what.number for _ in range(10)]
    assert counter.taken() == 2, "one for who follows, one for all that happened"
    assert numbers == sorted(numbers)
    await following.aclose()


async def test_a_look_at_all_orders_costs_two_and_the_first_one_more_to_know_where_one_is(api: Api, counter: Counter):
    one = await follower(api)
    place = str(await one.feed.here())
    await released(api)
    counter.taken()
    following = one.orders(EVERYTHING, place)
    for _ in range(10):
        await anext(following)
    assert counter.taken() == 3, "one for where one is, one for who follows, one for all that happened"
    await following.aclose()
