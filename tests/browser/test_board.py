"""The board, the machines and the figures in a browser: what is pressed moves, and everyone who looks sees it."""

import re

import asyncpg
from playwright.async_api import Locator, Page, expect
from tests.browser.conftest import Open
from tests.browser.looking import TOUCH, misfits, violations
from tests.company import NOW

from orderway.insight.gathering import gather


def column(page: Page, state: str) -> Locator:
    """A column of the board by the label of its state."""
    return page.locator("section.column").filter(has=page.get_by_role("heading", name=re.compile(f"^{state}")))


async def test_what_is_pressed_on_the_board_moves_for_everyone_who_looks(open_page: Open):
    page, other = await open_page("admin", "/fulfillment"), await open_page("superadmin", "/fulfillment")
    await expect(other.get_by_text("live", exact=True)).to_be_visible()
    card = column(page, "Picking").get_by_role("article").first
    number = await card.get_by_role("link").first.inner_text()
    await expect(column(other, "Picking")).to_contain_text(number)
    await card.get_by_role("button", name="Mark the goods as picked").click()
    await expect(page.locator("#said")).to_contain_text("You marked the goods as picked.")
    await expect(column(page, "Picking")).not_to_contain_text(number)
    await expect(column(other, "Picking")).not_to_contain_text(number)


async def test_the_board_works_without_scripts(open_page: Open):
    page = await open_page("admin", "/fulfillment", scripts=False)
    card = column(page, "On hold").get_by_role("article").first
    number = await card.get_by_role("link").first.inner_text()
    await card.get_by_role("button", name="Resume the fulfillment").click()
    if "/fulfillment" in page.url and "/orders/" not in page.url:
        await expect(column(page, "On hold")).not_to_contain_text(number)
    else:  # it can not go on: the page of the order says why
        await expect(page.get_by_role("heading", level=1)).to_have_text(number)
        await expect(page.get_by_role("alert").first).to_be_visible()


async def test_on_a_phone_the_columns_lie_side_by_side_and_the_page_is_as_wide_as_the_screen(open_page: Open):
    page = await open_page("admin", "/fulfillment", width=360)
    board = page.get_by_role("region", name="Columns by state")
    await board.focus()
    await page.keyboard.press("End")
    assert await board.evaluate("board => board.scrollWidth > board.clientWidth")
    assert await page.evaluate("() => document.scrollingElement.scrollWidth <= innerWidth")


async def test_a_state_of_the_chart_leads_to_the_orders_that_stand_there(open_page: Open):
    page = await open_page("manager.lagos", "/workflows/fulfillment")
    row = page.get_by_role("row").filter(has_text="Out for delivery")
    count = await row.get_by_role("link").inner_text()
    await page.locator("svg.statechart a").filter(has_text="Out for").click()
    await expect(page).to_have_url(re.compile(r"/orders\?state=fulfillment%3ASHIPPED"))
    await expect(page.get_by_role("heading", level=1)).to_have_text("Orders")
    await expect(page.locator("tbody tr")).to_have_count(int(count))


async def test_a_figure_is_a_plot_a_table_a_file_and_a_way_to_its_orders(open_page: Open, company: asyncpg.Connection):
    while await gather(company, now=NOW):
        pass
    page = await open_page("accountant", "/analytics")
    dwell = page.get_by_role("region", name="Time spent in each state")
    await expect(dwell.get_by_role("table")).to_be_hidden()
    await dwell.get_by_text("Show as table").click()
    await expect(dwell.get_by_role("row").filter(has_text="Picking")).to_be_visible()
    assert await violations(page) == []
    phone = await open_page("accountant", "/analytics?days=90", width=390, dark=True)
    assert await misfits(phone, 360, 390, least=TOUCH) == []
    assert await violations(phone) == []
    async with page.expect_download() as download:
        await dwell.get_by_role("link", name="Download as CSV").click()
    assert (await download.value).suggested_filename == "dwell.csv"
    await dwell.get_by_role("link", name="Sale", exact=True).click()
    await expect(dwell.get_by_role("link", name="Choosing how to pay")).to_be_visible()
    await dwell.get_by_role("link", name="Choosing how to pay").click()
    await expect(page).to_have_url(re.compile(r"/orders\?state=sale%3AAWAITING_PAYMENT_METHOD"))
