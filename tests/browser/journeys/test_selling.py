"""The ways in which a quotation and a sale end otherwise, or take a second way, by those who decide it."""

from playwright.async_api import FilePayload, expect
from tests.browser.journeys.company import Company, ended, town
from tests.browser.journeys.conftest import As
from tests.receipts.samples import PNG

SLIP: FilePayload = {"name": "slip.png", "mimeType": "image/png", "buffer": PNG}
UNPAID = (
    "(m.context ->> 'captured_total')::bigint = 0"
    " AND EXISTS (SELECT FROM payment p WHERE p.order_id = o.id AND p.state = 'PENDING')"
)


async def test_a_quotation_is_declined_on_the_phone_of_the_biller(as_: As, company: Company):
    number = await company.order("quotation", "IN_REVIEW")
    biller = await as_("biller.lagos", width=390)
    await biller.finds(number)
    await biller.press("Decline the quotation", says="")
    await expect(biller.page.get_by_role("textbox", name="Reason")).to_be_focused()
    await biller.press("Decline the quotation", {"Reason": "Too dear"}, says="You declined the quotation.")
    await biller.sees_it_stand("Declined")
    await biller.press("Make a new quotation")
    await biller.reads("Draft")
    await ended(biller, company, number, "Biller, Lagos store declined the quotation")


async def test_a_quotation_whose_time_is_over_is_extended_before_and_expires_after(as_: As, company: Company):
    number = await company.order("quotation", "IN_REVIEW", store="ABV")
    manager = await as_("manager.abuja")
    await manager.finds(number)
    await manager.press("Extend the validity", {"Days": "2"}, says="You extended the validity.")
    await company.time_runs_out(number, "quotation")
    await manager.sees_it_stand("Expired")
    await ended(manager, company, number, "Manager, Abuja store extended the validity", "ended the expired quotation")


async def test_a_quotation_is_withdrawn_and_its_buyer_can_take_it_no_more(as_: As, company: Company):
    number = await company.order("quotation", "APPROVED_BY_SELLER", store="")
    admin = await as_("admin")
    await admin.finds(number)
    await admin.press("Withdraw the quotation", {"Reason": "Quoted twice"}, says="You withdrew the quotation.")
    await admin.sees_it_stand("Withdrawn")
    await admin.is_not_offered("Accept the quotation", "Approve the quotation")
    await ended(admin, company, number, "Admin, head office withdrew the quotation")


async def test_a_payment_fails_and_another_clears_the_sale(as_: As, company: Company):
    number = await company.order("sale", "PAYMENT_PENDING_CONFIRMATION", store="", where=UNPAID)
    biller, accountant = await as_(f"biller.{town(number)}"), await as_("accountant")
    await biller.finds(number)
    await accountant.fills({"Reference, order": number})
    await accountant.press("Search")
    await accountant.row(number).get_by_role("link").first.click()
    await accountant.press("Report the payment as failed", {"Reason": "No money came."}, says="You reported")
    await biller.sees_it_stand("Payment failed")
    await biller.press("Choose how to pay", {"Way to pay": "Card"}, says="You chose how to pay.")
    await biller.press("Register a payment", {"How it was paid": "Card"}, says="You registered a payment.")
    await accountant.finds(number)
    await accountant.press("Confirm the payment", says="You confirmed the payment.")
    await biller.sees_it_stand("Picking")
    await ended(biller, company, number, "Accountant, head office confirmed the payment")


async def test_a_receipt_that_shows_nothing_is_rejected_and_the_next_one_convinces(as_: As, company: Company):
    number = await company.order("sale", "PAYMENT_INITIATED", store="ABV")
    biller, accountant = await as_("biller.abuja"), await as_("accountant")
    for reference, verdict in (("AB-1", "Report the payment as failed"), ("AB-2", "Confirm the payment")):
        await biller.goes_to("Payments")
        await biller.follows("Register a payment")
        await biller.fills({"Order, customer or phone": number})
        await biller.press("Search")
        await biller.page.locator(".choices a").filter(has_text=number).click()
        await biller.press("Register the payment", {"Through whom": "First Bank", "Its reference": reference})
        await biller.page.locator("[type=file]").first.set_input_files(SLIP)
        await biller.press("Add the receipt")
        await biller.reads("PNG picture")
        await accountant.goes_to("Payments")
        await accountant.follows(reference)
        await accountant.page.get_by_text("Look at it here").click()
        await expect(accountant.page.get_by_role("img", name="Receipt from Biller, Abuja store")).to_be_visible()
        fields = {"Reason": "Another account."} if "failed" in verdict else {}
        await accountant.press(verdict, fields, says="You ")
    await ended(
        accountant, company, number, "Accountant, head office reported the payment as failed",
        "Accountant, head office confirmed the payment", "reserved the stock",
    )  # fmt: skip


async def test_a_sale_is_cancelled_and_its_goods_are_free_again(as_: As, company: Company):
    number = await company.order("sale", "PAYMENT_INITIATED")
    manager = await as_("manager.lagos")
    held = await company.held(number)
    await manager.finds(number)
    await manager.press("Cancel the sale", {"Reason": "They changed their mind."}, says="You cancelled the sale.")
    await manager.sees_it_stand("Cancelled")
    assert (held, await company.held(number)) == (True, False)
    await ended(manager, company, number, "Manager, Lagos store cancelled the sale")


async def test_a_sale_that_nobody_pays_expires_and_its_goods_are_free_again(as_: As, company: Company):
    number = await company.order("sale", "AWAITING_PAYMENT_METHOD")
    biller = await as_("biller.lagos")
    await biller.finds(number)
    held = await company.held(number)
    await company.time_runs_out(number, "sale")
    await biller.sees_it_stand("Expired")
    assert (held, await company.held(number)) == (True, False)
    await ended(biller, company, number, "ended the expired sale")


async def test_an_override_is_declined_and_a_payment_clears_the_sale_instead(as_: As, company: Company):
    number = await company.order("sale", "PAYMENT_INITIATED", store="PHC")
    biller, manager = await as_("biller.portharcourt"), await as_("manager.portharcourt")
    await biller.finds(number)
    await biller.press("Ask for an override", {"Reason": "They pay on Monday."}, says="You asked for an override.")
    await biller.sees_it_stand("Under review")
    await manager.goes_to("Overrides")
    await manager.press("Decline", {"Note": "Not without money."}, within=manager.card(number), says="You declined")
    await biller.sees_it_stand("Payment started")
    await ended(
        biller,
        company,
        number,
        "Biller, Port Harcourt store asked for an override",
        "Manager, Port Harcourt store declined the override",
    )


async def test_a_balance_that_nobody_will_pay_is_written_off(as_: As, company: Company):
    number = await company.order("sale", "AWAITING_SETTLEMENT", store="")
    accountant = await as_("accountant")
    await accountant.finds(number)
    await accountant.press("Write off the balance", {"Reason": "The shop closed."}, says="You wrote off the balance.")
    await accountant.sees_it_stand("Completed")
    await accountant.reads("Written off")
    await ended(accountant, company, number, "Accountant, head office wrote off the balance")
