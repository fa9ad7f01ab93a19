"""Every page, as it looks: nothing that a screen reader stumbles over, nothing too wide, too small or too heavy."""

import gzip

import asyncpg
import pytest
from playwright.async_api import Page, expect
from tests.browser.conftest import HEIGHTS, WIDTHS, Open
from tests.browser.looking import by_day_and_night, faults
from tests.places import address

from orderway.ui.routes import OUTSIDE, PAGES

GETS = {page.path for page in PAGES if page.method == "GET"} | {page.path for page in OUTSIDE if page.method == "GET"}
LOOKED_AT = sorted(GETS | {"/sign-in", "/keyboard"})

WHO = {
    **dict.fromkeys(("/deliveries", "/riders/me"), "rider1.lagos"),
    **dict.fromkeys(("/sign-in", *(page.path for page in OUTSIDE)), ""),
}
"""Whose pages those are that the superadmin has none of; "" is nobody who is signed in."""

STREAM = "/live"
"""What stays open for what is new is no part of the page."""

HEAVIEST, MOST = 8 * 1024, 5


async def requests(page: Page, path: str) -> list[str]:
    """Open a page, and list all that it asked for."""
    asked: list[str] = []
    page.on("request", lambda request: None if STREAM in request.url else asked.append(request.url))
    await page.goto(path)
    return asked


@pytest.mark.parametrize("path", LOOKED_AT)
async def test_a_page_is_whole_for_everybody(path: str, open_page: Open, company: asyncpg.Connection):
    who = next((who for place, who in WHO.items() if path.startswith(place)), "superadmin")
    place = await address(path, company)
    if place is None:
        return
    page = await open_page(who)
    answer = await page.context.request.get(place)
    assert answer.ok, answer.status
    if not answer.headers["content-type"].startswith("text/html"):
        return
    weight = len(gzip.compress(await answer.body(), 6))
    asked = await requests(page, answer.url)
    found = [f"{weight:,} bytes are too many"] if weight > HEAVIEST else []
    found += [f"{len(asked)} requests are too many: {asked}"] if len(asked) > MOST else []
    found += await faults(page)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("opened", ["palette", "help", "places", "problem", "nothing"])
async def test_what_stands_over_a_page_or_in_its_place_is_whole(opened: str, open_page: Open):
    page = await open_page("superadmin", "/stock/receive" if opened == "problem" else "/orders")
    match opened:
        case "palette":
            await page.keyboard.press("Control+k")
        case "help":
            await page.keyboard.press("?")
            await expect(page.locator("dialog h1"), "it opens at its top").to_be_focused()
        case "places":
            await page.set_viewport_size({"width": 390, "height": HEIGHTS[390]})
            await page.get_by_role("button", name="More").click()
        case "problem":
            await page.locator("main form").evaluate("form => { form.noValidate = true; }")
            await page.locator("main form button").last.click()
            await expect(page.locator("[aria-invalid]").first).to_be_focused()
        case _:
            await page.goto("/orders/nothing")
    await expect(page.locator("dialog, #rail:popover-open, .problem, [aria-invalid]").first).to_be_visible()
    found = list[str]()
    for width in WIDTHS if opened != "places" else (360, 390):
        await page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        found += [f"{width} px, {told}" for told in await by_day_and_night(page)]
    assert not found, "\n".join(found)
