"""The company of the API's tests: its orders are brought where they are needed by the API, and counted here."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
from tests.graphql.office import Api, Office


@pytest.fixture
async def api(pool: asyncpg.Pool) -> AsyncIterator[Api]:
    office = Office(pool)
    await office.furnish()
    async with office.open() as client:
        yield Api(office, client)


@pytest.fixture
async def connection(pool: asyncpg.Pool) -> AsyncIterator[asyncpg.pool.PoolConnectionProxy]:
    async with pool.acquire() as one:
        yield one
