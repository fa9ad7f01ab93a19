"""The receiver's PIN tried by force: five tries for a package, whatever is done about it by anyone but a manager."""

from contextlib import suppress

import pytest
from tests.stories.shop import SHIRT, Order, Shop, person, shirts

from orderway.fulfillment.events import (
    Cancel,
    DeliveryFailed,
    FulfillmentStarted,
    Hold,
    NewPin,
    PackageDelivered,
    PackageShipped,
    Resume,
    RiderNamed,
)
from orderway.workflow.errors import Refused


async def at_the_door(shop: Shop) -> Order:
    """A delivery whose rider stands before the receiver."""
    await shop.stock((SHIRT, 5))
    order = await shop.paid(shirts(2))
    await order.send("fulfillment", FulfillmentStarted())
    await carried_out(order)
    return order


async def carried_out(order: Order) -> None:
    await order.send("fulfillment", RiderNamed(person("rider")))
    await order.send("fulfillment", PackageShipped(), by="rider")


async def to_collect(shop: Shop) -> Order:
    await shop.stock((SHIRT, 5))
    order = await shop.paid(shirts(2), by="PICKUP")
    await order.send("fulfillment", FulfillmentStarted())
    return order


async def wrong(order: Order) -> str:
    """A PIN that is not the receiver's."""
    return f"{(int(await order.pin()) + 1) % 10**6:06}"


async def guess(order: Order, times: int, *, by: str = "rider") -> None:
    """Try wrong PINs; those beyond the tries are refused."""
    pin = await wrong(order)
    for _ in range(times):
        with suppress(Refused):
            await order.send("fulfillment", PackageDelivered(pin), by=by)


async def kept_pins(shop: Shop) -> list[str]:
    return [row["pin"] for row in await shop.pool.fetch("SELECT pin FROM fulfillment_pin")]


async def tries(order: Order) -> int:
    used: int = (await order.context("fulfillment")).pin_tries
    return used


async def test_a_pin_is_tried_five_times_and_then_not_even_the_right_one_opens(shop: Shop):
    order = await at_the_door(shop)
    await guess(order, 5)
    assert await tries(order) == 5
    before = await shop.rows()
    for pin in (await wrong(order), await order.pin()):
        for who in ("rider", "biller"):
            with pytest.raises(Refused, match="5 of 5 tries are used"):
                await order.send("fulfillment", PackageDelivered(pin), by=who)
    assert await shop.rows() == before
    await order.send("fulfillment", PackageDelivered(), by="manager")
    assert await order.state("fulfillment") == "DELIVERED"
    assert await shop.findings() == []


async def test_a_rider_sends_no_new_pin(shop: Shop):
    order = await at_the_door(shop)
    before = await shop.rows()
    with pytest.raises(Refused, match="You may not do this: send a new PIN"):
        await order.send("fulfillment", NewPin(), by="rider")
    assert await shop.rows() == before


async def test_a_new_pin_opens_and_the_old_one_does_not(shop: Shop):
    order = await at_the_door(shop)
    old = await order.pin()
    await order.send("fulfillment", NewPin())
    new = await order.pin()
    await order.send("fulfillment", PackageDelivered(old), by="rider")
    # One in a million: the new PIN is the old one.
    assert await order.state("fulfillment") == ("DELIVERED" if old == new else "SHIPPED")
    if old != new:
        await order.send("fulfillment", PackageDelivered(new), by="rider")
    assert await order.state("fulfillment") == "DELIVERED"


async def test_new_pins_give_no_new_tries_but_a_manager_s_does(shop: Shop):
    order = await at_the_door(shop)
    for used in (2, 4):
        await guess(order, 2)
        await order.send("fulfillment", NewPin())
        assert await tries(order) == used
    await guess(order, 2)
    assert await tries(order) == 5
    with pytest.raises(Refused, match="A try of the PIN must be left"):
        await order.send("fulfillment", NewPin())
    await order.send("fulfillment", NewPin(), by="manager")
    assert await tries(order) == 0
    await order.send("fulfillment", PackageDelivered(await order.pin()), by="rider")
    assert await order.state("fulfillment") == "DELIVERED"
    assert await shop.findings() == []


async def test_holding_and_resuming_a_pickup_gives_no_new_tries(shop: Shop):
    order = await to_collect(shop)
    pin = await order.pin()
    await guess(order, 3, by="biller")
    await order.send("fulfillment", Hold("Somebody guesses."))
    await order.send("fulfillment", Resume())
    assert await tries(order) == 3
    assert await order.pin() == pin
    await guess(order, 3, by="biller")
    assert await tries(order) == 5
    with pytest.raises(Refused, match="5 of 5 tries are used"):
        await order.send("fulfillment", PackageDelivered(pin))


async def test_the_pin_of_a_failed_attempt_opens_nothing_at_the_next(shop: Shop):
    order = await at_the_door(shop)
    first = await order.pin()
    await order.send("fulfillment", DeliveryFailed("Nobody was at home."), by="rider")
    assert (await order.context("fulfillment")).pin_hash is None
    await carried_out(order)
    second = await order.pin()
    await order.send("fulfillment", PackageDelivered(first), by="rider")
    assert await order.state("fulfillment") == ("DELIVERED" if first == second else "SHIPPED")


async def test_the_pin_stands_in_one_row_alone_and_is_gone_with_its_hash_when_it_has_served(shop: Shop):
    order = await at_the_door(shop)
    pin = await order.pin()
    kept = await shop.pool.fetch(
        "SELECT payload::text || facts::text AS said FROM transition_log"
        " UNION ALL SELECT context::text FROM fulfillment"
        " UNION ALL SELECT data::text FROM outbox"
    )
    assert [row["said"] for row in kept if f'"{pin}"' in row["said"]] == []
    assert (await order.context("fulfillment")).pin_hash.startswith("$argon2id$v=19$m=512,t=1,p=1$")
    assert await kept_pins(shop) == [pin]
    await order.send("fulfillment", PackageDelivered(pin), by="rider")
    assert (await order.context("fulfillment")).pin_hash is None
    assert await kept_pins(shop) == []


async def test_an_attempt_that_fails_and_an_order_that_is_cancelled_leave_no_pin(shop: Shop):
    order = await at_the_door(shop)
    await order.send("fulfillment", DeliveryFailed("Nobody was at home."), by="rider")
    assert await kept_pins(shop) == []
    collected = await to_collect(shop)
    assert await kept_pins(shop) == [await collected.pin()]
    await collected.send("fulfillment", Cancel("They want it no more."))
    assert await collected.state("fulfillment") == "CANCELLED"
    assert await kept_pins(shop) == []
    assert await shop.findings() == []
