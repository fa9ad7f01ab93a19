"""One company for the whole walk, built once; each test walks through a copy of it."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest
from tests.graphql.office import Api, Office
from tests.graphql.walk.company import Walk, build

from orderway.database import connect_pool, create_database, drop_database
from orderway.embedded import EmbeddedServer

COMPANY = "orderway_walk"


async def built(url: str) -> Walk:
    async with await connect_pool(url) as pool:
        office = Office(pool)
        await office.furnish()
        async with office.open() as client:
            walk = await build(Api(office, client))
            for who in sorted(set(office.ids) - {"leaver"}):
                await walk.api.token(who)
            return walk


@pytest.fixture(scope="session")
def walked(server: EmbeddedServer) -> Iterator[Walk]:
    """The company as it was built; its database is there to be copied."""
    asyncio.run(create_database(server.url(), name=COMPANY, template="orderway_template"))
    yield asyncio.run(built(server.url(COMPANY)))
    asyncio.run(drop_database(server.url(role="postgres"), name=COMPANY))


@pytest.fixture
async def walk(server: EmbeddedServer, walked: Walk) -> AsyncIterator[Walk]:
    """A copy of the company, behind its own API."""
    name = "orderway_walk_copy"
    await create_database(server.url(), name=name, template=COMPANY)
    async with await connect_pool(server.url(name)) as pool:
        built_in = walked.api.office
        office = replace(built_in, pool=pool, tokens=dict(built_in.tokens), ids=copy.copy(built_in.ids))
        async with office.open() as client:
            yield replace(walked, api=Api(office, client))
    await drop_database(server.url(role="postgres"), name=name)
