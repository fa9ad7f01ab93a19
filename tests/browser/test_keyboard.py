"""Whole tasks without a mouse: where the focus goes, that it is seen, and that nothing a page renews takes it away."""

import re

import asyncpg
import pytest
from playwright.async_api import Page, expect
from tests.browser.conftest import Open
from tests.browser.keys import press, reach, step, walk
from tests.browser.test_order import order
from tests.company import PASSWORD

PATHS = ("/orders", "/orders/{order}", "/fulfillment", "/overrides", "/profile")
STORE = "PHC"


def toast(page: Page):
    return page.locator("#said .toast")


async def test_somebody_signs_in_and_skips_to_the_content(open_page: Open):
    page = await open_page("", "/sign-in")
    await expect(page.get_by_label("E-mail address")).to_be_focused()
    await page.keyboard.type("biller.portharcourt@demo.example")
    await step(page)
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Orders", exact=True)).to_be_visible()
    await step(page)
    skip = page.get_by_role("link", name="Skip to the content")
    await expect(skip).to_be_focused()
    await expect(skip).to_be_in_viewport()
    await page.keyboard.press("Enter")
    await expect(page.locator("#main")).to_be_focused()
    await step(page)
    assert await page.evaluate("() => document.activeElement.closest('main') !== null")


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", PATHS)
async def test_the_focus_is_seen_from_a_page_s_beginning_to_its_end(
    path: str, width: int, open_page: Open, company: asyncpg.Connection
):
    if path.endswith("{order}"):
        path = await order(company, "AWAITING_RIDER_SELECTION", store=STORE)
    page = await open_page("manager.portharcourt", path, width=width)
    assert await walk(page) > 5


async def test_dialogs_are_opened_used_and_left_by_keys(open_page: Open):
    page = await open_page("manager.portharcourt", "/overrides")
    link = page.get_by_role("navigation", name="Which requests").get_by_role("link").first
    dialog = page.get_by_role("dialog")
    await link.focus()
    for key in ("Control+k", "?"):
        await page.keyboard.press(key)
        await expect(dialog).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(dialog).to_have_count(0)
        await expect(link).to_be_focused()
    await page.keyboard.press("Control+k")
    await expect(dialog.get_by_role("searchbox")).to_be_focused()
    await page.keyboard.type("c")
    await page.keyboard.press("ArrowDown")
    await expect(dialog.get_by_role("link").first).to_be_focused()
    await page.keyboard.press("ArrowUp")
    await expect(dialog.get_by_role("searchbox")).to_be_focused()
    await page.keyboard.type("ata")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile("/catalogue$"))
    await page.keyboard.press("g")
    await page.keyboard.press("o")
    await expect(page).to_have_url(re.compile("/orders$"))
    await page.keyboard.press("/")
    await expect(page.get_by_role("main").get_by_role("searchbox")).to_be_focused()


async def test_menus_give_the_focus_back(open_page: Open):
    page = await open_page("manager.portharcourt", "/overrides", width=390)
    more = page.get_by_role("button", name="More")
    await press(page, more)
    await expect(page.get_by_role("navigation", name="Pages", exact=True)).to_be_visible()
    await step(page)
    assert await page.evaluate("() => document.activeElement.closest('#rail') !== null")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("navigation", name="Pages", exact=True)).to_be_hidden()
    await expect(more).to_be_focused()


async def test_a_list_is_gone_through_opened_and_acted_on(open_page: Open):
    page = await open_page("manager.portharcourt", "/orders?state=fulfillment%3AREADY_FOR_SHIPMENT")
    rows = page.locator("tbody tr")
    for key, place in (("j", 0), ("j", 1), ("k", 0)):
        await page.keyboard.press(key)
        await expect(rows.nth(place).get_by_role("link").first).to_be_focused()
    await page.keyboard.press("x")
    await expect(rows.first.get_by_role("checkbox")).to_be_checked()
    await page.keyboard.press("x")
    number = await rows.first.get_by_role("link").first.inner_text()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text(number)
    await page.go_back()
    await page.keyboard.press("j")
    await page.keyboard.press("a")
    await expect(toast(page)).to_contain_text("You shipped the package.")
    await expect(page.locator("#main")).to_be_focused()


async def test_an_order_is_moved_and_written_about(open_page: Open, company: asyncpg.Connection):
    page = await open_page("manager.portharcourt", await order(company, "AWAITING_RIDER_SELECTION", store=STORE))
    await page.keyboard.press("1")
    await expect(page.get_by_label("Rider", exact=True)).to_be_focused()
    await press(page, page.locator("details[open]").get_by_role("button", name="Name a rider", exact=True))
    await expect(page.locator("header .chip")).to_have_text("Rider assigned")
    await expect(page.locator("#next")).to_be_focused()
    await page.keyboard.press("c")
    comment = page.get_by_label("Comment", exact=True)
    await expect(comment).to_be_focused()
    await page.keyboard.type("gj1?")
    await expect(comment).to_have_value("gj1?")
    await press(page, page.get_by_role("button", name="Comment", exact=True))
    await expect(page.locator("#line li").first).to_contain_text("gj1?")
    await expect(page.locator("#next")).to_be_focused()


@pytest.mark.parametrize("width", [360, 820])
async def test_the_chart_of_an_order_shows_where_it_stands_and_moves_sideways(
    width: int, open_page: Open, company: asyncpg.Connection
):
    page = await open_page("manager.portharcourt", await order(company, "ON_HOLD", store=STORE), width=width)
    frame = page.get_by_role("region", name="The workflow as a picture")
    await frame.focus()
    await expect(frame.locator(".is-current")).to_be_in_viewport(ratio=0.9)
    await page.keyboard.press("Home")
    for key, reached in (("ArrowLeft", "frame.scrollLeft === 0"), ("ArrowRight", "frame.scrollLeft > 0")):
        while not await frame.evaluate(f"frame => {reached}"):
            await page.keyboard.press(key)
    assert await page.evaluate("() => document.scrollingElement.scrollWidth <= innerWidth")


async def test_what_others_do_takes_nobody_s_focus(open_page: Open, company: asyncpg.Connection):
    path = await order(company, "ON_HOLD", store=STORE)
    page, other = await open_page("manager.portharcourt", path), await open_page("admin", path)
    button = page.locator("#next summary").last
    await reach(page, button)
    text = other.get_by_label("Comment", exact=True)
    await text.fill("Seen by all")
    await other.get_by_role("button", name="Comment", exact=True).click()
    await expect(page.locator("#line li").first).to_contain_text("Seen by all")
    await expect(button).to_be_focused()


async def test_single_keys_that_are_turned_off_do_nothing(open_page: Open):
    page = await open_page("manager.portharcourt", "/profile")
    await press(page, page.get_by_role("button", name="Turn single keys off"))
    await expect(page.get_by_role("button", name="Turn single keys on")).to_be_visible()
    await page.goto("/orders")
    for key in ("j", "/", "g", "p", "?"):
        await page.keyboard.press(key)
    assert await page.evaluate("() => document.activeElement === document.body")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await page.keyboard.press("Control+k")
    await expect(page.get_by_role("dialog")).to_be_visible()
    assert page.url.endswith("/orders")


async def test_a_rider_takes_a_delivery_on_its_way(open_page: Open):
    page = await open_page("rider2.portharcourt", "/deliveries/today")
    await press(page, page.locator("article").filter(has_text="Rider assigned").first.get_by_role("link"))
    await press(page, page.get_by_role("button", name="Ship the package"))
    await expect(page.locator(".chip").first).to_have_text("Out for delivery")
    await expect(page.locator("#next")).to_be_focused()
    await reach(page, page.get_by_label("The receiver's PIN"))


async def test_an_override_is_declined_after_its_reason_was_missing(open_page: Open):
    page = await open_page("manager.abuja", "/overrides")
    await press(page, page.get_by_role("button", name="Decline").first)
    wrong = page.locator("[aria-invalid]")
    await expect(wrong).to_be_focused()
    await page.keyboard.type("They owe too much.")
    card = page.locator("article").filter(has=wrong)
    await press(page, card.get_by_role("button", name="Decline"))
    await expect(toast(page)).to_contain_text("You declined the override.")
    await expect(page.locator("#main")).to_be_focused()


async def test_a_card_of_the_board_is_moved(open_page: Open):
    page = await open_page("manager.portharcourt", "/fulfillment")
    await press(page, page.get_by_role("button", name="Confirm the delivery").first)
    await expect(toast(page)).to_contain_text("You confirmed the delivery.")
    await expect(page.locator("#main")).to_be_focused()


async def test_a_quotation_is_written(open_page: Open, company: asyncpg.Connection):
    customer = await company.fetchval("SELECT id FROM customer WHERE name = 'Customer 2 in Surulere'")
    page = await open_page("manager.lagos", f"/quotations/new?customer={customer}")
    find = page.get_by_label("Name or SKU")
    if not await find.evaluate("each => each === document.activeElement"):
        await reach(page, find)
    await page.keyboard.type("DEMO-042")
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Pieces")).to_have_value("1")
    await expect(find).to_be_focused()
    await reach(page, page.get_by_label("How it is brought"))
    await page.keyboard.type("Coll")
    await press(page, page.get_by_role("button", name="Draft the quotation"))
    await expect(page).to_have_url(re.compile("/orders/"))
    await expect(page.get_by_text("Drafted the quotation.")).to_be_visible()
