"""Pages in a real browser: over a server of its own, at the moment of the tests, with the demo's company.

Async tests here share one event loop, and one browser with it. What a page says on the console, or asks for in vain,
fails the test that opened it.
"""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import asyncpg
import pytest
import pytest_asyncio
from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    async_playwright,
    expect,
)
from pytest_asyncio import is_async_test
from tests.browser import chromium
from tests.commands import ADDRESS, Command
from tests.company import PASSWORD

from orderway.database import connect, create_database, drop_database
from orderway.embedded import EmbeddedServer

WIDTHS = (360, 390, 820, 1280)
HEIGHTS = {360: 740, 390: 844, 820: 1180, 1280: 900}

PATIENCE = 30_000
"""Milliseconds that a page may take on a machine that is busy; how quick it is has benchmarks."""

expect.set_options(timeout=PATIENCE)

QUIET = (
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-quic", "--font-render-hinting=none", "--force-color-profile=srgb",
)  # fmt: skip
"""A browser that asks nobody for anything but our pages, and draws the same everywhere."""

NO_WORKER = "Service Worker registration blocked by Playwright"

LEFT_OUT = "ORDERWAY_NO_BROWSER says that the tests in a browser are left out"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One event loop for all tests in a browser; they are left out only where somebody says so."""
    for item in items:
        if item.path.is_relative_to(os.path.dirname(__file__)):  # noqa: PTH120
            if is_async_test(item):
                item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
            if os.environ.get("ORDERWAY_NO_BROWSER"):
                item.add_marker(pytest.mark.skip(reason=LEFT_OUT))


def started(url: str, *, port: int = 0) -> Command:
    """A server over a database, at any port that is free or at this one."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.browser.serving"],
        env={**os.environ, "DATABASE_URL": url, "PORT": str(port)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    return Command(process)


@contextmanager
def serving(server: EmbeddedServer, demo_url: str, name: str) -> Iterator[str]:
    """The address of a server whose clock stands at NOW, over a copy of the demo's company of its own."""
    pages = demo_url.partition("?")[0].rpartition("/")[2]
    asyncio.run(create_database(server.url(), name=name, template=pages))
    command = started(server.url(name))
    try:
        yield command.wait_for(ADDRESS)
        code, said = command.stop()
    finally:
        command.process.kill()  # nothing to one that has ended, and no test leaves one behind
    assert (code, "Traceback" in said) == (0, False), said
    asyncio.run(drop_database(server.url(role="postgres"), name=name))


@pytest.fixture(scope="session")
def site(server: EmbeddedServer, demo_url: str) -> Iterator[str]:
    """The address of the server that tests do things on."""
    with serving(server, demo_url, "browser") as address:
        yield address


@pytest.fixture(scope="session")
def gallery(server: EmbeddedServer, demo_url: str) -> Iterator[str]:
    """The address of a server that is only looked at: nobody moves anything there."""
    with serving(server, demo_url, "gallery") as address:
        yield address


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def company(site: str, server: EmbeddedServer) -> AsyncIterator[asyncpg.Connection]:
    """The database of the server, to look up what there is."""
    del site
    connection = await connect(server.url("browser"))
    yield connection
    await connection.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The one browser of this run."""
    program = await asyncio.to_thread(chromium.find)
    assert program, chromium.MISSING
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=program, args=[*QUIET])
        yield started
        await started.close()


@dataclass
class Ear:
    """What went wrong in a browser that no page of ours may do: each thing as a sentence."""

    heard: list[str] = field(default_factory=list)

    def listen(self, context: BrowserContext) -> None:
        context.on("console", self.console)
        context.on("weberror", lambda error: self.heard.append(f"A script failed: {error.error}"))
        context.on("requestfailed", self.failed)
        context.on("response", self.answered)

    def console(self, message: ConsoleMessage) -> None:
        # That an answer was a refusal is told by the page itself; the browser repeats it.
        if not message.text.startswith(("Failed to load resource: the server responded with a status of 4", NO_WORKER)):
            self.heard.append(f"The console says: {message.text}")

    def failed(self, request: Request) -> None:
        # A page that is left takes what it still asked for with it.
        if request.failure != "net::ERR_ABORTED":
            self.heard.append(f"{request.url} failed: {request.failure}")

    def answered(self, response: Response) -> None:
        if response.status >= 500:
            self.heard.append(f"{response.url} answered {response.status}")


@dataclass
class Visitors:
    """Opens pages as somebody of the demo: by the part of their address before the @, or "" for nobody."""

    site: str
    browser: Browser
    cookies: dict[str, list[dict[str, object]]]
    ear: Ear
    contexts: list[BrowserContext] = field(default_factory=list)

    async def context(
        self,
        who: str = "",
        *,
        width: int = 1280,
        dark: object = False,
        scripts: object = True,
        language: str = "en",
        worker: object = False,
    ) -> BrowserContext:
        """A browser of its own, whose user is signed in; with the worker that keeps a page for when it is offline."""
        made = await self.browser.new_context(
            base_url=self.site, viewport={"width": width, "height": HEIGHTS[width]}, locale=language,
            color_scheme="dark" if dark else "light", java_script_enabled=bool(scripts), reduced_motion="reduce",
            has_touch=width < 800, timezone_id="UTC", service_workers="allow" if worker else "block",
        )  # fmt: skip
        self.contexts.append(made)
        made.set_default_timeout(PATIENCE)
        self.ear.listen(made)
        if who:
            await self.sign_in(made, who)
        return made

    async def page(self, who: str = "", path: str = "", **way: object) -> Page:
        """A page in a browser of its own, at a path where one is given; `way` as for `context`."""
        page = await (await self.context(who, **way)).new_page()  # type: ignore[arg-type]  # each is what context takes
        if path:
            await page.goto(path)
        return page

    async def sign_in(self, context: BrowserContext, who: str) -> None:
        """By the form the first time, after that by what it left in the browser."""
        if (kept := f"{who} {self.site}") not in self.cookies:
            alone = await self.browser.new_context(base_url=self.site, locale="en", service_workers="block")
            page = await alone.new_page()
            await page.goto("/sign-in")
            await page.get_by_label("E-mail address").fill(f"{who}@demo.example")
            await page.get_by_label("Password").fill(PASSWORD)
            await page.get_by_role("button", name="Sign in", exact=True).click()
            await page.wait_for_url(lambda url: "/sign-in" not in url)
            self.cookies[kept] = [dict(cookie) for cookie in await alone.cookies()]
            await alone.close()
        await context.add_cookies(self.cookies[kept])  # type: ignore[arg-type]  # as the browser gave them


@pytest.fixture(scope="session")
def cookies() -> dict[str, list[dict[str, object]]]:
    """Who has signed in already in this run."""
    return {}


@pytest_asyncio.fixture(loop_scope="session")
async def visitors(site: str, browser: Browser, cookies: dict[str, list[dict[str, object]]]) -> AsyncIterator[Visitors]:
    """Opens pages; at the end nothing must have gone wrong on any of them."""
    opened = Visitors(site, browser, cookies, Ear())
    yield opened
    for context in opened.contexts:
        await context.close()
    assert opened.ear.heard == []


@pytest_asyncio.fixture(loop_scope="session")
async def onlookers(
    gallery: str, browser: Browser, cookies: dict[str, list[dict[str, object]]]
) -> AsyncIterator[Visitors]:
    """Opens pages of the gallery."""
    opened = Visitors(gallery, browser, cookies, Ear())
    yield opened
    for context in opened.contexts:
        await context.close()
    assert opened.ear.heard == []


Open = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(visitors: Visitors) -> Open:
    """Opens a page for somebody, in a browser of its own: with ("biller.lagos", "/orders", width=390, dark=True)."""
    return visitors.page
