"""A furnished shop for each story."""

import asyncpg
import pytest
from tests.stories.shop import Shop


@pytest.fixture
async def shop(pool: asyncpg.Pool) -> Shop:
    """A shop with people, buyers and a catalogue, and empty shelves."""
    opened = Shop(pool)
    await opened.furnish()
    return opened
