"""A furnished shop whose people listen."""

import asyncpg
import pytest
from tests.outbound.listening import Listening
from tests.outbound.place import NAME, Place
from tests.stories.shop import RESELLER, Shop, person

from orderway.outbound.feed import begin


@pytest.fixture
async def shop(pool: asyncpg.Pool) -> Shop:
    """A shop whose reseller signs in."""
    opened = Shop(pool)
    await opened.furnish()
    await pool.execute("UPDATE customer SET person_id = $1 WHERE id = $2", person("reseller"), RESELLER)
    return opened


@pytest.fixture
def listening(shop: Shop) -> Listening:
    return Listening(shop)


@pytest.fixture
async def place(shop: Shop) -> Place:
    async with shop.pool.acquire() as connection:
        await begin(connection, NAME, now=shop.now)
    return Place(shop)
