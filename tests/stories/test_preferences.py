"""The way to the buyer, changed while the order is under way: what is kept, who may, and what begins anew."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.stories.shop import DOOR, LAGOS, SHIRT, Order, Shop, actor, person, shirts
from tests.stories.test_delivery import interests, offer

from orderway.delivery.address import Delivery
from orderway.fulfillment.events import (
    Cancel,
    CarrierSelected,
    DeliveryFailed,
    FulfillmentStarted,
    Hold,
    PackageDelivered,
    PackageShipped,
    RiderNamed,
    RiderSelected,
    ServiceScheduled,
    Split,
)
from orderway.fulfillment.interests.machine import Revive
from orderway.preferences import Preferences, change_preferences
from orderway.workflow.errors import Invalid, Refused
from orderway.workflow.kinds import Moved
from orderway.workflow.transaction import Transaction

MOVED = replace(DOOR, address="12 Broad Street", phone="+234 803 765 4321")
WHY = "The buyer has moved."
OVER_THE_COUNTER = Preferences(fulfillment_type="PICKUP", reason="The buyer comes for it.")
TO_THE_NEW_DOOR = Preferences(delivery=MOVED, reason=WHY)


async def change(order: Order, wanted: Preferences, *, by: str = "biller") -> Moved:
    async def work(tx: Transaction) -> Moved:
        await tx.lock(LAGOS, order.id)
        return await change_preferences(tx, wanted)

    return await order.shop.runner.run(work, actor=actor(by))


async def way(order: Order) -> tuple[Any, ...]:
    """How the order is to be brought: its type, and the street of its address."""
    return await order.shop.row(
        "SELECT o.fulfillment_type, d.address FROM sale_order o JOIN delivery_address d ON d.id = o.address_id"
        " WHERE o.id = $1",
        order.id,
    )


async def logged(order: Order, machine: str) -> tuple[Any, ...]:
    """The last change in the log: who, for whom, why, and what of it stands there."""
    return await order.shop.row(
        "SELECT actor, on_behalf_of, reason, payload::text FROM transition_log"
        " WHERE order_id = $1 AND machine = $2 AND event = 'PREFERENCES_CHANGED' ORDER BY step DESC LIMIT 1",
        order.id, machine,
    )  # fmt: skip


async def packed(shop: Shop, *, by: str = "DELIVERY") -> Order:
    """A paid order whose goods are picked."""
    await shop.stock((SHIRT, 5))
    order = await shop.paid(shirts(2), by=by)
    await order.send("fulfillment", FulfillmentStarted())
    return order


async def shipped(shop: Shop) -> Order:
    """A delivery that is on its way with a rider."""
    order = await packed(shop)
    await order.send("fulfillment", RiderNamed(person("rider")))
    await order.send("fulfillment", PackageShipped(), by="rider")
    return order


async def test_an_address_is_changed_in_every_phase_and_each_one_is_kept(shop: Shop):
    await shop.stock((SHIRT, 5))
    order = await shop.order(shirts(2))
    assert (await change(order, TO_THE_NEW_DOOR)).ref.machine == "quotation"
    await shop.agree(order)
    assert (await change(order, Preferences(delivery=DOOR, reason="Back again."))).ref.machine == "sale"
    await order.pay(2000)
    assert (await change(order, TO_THE_NEW_DOOR)).ref.machine == "fulfillment"
    assert await way(order) == ("DELIVERY", "12 Broad Street")
    rows = await shop.pool.fetch(
        "SELECT address, actor FROM delivery_address WHERE order_id = $1 ORDER BY id", order.id
    )
    biller = f"person:{person('biller')}"
    assert [tuple(row) for row in rows] == [
        ("1 Marina", biller), ("12 Broad Street", biller), ("1 Marina", biller), ("12 Broad Street", biller),
    ]  # fmt: skip
    assert await order.state("fulfillment") == "PICK_PACK"
    assert await shop.findings() == []


async def test_the_log_says_who_changed_it_and_why_but_not_where_the_buyer_lives(shop: Shop):
    order = await packed(shop)
    await change(order, TO_THE_NEW_DOOR)
    who, behalf, why, payload = await logged(order, "fulfillment")
    assert (who, behalf, why) == ("system", f"person:{person('biller')}", WHY)
    address = await shop.pool.fetchval("SELECT address_id FROM sale_order WHERE id = $1", order.id)
    assert payload == (
        f'{{"type":"DELIVERY","address":"{address}","is_elsewhere":true,"reason":"The buyer has moved."}}'
    )
    everything = await shop.pool.fetch(
        "SELECT payload::text || facts::text AS said FROM transition_log UNION ALL SELECT data::text FROM outbox"
        " UNION ALL SELECT context::text FROM fulfillment"
    )
    for word in ("Broad Street", "Marina", "803 765", "8037654321", "803 123", "8031234567", 'The buyer"'):
        assert [row["said"] for row in everything if word in row["said"]] == []


async def test_a_delivery_that_is_collected_instead_begins_again_when_its_goods_are_packed(shop: Shop):
    order = await packed(shop)
    await order.send("fulfillment", RiderNamed(person("rider")))
    moved = await change(order, OVER_THE_COUNTER)
    assert (moved.from_state, moved.to_state) == ("RIDER_ASSIGNED", "PICK_PACK")
    context = await order.context("fulfillment")
    assert (context.type, context.rider, context.pin_hash) == ("PICKUP", None, None)
    assert "fulfillment.rider_released" in await order.told()
    assert await shop.shelf(SHIRT) == (5, 2)
    await order.send("fulfillment", FulfillmentStarted())
    await order.send("fulfillment", PackageDelivered(await order.pin()))
    assert await order.state("fulfillment") == "DELIVERED"
    assert await shop.shelf(SHIRT) == (3, 0)
    assert await shop.findings() == []


async def test_a_pickup_that_is_brought_instead_loses_its_pin_and_looks_for_a_rider(shop: Shop):
    order = await packed(shop, by="PICKUP")
    first = await order.pin()
    await change(order, Preferences(fulfillment_type="DELIVERY", reason="The buyer is ill."))
    assert (await order.context("fulfillment")).pin_hash is None
    await order.send("fulfillment", FulfillmentStarted())
    assert await order.state("fulfillment") == "AWAITING_RIDER_SELECTION"
    await order.send("fulfillment", RiderNamed(person("rider")))
    await order.send("fulfillment", PackageShipped(), by="rider")
    assert await order.pin() != first
    assert await shop.findings() == []


async def test_what_was_carried_out_in_vain_may_be_collected_and_leaves_the_stock_once(shop: Shop):
    order = await shipped(shop)
    await order.send("fulfillment", DeliveryFailed("Nobody was at home."), by="rider")
    await change(order, OVER_THE_COUNTER)
    await order.send("fulfillment", FulfillmentStarted())
    await order.send("fulfillment", PackageDelivered(await order.pin()))
    assert await shop.shelf(SHIRT) == (3, 0)
    assert await shop.pool.fetchval("SELECT count(*) FROM movement WHERE kind = 'SALE'") == 1
    assert await shop.findings() == []


async def test_another_carrier_and_its_tracking_go_when_the_way_changes(shop: Shop):
    order = await packed(shop)
    await order.send("fulfillment", CarrierSelected("Post", "NG-1"))
    await change(order, OVER_THE_COUNTER)
    context = await order.context("fulfillment")
    assert (context.carrier, context.tracking, await order.state("fulfillment")) == (None, None, "PICK_PACK")


@pytest.mark.parametrize("state", ["ON_HOLD", "SHIPPED", "DELIVERED", "CANCELLED"])
async def test_it_can_not_be_changed_while_held_nor_once_it_left(shop: Shop, state: str):
    order = await (packed(shop) if state in {"ON_HOLD", "CANCELLED"} else shipped(shop))
    if state == "ON_HOLD":
        await order.send("fulfillment", Hold("The address is unclear."))
    if state == "DELIVERED":
        await order.send("fulfillment", PackageDelivered(await order.pin()), by="rider")
    if state == "CANCELLED":
        await order.send("fulfillment", Cancel("No longer wanted."))
    before = await shop.rows()
    for wanted in (TO_THE_NEW_DOOR, OVER_THE_COUNTER):
        with pytest.raises(Refused):
            await change(order, wanted)
    assert await shop.rows() == before
    assert await way(order) == ("DELIVERY", "1 Marina")


async def test_a_buyer_changes_their_own_order_until_it_is_picked(shop: Shop):
    await shop.stock((SHIRT, 5))
    order = await shop.paid(shirts(2))
    await change(order, TO_THE_NEW_DOOR, by="reseller")
    await order.send("fulfillment", FulfillmentStarted())
    before = await shop.rows()
    with pytest.raises(Refused, match="The goods must not have been picked yet"):
        await change(order, Preferences(delivery=DOOR, reason=WHY), by="reseller")
    for other in ("rider", "accountant"):
        with pytest.raises(Refused, match="You may not change how the order is brought"):
            await change(order, Preferences(delivery=DOOR, reason=WHY), by=other)
    assert await shop.rows() == before
    assert await way(order) == ("DELIVERY", "12 Broad Street")


@pytest.mark.parametrize(
    ("wanted", "field", "sentence"),
    [
        (Preferences(fulfillment_type="SERVICE", reason=WHY), "fulfillment_type", "Goods do not become a service"),
        (Preferences(reason=WHY), "", "just so already"),
        (Preferences(delivery=DOOR, fulfillment_type="DELIVERY", reason=WHY), "", "just so already"),
        (Preferences(delivery=replace(DOOR, latitude=91.0, longitude=3.0), reason=WHY), "delivery.latitude",
         "A latitude lies between -90 and 90 degrees."),
        (Preferences(delivery=replace(DOOR, latitude=6.0), reason=WHY), "delivery.longitude",
         "A place has both a latitude and a longitude."),
        (Preferences(delivery=replace(DOOR, phone="call me"), reason=WHY), "delivery.phone",
         "call me is no telephone number."),
        (Preferences(delivery=replace(DOOR, phone="+1234"), reason=WHY), "delivery.phone",
         "+1234 is no telephone number."),
        (Preferences(delivery=replace(DOOR, city="x" * 101), reason=WHY), "delivery.city",
         "The city has more than 100 characters."),
    ],
)  # fmt: skip
async def test_what_can_not_be_is_told_and_nothing_is_written(
    shop: Shop, wanted: Preferences, field: str, sentence: str
):
    order = await packed(shop)
    before = await shop.rows()
    with pytest.raises(Invalid) as told:
        await change(order, wanted)
    assert (told.value.field, sentence in told.value.message) == (field, True)
    assert await shop.rows() == before


async def test_a_delivery_looks_for_a_rider_only_with_an_address_that_can_be_found(shop: Shop):
    await shop.stock((SHIRT, 5))
    order = await shop.order(shirts(2))
    await change(order, Preferences(delivery=Delivery(receiver="The buyer", address="1 Marina"), reason=WHY))
    await shop.agree(order)
    await order.pay(2000)
    before = await shop.rows()
    with pytest.raises(Refused, match="The address must name the receiver, a telephone number, the street"):
        await order.send("fulfillment", FulfillmentStarted())
    assert await shop.rows() == before
    await change(order, Preferences(delivery=DOOR, reason="The buyer told the rest."))
    await order.send("fulfillment", FulfillmentStarted())
    with pytest.raises(Invalid, match="The address does not name a telephone number"):
        await change(order, Preferences(delivery=replace(DOOR, phone=" "), reason="Typed by mistake."))
    assert await way(order) == ("DELIVERY", "1 Marina")
    assert await shop.findings() == []


async def test_each_part_that_has_not_left_goes_the_new_way_and_none_does_while_one_is_on_its_way(shop: Shop):
    await shop.stock((SHIRT, 2))
    order = await shop.paid(shirts(3))
    await order.send("fulfillment", Split())
    first, second = await shop.pool.fetch("SELECT id FROM fulfillment WHERE order_id = $1 ORDER BY part", order.id)
    await change(order, TO_THE_NEW_DOOR)
    assert await shop.pool.fetchval("SELECT count(*) FROM transition_log WHERE event = 'PREFERENCES_CHANGED'") == 2
    for event in (FulfillmentStarted(), CarrierSelected("Post"), PackageShipped()):
        await order.send("fulfillment", event, to=first["id"])
    before = await shop.rows()
    with pytest.raises(Refused):
        await change(order, OVER_THE_COUNTER)
    assert await shop.rows() == before
    await order.send("fulfillment", PackageDelivered(), to=first["id"])
    assert (await change(order, OVER_THE_COUNTER)).ref.id == second["id"]
    types = await shop.pool.fetch("SELECT context ->> 'type' AS type FROM fulfillment ORDER BY part")
    assert [row["type"] for row in types] == ["DELIVERY", "PICKUP"]
    assert await shop.findings() == []


async def test_open_offers_were_for_the_way_to_the_old_place(shop: Shop):
    order = await packed(shop)
    await offer(order, "rider")
    await change(order, Preferences(delivery=replace(DOOR, notes="The blue gate."), reason="So that it is found."))
    assert await interests(order) == [("ACTIVE", None)]
    await change(order, TO_THE_NEW_DOOR)
    assert await interests(order) == [("REJECTED", "The address has changed.")]
    assert await order.state("fulfillment") == "AWAITING_RIDER_SELECTION"
    await offer(order, "rider")
    await change(order, OVER_THE_COUNTER)
    assert await interests(order) == [("REJECTED", "The goods go another way.")]
    assert await shop.findings() == []


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [(TO_THE_NEW_DOOR, "The address has changed."), (OVER_THE_COUNTER, "The goods go another way.")],
)
async def test_so_was_one_that_was_revived_beside_the_chosen_one(shop: Shop, wanted: Preferences, reason: str):
    order = await packed(shop)
    chosen, other = await offer(order, "rider"), await offer(order, "second rider")
    await order.send("fulfillment", RiderSelected(chosen))
    await order.send("rider_interest", Revive(), to=other)
    await change(order, wanted)
    assert (await interests(order))[1] == ("REJECTED", reason)
    assert await shop.findings() == []


async def test_a_service_is_done_at_another_place(shop: Shop):
    order = await shop.paid(shirts(1), by="SERVICE")
    await change(order, TO_THE_NEW_DOOR, by="reseller")
    await order.send("fulfillment", ServiceScheduled(shop.now + timedelta(days=1)))
    with pytest.raises(Refused, match="The goods must not have been picked yet"):
        await change(order, Preferences(delivery=DOOR, reason=WHY), by="reseller")
    await change(order, Preferences(delivery=DOOR, reason=WHY))
    assert await way(order) == ("SERVICE", "1 Marina")
    assert await order.state("fulfillment") == "IN_PROGRESS"
