"""A company whose clock is the world's, behind a server at a real address."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import asyncpg
import pytest
import uvicorn
from tests.graphql.office import QUICK, Api, Office
from tests.secret import SECRET

from orderway.app import make_workflow
from orderway.http import make_http
from orderway.people.passwords import Passwords
from orderway.people.sessions import Sessions
from orderway.serve import Address, configured, listen, url_of
from orderway.streams.announcer import Announcer
from orderway.streams.streams import Streams, make_streams
from orderway.workflow.runner import Runner


@pytest.fixture
async def office(pool: asyncpg.Pool) -> Office:
    made = Office(pool, now=datetime.now(UTC))
    await made.furnish()
    return made


@pytest.fixture
async def api(office: Office) -> AsyncIterator[Api]:
    """The API within the test: what is done by it is told to nobody, and found by who looks."""
    async with office.open() as client:
        yield Api(office, client)


class Quiet(uvicorn.Server):
    """A server that leaves signals to the tests."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@pytest.fixture
def streams(office: Office) -> Streams:
    return make_streams(runner_of(office))


@pytest.fixture
async def here(office: Office, streams: Streams, database_url: str) -> AsyncIterator[str]:
    """The address of a server over that company, in the process of the test."""
    runner = runner_of(office)
    sessions = Sessions(office.pool, passwords=Passwords(QUICK), clock=lambda: office.now, settings=office.settings)
    server = Quiet(configured(make_http(runner, sessions, secret=SECRET, streams=streams)))
    with listen(Address(port=0)) as taken:
        async with streams.feed.following(database_url):
            running = asyncio.create_task(server.serve([taken]))
            yield url_of(taken)
            await streams.end()
            server.should_exit = True
            await running


def runner_of(office: Office) -> Runner:
    settings = office.settings
    return Runner(office.pool, make_workflow(settings), clock=lambda: office.now, announce=Announcer(office.pool))
