"""A company in which journeys are made, each by the right people; when all have been, nothing in it may be wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import asyncpg
import pytest
import pytest_asyncio
from tests.browser.conftest import Visitors, serving
from tests.browser.journeys.company import Company
from tests.browser.journeys.people import Person
from tests.company import NOW

from orderway.app import make_workflow, the_laws
from orderway.database import connect, connect_pool
from orderway.embedded import EmbeddedServer
from orderway.settings import Settings
from orderway.streams.announcer import Announcer
from orderway.workflow.runner import Runner
from orderway.workflow.verify import Verdict, verify


@pytest.fixture(scope="session")
def site(server: EmbeddedServer, demo_url: str) -> Iterator[str]:
    """The address of the journeys' own server; after the last of them the whole company is verified."""
    with serving(server, demo_url, "journeys") as address:
        yield address
        verdict = asyncio.run(proof(server.url("journeys")))
        assert verdict.findings == ()


async def proof(url: str) -> Verdict:
    connection = await connect(url)
    try:
        return await verify(connection, make_workflow(), the_laws(), now=NOW)
    finally:
        await connection.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def pool(site: str, server: EmbeddedServer) -> AsyncIterator[asyncpg.Pool]:
    """The database of the journeys."""
    del site
    async with await connect_pool(server.url("journeys"), size=2) as opened:
        yield opened


@pytest.fixture
def company(pool: asyncpg.Pool) -> Company:
    """What stands in the company, and what its worker does when its time has come."""
    return Company(Runner(pool, make_workflow(Settings({})), announce=Announcer(pool), clock=lambda: NOW))


As = Callable[..., Awaitable[Person]]


@pytest_asyncio.fixture(loop_scope="session")
async def as_(visitors: Visitors) -> As:
    """Opens the page that the work of somebody of the demo begins with, in a browser of their own."""

    async def someone(who: str, path: str = "/", **way: object) -> Person:
        return Person(await visitors.page(who, path, **way))

    return someone
