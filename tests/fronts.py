"""The application, opened as a front is tested: with settings, behind a proxy or not."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import asyncpg
import httpx
from tests.graphql.office import QUICK
from tests.secret import SECRET

from orderway.app import make_workflow
from orderway.deployment import Deployment
from orderway.http import make_http
from orderway.people.passwords import Passwords
from orderway.people.sessions import Sessions
from orderway.settings import Settings
from orderway.workflow.runner import Runner, utc_now

TOKEN = "watched-by-the-monitor"
VIEWER = {"query": "{ viewer { name } }"}
Opened = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]


def opener(pool: asyncpg.Pool) -> Opened:
    """Opens a client of an application with these settings, which comes from this address."""

    @asynccontextmanager
    async def client(
        settings: dict[str, str], *, deployment: Deployment | None = None, peer: str = "192.0.2.1"
    ) -> AsyncIterator[httpx.AsyncClient]:
        found = Settings(settings)
        runner = Runner(pool, make_workflow(found))
        sessions = Sessions(pool, passwords=Passwords(QUICK), clock=utc_now, settings=found)
        app = make_http(runner, sessions, secret=SECRET, deployment=deployment)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=(peer, 4711))
        async with httpx.AsyncClient(transport=transport, base_url="http://orderway.test") as made:
            yield made

    return client
