"""A cash sale to the door, and what a paid order may still come to."""

from tests.stories.shop import SHIRT, Shop, person, shirts

from orderway.fulfillment.events import (
    FulfillmentStarted,
    PackageDelivered,
    PackageShipped,
    RiderNamed,
)
from orderway.sale.events import SetPaymentMethod


async def test_a_cash_sale_goes_to_the_door(shop: Shop):
    await shop.stock((SHIRT, 5))
    order = await shop.agreed(shirts(2))
    assert await order.states() == ("MUTUALLY_APPROVED", "AWAITING_PAYMENT_METHOD", None)
    assert await order.phase() == "SALE"
    assert await shop.shelf(SHIRT) == (5, 2)

    await order.send("sale", SetPaymentMethod("CASH"))
    await order.pay(2000)
    assert await order.states() == ("MUTUALLY_APPROVED", "CLEARED_FOR_FULFILLMENT", "PICK_PACK")
    assert await order.phase() == "FULFILLMENT"

    await order.send("fulfillment", FulfillmentStarted())
    await order.send("fulfillment", RiderNamed(person("rider"), 300))
    await order.send("fulfillment", PackageShipped(), by="rider")
    assert await shop.shelf(SHIRT) == (3, 0)

    await order.send("fulfillment", PackageDelivered(await order.pin()), by="rider")
    assert await order.state("fulfillment") == "DELIVERED"
    assert await shop.wait(days=14) == 1
    assert await order.states() == ("MUTUALLY_APPROVED", "COMPLETED", "COMPLETED")
    assert await order.credit() == []
    assert await order.payable() == []
    assert await order.told() == [
        "quotation.born",
        "quotation.share",
        "quotation.buyer_approves",
        "quotation.seller_approves",
        "sale.born",
        "quotation.approved",
        "sale.set_payment_method",
        "payment.born",
        "payment.confirm",
        "sale.payment_captured",
        "fulfillment.born",
        "fulfillment.reserve_ok",
        "sale.cleared",
        "fulfillment.fulfillment_started",
        "fulfillment.available",
        "fulfillment.rider_named",
        "fulfillment.package_shipped",
        "fulfillment.pin_made",
        "fulfillment.package_delivered",
        "fulfillment.complete",
        "sale.fulfillment_completed",
        "fulfillment.status_changed",
    ]
    assert await shop.findings() == []
