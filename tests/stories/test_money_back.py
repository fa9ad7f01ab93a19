"""Money that comes too late or too much, and money that goes back."""

import pytest
from tests.stories.shop import LAGOS, SHIRT, Shop, actor, shirts

from orderway.fulfillment.events import Cancel
from orderway.sale.events import CancelRequested, SetPaymentMethod
from orderway.sale.payments.events import Confirm, Fail, Refund
from orderway.sale.payments.opening import AlreadyRegistered, NewPayment, register
from orderway.workflow.errors import Invalid, Refused
from orderway.workflow.kinds import Moved
from orderway.workflow.transaction import Transaction


async def test_what_a_cancelled_sale_had_captured_is_owed_and_paid_back(shop: Shop):
    await shop.stock((SHIRT, 5))
    order = await shop.agreed(shirts(4))
    payment = await order.pay(1500)
    await order.send("sale", CancelRequested("Changed their mind."))
    assert await order.states() == ("MUTUALLY_APPROVED", "CANCELLED", None)
    assert await order.payable() == [("OWED", 1500)]
    assert await shop.shelf(SHIRT) == (5, 0)

    before = await shop.rows()
    with pytest.raises(Refused, match="must not be more than"):
        await order.send("payment", Refund(1501), by="accountant", to=payment)
    assert await shop.rows() == before

    await order.send("payment", Refund(500), by="accountant", to=payment)
    assert await order.state("payment") == "PARTIALLY_REFUNDED"
    await order.send("payment", Refund(1000), by="accountant", to=payment)
    assert await order.state("payment") == "REFUNDED"
    assert await order.payable() == [("OWED", 1500), ("PAID_OUT", -500), ("PAID_OUT", -1000)]
    assert await shop.findings() == []


async def test_nothing_is_refunded_that_is_not_owed(shop: Shop):
    await shop.stock((SHIRT, 5))
    order = await shop.agreed(shirts(4))
    payment = await order.pay(4000)
    before = await shop.rows()
    with pytest.raises(Refused, match="owed"):
        await order.send("payment", Refund(1), by="accountant", to=payment)
    assert await shop.rows() == before


async def test_an_overpayment_is_recorded_as_owed_and_not_refused(shop: Shop):
    await shop.stock((SHIRT, 5))
    order = await shop.agreed(shirts(4))
    await order.pay(4500)
    assert await order.state("sale") == "CLEARED_FOR_FULFILLMENT"
    assert await order.payable() == [("OWED", 500)]
    later = await order.pay(300)
    assert await order.payable() == [("OWED", 500), ("OWED", 300)]
    await order.send("payment", Refund(300), by="accountant", to=later)
    assert await order.payable() == [("OWED", 500), ("OWED", 300), ("PAID_OUT", -300)]
    assert await shop.findings() == []


async def test_a_cancelled_fulfillment_owes_what_was_paid(shop: Shop):
    await shop.stock((SHIRT, 5))
    order = await shop.paid(shirts(4))
    await order.send("fulfillment", Cancel("Changed their mind."))
    assert await order.states() == ("MUTUALLY_APPROVED", "CANCELLED", "CANCELLED")
    assert await order.payable() == [("OWED", 4000)]
    assert await shop.shelf(SHIRT) == (5, 0)
    assert (await order.told())[-3:] == [
        "fulfillment.cancel",
        "sale.fulfillment_cancelled",
        "fulfillment.status_changed",
    ]
    assert await shop.findings() == []


async def test_money_for_an_expired_sale_is_set_aside_and_paid_back(shop: Shop):
    await shop.stock((SHIRT, 5))
    order = await shop.agreed(shirts(4))
    assert await shop.wait(minutes=1440) == 1
    assert await order.state("sale") == "EXPIRED"
    assert await shop.shelf(SHIRT) == (5, 0)
    payment = await order.pay(4000)
    assert await order.state("sale") == "EXPIRED"
    assert await order.payable() == [("UNALLOCATED", 4000)]
    await order.send("payment", Refund(4000), by="accountant", to=payment)
    assert await order.payable() == [("UNALLOCATED", 4000), ("PAID_OUT", -4000)]
    assert await shop.findings() == []


async def test_a_sale_does_not_expire_over_a_payment_that_waits(shop: Shop):
    await shop.stock((SHIRT, 5))
    order = await shop.agreed(shirts(4))
    payment = await order.register(4000)
    assert await shop.wait(minutes=1440) == 0
    assert await order.state("sale") == "AWAITING_PAYMENT_METHOD"
    await order.send("payment", Fail("The transfer bounced."), by="accountant", to=payment)
    assert await order.state("sale") == "PAYMENT_FAILED"
    assert await shop.wait(hours=1) == 1
    assert await order.state("sale") == "EXPIRED"
    assert await shop.findings() == []


async def test_money_before_there_is_a_sale_is_set_aside(shop: Shop):
    order = await shop.order(shirts(4))
    await order.pay(4000)
    assert await order.states() == ("DRAFT", None, None)
    assert await order.payable() == [("UNALLOCATED", 4000)]
    assert await shop.findings() == []


async def test_a_payment_is_registered_once_and_in_the_currency_of_its_order(shop: Shop):
    order = await shop.order(shirts(4))

    async def pay(currency: str, amount: int, reference: str = "T-1") -> Moved:
        new = NewPayment(amount=amount, currency=currency, method="CARD", provider="paystack", reference=reference)

        async def work(tx: Transaction) -> Moved:
            await tx.lock(LAGOS, order.id)
            return await register(tx, new)

        return await shop.runner.run(work, actor=actor("biller"))

    await pay("NGN", 4000)
    before = await shop.rows()
    with pytest.raises(AlreadyRegistered, match="T-1 of paystack is registered already"):
        await pay("NGN", 4000)
    with pytest.raises(Invalid, match="The order is in NGN, and the payment in EUR"):
        await pay("EUR", 4000)
    with pytest.raises(Invalid, match="never negative"):
        await pay("NGN", -1)
    with pytest.raises(Invalid, match="more than any payment"):
        await pay("NGN", 10**18 + 1)
    with pytest.raises(Invalid, match="A payment needs its reference"):
        await pay("NGN", 1, "")
    assert await shop.rows() == before


async def test_a_failed_payment_leaves_a_paid_sale_alone(shop: Shop):
    await shop.stock((SHIRT, 5))
    order = await shop.agreed(shirts(4))
    await order.send("sale", SetPaymentMethod("CARD"))
    waiting = await order.register(1000)
    await order.pay(4000)
    await order.send("payment", Fail("Declined."), by="accountant", to=waiting)
    assert await order.state("sale") == "CLEARED_FOR_FULFILLMENT"
    assert await shop.findings() == []


async def test_a_payment_is_confirmed_once(shop: Shop):
    order = await shop.agreed(shirts(4))
    payment = await order.pay(1000)
    before = await shop.rows()
    with pytest.raises(Refused):
        await order.send("payment", Confirm(), by="accountant", to=payment)
    assert await shop.rows() == before
    assert (await order.context("sale")).captured_total == 1000
