"""An installation that trusts a provider of identities, and `keeper`, who has an account at both."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime

import httpx
import pytest
from tests.oidc.stand_in import CLIENT, ISSUER, SECRET, StandIn
from tests.people.company import LAGOS, QUICK, Company
from tests.people.conftest import company as company  # noqa: PLC0414  (a fixture is found where it is imported)
from tests.people.signing.desk import Clock
from tests.secret import SECRET as OURS

from orderway.app import make_workflow
from orderway.http import make_http
from orderway.oidc.configuration import Client
from orderway.oidc.flow import Seal
from orderway.oidc.gate import Gate
from orderway.oidc.provider import Provider
from orderway.people.passwords import Passwords
from orderway.people.sessions import Sessions
from orderway.settings import Settings
from orderway.workflow.runner import Runner

HERE = "https://orders.example"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def stand_in(clock: Clock) -> StandIn:
    return StandIn(clock)


@pytest.fixture
def provider(stand_in: StandIn, clock: Clock) -> Provider:
    client = Client(issuer=ISSUER, id=CLIENT, secret=SECRET, name="Example")
    return Provider(client, clock=clock, transport=stand_in.transport())


@pytest.fixture
async def browser(company: Company, provider: Provider, clock: Clock) -> AsyncIterator[httpx.AsyncClient]:
    """A browser at the pages of the installation."""
    await company.add("keeper", "MANAGER", stores=[LAGOS])
    async with open_browser(company, provider, clock) as client:
        yield client


def open_browser(
    company: Company, provider: Provider | None, clock: Callable[[], datetime], **settings: str
) -> httpx.AsyncClient:
    found = Settings(settings)
    runner = Runner(company.pool, make_workflow(found), clock=clock)
    sessions = Sessions(company.pool, passwords=Passwords(QUICK), clock=clock, settings=found)
    app = make_http(runner, sessions, secret=OURS, gate=Gate(provider, Seal(OURS)) if provider else None)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url=HERE)
