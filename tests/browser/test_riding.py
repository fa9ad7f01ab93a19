"""A rider with their phone: an offer, and a delivery from the store to the door, with scripts and without."""

import asyncpg
import pytest
from playwright.async_api import expect
from tests.browser.conftest import Open
from tests.pins import OF_DELIVERY


async def test_a_rider_offers_to_deliver_and_takes_it_back(open_page: Open):
    page = await open_page("rider1.lagos", "/deliveries", width=390)
    form = page.locator("form").filter(has=page.get_by_role("button", name="Offer to deliver")).first
    await form.get_by_label("Your price (NGN)").fill("cheap")
    await form.get_by_label("Minutes until you are there").fill("25")
    await form.get_by_role("button").click()
    wrong = page.locator("[aria-invalid]")
    await expect(wrong).to_be_focused()
    await expect(wrong).to_have_value("cheap")
    await wrong.fill("910")
    await page.locator("form").filter(has=wrong).get_by_role("button", name="Offer to deliver").click()
    await expect(page.locator("#said .toast")).to_contain_text("You offered NGN 910.00.")

    await page.get_by_role("link", name="Offers").click()
    mine = page.locator("article").filter(has_text="NGN 910.00")
    await expect(mine.locator(".chip")).to_have_text("Offered")
    await mine.get_by_role("button", name="Withdraw it").click()
    await expect(mine.locator(".chip")).to_have_text("Withdrawn")


@pytest.mark.parametrize(("town", "scripts"), [("lagos", True), ("abuja", False)])
async def test_a_delivery_gets_to_the_door(town: str, scripts: object, open_page: Open, company: asyncpg.Connection):
    page = await open_page(f"rider2.{town}", "/deliveries/today", width=360, scripts=scripts)
    await page.locator("article").filter(has_text="Rider assigned").first.get_by_role("link").click()
    await expect(page.get_by_role("link", name="Call the receiver")).to_be_visible()
    await page.get_by_role("button", name="Ship the package").click()
    await expect(page.locator(".chip").first).to_have_text("Out for delivery")

    pin = await company.fetchval(OF_DELIVERY, page.url.split("/")[-1].split("#")[0])
    await page.get_by_label("The receiver's PIN").fill("000000" if pin != "000000" else "111111")
    await page.get_by_role("button", name="Confirm the delivery").click()
    await expect(page.get_by_text("This PIN does not match.")).to_be_visible()
    await page.get_by_label("The receiver's PIN").fill(pin)
    await page.get_by_role("button", name="Confirm the delivery").click()
    await expect(page.get_by_role("heading", name="Brought today")).to_be_visible()
    await expect(page.locator("article").last.locator(".chip")).to_have_text("Delivered")
