"""Writing a quotation in a browser: what it comes to while one types, by keys alone, without scripts, and cut off."""

import asyncio
import re

import asyncpg
import pytest
from playwright.async_api import Page, Route, expect
from tests.browser.conftest import Open, Visitors


async def new(open_page: Open, company: asyncpg.Connection, **way: object) -> Page:
    """A new quotation of the manager in Lagos for a consumer."""
    customer = await company.fetchval("SELECT id FROM customer WHERE name = 'Customer 2 in Surulere'")
    return await open_page("manager.lagos", f"/quotations/new?customer={customer}", **way)


async def total(page: Page, text: str) -> None:
    await expect(page.locator("[aria-live=polite] dd").last).to_have_text(text)


async def draft(page: Page) -> None:
    await page.get_by_role("button", name="Draft the quotation").click()


async def test_what_it_comes_to_is_shown_while_one_types(open_page: Open, company: asyncpg.Connection):
    page = await new(open_page, company)
    find, pieces = page.get_by_label("Name or SKU"), page.get_by_label("Pieces")
    await find.fill("DEMO-042")
    await find.press("Enter")
    await expect(pieces).to_have_value("1")
    await expect(find).to_have_value("")
    await expect(find).to_be_focused()
    await total(page, "NGN\xa037,587.38")
    await pieces.fill("3")
    await pieces.press("Tab")
    price = page.get_by_label("Price each")
    await price.press_sequentially("20000")
    await total(page, "NGN\xa0112,762.12")
    await expect(price).to_be_focused()
    await expect(price).to_have_value("20000")
    await price.press("Tab")
    await total(page, "NGN\xa064,500.00")
    await page.get_by_label("Discount").fill("50%")
    await page.get_by_label("How it is brought").select_option("DELIVERY")
    await page.get_by_label("Receiver").fill("Shop in Surulere")
    await draft(page)
    await expect(page).to_have_url(re.compile("/orders/"))
    await expect(page.get_by_text("Drafted the quotation.")).to_be_visible()
    await expect(page.locator("#main")).to_contain_text("NGN\xa032,250.00")


async def test_what_is_wrong_gets_the_eye_and_everything_is_kept(open_page: Open, company: asyncpg.Connection):
    page = await new(open_page, company)
    await page.get_by_label("Name or SKU").fill("DEMO-042")
    await page.get_by_label("Name or SKU").press("Enter")
    await page.get_by_label("How it is brought").select_option("DELIVERY")
    await page.get_by_label("Receiver").fill("Kept")
    await page.get_by_label("Discount").fill("200 %")
    await draft(page)
    await expect(page.get_by_text("Write a discount like 5 % or 2.5 %, or an amount.")).to_be_visible()
    await expect(page.get_by_label("Discount")).to_be_focused()
    await expect(page.get_by_label("Receiver")).to_have_value("Kept")


async def test_what_is_typed_while_an_answer_is_on_its_way_stays(open_page: Open, company: asyncpg.Connection):
    page, answered = await new(open_page, company), asyncio.Event()

    async def hold(route: Route) -> None:
        await answered.wait()
        await route.continue_()

    await page.route("**/quotations/new*", hold)
    await page.get_by_label("Name or SKU").fill("DEMO-042")
    await page.get_by_label("Name or SKU").press("Enter")
    await page.get_by_label("How it is brought").select_option("DELIVERY")
    await page.get_by_label("Receiver").fill("Kept")
    answered.set()
    await expect(page.get_by_label("Pieces")).to_have_value("1")
    await expect(page.get_by_label("Receiver")).to_have_value("Kept")
    await expect(page.get_by_label("How it is brought")).to_have_value("DELIVERY")
    await expect(page.get_by_label("Name or SKU")).to_have_value("")


async def test_a_cut_line_loses_nothing_that_was_typed(visitors: Visitors, company: asyncpg.Connection):
    page = await new(visitors.page, company)
    await page.get_by_label("Name or SKU").fill("DEMO-042")
    await page.get_by_label("Name or SKU").press("Enter")
    await expect(page.get_by_label("Pieces")).to_have_value("1")
    before = await company.fetchval("SELECT count(*) FROM sale_order")
    await page.route("**/quotations/new*", lambda route: route.abort("aborted"))
    await page.get_by_label("Discount").fill("5%")
    await draft(page)
    await expect(page.get_by_role("alert").first).to_be_visible()
    await expect(page.get_by_label("Discount")).to_have_value("5%")
    assert await company.fetchval("SELECT count(*) FROM sale_order") == before
    await page.unroute("**/quotations/new*")
    await draft(page)
    await expect(page).to_have_url(re.compile("/orders/"))
    cut = [each for each in visitors.ear.heard if "Failed to fetch" in each]
    assert cut == visitors.ear.heard, "nothing but that the line was cut"
    visitors.ear.heard.clear()


@pytest.mark.parametrize("width", [390, 1280])
async def test_without_scripts_it_is_written_edited_and_compared(
    width: int, open_page: Open, company: asyncpg.Connection
):
    page = await new(open_page, company, scripts=False, width=width)
    await page.get_by_label("Name or SKU").fill("charger")
    await page.get_by_label("Name or SKU").press("Enter")
    await page.get_by_role("button", name="Add Charger, 200 g").click()
    await page.get_by_label("Pieces").fill("2")
    await page.get_by_role("button", name="Update the totals").click()
    await total(page, "NGN\xa09,255.75")
    await draft(page)
    await expect(page.get_by_text("Drafted the quotation.")).to_be_visible()
    order = page.url.rpartition("/")[2]
    await page.goto(f"/quotations/{order}/edit")
    await page.get_by_label("Pieces").fill("5")
    await page.get_by_role("button", name="Save the quotation").click()
    await expect(page.get_by_text("Saved the quotation.")).to_be_visible()
    await page.goto(f"/quotations/{order}/versions?from=2&to=3")
    await expect(page.get_by_text("Changed", exact=True)).to_be_visible()


async def test_a_document_prints_without_what_stands_around_it(open_page: Open, company: asyncpg.Connection):
    order = await company.fetchval("SELECT order_id FROM sale WHERE state = 'COMPLETED' ORDER BY id LIMIT 1")
    page = await open_page("accountant", f"/orders/{order}/documents/invoice")
    await expect(page.get_by_role("navigation", name="Pages")).to_be_visible()
    await page.emulate_media(media="print")
    await expect(page.get_by_role("navigation", name="Pages")).to_be_hidden()
    await expect(page.get_by_role("link", name="Open the PDF")).to_be_hidden()
    await expect(page.get_by_role("heading", name="Invoice")).to_be_visible()
    link = await page.get_by_text("Open the PDF").get_attribute("href")
    answer = await page.context.request.get(str(link))
    assert answer.headers["content-type"] == "application/pdf"
