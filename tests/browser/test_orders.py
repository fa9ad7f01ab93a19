"""The list of orders in a browser: one thing with many, of which one moved meanwhile; and all of it without scripts."""

import re

import asyncpg
import pytest
from playwright.async_api import Locator, Page, expect
from tests.browser.conftest import Open

PICKING = "/orders?show=needs-me&state=fulfillment%3APICK_PACK"


def row(page: Page, number: str) -> Locator:
    return page.get_by_role("row").filter(has_text=number)


async def test_many_are_done_by_keyboard_and_the_one_that_another_moved_is_named(
    open_page: Open, company: asyncpg.Connection
):
    numbers = [
        each["number"] for each in await company.fetch(
            "SELECT o.number FROM fulfillment f JOIN sale_order o ON o.id = f.order_id WHERE f.state = 'PICK_PACK'"
            " AND o.number LIKE 'LOS-%' ORDER BY f.moved_at"
        )
    ]  # fmt: skip
    page = await open_page("manager.lagos", PICKING)
    await expect(page.locator("tbody tr")).to_have_count(len(numbers))
    await expect(page.locator(".bulk")).to_be_hidden()
    for key in ("j", "x", "j", "x"):
        await page.keyboard.press(key)
    await expect(page.locator("tr:has(:checked)")).to_contain_text(numbers[:2])
    await page.get_by_role("button", name="See what can be done with them").click()
    await expect(page.get_by_role("heading", name="2 orders selected")).to_be_visible()

    other = await open_page("biller.lagos", PICKING)
    await row(other, numbers[0]).get_by_role("button", name="Mark the goods as picked").click()
    await expect(other.locator(".toast")).to_contain_text("You marked the goods as picked.")

    await page.get_by_role("button", name="Mark the goods as picked: 2 orders").click()
    await expect(page.get_by_role("heading", name="Done with 1 of 2 orders")).to_be_visible()
    refused = page.locator("section").filter(has=page.get_by_role("heading", name="Not done"))
    await expect(refused).to_contain_text(numbers[0])
    await expect(refused).to_contain_text(re.compile("Biller, Lagos store marked the goods as picked"))
    await page.get_by_role("link", name="Back to the list").click()
    await expect(page).to_have_url(re.compile(re.escape("show=needs-me")))
    await expect(row(page, numbers[1])).to_have_count(0)


@pytest.mark.parametrize("width", [360, 1280])
async def test_filters_views_and_one_thing_with_many_work_without_scripts(open_page: Open, width: int):
    page = await open_page("manager.abuja", "/orders", scripts=False, width=width)
    await page.locator("summary", has_text="Add filter").click()
    await page.locator("select[name=state]").select_option(label="Waiting for stock")
    await page.get_by_role("button", name="Show these orders").click()
    await expect(page.get_by_role("link", name="Fulfillment: Waiting for stock")).to_be_visible()
    await page.locator("summary", has_text="Save view").click()
    await page.get_by_label("Name of the view").fill(f"Missing at {width}")
    await page.get_by_role("button", name="Save view").click()
    await expect(page.get_by_role("link", name=f"Missing at {width}")).to_have_attribute("aria-current", "page")
    await page.get_by_role("checkbox", name=re.compile("Select ABV-")).first.check()
    await page.get_by_role("button", name="See what can be done with them").click()
    await expect(page.get_by_role("heading", name="1 order selected")).to_be_visible()
    await page.get_by_role("link", name="Orders", exact=True).last.click()
    await page.get_by_role("button", name="Remove the view").click()
    await expect(page.get_by_role("link", name=f"Missing at {width}")).to_have_count(0)
