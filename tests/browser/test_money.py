"""Money in a browser: an override is decided, and a payment registered, shown by a receipt and confirmed."""

import pytest
from playwright.async_api import FilePayload, expect
from tests.browser.conftest import Open
from tests.receipts.samples import PNG

SLIP: FilePayload = {"name": "slip.png", "mimeType": "image/png", "buffer": PNG}


async def test_an_override_is_decided_in_the_inbox(open_page: Open):
    page = await open_page("manager.lagos", "/overrides")
    card = page.locator("article").filter(has_text="over the credit limit").first
    number = await card.get_by_role("link").first.inner_text()
    await card.get_by_role("button", name="Decline").click()
    wrong = page.locator("[aria-invalid]")
    await expect(wrong).to_be_focused()
    await expect(page.get_by_text("Reason is missing.")).to_be_visible()
    await wrong.fill("They owe too much.")
    await page.locator("article").filter(has=wrong).get_by_role("button", name="Decline").click()
    await expect(page.locator("#said .toast")).to_contain_text("You declined the override.")
    await page.get_by_role("link", name="Decided").click()
    decided = page.locator("article").filter(has_text=number).first
    await expect(decided.locator(".chip")).to_have_text("Declined")


async def test_what_is_wrong_stays_said_while_others_move_orders(open_page: Open):
    page = await open_page("manager.abuja", "/overrides")
    other = await open_page("biller.abuja", "/fulfillment")
    await page.get_by_role("button", name="Decline").first.click()
    wrong = page.get_by_text("Reason is missing.")
    await expect(wrong).to_be_visible()
    moves = other.get_by_role("button", name="Mark the goods as picked")
    left = await moves.count()
    for moved in (1, 2):  # the page asks a second time when it has done with the first answer
        async with page.expect_response(lambda answer: answer.url.endswith("/overrides")):
            await moves.first.click()
        await expect(moves).to_have_count(left - moved)
    await expect(wrong).to_be_visible()


@pytest.mark.parametrize(("town", "scripts"), [("lagos", True), ("abuja", False)])
async def test_a_payment_is_registered_shown_and_confirmed(town: str, scripts: object, open_page: Open):
    biller = await open_page(f"biller.{town}", "/payments/new", width=390, scripts=scripts)
    await biller.locator(".choices a").first.click()
    await biller.get_by_label("Amount (NGN)").fill("1000")
    await biller.get_by_label("Through whom").fill("First Bank")
    await biller.get_by_label("Its reference").fill(f"FB-{town}")
    await biller.get_by_role("button", name="Register the payment").click()
    await expect(biller.get_by_role("heading", name="Receipts")).to_be_visible()
    await biller.locator("[type=file]").first.set_input_files(SLIP)
    await biller.get_by_role("button", name="Add the receipt").click()
    await expect(biller.get_by_role("link", name="PNG picture")).to_be_visible()

    accountant = await open_page("accountant", "/payments", scripts=scripts)
    row = accountant.locator("tr").filter(has_text=f"FB-{town}")
    await expect(row).to_contain_text("1 receipt")
    await row.get_by_role("link", name=f"FB-{town}").click()
    await accountant.get_by_text("Look at it here").click()
    await expect(accountant.get_by_role("img", name="Receipt from")).to_be_visible()
    await accountant.go_back()
    await row.get_by_role("button", name="Confirm").click()
    await expect(accountant.locator("#said")).to_contain_text("You confirmed the payment.")
    await expect(row).to_have_count(0)
