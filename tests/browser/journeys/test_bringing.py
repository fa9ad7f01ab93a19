"""The ways in which an order reaches its buyer, or does not: shelves, parts, riders, doors, and what comes back."""

import re

from playwright.async_api import expect
from tests.browser.journeys.company import Company, ended
from tests.browser.journeys.conftest import As

from orderway.fulfillment.context import PIN_TRIES
from orderway.settings import DELIVERY_ATTEMPTS

DELIVERED_TO_THE_DOOR = "o.fulfillment_type = 'DELIVERY'"


async def test_who_waits_for_stock_is_served_when_it_is_received(as_: As, company: Company):
    number = await company.order("fulfillment", "BACKORDERED")
    biller, manager = await as_("biller.lagos", width=390), await as_("manager.lagos")
    await biller.finds(number)
    await biller.sees_it_stand("Waiting for stock")
    await manager.goes_to("Stock")
    await manager.follows("Receive goods")
    await manager.press("Receive the goods", {"Goods": "DEMO-060 1", "Note": "DN-1"}, says="")
    await company.goods_are_served()
    await biller.sees_it_stand("Picking")
    await ended(manager, company, number, "reserved the stock")


async def test_what_is_there_goes_first_and_the_rest_is_cancelled(as_: As, company: Company):
    number = await company.order(
        "fulfillment",
        "BACKORDERED",
        store="ABV",
        where="(SELECT count(*) FROM order_line l WHERE l.order_id = o.id) > 1",
    )
    biller = await as_("biller.abuja")
    await biller.finds(number)
    await biller.press("Send what is there, the rest later", says="You parted what is there from what is missing.")
    await biller.reads("Part 1", "Part 2")
    second = biller.page.locator("#next details").filter(has_text="Cancel the fulfillment… Part 2")
    await biller.press("Cancel the fulfillment", {"Reason": "They do not wait."}, within=second, says="You cancelled")
    await ended(biller, company, number, "parted what is there")


async def test_a_fulfillment_is_held_and_goes_on_where_it_was(as_: As, company: Company):
    number = await company.order("fulfillment", "PICK_PACK", where=DELIVERED_TO_THE_DOOR)
    biller = await as_("biller.lagos", width=390)
    await biller.finds(number)
    await biller.press("Hold the fulfillment", {"Reason": "They travel."}, says="You put the fulfillment on hold.")
    await biller.sees_it_stand("On hold")
    await biller.press("Resume the fulfillment", says="You resumed the fulfillment.")
    await biller.sees_it_stand("Picking")
    await ended(
        biller, company, number, "Biller, Lagos store put the fulfillment on hold", "Biller, Lagos store resumed"
    )


async def test_an_offer_lapses_a_rider_gives_it_back_and_nobody_is_ever_at_home(as_: As, company: Company):
    number = await company.order("fulfillment", "PICK_PACK", where=DELIVERED_TO_THE_DOOR)
    biller = await as_("biller.lagos")
    await biller.finds(number)
    await biller.press("Mark the goods as picked", says="You marked the goods as picked.")
    first, second = await as_("rider1.lagos", width=390), await as_("rider2.lagos", width=390)
    offered = first.page.locator("article").first
    await expect(offered).to_contain_text("just now")
    await first.press(
        "Offer to deliver", {"Your price": "900", "Minutes": "20"}, within=offered, says="You offered NGN 900.00."
    )
    await biller.reads("NGN 900.00")
    await company.time_runs_out(number, "rider_interest")
    await first.follows("Offers")
    await expect(first.card("NGN 900.00").locator(".chip")).to_have_text("Lapsed")

    await biller.press("Name a rider", {"Rider": "Rider 1, Lagos"}, says="You named a rider.")
    await first.follows("Today")
    await first.page.locator("article a").last.click()
    await first.press("Give the delivery back", {"Reason": "A flat tyre"}, says="You gave the delivery back.")
    await biller.sees_it_stand("Choosing a rider")
    for _ in range(DELIVERY_ATTEMPTS.default):
        await biller.press("Name a rider", {"Rider": "Rider 2, Lagos"}, says="You named a rider.")
        await second.goes_to("Deliveries")
        await second.follows("Today")
        await second.page.locator("article a").last.click()
        await second.press("Ship the package", says="You shipped the package.")
        await second.press("Report a failed attempt", {"Reason": "Nobody at home"}, says="You reported")
        await expect(biller.page.locator("header .chip").first).to_have_text(re.compile("Choosing a rider|Failed"))
    await biller.sees_it_stand("Failed")
    await ended(
        biller, company, number, "Rider 1, Lagos offered to deliver", "Orderway ended the lapsed offer",
        "Rider 1, Lagos freed the delivery for another rider", "Rider 2, Lagos reported a failed attempt",
        "Rider 2, Lagos reported a failed attempt", "Orderway noted the fulfillment as failed",
    )  # fmt: skip


async def test_who_forgot_the_pin_gets_their_goods_from_the_manager(as_: As, company: Company):
    number = await company.order("fulfillment", "SHIPPED", where="m.rider_id IS NOT NULL")
    manager, rider = await as_("manager.lagos"), await as_("rider2.lagos", width=390)
    await manager.finds(number)
    await rider.follows("Today")
    await rider.page.locator("article").filter(has_text="Out for delivery").first.get_by_role("link").click()
    for tries in range(1, PIN_TRIES):
        await rider.press("Confirm the delivery", {"The receiver's PIN": "000000"})
        await rider.reads(f"{tries} of {PIN_TRIES}")
    await rider.press("Confirm the delivery", {"The receiver's PIN": "000000"})
    await rider.sees_blocked("Confirm the delivery", "PIN")
    tried = manager.page.locator("#line li").filter(has_text="tried a PIN that does not match")
    await expect(tried).to_have_count(PIN_TRIES)
    await manager.press("Confirm the delivery", says="You confirmed the delivery.")
    await manager.sees_it_stand("Delivered")
    await ended(
        manager, company, number, "Rider 2, Lagos tried a PIN that does not match",
        "Manager, Lagos store confirmed the delivery",
    )  # fmt: skip


async def test_goods_come_back_in_three_conditions_and_what_they_cost_buys_other_goods(as_: As, company: Company):
    """What was delivered on credit is paid, given back in part, refunded to the account, and spent from there."""
    number = await company.order("fulfillment", "DELIVERED", store="", where=(
        "(SELECT sum(quantity) FROM order_line l WHERE l.order_id = o.id) >= 3"))  # fmt: skip
    admin, accountant = await as_("admin"), await as_("accountant")
    await admin.finds(number)
    goods = str(await admin.page.locator("table.plain tbody td").first.inner_text()).split("\n")[0]
    await admin.press("Register a payment", says="You registered a payment.")
    await accountant.finds(number)
    await accountant.press("Confirm the payment", says="You confirmed the payment.")
    await admin.press("Ask for a return", {goods: "3", "Reason": "It does not fit."}, says="You asked for a return.")
    await admin.goes_to("Returns")
    await admin.press(
        "Receive the returned goods",
        {"Can be sold again": "1", "Damaged": "1"},
        within=admin.card(number), says="You received the returned goods.",
    )  # fmt: skip
    await accountant.reads("1 can be sold again, 1 damaged, 1 did not come")
    await accountant.press("Refund the returned goods", {"Where it goes": "The buyer's account"}, says="You refunded")
    await admin.finds(number)
    await admin.press("Make a new quotation")
    await admin.sees_it_stand("Draft")
    again = await admin.page.get_by_role("heading", level=1).inner_text()
    assert again != number
    for label in ("Share the quotation", "Accept the quotation for the buyer", "Approve the quotation for the seller"):
        await admin.press(label, says="You ")
        await expect(admin.main.get_by_role("button", name=label)).to_have_count(0)
    await admin.press("Pay from the buyer's account", says="You paid from the account.")
    await admin.sees_it_stand("Waiting for payment")
    await ended(
        admin, company, again, "Admin, head office drafted the quotation", "Orderway confirmed the payment",
        "captured a payment",
    )  # fmt: skip
    await ended(
        admin, company, number, "Admin, head office asked for a return", "Admin, head office received the returned",
        "Accountant, head office refunded the returned goods",
    )  # fmt: skip


async def test_a_buyer_disputes_a_payment_and_it_is_taken_back(as_: As, company: Company):
    number = await company.order("sale", "COMPLETED")
    accountant = await as_("accountant")
    await accountant.finds(number)
    await accountant.follows("NGN", within=accountant.page.locator("#payments"))
    await accountant.press("Note a dispute", {"Amount held": "100", "Reason": "Nothing came."}, says="You noted")
    await accountant.press("Note the dispute as lost", says="You noted the dispute as lost.")
    await ended(accountant, company, number, "Accountant, head office noted that the payment is disputed",
                "Accountant, head office noted the dispute as lost")  # fmt: skip


async def test_a_return_is_rejected_and_the_order_is_where_it_was(as_: As, company: Company):
    number = await company.order("fulfillment", "RETURN_REQUESTED", store="")
    admin = await as_("admin")
    await admin.goes_to("Returns")
    await admin.press(
        "Reject the return", {"Reason": "It was worn."}, within=admin.card(number), says="You rejected the return."
    )
    await admin.finds(number)
    await admin.sees_it_stand("Delivered")
    await ended(admin, company, number, "Admin, head office rejected the return")


async def test_goods_are_collected_with_the_pin(as_: As, company: Company):
    number = await company.order("fulfillment", "READY_FOR_SHIPMENT", where="o.fulfillment_type = 'PICKUP'", store="")
    biller = await as_("admin")
    await biller.finds(number)
    await biller.press(
        "Confirm the delivery", {"The receiver's PIN": await company.pin(number)}, says="You confirmed the delivery."
    )
    await biller.sees_it_stand("Delivered")
    await ended(biller, company, number, "Admin, head office confirmed the delivery")


async def test_a_service_is_scheduled_moved_and_done(as_: As, company: Company):
    number = await company.order("fulfillment", "SCHEDULING", store="")
    admin = await as_("admin")
    await admin.finds(number)
    await admin.press("Schedule the service", {"Date and time": "2026-03-13T09:00"}, says="You scheduled the service.")
    await admin.sees_it_stand("In progress")
    await admin.press(
        "Move the service", {"New date": "2026-03-14T09:00", "Reason": "They work."}, says="You moved the service."
    )
    await admin.press("Complete the service", says="You completed the service.")
    await admin.sees_it_stand("Completed")
    await ended(admin, company, number, "scheduled the service", "moved the service", "completed the service")
