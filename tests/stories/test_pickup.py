"""Pickups: the goods wait in the store, and go to whoever says the PIN."""

from datetime import timedelta

import pytest
from tests.stories.shop import SHIRT, Order, Shop, shirts

from orderway.fulfillment.events import (
    Cancel,
    CarrierSelected,
    DeliveryFailed,
    FulfillmentStarted,
    Hold,
    PackageDelivered,
    PackageShipped,
    Resume,
)
from orderway.workflow.errors import Refused


async def ready(shop: Shop) -> Order:
    """Two of five shirts are paid and wait to be collected."""
    await shop.stock((SHIRT, 5))
    order = await shop.paid(shirts(2), by="PICKUP")
    await order.send("fulfillment", FulfillmentStarted())
    return order


def mistyped(pin: str) -> str:
    return f"{(int(pin) + 1) % 1_000_000:06}"


async def test_goods_are_collected_against_the_pin(shop: Shop):
    order = await ready(shop)
    # The goods are set aside, the buyer has the PIN, and no rider hears of it.
    assert await order.state("fulfillment") == "READY_FOR_SHIPMENT"
    assert await shop.shelf(SHIRT) == (5, 2)
    assert (await order.told())[-2:] == ["fulfillment.fulfillment_started", "fulfillment.pin_made"]
    assert "fulfillment.available" not in await order.told()

    # Somebody comes who does not know it: nothing is handed over, and the try is counted.
    pin = await order.pin()
    await order.send("fulfillment", PackageDelivered(mistyped(pin)))
    assert (await order.state("fulfillment"), (await order.context("fulfillment")).pin_tries) == (
        "READY_FOR_SHIPMENT", 1,
    )  # fmt: skip
    assert await shop.shelf(SHIRT) == (5, 2)

    # The buyer comes. Now the goods have left, and when nothing came back in time the order is complete.
    await order.send("fulfillment", PackageDelivered(pin))
    assert await order.state("fulfillment") == "DELIVERED"
    assert await shop.shelf(SHIRT) == (3, 0)
    assert await shop.row("SELECT kind, quantity FROM movement WHERE order_id = $1", order.id) == ("SALE", -2)
    assert await shop.wait(days=14) == 1
    assert await order.states() == ("MUTUALLY_APPROVED", "COMPLETED", "COMPLETED")
    assert await shop.findings() == []


async def test_what_is_collected_goes_by_no_carrier_and_no_street(shop: Shop):
    order = await ready(shop)
    before = await shop.rows()
    for event, why in (
        (PackageShipped(), "The order must be one to deliver"),
        (CarrierSelected("Swift", "SW-1"), "Ready to ship or collect"),
        (DeliveryFailed("Nobody came."), "Ready to ship or collect"),
    ):
        with pytest.raises(Refused, match=why):
            await order.send("fulfillment", event)
    assert await shop.rows() == before


async def test_a_manager_hands_over_when_the_tries_are_used_up(shop: Shop):
    order = await ready(shop)
    pin = await order.pin()
    for _ in range(5):
        await order.send("fulfillment", PackageDelivered(mistyped(pin)))
    before = await shop.rows()
    with pytest.raises(Refused, match=r"5 of 5 tries are used\. Let a manager hand the goods over"):
        await order.send("fulfillment", PackageDelivered(pin))
    assert await shop.rows() == before
    await order.send("fulfillment", PackageDelivered(), by="manager")
    assert await order.state("fulfillment") == "DELIVERED"
    assert await shop.findings() == []


async def test_on_hold_it_is_not_handed_over_and_afterwards_the_same_pin_counts(shop: Shop):
    order = await ready(shop)
    pin = await order.pin()
    await order.send("fulfillment", PackageDelivered(mistyped(pin)))
    await order.send("fulfillment", Hold("The goods are being checked."))
    before = await shop.rows()
    with pytest.raises(Refused, match="On hold"):
        await order.send("fulfillment", PackageDelivered(pin))
    assert await shop.rows() == before
    await order.send("fulfillment", Resume())
    assert (await order.context("fulfillment")).pin_tries == 1
    await order.send("fulfillment", PackageDelivered(pin))
    assert await order.state("fulfillment") == "DELIVERED"
    assert await shop.findings() == []


async def test_what_nobody_collects_is_free_again(shop: Shop):
    order = await ready(shop)
    shop.now += timedelta(days=30)
    assert await shop.wait() == 0, "goods that are paid wait for as long as it takes"
    await order.send("fulfillment", Cancel("Nobody came."))
    assert await order.states() == ("MUTUALLY_APPROVED", "CANCELLED", "CANCELLED")
    assert await shop.shelf(SHIRT) == (5, 0)
    assert await order.payable() == [("OWED", 2000)]
    assert await shop.findings() == []
