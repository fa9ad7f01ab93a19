"""A company with a payment that waits for its receipt, once with a folder and once with a real S3-compatible server."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import httpx
import pytest
from tests.graphql.office import QUICK, Api, Office
from tests.graphql.orders import agreed
from tests.receipts.counter import Counter
from tests.receipts.weed import Weed, served
from tests.secret import SECRET

from orderway.app import make_workflow
from orderway.http import make_http
from orderway.people.passwords import Passwords
from orderway.people.sessions import Sessions
from orderway.receipts.desk import open_receipts
from orderway.settings import Settings
from orderway.workflow.runner import Runner

LARGEST = 4096


@pytest.fixture(scope="session")
def weed() -> Iterator[Weed]:
    with tempfile.TemporaryDirectory(prefix="orderway-s3-") as folder, served(Path(folder)) as running:
        yield running


@pytest.fixture(params=["folder", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Where receipts go, as an operator says it: most tests run once for each."""
    monkeypatch.setenv("ORDERWAY_HOME", str(tmp_path))
    if request.param == "s3":
        weed: Weed = request.getfixturevalue("weed")
        for name, value in weed.environment(uuid4().hex).items():
            monkeypatch.setenv(name, value)
    return str(request.param)


@pytest.fixture
async def counter(place: str, pool: asyncpg.Pool) -> AsyncIterator[Counter]:
    """The application at work, with an order whose payment of 1,000 minor units is pending."""
    del place  # it stands in the environment
    office = Office(pool)
    await office.furnish()
    settings = Settings({"PAYMENT_RECEIPT_MAX_FILE_SIZE": str(LARGEST)})
    runner = Runner(pool, make_workflow(settings), clock=lambda: office.now)
    sessions = Sessions(pool, passwords=Passwords(QUICK), clock=lambda: office.now)
    receipts = open_receipts(runner, SECRET)
    app = make_http(runner, sessions, secret=SECRET, receipts=receipts)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="https://orderway.test") as client:
        made = Counter(Api(office, client), app, receipts)
        order = await agreed(made.api)
        made.order = order.order
        made.payment = await made.another_payment()
        yield made
