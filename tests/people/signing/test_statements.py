"""Who a token belongs to is one statement, whatever kind of token it is."""

from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import pytest
from asyncpg.connection import LoggedQuery
from tests.people.company import NOON, Company
from tests.people.signing.desk import KEEPER, SECRET, Clock

from orderway.database import SESSION, plain
from orderway.people.sessions import Sessions
from orderway.people.signing.keys import NewKey, make_key


@pytest.fixture
async def counting(database_url: str, sessions: Sessions, clock: Clock) -> AsyncIterator[tuple[Sessions, list[str]]]:
    """Sessions over connections that note each statement. They are of a database with the company in it."""
    noted = list[str]()

    def note(record: LoggedQuery) -> None:
        noted.append(record.query)

    async def listen(connection: asyncpg.Connection) -> None:
        connection.add_query_logger(note)

    async def keep(_connection: asyncpg.Connection) -> None:
        """Nothing is reset between two uses, so that no statement of the pool's own is counted."""

    async with asyncpg.create_pool(
        plain(database_url), min_size=1, max_size=1, init=listen, reset=keep, server_settings=dict(SESSION)
    ) as pool:
        yield Sessions(pool, passwords=sessions.passwords, clock=clock), noted


async def test_a_token_and_a_key_cost_one_statement(company: Company, counting: tuple[Sessions, list[str]]):
    sessions, noted = counting
    async with company.pool.acquire() as connection:
        new = NewKey(name="Till", permissions=(), expires_at=NOON + timedelta(days=1))
        key = await make_key(connection, await company.viewer("keeper"), new, at=NOON)
    tokens = await sessions.sign_in_program(KEEPER, SECRET)
    browser = await sessions.sign_in(KEEPER, SECRET)
    for token in (tokens.access_token, browser.token, key.text):
        await sessions.viewer_of(token)  # the driver looks up the types of a new statement first
        noted.clear()
        assert await sessions.viewer_of(token) is not None
        assert len(noted) == 1
