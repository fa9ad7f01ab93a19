"""The pages over the demo's company, at a fixed moment: what every test of a page asks for."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from html.parser import HTMLParser

import asyncpg
import httpx
import pytest
from tests.company import NOW, PASSWORD, QUICK
from tests.conftest import numbers
from tests.secret import SECRET

from orderway.app import make_workflow
from orderway.database import connect_pool, create_database, drop_database
from orderway.embedded import EmbeddedServer
from orderway.flags.flags import ALL_ON, Flags
from orderway.http import make_http
from orderway.people.passwords import Passwords
from orderway.people.sessions import Sessions
from orderway.settings import Settings
from orderway.workflow.runner import Runner

HOST = "http://shop.example"


class Words(HTMLParser):
    """Collects what a person can read on a page, and what a screen reader says."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del tag
        self.found += [value or "" for name, value in attrs if name in {"title", "aria-label", "placeholder", "alt"}]


def words(page: str) -> str:
    """The text of a page, with one space between words."""
    parser = Words()
    parser.feed(page)
    return " ".join(" ".join(parser.found).split())


def token(page: str) -> str:
    """The token that the page's forms carry."""
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', page)
    assert found
    return found[1]


@dataclass(frozen=True)
class Shop:
    """The application over its database. `visitor` is a browser that nobody has signed in with."""

    pool: asyncpg.Pool
    visitor: httpx.AsyncClient

    async def order(self, machine: str, state: str) -> str:
        """The address of an order whose machine rests in a state: one with no other part where there is one."""
        found = await self.pool.fetchval(
            f"SELECT order_id FROM {machine} m WHERE state = $1"
            f" ORDER BY (SELECT count(*) FROM {machine} WHERE order_id = m.order_id), id LIMIT 1",
            state,
        )
        assert found, f"no {machine} rests in {state}"
        return f"/orders/{found}"


@pytest.fixture
async def shop(server: EmbeddedServer, demo_url: str) -> AsyncIterator[Shop]:
    """The demo's company in a database of its own, which the test may change."""
    name = f"shop_{next(numbers)}"
    await create_database(server.url(), name=name, template=demo_url.partition("?")[0].rpartition("/")[2])
    async with await connect_pool(server.url(name), size=4) as pool, browser(pool) as visitor:
        yield Shop(pool, visitor)
    await drop_database(server.url(role="postgres"), name=name)


def browser(pool: asyncpg.Pool, flags: Flags = ALL_ON, **settings: str) -> httpx.AsyncClient:
    """A browser of its own, over the whole application."""
    runner = Runner(pool, make_workflow(Settings(settings), flags), clock=lambda: NOW)
    app = make_http(runner, Sessions(pool, passwords=Passwords(QUICK), clock=lambda: NOW), secret=SECRET)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url=HOST)


SignIn = Callable[[str], Awaitable[httpx.AsyncClient]]


@pytest.fixture
async def sign_in(shop: Shop) -> AsyncIterator[SignIn]:
    """Sign in as someone of the demo, by the part of their address before the @."""
    opened: list[httpx.AsyncClient] = []

    async def as_someone(who: str) -> httpx.AsyncClient:
        client = browser(shop.pool)
        opened.append(client)
        page = await client.get("/sign-in")
        form = {"email": f"{who}@demo.example", "password": PASSWORD, "csrf": token(page.text)}
        assert (await client.post("/sign-in", data=form)).status_code == 303
        return client

    yield as_someone
    for client in opened:
        await client.aclose()
