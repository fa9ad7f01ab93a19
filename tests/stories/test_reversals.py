"""Money that a provider takes back, or holds over a dispute: before the goods leave, on their way, and afterwards."""

import pytest
from tests.stories.shop import LAGOS, RESELLER, SHIRT, Order, Shop, shirts

from orderway.fulfillment.events import (
    Cancel,
    Complete,
    FulfillmentStarted,
    Hold,
    PackageDelivered,
    RefundIssued,
    Resume,
    Returned,
    ReturnReceived,
    ReturnRequested,
    ReturnWanted,
)
from orderway.sale.events import AcceptShort, AdminOverrideRequested, CancelRequested, SetPaymentMethod, WriteOff
from orderway.sale.overrides.machine import Approve
from orderway.sale.payable import owed
from orderway.sale.payments.events import Dispute, LoseDispute, Refund, Reverse, WinDispute
from orderway.workflow.actor import THE_SYSTEM
from orderway.workflow.errors import Refused
from orderway.workflow.transaction import Transaction

NOT_DELIVERED = Dispute(4000, "Goods not received.")


async def collected(shop: Shop) -> Order:
    """Four shirts, paid for and collected."""
    order = await shop.paid(shirts(4), by="PICKUP")
    await order.send("fulfillment", FulfillmentStarted())
    await order.send("fulfillment", PackageDelivered(await order.pin()))
    return order


async def owed_for(order: Order) -> int:
    """What the company owes the buyer."""

    async def work(tx: Transaction) -> int:
        await tx.lock(LAGOS, order.id)
        return await owed(tx)

    return await order.shop.runner.run(work, actor=THE_SYSTEM)


async def hear(order: Order, *events: object) -> None:
    """What the provider reports of the newest payment."""
    for event in events:
        await order.send("payment", event, by="accountant")


@pytest.fixture
async def shop(shop: Shop) -> Shop:
    await shop.stock((SHIRT, 9))
    return shop


async def test_a_dispute_holds_what_has_not_left_and_goes_on_when_it_is_won(shop: Shop):
    order = await shop.paid(shirts(4))
    await hear(order, NOT_DELIVERED)
    assert await order.state("payment") == "DISPUTED"
    assert await order.states() == ("MUTUALLY_APPROVED", "PAYMENT_PENDING_CONFIRMATION", "ON_HOLD")
    assert await shop.shelf(SHIRT) == (9, 4)
    await hear(order, WinDispute())
    assert await order.state("payment") == "CONFIRMED"
    assert await order.states() == ("MUTUALLY_APPROVED", "CLEARED_FOR_FULFILLMENT", "PICK_PACK")
    assert (await order.payable(), await order.credit()) == ([], [])
    assert await shop.findings() == []


async def test_what_a_person_holds_waits_for_a_person_whatever_becomes_of_the_sale(shop: Shop):
    order = await shop.paid(shirts(4))
    await order.send("fulfillment", Hold("The buyer is travelling."))
    await hear(order, NOT_DELIVERED)
    assert await order.states() == ("MUTUALLY_APPROVED", "PAYMENT_PENDING_CONFIRMATION", "ON_HOLD")
    await hear(order, WinDispute())
    assert await order.states() == ("MUTUALLY_APPROVED", "CLEARED_FOR_FULFILLMENT", "ON_HOLD")
    await order.send("fulfillment", Resume())
    assert await order.state("fulfillment") == "PICK_PACK"
    assert await shop.findings() == []


async def test_a_sale_whose_money_was_all_taken_back_expires_but_not_over_a_dispute(shop: Shop):
    order = await shop.paid(shirts(4))
    await hear(order, NOT_DELIVERED)
    assert await shop.wait(days=1) == 0
    assert await order.state("sale") == "PAYMENT_PENDING_CONFIRMATION"
    await hear(order, LoseDispute())
    assert await order.state("payment") == "REVERSED"
    assert await shop.wait(hours=1) == 1
    assert await order.states() == ("MUTUALLY_APPROVED", "EXPIRED", "CANCELLED")
    assert await shop.shelf(SHIRT) == (9, 0)
    assert await order.payable() == []
    assert await shop.findings() == []


async def test_what_was_delivered_is_owed_again_and_settled_by_another_payment(shop: Shop):
    order = await collected(shop)
    await hear(order, NOT_DELIVERED)
    assert await order.state("sale") == "CLEARED_FOR_FULFILLMENT"
    assert await order.credit() == [("reversed", 4000)]
    await order.send("fulfillment", Complete())
    assert await order.state("sale") == "AWAITING_SETTLEMENT"
    await hear(order, LoseDispute())
    await order.pay(1500)
    assert await order.credit() == [("reversed", 4000), ("captured", -1500)]
    await order.pay(2500)
    assert await order.state("sale") == "COMPLETED"
    assert await order.credit() == [("reversed", 4000), ("captured", -1500), ("captured", -2500)]
    assert await order.payable() == []
    assert await shop.findings() == []


async def test_a_loss_on_delivered_goods_is_written_off(shop: Shop):
    order = await collected(shop)
    await hear(order, Reverse(1500, "Chargeback."))
    assert await order.state("payment") == "CONFIRMED"
    await order.send("fulfillment", Complete())
    await order.send("sale", WriteOff("The bank decided."), by="accountant")
    sale = await order.context("sale")
    assert (await order.state("sale"), sale.written_off, sale.reversed_total) == ("COMPLETED", 1500, 1500)
    assert await order.credit() == [("reversed", 1500), ("written_off", -1500)]
    assert await shop.row("SELECT cumulative FROM customer_sales_agg") == (2500,)
    assert await shop.findings() == []


async def test_a_completed_sale_stays_completed_and_the_loss_is_entered(shop: Shop):
    order = await collected(shop)
    await order.send("fulfillment", Complete())
    await hear(order, Reverse(3000, "Chargeback."))
    assert await order.state("sale") == "COMPLETED"
    assert (await order.payable(), await owed_for(order)) == ([("LOST", -3000)], 0)
    with pytest.raises(Refused, match="Something must be owed"):
        await hear(order, Refund(1000))
    # The buyer pays what was taken back: that makes the loss good, and only what is more is owed to them.
    await order.pay(3200)
    assert await order.payable() == [("LOST", -3000), ("UNALLOCATED", 3200)]
    with pytest.raises(Refused, match="must not be more than is owed"):
        await hear(order, Refund(201))
    await hear(order, Refund(200))
    assert await order.payable() == [("LOST", -3000), ("UNALLOCATED", 3200), ("PAID_OUT", -200)]
    assert await shop.findings() == []


async def test_a_cancelled_sale_owes_nothing_that_its_provider_took_back(shop: Shop):
    order = await shop.paid(shirts(4, price=2000))
    await order.send("fulfillment", Cancel("Changed their mind."))
    assert await order.payable() == [("OWED", 8000)]
    await hear(order, Dispute(5000, "Goods not received."))
    with pytest.raises(Refused, match="can not be done while the payment is “Disputed”"):
        await hear(order, Refund(3000))
    await hear(order, WinDispute(), Refund(8000))
    assert await order.state("payment") == "REFUNDED"
    assert await order.payable() == [("OWED", 8000), ("LOST", -5000), ("LOST", 5000), ("PAID_OUT", -8000)]
    assert await shop.findings() == []


async def test_a_dispute_won_after_the_sale_was_cancelled_gives_the_buyer_back_what_was_theirs(shop: Shop):
    order = await shop.paid(shirts(4))
    await hear(order, NOT_DELIVERED)
    await order.send("sale", CancelRequested("Nobody answers."))
    assert await order.states() == ("MUTUALLY_APPROVED", "CANCELLED", "CANCELLED")
    assert await order.payable() == []
    await hear(order, WinDispute())
    assert await order.payable() == [("LOST", 4000)]
    await hear(order, Refund(4000))
    assert await order.payable() == [("LOST", 4000), ("PAID_OUT", -4000)]
    assert await shop.findings() == []


async def test_a_surplus_that_was_paid_back_does_not_pay_for_the_goods(shop: Shop):
    order = await shop.agreed(shirts(4), by="PICKUP")
    old = await order.pay(2500)
    new = await order.pay(2500)
    await order.send("payment", Refund(1000), by="accountant", to=new)
    assert await order.payable() == [("OWED", 1000), ("PAID_OUT", -1000)]
    await order.send("payment", Reverse(2500, "Chargeback."), by="accountant", to=old)
    sale = await order.context("sale")
    assert (sale.paid, sale.outstanding, sale.refunded_total) == (1500, 2500, 1000)
    assert await order.states() == ("MUTUALLY_APPROVED", "PAYMENT_PENDING_CONFIRMATION", "ON_HOLD")
    await order.send("sale", CancelRequested("Nobody answers."))
    assert await order.payable() == [("OWED", 1000), ("PAID_OUT", -1000), ("OWED", 1500)]
    await order.send("payment", Refund(1500), by="accountant", to=new)
    assert await order.state("payment") == "REFUNDED"
    assert await shop.findings() == []


async def test_a_surplus_that_was_not_paid_back_is_taken_first(shop: Shop):
    order = await shop.agreed(shirts(4), by="PICKUP")
    await order.pay(5000)
    await hear(order, Reverse(700, "Chargeback."))
    assert await order.state("sale") == "CLEARED_FOR_FULFILLMENT"
    assert await order.payable() == [("OWED", 1000), ("OWED", -700)]
    await hear(order, Refund(300), Reverse(4000, "Chargeback."))
    assert await order.states() == ("MUTUALLY_APPROVED", "PAYMENT_PENDING_CONFIRMATION", "ON_HOLD")
    assert (await order.context("sale")).outstanding == 4000
    assert await shop.findings() == []


async def test_goods_that_come_back_during_a_dispute_are_not_paid_back_twice(shop: Shop):
    order = await collected(shop)
    await hear(order, NOT_DELIVERED)
    (line,) = await order.lines()
    await order.send("fulfillment", ReturnRequested((ReturnWanted(line, 4),), "Too small."))
    await order.send("fulfillment", ReturnReceived((Returned(line, 4, "SELLABLE"),)), by="manager")
    with pytest.raises(Refused, match="must not be more than what was paid"):
        await order.send("fulfillment", RefundIssued(1), by="accountant")
    await order.send("fulfillment", RefundIssued(0), by="accountant")
    assert await order.states() == ("MUTUALLY_APPROVED", "REFUNDED", "REFUNDED")
    assert await order.credit() == [("reversed", 4000), ("refunded", -4000)]
    # It is won, though the goods are back: the money is the buyer's.
    await hear(order, WinDispute(), Refund(4000))
    assert await order.payable() == [("LOST", 4000), ("PAID_OUT", -4000)]
    assert await shop.findings() == []


async def test_a_refund_that_waits_for_the_end_of_a_dispute_goes_back_with_its_loss(shop: Shop):
    order = await collected(shop)
    await hear(order, Dispute(200, "Too dear."))
    (line,) = await order.lines()
    await order.send("fulfillment", ReturnRequested((ReturnWanted(line, 1),), "Too small."))
    await order.send("fulfillment", ReturnReceived((Returned(line, 1, "SELLABLE"),)), by="manager")
    await order.send("fulfillment", RefundIssued(800), by="accountant")
    assert await order.payable() == [("OWED", 800)]
    await hear(order, LoseDispute(), Reverse(3800, "Chargeback."))
    sale = await order.context("sale")
    assert (sale.paid, sale.outstanding, sale.exposed) == (0, 3000, 3000)
    assert await order.payable() == [("OWED", 800), ("OWED", -800)]
    assert await shop.findings() == []


async def test_a_reversal_within_the_credit_limit_leaves_the_sale_cleared(shop: Shop):
    await shop.limit(4000)
    order = await shop.agreed(shirts(4), customer=RESELLER, by="PICKUP")
    await order.send("sale", SetPaymentMethod("INVOICE"))
    await order.pay(1500)
    assert await shop.exposure() == 2500
    await hear(order, Reverse(1500, "Chargeback."))
    assert await order.states() == ("MUTUALLY_APPROVED", "CLEARED_FOR_FULFILLMENT", "PICK_PACK")
    assert await shop.exposure() == 4000
    assert await shop.findings() == []


async def test_a_reversal_beyond_what_was_released_takes_the_clearance_back_and_uses_nothing_twice(shop: Shop):
    await shop.limit(4000)
    order = await shop.agreed(shirts(4), customer=RESELLER, by="PICKUP")
    await order.pay(1500)
    await order.send("sale", AdminOverrideRequested("A good customer."))
    await order.send("override_request", Approve(), by="manager")
    assert (await order.context("sale")).admin.status == "used"
    await hear(order, Reverse(1500, "Chargeback."))
    assert await order.states() == ("MUTUALLY_APPROVED", "PAYMENT_PENDING_CONFIRMATION", "ON_HOLD")
    assert await shop.exposure() == 0
    # What is paid again is what was released before, and yet it has to be released anew.
    await order.pay(1500)
    assert await order.state("sale") == "PAYMENT_PENDING_CONFIRMATION"
    await order.send("sale", AdminOverrideRequested("Still a good customer."))
    await order.send("override_request", Approve(), by="manager")
    assert await order.states() == ("MUTUALLY_APPROVED", "CLEARED_FOR_FULFILLMENT", "PICK_PACK")
    assert await shop.findings() == []


async def test_a_reversal_beyond_the_credit_limit_takes_the_clearance_back(shop: Shop):
    await shop.limit(3999)
    order = await shop.agreed(shirts(4), customer=RESELLER, by="PICKUP")
    await order.pay(1500)
    await order.send("sale", AdminOverrideRequested("A good customer."))
    await order.send("override_request", Approve(), by="manager")
    await hear(order, Reverse(1500, "Chargeback."))
    assert await order.states() == ("MUTUALLY_APPROVED", "PAYMENT_PENDING_CONFIRMATION", "ON_HOLD")
    assert await shop.exposure() == 0
    assert await order.credit() == [("cleared", 2500), ("reversed", -2500)]
    assert await shop.findings() == []


async def test_a_reversal_under_review_leaves_the_question_open(shop: Shop):
    order = await shop.agreed(shirts(4))
    await order.pay(1500)
    await order.send("sale", AdminOverrideRequested("A good customer."))
    await hear(order, Reverse(1500, "Chargeback."))
    assert await order.state("sale") == "OVERRIDE_REVIEW"
    assert (await order.context("sale")).outstanding == 4000
    assert await order.state("override_request") == "PENDING"
    assert await shop.findings() == []


async def test_money_set_aside_before_the_sale_is_no_money_of_the_sale(shop: Shop):
    order = await shop.order(shirts(4))
    await order.pay(700)
    await shop.agree(order)
    await hear(order, Reverse(300, "Chargeback."))
    sale = await order.context("sale")
    assert (sale.captured_total, sale.reversed_total) == (0, 0)
    assert await order.payable() == [("UNALLOCATED", 700), ("LOST", -300)]
    with pytest.raises(Refused, match="must not be more than"):
        await hear(order, Refund(401))
    await hear(order, Refund(400))
    assert await order.state("payment") == "REFUNDED"
    assert await shop.findings() == []


async def test_what_was_set_aside_and_paid_back_is_no_surplus_of_the_sale(shop: Shop):
    order = await shop.order(shirts(4))
    aside = await order.pay(700)
    await shop.agree(order)
    await order.send("payment", Refund(700), by="accountant", to=aside)
    await order.pay(4000)
    await hear(order, Reverse(1000, "Chargeback."))
    sale = await order.context("sale")
    assert (sale.refunded_total, sale.outstanding) == (0, 1000)
    assert await shop.findings() == []


async def test_goods_that_were_paid_a_little_short_refund_no_more_than_was_paid(shop: Shop):
    order = await shop.agreed(shirts(4), by="PICKUP")
    await order.pay(3960)
    await order.send("sale", AcceptShort("Bank fees."), by="accountant")
    await order.send("fulfillment", FulfillmentStarted())
    await order.send("fulfillment", PackageDelivered(await order.pin()))
    (line,) = await order.lines()
    await order.send("fulfillment", ReturnRequested((ReturnWanted(line, 4),), "Too small."))
    await order.send("fulfillment", ReturnReceived((Returned(line, 4, "SELLABLE"),)), by="manager")
    with pytest.raises(Refused, match="must not be more than what was paid"):
        await order.send("fulfillment", RefundIssued(3961), by="accountant")
    await order.send("fulfillment", RefundIssued(3960), by="accountant")
    assert await order.states() == ("MUTUALLY_APPROVED", "REFUNDED", "REFUNDED")
    assert await order.payable() == [("OWED", 3960), ("PAID_OUT", -3960)]
    assert await shop.findings() == []


async def test_no_more_is_taken_back_than_came(shop: Shop):
    order = await shop.paid(shirts(4))
    before = await shop.rows()
    for event in (Dispute(4001, "Too much."), Reverse(4001, "Too much."), Dispute(0, "?"), Reverse(-1, "?")):
        with pytest.raises(Refused, match=r"The amount must"):
            await hear(order, event)
    for decided in (WinDispute(), LoseDispute()):
        with pytest.raises(Refused, match="can not be done while the payment is “Confirmed”"):
            await hear(order, decided)
    with pytest.raises(Refused, match="You may not do this"):
        await order.send("payment", NOT_DELIVERED, by="manager")
    assert await shop.rows() == before


async def test_the_sale_waits_for_what_a_reversal_left_open_on_account(shop: Shop):
    await shop.limit(9000)
    order = await shop.agreed(shirts(4), customer=RESELLER, by="PICKUP")
    await order.send("sale", SetPaymentMethod("INVOICE"))
    await order.pay(4000)
    assert await order.credit() == [("cleared", 4000), ("captured", -4000)]
    await hear(order, NOT_DELIVERED)
    assert await order.state("sale") == "CLEARED_FOR_FULFILLMENT"
    assert await order.credit() == [("cleared", 4000), ("captured", -4000), ("reversed", 4000)]
    await hear(order, WinDispute())
    assert await shop.exposure() == 0
    assert await order.credit() == [("cleared", 4000), ("captured", -4000), ("reversed", 4000), ("restored", -4000)]
    assert await shop.findings() == []
