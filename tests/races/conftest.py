"""A furnished shop with room for a crowd."""

from collections.abc import AsyncIterator

import pytest
from tests.races.crowd import crowded
from tests.stories.shop import Shop


@pytest.fixture
async def shop(database_url: str) -> AsyncIterator[Shop]:
    """A shop with people, buyers, a catalogue and empty shelves, and a connection for each of a crowd."""
    async with crowded(database_url) as opened:
        yield opened
