"""What fails leaves the page whole: it says what happened, keeps what was typed, and nothing is half-written."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, Route, expect
from tests.browser.conftest import Visitors

COMMENTS = "SELECT count(*) FROM order_comment"
AWAY = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'house' AND pid <> pg_backend_pid()"
TYPED = "Call before you come"


@pytest_asyncio.fixture(loop_scope="session")
async def path(kept: asyncpg.Connection) -> str:
    order = await kept.fetchval("SELECT order_id FROM fulfillment WHERE state = 'DELIVERED' ORDER BY id LIMIT 1")
    return f"/orders/{order}"


@asynccontextmanager
async def broken(kept: asyncpg.Connection) -> AsyncIterator[None]:
    """The server may write no comment: a fault that nobody foresaw."""
    await kept.execute("REVOKE INSERT ON order_comment FROM orderway")
    try:
        yield
    finally:
        await kept.execute("GRANT INSERT ON order_comment TO orderway")


@asynccontextmanager
async def away(kept: asyncpg.Connection) -> AsyncIterator[None]:
    """The database is away for the server."""
    await kept.execute("ALTER DATABASE house CONNECTION LIMIT 0")
    await kept.execute(AWAY)
    try:
        yield
    finally:
        await kept.execute("ALTER DATABASE house CONNECTION LIMIT -1")


def comment(page: Page) -> Locator:
    return page.get_by_label("Comment", exact=True)


async def typed(guests: Visitors, path: str, **way: object) -> Page:
    """A page with a comment that is not sent yet."""
    page = await guests.page("admin", path, **way)
    await comment(page).fill(TYPED)
    return page


async def send(page: Page) -> None:
    await page.get_by_role("button", name="Comment", exact=True).click()


async def says(page: Page, sentence: str) -> None:
    """The form says it, and holds what was typed."""
    await expect(page.locator("form").filter(has=comment(page)).get_by_role("alert")).to_contain_text(sentence)
    await expect(page.get_by_role("heading", name="What can happen next")).to_be_visible()
    await expect(comment(page)).to_have_value(TYPED)


async def is_sent_once(page: Page, kept: asyncpg.Connection, before: int) -> None:
    await send(page)
    await expect(page.locator("#line li").first).to_contain_text(TYPED)
    await expect(comment(page)).to_have_value("")
    assert await kept.fetchval(COMMENTS) == before + 1


async def test_a_fault_of_the_server_is_said_in_the_form(guests: Visitors, kept: asyncpg.Connection, path: str):
    page, before = await typed(guests, path), await kept.fetchval(COMMENTS)
    async with broken(kept):
        await send(page)
        await says(page, "Something went wrong on our side. What you asked for was not done; nothing was changed.")
    assert await kept.fetchval(COMMENTS) == before
    await is_sent_once(page, kept, before)


async def test_a_database_that_is_away_is_said_in_the_form(guests: Visitors, kept: asyncpg.Connection, path: str):
    page, before = await typed(guests, path), await kept.fetchval(COMMENTS)
    async with away(kept):
        await send(page)
        await says(page, "Orderway is not ready.")
    await is_sent_once(page, kept, before)


@pytest.mark.parametrize("way", ["failed", "timedout", "connectionreset"])
async def test_a_network_that_is_cut_is_said_in_the_form(
    way: str, guests: Visitors, kept: asyncpg.Connection, path: str
):
    page, before = await typed(guests, path), await kept.fetchval(COMMENTS)

    async def cut(route: Route) -> None:
        await route.abort(way)

    await page.route("**/comments", cut)
    await send(page)
    await says(page, "No answer came, so this may not have been done.")
    assert await kept.fetchval(COMMENTS) == before
    await page.unroute("**/comments")
    await is_sent_once(page, kept, before)


async def test_what_was_done_though_its_answer_got_lost_is_done_once(
    guests: Visitors, kept: asyncpg.Connection, path: str
):
    page, before = await typed(guests, path), await kept.fetchval(COMMENTS)

    async def lose(route: Route) -> None:
        await route.fetch(max_redirects=0)
        await route.abort("connectionreset")

    await page.route("**/comments", lose)
    async with page.expect_response(lambda answer: answer.url.endswith(path) and answer.request.method == "GET"):
        await send(page)
        await says(page, "No answer came, so this may not have been done.")
    # The page has renewed itself meanwhile: the form holds the key that it was sent with all the same.
    await page.evaluate("() => new Promise((done) => setTimeout(done))")
    await page.unroute("**/comments")
    await is_sent_once(page, kept, before)


async def test_without_scripts_a_fault_is_a_page_with_a_way_on_and_going_back_what_was_typed_is_there(
    guests: Visitors, kept: asyncpg.Connection, path: str
):
    page, before = await typed(guests, path, scripts=False, width=390), await kept.fetchval(COMMENTS)
    async with broken(kept):
        await send(page)
        await expect(page.get_by_role("heading", level=1)).to_have_text("Something went wrong on our side")
    await expect(page.get_by_role("main")).to_contain_text("nothing was changed")
    await expect(page.get_by_role("navigation", name="Main pages")).to_be_visible()
    await expect(page.get_by_role("link", name="Back to your work")).to_be_visible()
    await page.go_back()
    await expect(comment(page)).to_have_value(TYPED)
    await is_sent_once(page, kept, before)


async def test_what_is_wrong_comes_again_as_it_was_typed_without_scripts(guests: Visitors, kept: asyncpg.Connection):
    page = await guests.page("admin", "/customers/new", scripts=False)
    await page.get_by_label("Name", exact=True).fill("Corner shop")
    await page.get_by_label("E-mail").fill("no address")
    await page.locator("form.card").evaluate("form => { form.noValidate = true; }")
    await page.get_by_role("button", name="Add the customer").click()
    await expect(page.get_by_label("Name", exact=True)).to_have_value("Corner shop")
    await expect(page.get_by_label("E-mail")).to_have_value("no address")
    await expect(page.get_by_label("E-mail")).to_have_attribute("aria-invalid", "true")
    assert await kept.fetchval("SELECT count(*) FROM customer WHERE name = 'Corner shop'") == 0
