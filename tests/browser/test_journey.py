"""One order from its draft to its end, each step by whoever takes it, on the pages that they see."""

import re

import asyncpg
from playwright.async_api import Page, expect
from tests.browser.conftest import Open

from orderway.fulfillment.context import PIN_TRIES

BUYER = "SELECT c.id FROM customer c JOIN person p ON p.id = c.person_id WHERE p.email = 'customer.lagos@demo.example'"


async def do(page: Page, label: str, **fields: str) -> None:
    """Take an action of the order's page, after filling in its form where it has one; then wait for what it did."""
    await page.reload()
    nexts = page.locator("#next")
    if await nexts.locator("summary", has_text=f"{label}…").count():
        await nexts.locator("summary", has_text=f"{label}…").first.click()
    form = nexts.locator("details[open] form, .deeds > form").filter(has=page.get_by_role("button", name=label)).first
    for name, value in fields.items():
        field = form.get_by_label(re.compile(f"^{name.replace('_', ' ')}( |$)".replace("receivers", "receiver.s")))
        if await field.evaluate("each => each.tagName") == "SELECT":
            await field.select_option(**({"label": value} if value else {"index": 0}))
        else:
            await field.fill(value)
    await form.get_by_role("button", name=label).click()
    await expect(page.locator("#said .toast")).to_be_visible()


async def stands(page: Page, state: str) -> None:
    await expect(page.locator("header .chip")).to_have_text(state)


async def test_an_order_goes_from_its_draft_to_its_end(open_page: Open, company: asyncpg.Connection):
    biller = await open_page("biller.lagos", f"/quotations/new?customer={await company.fetchval(BUYER)}")
    await biller.get_by_label("Name or SKU").fill("DEMO-042")
    await biller.get_by_label("Name or SKU").press("Enter")
    await expect(biller.get_by_label("Pieces")).to_have_value("1")
    await biller.get_by_label("How it is brought").select_option("DELIVERY")
    for label, text in (("Receiver", "Shop"), ("Phone", "+234 803 000 0000"), ("City", "Lagos")):
        await biller.get_by_label(label, exact=True).fill(text)
    await biller.get_by_role("button", name="Draft the quotation").click()
    await expect(biller).to_have_url(re.compile("/orders/"))
    path = biller.url.split("?")[0].split("#")[0]

    await do(biller, "Share the quotation")
    buyer = await open_page("customer.lagos", path, width=390)
    await do(buyer, "Accept the quotation")
    await do(biller, "Approve the quotation for the seller")
    await stands(biller, "Choosing how to pay")
    await do(biller, "Choose how to pay", Way_to_pay="Bank transfer")
    await do(biller, "Register a payment", How_it_was_paid="Bank transfer")
    accountant = await open_page("accountant", path)
    await do(accountant, "Confirm the payment")
    await stands(biller, "Picking")

    await do(biller, "Mark the goods as picked")
    rider = await open_page("rider1.lagos", path, width=390)
    await do(rider, "Offer to deliver", Your_price="1500", Minutes_until_you_are_there="20")
    await do(biller, "Assign the rider", Offer="")
    await do(rider, "Ship the package")
    for _ in range(PIN_TRIES):
        await do(rider, "Confirm the delivery", The_receivers_PIN="0000")
    manager = await open_page("manager.lagos", path)
    await stands(manager, "Out for delivery")
    await do(manager, "Confirm the delivery")
    await do(manager, "Complete the order")
    await stands(buyer, "Completed")
    await expect(buyer.locator("#line")).to_contain_text("completed the order")
