"""Money of other currencies than the store's: without decimals and with three, paid in parts and paid back in parts."""

import re
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from tests.stories.shop import CONSUMER, LAGOS, SHIRT, Order, Shop, actor, person, shirts

from orderway.fulfillment.events import (
    FulfillmentStarted,
    PackageDelivered,
    RefundIssued,
    Returned,
    ReturnReceived,
    ReturnRequested,
    ReturnWanted,
)
from orderway.ids import new_id
from orderway.quotation.opening import NewOrder, place
from orderway.sale.payments.events import Confirm, Refund
from orderway.sale.payments.opening import NewPayment, register
from orderway.workflow.errors import Invalid, Refused
from orderway.workflow.kinds import Moved
from orderway.workflow.transaction import Transaction


@dataclass
class Abroad(Order):
    """An order in another currency."""

    currency: str = "NGN"

    async def pays(self, amount: int, *, currency: str | None = None) -> UUID:
        new = NewPayment(
            amount=amount, currency=currency or self.currency, method="CARD", provider="till", reference=str(new_id())
        )

        async def work(tx: Transaction) -> Moved:
            await tx.lock(LAGOS, self.id)
            return await register(tx, new)

        payment = (await self.shop.runner.run(work, actor=actor("biller"))).ref.id
        await self.send("payment", Confirm(), by="accountant", to=payment)
        return payment


async def sold(shop: Shop, currency: str) -> Abroad:
    """Four shirts, at 1000 minor units each."""
    await shop.stock((SHIRT, 9))
    new = NewOrder(
        store_id=LAGOS, customer_id=CONSUMER, currency=currency, fulfillment_type="PICKUP", lines=(shirts(4),),
        biller_id=person("biller"), valid_until=shop.now + timedelta(days=7),
    )  # fmt: skip

    async def work(tx: Transaction) -> Moved:
        return await place(tx, new)

    order = Abroad(shop, (await shop.runner.run(work, actor=actor("biller"))).order_id, 4000, currency)
    await shop.agree(order)
    return order


CURRENCIES = pytest.mark.parametrize("currency", ["JPY", "KWD", "CLF"])
TOLD = {"JPY": "JPY 1,500", "KWD": "KWD 1.500", "CLF": "CLF 0.1500"}


@CURRENCIES
async def test_several_payments_go_back_in_parts_and_never_more(shop: Shop, currency: str):
    order = await sold(shop, currency)
    first, second = await order.pays(1500), await order.pays(2500)
    await order.send("fulfillment", FulfillmentStarted())
    await order.send("fulfillment", PackageDelivered(await order.pin()))
    (line,) = await order.lines()
    await order.send("fulfillment", ReturnRequested((ReturnWanted(line, 4),), "Too small."))
    await order.send("fulfillment", ReturnReceived((Returned(line, 4, "SELLABLE"),)), by="manager")
    before = await shop.rows()
    with pytest.raises(Refused, match="must not be more than"):
        await order.send("fulfillment", RefundIssued(4001), by="accountant")
    with pytest.raises(Refused, match="Something must be owed"):
        await order.send("payment", Refund(1), by="accountant", to=first)
    assert await shop.rows() == before
    await order.send("fulfillment", RefundIssued(4000), by="accountant")
    rows = await shop.pool.fetch("SELECT id, state, refunded FROM payment ORDER BY id")
    assert [tuple(row) for row in rows] == [(first, "REFUNDED", 1500), (second, "REFUNDED", 2500)]
    assert await order.states() == ("MUTUALLY_APPROVED", "REFUNDED", "REFUNDED")
    assert await order.payable() == [("OWED", 4000), ("PAID_OUT", -2500), ("PAID_OUT", -1500)]
    assert await shop.findings() == []


@CURRENCIES
async def test_a_surplus_goes_back_and_then_the_goods_do(shop: Shop, currency: str):
    order = await sold(shop, currency)
    await order.pays(4000)
    extra = await order.pays(1500)
    with pytest.raises(Refused, match=re.escape(f"{TOLD[currency]} of this payment is left.")):
        await order.send("payment", Refund(1501), by="accountant", to=extra)
    await order.send("payment", Refund(700), by="accountant", to=extra)
    await order.send("payment", Refund(800), by="accountant", to=extra)
    assert await shop.row("SELECT resolution FROM parked_money WHERE kind = 'surplus'") == ("refunded",)
    await order.send("fulfillment", FulfillmentStarted())
    await order.send("fulfillment", PackageDelivered(await order.pin()))
    (line,) = await order.lines()
    await order.send("fulfillment", ReturnRequested((ReturnWanted(line, 1),), "Too small."))
    await order.send("fulfillment", ReturnReceived((Returned(line, 1, "SELLABLE"),)), by="manager")
    await order.send("fulfillment", RefundIssued(1000), by="accountant")
    sale = await order.context("sale")
    assert (sale.paid, sale.worth, sale.outstanding, sale.surplus) == (4500, 3000, 0, 1500)
    rows = await shop.pool.fetch("SELECT amount, refunded FROM payment ORDER BY id")
    assert [tuple(row) for row in rows] == [(4000, 1000), (1500, 1500)]
    assert sum(amount for _, amount in await order.payable()) == 0
    assert await shop.findings() == []


@CURRENCIES
async def test_an_order_takes_no_payment_in_another_currency(shop: Shop, currency: str):
    order = await sold(shop, currency)
    before = await shop.rows()
    with pytest.raises(Invalid, match=f"The order is in {currency}, and the payment in NGN"):
        await order.pays(4000, currency="NGN")
    assert await shop.rows() == before
    assert await shop.findings() == []
