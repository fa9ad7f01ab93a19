"""A shop with a provider that reports to it."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
from tests.providers.till import ENVIRON, Till, till_of
from tests.stories.shop import Shop


@pytest.fixture
async def till(pool: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Till]:
    for name, value in ENVIRON.items():
        monkeypatch.setenv(name, value)
    shop = Shop(pool)
    await shop.furnish()
    async with till_of(shop) as opened:
        yield opened
