"""Every page, as it looks: nothing that a screen reader stumbles over, nothing too wide, too small or too heavy."""

import gzip

import asyncpg
import pytest
from playwright.async_api import Page
from tests.browser.conftest import Open
from tests.browser.looking import MOUSE, TOUCH, misfits, violations
from tests.places import address

from orderway.ui.routes import PAGES

LOOKED_AT = sorted({page.path for page in PAGES if page.method == "GET"})

WHO = {"/deliveries": "rider1.lagos", "/riders/me": "rider1.lagos"}
"""Whose pages those are that the superadmin has none of."""

MAIN = {"/orders", "/orders/{order}", "/fulfillment", "/deliveries", "/style"}
"""Read aloud on a desk by day and on a phone by night; of the others each in one of the two."""

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
    found += await misfits(page, 820, 1280, least=MOUSE)
    phone = await open_page(who, place, width=390, dark=True)
    found += await misfits(phone, 360, 390, least=TOUCH)
    for each in {LOOKED_AT.index(path) % 2} | ({0, 1} if path in MAIN else set()):
        found += [f"{'dark, 390 px' if each else 'light'}: {told}" for told in await violations((page, phone)[each])]
    assert not found, "\n".join(found)
