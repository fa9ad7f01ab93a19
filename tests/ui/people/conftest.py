"""A company whose people may be changed."""

from collections.abc import AsyncIterator

import pytest
from tests.ui.apart import apart
from tests.ui.conftest import Shop

from orderway.embedded import EmbeddedServer


@pytest.fixture
async def shop(server: EmbeddedServer, demo_url: str) -> AsyncIterator[Shop]:
    async with apart(server, demo_url, "people") as shop:
        yield shop
