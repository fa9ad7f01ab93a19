"""Pages live: all tabs of a browser share a stream, which outlives its leader and its server, not its session."""

from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

import asyncpg
import pytest_asyncio
from playwright.async_api import Locator, Page, Request, Route, expect
from tests.browser.conftest import Visitors
from tests.browser.life.house import House
from tests.company import PASSWORD

from orderway.fulfillment.events import Hold, Resume

PICKING = """
    SELECT f.order_id, f.id FROM fulfillment f JOIN store s ON s.id = f.store_id
    WHERE f.state = 'PICK_PACK' AND s.code = 'LOS' ORDER BY f.id LIMIT 1
"""
TABS = 8


@dataclass(frozen=True)
class Picked:
    """An order that is being picked."""

    path: str
    part: UUID


@pytest_asyncio.fixture(loop_scope="session")
async def picked(kept: asyncpg.Connection) -> Picked:
    row = await kept.fetchrow(PICKING)
    assert row
    return Picked(f"/orders/{row['order_id']}", row["id"])


def state(page: Page) -> Locator:
    return page.locator("header .chip").first


async def is_live(page: Page, says: str = "live") -> None:
    await expect(page.locator("#live")).to_have_text(says)


async def test_a_server_that_comes_again_tells_what_was_missed(house: House, guests: Visitors, picked: Picked):
    page = await guests.page("manager.lagos", picked.path)
    await is_live(page)
    comment = page.get_by_label("Comment", exact=True)
    await comment.fill("The buyer rang and")
    async with house.away() as (code, said):
        assert (code, "shutdown exceeded" in said) == (0, False), "open streams hold up no server that is to end"
        await is_live(page, "reconnecting")
        await house.send("admin", picked.part, Hold("A question"))
        await expect(state(page)).to_have_text("Picking")
    await is_live(page)
    await expect(state(page)).to_have_text("On hold")
    await expect(comment).to_have_value("The buyer rang and")
    await expect(comment).to_be_focused()


async def test_all_tabs_of_a_browser_share_one_stream_and_it_outlives_its_leader(
    house: House, guests: Visitors, picked: Picked
):
    context = await guests.context("manager.lagos")
    streams: list[Request] = []
    context.on("request", lambda request: streams.append(request) if "/live" in request.url else None)
    tabs = [await context.new_page() for _ in range(TABS)]
    for tab in tabs:
        await tab.goto(picked.path)
        await is_live(tab)
    assert len(streams) == 1
    await house.send("admin", picked.part, Hold("A question"))
    for tab in tabs:
        await expect(state(tab)).to_have_text("On hold")
    leader = streams[0].frame.page
    async with context.expect_event("request", lambda request: "/live" in request.url):
        await leader.close()
    await house.send("admin", picked.part, Resume())
    for tab in tabs:
        if tab is not leader:
            await expect(state(tab)).to_have_text("Picking")
    assert len(streams) == 2


async def test_a_page_whose_renewal_fails_asks_once_more(house: House, guests: Visitors, picked: Picked):
    page = await guests.page("manager.lagos", picked.path)
    await is_live(page)
    asked: list[str] = []

    async def fail_first(route: Route) -> None:
        asked.append(route.request.url)
        await (route.fulfill(status=503, body="") if len(asked) == 1 else route.continue_())

    await page.route(f"**{picked.path}", fail_first)
    await house.send("admin", picked.part, Hold("A question"))
    await expect(state(page)).to_have_text("On hold")
    assert len(asked) > 1
    await house.send("admin", picked.part, Resume())


async def sign_in(page: Page, who: str) -> None:
    await page.get_by_label("E-mail address").fill(f"{who}@demo.example")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await page.wait_for_url(lambda url: "/sign-in" not in url)


async def test_a_session_that_is_ended_elsewhere_leads_to_sign_in_and_what_is_half_typed_stays(
    guests: Visitors, picked: Picked
):
    context = await guests.context("accountant")
    typing, idle = await context.new_page(), await context.new_page()
    for page in (typing, idle):
        await page.goto(picked.path)
        await is_live(page)
    comment = typing.get_by_label("Comment", exact=True)
    await comment.fill("It was paid twice")
    elsewhere = await guests.page("", "/sign-in")
    await sign_in(elsewhere, "accountant")
    await elsewhere.goto("/profile")
    await elsewhere.get_by_role("button", name="End all others").click()
    await idle.wait_for_url(lambda url: url.endswith(f"/sign-in?next={quote(picked.path, safe='')}"))
    await is_live(typing, "signed out")
    await expect(typing.locator("#said")).to_contain_text("You are signed out")
    await expect(comment).to_have_value("It was paid twice")
    ours = typing.locator("form", has=comment).locator("input[name=csrf]")
    ended = await ours.input_value()
    async with context.expect_page() as opened:
        await typing.locator("#said").get_by_role("link", name="Sign in").click()
    await sign_in(await opened.value, "accountant")
    await typing.bring_to_front()
    await is_live(typing)
    await expect(ours).not_to_have_value(ended)
    await typing.get_by_role("button", name="Comment", exact=True).click()
    await expect(typing.locator("#line li").first).to_contain_text("It was paid twice")


async def test_a_form_that_is_stale_says_who_moved_it_and_hands_back_what_was_typed(
    house: House, guests: Visitors, picked: Picked
):
    page = await guests.page("manager.lagos")
    await page.route("**/live*", lambda route: route.abort())
    await page.goto(picked.path)
    await page.get_by_text("Hold the fulfillment…").click()
    form = page.locator('form[action$="/hold"]')
    await form.get_by_label("Reason").fill("The buyer asked")
    await house.send("admin", picked.part, Hold("A question"))
    await form.get_by_role("button").click()
    said = page.locator("#said")
    await expect(said).to_contain_text("Admin, head office put the fulfillment on hold")
    await expect(said).to_contain_text("The buyer asked")
    await expect(state(page)).to_have_text("On hold")
    await expect(said).to_contain_text("The buyer asked")
    await house.send("admin", picked.part, Resume())


async def test_a_form_that_is_sent_by_somebody_signed_out_keeps_what_was_typed(guests: Visitors, picked: Picked):
    page = await guests.page("manager.lagos", picked.path)
    comment = page.get_by_label("Comment", exact=True)
    await comment.fill("The buyer rang")
    await page.context.clear_cookies()
    await page.get_by_role("button", name="Comment", exact=True).click()
    await expect(page.locator("#said")).to_contain_text("You are signed out, so nothing more is sent.")
    await expect(comment).to_have_value("The buyer rang")
