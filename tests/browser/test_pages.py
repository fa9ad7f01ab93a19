"""Every page, as it looks: nothing that a screen reader stumbles over, nothing too wide, too small or too heavy."""

import gzip
import re

import asyncpg
import pytest
from playwright.async_api import Page
from tests.browser.conftest import Open
from tests.browser.looking import MOUSE, TOUCH, misfits, violations

from orderway.ui.routes import PAGES

LOOKED_AT = sorted({page.path for page in PAGES if page.method == "GET"})

WHO = {"/deliveries": "rider1.lagos", "/riders/me": "rider1.lagos"}
"""Whose pages those are that the superadmin has none of."""

RIDER = "FROM person WHERE email = 'rider1.lagos@demo.example'"

PLACES = {
    "/quotations/{order}/edit": "SELECT order_id FROM quotation WHERE state = 'DRAFT' LIMIT 1",
    "{order}": "SELECT order_id FROM fulfillment WHERE state = 'AWAITING_RIDER_SELECTION' LIMIT 1",
    "{machine}": "SELECT 'fulfillment'",
    "{customer}": "SELECT id FROM customer WHERE kind = 'RESELLER' ORDER BY name LIMIT 1",
    "{product}": "SELECT id FROM product LIMIT 1",
    "{list}": "SELECT id FROM price_list LIMIT 1",
    "{application}": "SELECT id FROM reseller_application LIMIT 1",
    "{payment}": "SELECT id FROM payment WHERE state = 'CONFIRMED' LIMIT 1",
    "{rider}": f"SELECT id {RIDER}",
    "{person}": f"SELECT id {RIDER}",
    "{store}": "SELECT id FROM store ORDER BY code LIMIT 1",
    "{variant}": "SELECT id FROM variant ORDER BY sku LIMIT 1",
    "{fulfillment}": f"SELECT f.id FROM fulfillment f WHERE f.rider_id = (SELECT id {RIDER}) LIMIT 1",
    "{receipt}": "SELECT id FROM payment_receipt LIMIT 1",
    "{figure}": "SELECT 'dwell'",
    "{paper}": "SELECT 'packing-slip'",
}
"""What stands in an address, as SQL; the first that fits."""

MAIN = {"/orders", "/orders/{order}", "/fulfillment", "/deliveries", "/style"}
"""Read aloud on a desk by day and on a phone by night; of the others each in one of the two."""

STREAM = "/live"
"""What stays open for what is new is no part of the page."""

HEAVIEST, MOST = 8 * 1024, 5


async def address(path: str, company: asyncpg.Connection) -> str | None:
    """An address of the company; None where it has nothing of the kind."""
    while gap := re.search(r"\{\w+\}", path):
        asked = next((sql for key, sql in PLACES.items() if key in (path, gap[0])), None)
        assert asked, f"Say in PLACES what {gap[0]} is to be."
        found = await company.fetchval(asked)
        if found is None:
            return None
        path = path.replace(gap[0], str(found))
    return path


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
