"""Goods that come back: some or all of them, paid or not, fit to sell again or not."""

from dataclasses import replace

import pytest
from tests.stories.shop import RESELLER, SHIRT, SHOES, Order, Shop, shirts, shoes

from orderway.fulfillment.events import (
    FulfillmentStarted,
    PackageDelivered,
    RefundIssued,
    Returned,
    ReturnReceived,
    ReturnRejected,
    ReturnRequested,
    ReturnWanted,
)
from orderway.sale.events import SetPaymentMethod
from orderway.workflow.errors import Refused


async def collected(order: Order) -> Order:
    await order.send("fulfillment", FulfillmentStarted())
    await order.send("fulfillment", PackageDelivered(await order.pin()))
    return order


async def test_half_the_goods_come_back_and_their_price_is_refunded(shop: Shop):
    await shop.stock((SHIRT, 5), (SHOES, 5))
    order = await collected(await shop.paid(shirts(4), shoes(1), by="PICKUP"))
    shirt_line, _ = await order.lines()
    await order.send("fulfillment", ReturnRequested((ReturnWanted(shirt_line, 2),), "Too small."))
    came = (Returned(shirt_line, 1, "SELLABLE"), Returned(shirt_line, 1, "DAMAGED"))
    await order.send("fulfillment", ReturnReceived(came), by="manager")
    assert await shop.shelf(SHIRT) == (2, 0)

    before = await shop.rows()
    with pytest.raises(Refused, match="must not be more than what was paid"):
        await order.send("fulfillment", RefundIssued(2001), by="accountant")
    assert await shop.rows() == before

    await order.send("fulfillment", RefundIssued(2000), by="accountant")
    assert await order.states() == ("MUTUALLY_APPROVED", "CLEARED_FOR_FULFILLMENT", "DELIVERED")
    assert await order.payable() == [("OWED", 2000), ("PAID_OUT", -2000)]
    assert await order.state("payment") == "PARTIALLY_REFUNDED"
    assert (await order.told())[-8:] == [
        "fulfillment.return_requested",
        "return.requested",
        "fulfillment.return_received",
        "return.received",
        "fulfillment.refund_issued",
        "sale.fulfillment_refunded",
        "fulfillment.status_changed",
        "payment.refund",
    ]
    assert await shop.findings() == []


async def test_when_everything_came_back_the_order_ends_as_refunded(shop: Shop):
    await shop.stock((SHIRT, 5))
    order = await collected(await shop.paid(shirts(3, price=333), by="PICKUP"))
    (line,) = await order.lines()
    for pieces in (1, 2):
        await order.send("fulfillment", ReturnRequested((ReturnWanted(line, pieces),), "Too small."))
        await order.send("fulfillment", ReturnReceived((Returned(line, pieces, "SELLABLE"),)), by="manager")
        await order.send("fulfillment", RefundIssued(333 * pieces), by="accountant")
    assert await order.states() == ("MUTUALLY_APPROVED", "REFUNDED", "REFUNDED")
    assert await order.payable() == [("OWED", 333), ("PAID_OUT", -333), ("OWED", 666), ("PAID_OUT", -666)]
    assert await order.state("payment") == "REFUNDED"
    assert await shop.shelf(SHIRT) == (5, 0)
    assert await shop.findings() == []


async def test_the_prices_of_pieces_that_come_back_one_by_one_add_up_to_their_line(shop: Shop):
    await shop.stock((SHIRT, 5))
    odd = replace(shirts(3, price=333), tax=1, total=1000)
    order = await collected(await shop.paid(odd, by="PICKUP"))
    (line,) = await order.lines()
    for price in (333, 334, 333):
        await order.send("fulfillment", ReturnRequested((ReturnWanted(line, 1),), "Too small."))
        await order.send("fulfillment", ReturnReceived((Returned(line, 1, "SELLABLE"),)), by="manager")
        with pytest.raises(Refused, match="must not be more than what was paid"):
            await order.send("fulfillment", RefundIssued(price + 1), by="accountant")
        await order.send("fulfillment", RefundIssued(price), by="accountant")
    assert await order.states() == ("MUTUALLY_APPROVED", "REFUNDED", "REFUNDED")
    assert await shop.findings() == []


async def test_goods_that_were_never_paid_are_no_longer_owed(shop: Shop):
    await shop.stock((SHIRT, 5))
    await shop.limit(10_000)
    order = await shop.agreed(shirts(4), customer=RESELLER, by="PICKUP")
    await order.send("sale", SetPaymentMethod("INVOICE"))
    await collected(order)
    await order.pay(2500)
    (line,) = await order.lines()
    await order.send("fulfillment", ReturnRequested((ReturnWanted(line, 2),), "Too many."))
    await order.send("fulfillment", ReturnReceived((Returned(line, 2, "SELLABLE"),)), by="manager")
    await order.send("fulfillment", RefundIssued(500), by="accountant")
    sale = await order.context("sale")
    assert (sale.returned_total, sale.refunded_total, sale.outstanding, sale.exposed) == (2000, 500, 0, 0)
    assert await order.credit() == [("cleared", 4000), ("captured", -2500), ("refunded", -1500)]
    assert await order.payable() == [("OWED", 500), ("PAID_OUT", -500)]
    assert await shop.exposure() == 0
    assert await shop.findings() == []


@pytest.mark.parametrize(("pieces", "of_old", "of_new"), [(1, 0, 1000), (2, 1000, 1000)])
async def test_a_refund_goes_through_the_newest_payments_first(shop: Shop, pieces: int, of_old: int, of_new: int):
    await shop.stock((SHIRT, 5))
    order = await shop.agreed(shirts(4), by="PICKUP")
    old, new = await order.pay(3000), await order.pay(1000)
    await collected(order)
    (line,) = await order.lines()
    await order.send("fulfillment", ReturnRequested((ReturnWanted(line, pieces),), "Too many."))
    await order.send("fulfillment", ReturnReceived((Returned(line, pieces, "SELLABLE"),)), by="manager")
    await order.send("fulfillment", RefundIssued(1000 * pieces), by="accountant")
    refunded = {row["id"]: row["refunded"] for row in await shop.pool.fetch("SELECT id, refunded FROM payment")}
    assert refunded == {old: of_old, new: of_new}
    assert await shop.findings() == []


async def test_no_more_comes_back_than_was_sold_and_not_after_the_window(shop: Shop):
    await shop.stock((SHIRT, 5))
    order = await collected(await shop.paid(shirts(2), by="PICKUP"))
    (line,) = await order.lines()
    before = await shop.rows()
    for wanted in (
        (ReturnWanted(line, 3),),
        (ReturnWanted(line, 1), ReturnWanted(line, 2)),
        (ReturnWanted(order.id, 1),),
        (),
    ):
        with pytest.raises(Refused, match="no more of each than were delivered"):
            await order.send("fulfillment", ReturnRequested(wanted, "Too small."))
    shop.now = (await order.context("fulfillment")).return_until.replace(microsecond=1)
    with pytest.raises(Refused, match="The return window must be open"):
        await order.send("fulfillment", ReturnRequested((ReturnWanted(line, 1),), "Too small."))
    assert await shop.rows() == before


async def test_a_rejected_return_leaves_the_goods_with_the_buyer(shop: Shop):
    await shop.stock((SHIRT, 5))
    order = await collected(await shop.paid(shirts(2), by="PICKUP"))
    (line,) = await order.lines()
    await order.send("fulfillment", ReturnRequested((ReturnWanted(line, 1),), "Too small."))
    await order.send("fulfillment", ReturnRejected("It was worn."), by="manager")
    assert await order.state("fulfillment") == "DELIVERED"
    assert await shop.row("SELECT status, reason FROM sales_return") == ("REJECTED", "Too small.")
    assert await shop.shelf(SHIRT) == (3, 0)
    assert await shop.findings() == []
