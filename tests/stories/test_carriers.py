"""Deliveries by an outside carrier, and how often a delivery is attempted."""

import pytest
from tests.stories.shop import SHIRT, Order, Shop, person, shirts

from orderway.fulfillment.events import (
    CarrierReleased,
    CarrierSelected,
    DeliveryFailed,
    FulfillmentStarted,
    PackageDelivered,
    PackageShipped,
    RiderNamed,
    TrackingSet,
)
from orderway.workflow.errors import Refused


async def handed_to_the_post(shop: Shop) -> Order:
    """A packed delivery that the post is to take."""
    await shop.stock((SHIRT, 5))
    order = await shop.paid(shirts(2))
    await order.send("fulfillment", FulfillmentStarted())
    await order.send("fulfillment", CarrierSelected("Post"))
    return order


async def test_a_carrier_takes_a_package_under_a_number_and_is_asked_no_pin(shop: Shop):
    order = await handed_to_the_post(shop)
    await order.send("fulfillment", TrackingSet("NG-1"))
    await order.send("fulfillment", PackageShipped())
    await order.send("fulfillment", TrackingSet("NG-1-B"))
    context = await order.context("fulfillment")
    assert (context.carrier, context.tracking, context.pin_hash) == ("Post", "NG-1-B", None)
    assert "fulfillment.pin_made" not in await order.told()
    await order.send("fulfillment", PackageDelivered())
    assert await order.state("fulfillment") == "DELIVERED"
    assert await shop.findings() == []


async def test_a_carrier_that_never_came_is_released_and_riders_hear_of_it(shop: Shop):
    order = await handed_to_the_post(shop)
    told = (await order.told()).count("fulfillment.available")
    await order.send("fulfillment", CarrierReleased("It never came."))
    context = await order.context("fulfillment")
    assert (await order.state("fulfillment"), context.carrier) == ("AWAITING_RIDER_SELECTION", None)
    assert (await order.told()).count("fulfillment.available") == told + 1
    assert await shop.shelf(SHIRT) == (5, 2)
    why = await shop.pool.fetchval("SELECT reason FROM transition_log WHERE event = 'CARRIER_RELEASED'")
    assert why == "It never came."
    assert await shop.findings() == []


async def test_a_rider_has_no_tracking_number_and_is_no_carrier_to_release(shop: Shop):
    order = await handed_to_the_post(shop)
    await order.send("fulfillment", CarrierReleased("It never came."))
    await order.send("fulfillment", RiderNamed(person("rider")))
    await order.send("fulfillment", PackageShipped(), by="rider")
    before = await shop.rows()
    with pytest.raises(Refused, match="A carrier must bring the goods"):
        await order.send("fulfillment", TrackingSet("NG-1"))
    with pytest.raises(Refused):
        await order.send("fulfillment", CarrierReleased("It never came."))
    with pytest.raises(Refused, match="You may not do this: set the tracking number"):
        await order.send("fulfillment", TrackingSet("NG-1"), by="rider")
    assert await shop.rows() == before


@pytest.mark.parametrize("attempts", [1, 2, 3])
async def test_the_settings_say_how_often_a_delivery_is_attempted(shop: Shop, attempts: int):
    shop.settings.take({"DELIVERY_ATTEMPTS": str(attempts)})
    order = await handed_to_the_post(shop)
    for left in range(attempts - 1, -1, -1):
        await order.send("fulfillment", PackageShipped())
        await order.send("fulfillment", DeliveryFailed("Nobody was at home."))
        if left:
            assert await order.state("fulfillment") == "AWAITING_RIDER_SELECTION"
            await order.send("fulfillment", CarrierSelected("Post"))
    assert await order.state("fulfillment") == "FAILED"
    assert await shop.shelf(SHIRT) == (5, 0)
    assert await order.payable() == [("OWED", 2000)]
    assert await shop.findings() == []
