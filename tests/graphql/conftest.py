"""A furnished company behind its API: furnished once, and copied for each test."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest
from tests.conftest import numbers
from tests.graphql.office import Api, Office

from orderway.database import connect_pool, create_database, drop_database
from orderway.embedded import EmbeddedServer

FURNISHED = "orderway_office"


async def furnish(url: str) -> Office:
    async with await connect_pool(url) as pool:
        office = Office(pool)
        await office.furnish()
        return office


@pytest.fixture(scope="session")
def furnished(server: EmbeddedServer) -> Iterator[Office]:
    """The office as it was furnished; its database is there to be copied."""
    asyncio.run(create_database(server.url(), name=FURNISHED, template="orderway_template"))
    yield asyncio.run(furnish(server.url(FURNISHED)))
    asyncio.run(drop_database(server.url(role="postgres"), name=FURNISHED))


@pytest.fixture
async def database_url(server: EmbeddedServer, furnished: Office) -> AsyncIterator[str]:  # noqa: ARG001  (made first)
    """The address of a copy of the furnished database."""
    name = f"office_{next(numbers)}"
    await create_database(server.url(), name=name, template=FURNISHED)
    yield server.url(name)
    await drop_database(server.url(role="postgres"), name=name)


@pytest.fixture
async def office(pool: asyncpg.Pool, furnished: Office) -> Office:
    return Office(pool, ids=dict(furnished.ids))


@pytest.fixture
async def api(office: Office) -> AsyncIterator[Api]:
    async with office.open() as client:
        yield Api(office, client)
