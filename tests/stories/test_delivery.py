"""Riders, carriers, and what goes wrong on the way."""

from uuid import UUID

import pytest
from tests.stories.shop import SHIRT, Order, Shop, actor, person, shirts

from orderway.fulfillment.events import (
    Cancel,
    CarrierSelected,
    DeliveryFailed,
    Fail,
    FulfillmentStarted,
    Hold,
    PackageDelivered,
    PackageShipped,
    Resume,
    RiderNamed,
    RiderSelected,
    RiderUnassigned,
)
from orderway.fulfillment.interests.machine import Register, Withdraw
from orderway.fulfillment.riders import volunteer
from orderway.workflow.errors import NotFound, Refused
from orderway.workflow.kinds import Moved
from orderway.workflow.transaction import Transaction


async def looking_for_a_rider(shop: Shop) -> Order:
    """A paid and packed delivery."""
    await shop.stock((SHIRT, 5))
    order = await shop.paid(shirts(2))
    await order.send("fulfillment", FulfillmentStarted())
    return order


async def offer(order: Order, word: str, *, cost: int = 500) -> UUID:
    """A rider offers to deliver the order."""

    async def work(tx: Transaction) -> Moved:
        return await volunteer(tx, await order.ref("fulfillment"), Register(cost, 20, "On my way."), rider=person(word))

    return (await order.shop.runner.run(work, actor=actor(word))).ref.id


async def interests(order: Order) -> list[tuple[str, str | None]]:
    rows = await order.shop.pool.fetch(
        "SELECT state, context ->> 'reason' FROM rider_interest WHERE order_id = $1 ORDER BY created_at, id", order.id
    )
    return [tuple(row) for row in rows]


async def test_one_offer_is_assigned_and_the_others_hear_why_they_were_not(shop: Shop):
    order = await looking_for_a_rider(shop)
    first, second = await offer(order, "rider", cost=700), await offer(order, "second rider", cost=500)
    assert await interests(order) == [("ACTIVE", None), ("ACTIVE", None)]

    await order.send("fulfillment", RiderSelected(second))
    assert await order.state("fulfillment") == "RIDER_ASSIGNED"
    delivery = await order.context("fulfillment")
    assert (delivery.rider, delivery.interest, delivery.cost) == (person("second rider"), second, 500)
    assert await interests(order) == [("REJECTED", "Another rider was chosen."), ("ASSIGNED", None)]
    assert (await order.told())[-3:] == [
        "fulfillment.rider_selected",
        "rider_interest.assign",
        "rider_interest.reject",
    ]
    assert await shop.findings() == []

    await order.send("fulfillment", RiderUnassigned("A flat tyre."), by="second rider")
    assert await order.state("fulfillment") == "AWAITING_RIDER_SELECTION"
    assert await interests(order) == [("REJECTED", "Another rider was chosen."), ("WITHDRAWN", "A flat tyre.")]
    assert await offer(order, "rider", cost=650) == first
    await order.send("fulfillment", RiderSelected(first))
    assert (await order.context("fulfillment")).cost == 650
    assert await shop.findings() == []


async def test_an_offer_that_ended_can_not_be_chosen(shop: Shop):
    order = await looking_for_a_rider(shop)
    withdrawn, lapsed = await offer(order, "rider"), await offer(order, "second rider")
    await order.send("rider_interest", Withdraw(), by="rider", to=withdrawn)
    assert await shop.wait(minutes=45) == 1
    assert await interests(order) == [("WITHDRAWN", None), ("EXPIRED", None)]
    before = await shop.rows()
    for ended in (withdrawn, lapsed, order.id):
        with pytest.raises(Refused, match="The rider's offer must be active"):
            await order.send("fulfillment", RiderSelected(ended))
    assert await shop.rows() == before
    assert await order.state("fulfillment") == "AWAITING_RIDER_SELECTION"


async def test_nobody_offers_for_a_delivery_that_looks_for_no_rider(shop: Shop):
    order = await looking_for_a_rider(shop)
    await offer(order, "rider")
    await order.send("fulfillment", CarrierSelected("Swift", "SW-1"))
    assert await interests(order) == [("REJECTED", "A carrier was chosen.")]
    before = await shop.rows()
    with pytest.raises(Refused, match="The delivery must still look for a rider"):
        await offer(order, "second rider")
    with pytest.raises(Refused, match="The delivery must still look for a rider"):
        await offer(order, "rider")
    with pytest.raises(Refused, match="You may not offer to deliver"):
        await offer(order, "biller")
    assert await shop.rows() == before


async def test_nobody_offers_before_there_is_a_delivery(shop: Shop):
    order = await shop.agreed(shirts(2))
    with pytest.raises(NotFound, match="There is no such fulfillment"):
        await offer(order, "rider")


async def test_a_rider_can_be_named_who_covers_the_store(shop: Shop):
    order = await looking_for_a_rider(shop)
    await shop.pool.execute("INSERT INTO store (id, name, code, currency) VALUES ($1, 'Kano', 'KAN', 'NGN')", order.id)
    await shop.pool.execute(
        "INSERT INTO rider_coverage (rider_id, store_id) VALUES ($1, $2)", person("second rider"), order.id
    )
    before = await shop.rows()
    for word in ("second rider", "biller"):
        with pytest.raises(Refused, match="The rider must deliver for the store, as far as the address"):
            await order.send("fulfillment", RiderNamed(person(word)))
    assert await shop.rows() == before
    await offer(order, "rider")
    with pytest.raises(Refused, match="must not have offered"):
        await order.send("fulfillment", RiderNamed(person("rider")))
    await order.send("rider_interest", Withdraw(), by="rider")
    await order.send("fulfillment", RiderNamed(person("rider")))
    assert await order.state("fulfillment") == "RIDER_ASSIGNED"
    assert await shop.findings() == []


async def test_the_receiver_is_known_by_the_pin_and_a_manager_helps_where_it_is_lost(shop: Shop):
    order = await looking_for_a_rider(shop)
    await order.send("fulfillment", RiderNamed(person("rider")))
    await order.send("fulfillment", PackageShipped(), by="rider")
    pin = await order.pin()
    wrong = f"{(int(pin) + 1) % 1_000_000:06}"
    for _ in range(5):
        await order.send("fulfillment", PackageDelivered(wrong), by="rider")
    assert (await order.state("fulfillment"), (await order.context("fulfillment")).pin_tries) == ("SHIPPED", 5)
    before = await shop.rows()
    with pytest.raises(Refused, match="5 of 5 tries are used"):
        await order.send("fulfillment", PackageDelivered(pin), by="rider")
    assert await shop.rows() == before
    await order.send("fulfillment", PackageDelivered(), by="manager")
    assert await order.state("fulfillment") == "DELIVERED"
    logged = await shop.pool.fetchval("SELECT string_agg(l::text, '') FROM transition_log l")
    assert pin not in logged.replace(str(order.id), "")
    assert await shop.findings() == []


async def test_a_carrier_brings_it_without_a_pin(shop: Shop):
    order = await looking_for_a_rider(shop)
    await order.send("fulfillment", CarrierSelected("Swift", "SW-1"))
    await order.send("fulfillment", PackageShipped())
    await order.send("fulfillment", PackageDelivered())
    assert await order.state("fulfillment") == "DELIVERED"
    assert "fulfillment.pin_made" not in await order.told()
    assert await shop.findings() == []


async def test_after_three_failed_attempts_the_goods_are_back_and_the_money_is_owed(shop: Shop):
    order = await looking_for_a_rider(shop)
    for attempt in range(3):
        await order.send("fulfillment", RiderNamed(person("rider")))
        await order.send("fulfillment", PackageShipped(), by="rider")
        assert await shop.shelf(SHIRT) == (3, 0), attempt
        await order.send("fulfillment", DeliveryFailed("Nobody at home."), by="rider")
    assert await order.states() == ("MUTUALLY_APPROVED", "CANCELLED", "FAILED")
    assert await shop.shelf(SHIRT) == (5, 0)
    assert await order.payable() == [("OWED", 2000)]
    assert await shop.findings() == []


async def test_a_delivery_that_is_cancelled_tells_its_rider_and_those_who_offered(shop: Shop):
    order = await looking_for_a_rider(shop)
    chosen = await offer(order, "rider")
    await order.send("fulfillment", RiderSelected(chosen))
    await order.send("fulfillment", Cancel("Changed their mind."))
    assert await interests(order) == [("WITHDRAWN", "Changed their mind.")]
    assert (await order.told())[-5:] == [
        "fulfillment.cancel",
        "rider_interest.unassign",
        "fulfillment.rider_released",
        "sale.fulfillment_cancelled",
        "fulfillment.status_changed",
    ]
    assert await shop.findings() == []


async def test_what_is_lost_on_the_way_fails_with_its_sale(shop: Shop):
    order = await looking_for_a_rider(shop)
    await order.send("fulfillment", RiderNamed(person("rider")))
    await order.send("fulfillment", PackageShipped(), by="rider")
    await order.send("fulfillment", Fail("Lost."))
    assert await order.states() == ("MUTUALLY_APPROVED", "CANCELLED", "FAILED")
    assert await order.payable() == [("OWED", 2000)]
    assert await shop.findings() == []


async def test_a_fulfillment_resumes_where_it_was_held(shop: Shop):
    order = await looking_for_a_rider(shop)
    await order.send("fulfillment", Hold("The address is unclear."))
    assert await order.state("fulfillment") == "ON_HOLD"
    await order.send("fulfillment", Resume())
    assert await order.state("fulfillment") == "AWAITING_RIDER_SELECTION"
    assert await shop.shelf(SHIRT) == (5, 2)
    assert await shop.findings() == []
