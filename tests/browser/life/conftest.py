"""A house of these tests' own, and those who open its pages."""

from collections.abc import AsyncIterator

import asyncpg
import pytest_asyncio
from playwright.async_api import Browser
from tests.browser.conftest import Visitors
from tests.browser.life.house import House, Understanding

from orderway.database import connect, create_database, drop_database
from orderway.embedded import EmbeddedServer


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def house(server: EmbeddedServer, demo_url: str) -> AsyncIterator[House]:
    name = "house"
    await create_database(server.url(), name=name, template=demo_url.partition("?")[0].rpartition("/")[2])
    opened = House.open(server.url(name), server.url(name, role="postgres"))
    yield opened
    code, _ = await opened.stop()
    assert code == 0
    await drop_database(server.url(role="postgres"), name=name)


@pytest_asyncio.fixture(loop_scope="session")
async def guests(
    house: House, browser: Browser, cookies: dict[str, list[dict[str, object]]]
) -> AsyncIterator[Visitors]:
    """Opens pages of the house; at the end no script of ours must have failed on any of them."""
    opened = Visitors(house.address, browser, cookies, Understanding())
    yield opened
    for context in opened.contexts:
        await context.close()
    assert opened.ear.heard == []


@pytest_asyncio.fixture(loop_scope="session")
async def kept(house: House) -> AsyncIterator[asyncpg.Connection]:
    """The database of the house, as its superuser."""
    connection = await connect(house.superuser_url)
    yield connection
    await connection.close()
