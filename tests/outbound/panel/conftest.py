"""A shop of two stores, and those who look after what leaves it."""

import asyncpg
import pytest
from tests.outbound.panel.house import House
from tests.stories.shop import Shop


@pytest.fixture
async def house(pool: asyncpg.Pool) -> House:
    shop = Shop(pool)
    await shop.furnish()
    house = House(shop)
    await house.open()
    return house
