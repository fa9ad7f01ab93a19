"""Whole ways to the door: in two parts, by another rider than was chosen first, and half of it back again."""

from uuid import UUID

from tests.stories.arrivals import Arrival, arrive
from tests.stories.shop import SHIRT, Order, Shop, actor, person, shirts

from orderway.fulfillment.events import (
    CarrierSelected,
    FulfillmentStarted,
    PackageDelivered,
    PackageShipped,
    RefundIssued,
    ReturnAccepted,
    Returned,
    ReturnReceived,
    ReturnRequested,
    ReturnWanted,
    RiderSelected,
    RiderUnassigned,
    Split,
)
from orderway.fulfillment.interests.machine import Register, Revive
from orderway.fulfillment.riders import volunteer
from orderway.preferences import Preferences, change_preferences
from orderway.sale.account_credit.spending import pay_from_account
from orderway.stock.movements import Goods
from orderway.workflow.kinds import Moved, Ref
from orderway.workflow.transaction import Transaction


async def part(order: Order, number: int) -> UUID:
    id: UUID = await order.shop.pool.fetchval(
        "SELECT id FROM fulfillment WHERE order_id = $1 AND part = $2", order.id, number
    )
    return id


async def states(order: Order) -> list[str]:
    """Where the sale and each part stand."""
    rows = await order.shop.pool.fetch(
        "SELECT state FROM sale WHERE order_id = $1 UNION ALL"
        " (SELECT state FROM fulfillment WHERE order_id = $1 ORDER BY part)",
        order.id,
    )
    return [row["state"] for row in rows]


async def offers(order: Order, delivery: UUID, word: str, *, cost: int) -> UUID:
    """A rider offers to bring a part of the order."""

    async def work(tx: Transaction) -> Moved:
        ref = Ref("fulfillment", (await order.ref("sale")).store_id, delivery)
        return await volunteer(tx, ref, Register(cost, 20, "On my way."), rider=person(word))

    return (await order.shop.runner.run(work, actor=actor(word))).ref.id


async def test_an_order_comes_in_two_parts(shop: Shop):
    # Seven shirts are bought and paid, and five lie there.
    await shop.stock((SHIRT, 5))
    order = await shop.paid(shirts(7))
    assert await states(order) == ["CLEARED_FOR_FULFILLMENT", "BACKORDERED"]

    # The biller sends the five now: they are held, and two are waited for by themselves.
    first = await part(order, 1)
    await order.send("fulfillment", Split(), to=first)
    second = await part(order, 2)
    assert await states(order) == ["CLEARED_FOR_FULFILLMENT", "PICK_PACK", "BACKORDERED"]
    assert await shop.shelf(SHIRT) == (5, 5)

    # A rider brings the five, and the receiver says the PIN.
    await order.send("fulfillment", FulfillmentStarted(), to=first)
    offer = await offers(order, first, "rider", cost=700)
    await order.send("fulfillment", RiderSelected(offer), to=first)
    await order.send("fulfillment", PackageShipped(), by="rider", to=first)
    await order.send("fulfillment", PackageDelivered(await order.pin()), by="rider", to=first)
    assert await states(order) == ["CLEARED_FOR_FULFILLMENT", "DELIVERED", "BACKORDERED"]
    assert await shop.shelf(SHIRT) == (0, 0)

    # Three shirts arrive: the part that waited goes on by itself, and a carrier takes it.
    await arrive(shop.runner, Arrival((await order.ref("sale")).store_id, (Goods(SHIRT, 3),)), actor=actor("manager"))
    assert await states(order) == ["CLEARED_FOR_FULFILLMENT", "DELIVERED", "PICK_PACK"]
    for event in (FulfillmentStarted(), CarrierSelected("Swift", "SW-1"), PackageShipped(), PackageDelivered()):
        await order.send("fulfillment", event, to=second)
    assert await shop.shelf(SHIRT) == (1, 0)

    # The return windows end. With the last part the order is complete, and all of it was paid.
    assert await shop.wait(days=14) == 2
    assert await states(order) == ["COMPLETED", "COMPLETED", "COMPLETED"]
    sold = await shop.pool.fetch("SELECT part, quantity FROM movement WHERE kind = 'SALE' ORDER BY part")
    assert [tuple(row) for row in sold] == [(1, -5), (2, -2)]
    assert await order.payable() == []
    assert await shop.findings() == []


async def test_what_is_refused_at_the_door_went_its_way_and_the_rest_is_collected(shop: Shop):
    # Two shirts of three go to the door, where the buyer does not take them.
    await shop.stock((SHIRT, 2))
    order = await shop.paid(shirts(3))
    first, (line,) = await part(order, 1), await order.lines()
    for event in (Split(), FulfillmentStarted(), CarrierSelected("Swift"), PackageShipped()):
        await order.send("fulfillment", event, to=first)
    await order.send("fulfillment", ReturnRequested((ReturnWanted(line, 2),), "Too small."), to=first)

    # The third one they collect: the part at the door can go no other way any more.
    await collect_instead(order)
    assert await shop.findings() == []

    # What was refused is back and paid back, and is still a delivery.
    came = ReturnReceived((Returned(line, 2, "SELLABLE"),))
    await order.send("fulfillment", came, by="manager", to=first)
    await order.send("fulfillment", RefundIssued(2000), by="accountant", to=first)
    assert await states(order) == ["CLEARED_FOR_FULFILLMENT", "REFUNDED", "BACKORDERED"]
    types = await shop.pool.fetch("SELECT context ->> 'type' AS type FROM fulfillment ORDER BY part")
    assert [row["type"] for row in types] == ["DELIVERY", "PICKUP"]
    assert await shop.findings() == []


async def collect_instead(order: Order) -> None:
    async def work(tx: Transaction) -> Moved:
        ref = await order.ref("sale")
        await tx.lock(ref.store_id, order.id)
        return await change_preferences(tx, Preferences(fulfillment_type="PICKUP", reason="The buyer comes for it."))

    await order.shop.runner.run(work, actor=actor("biller"))


async def test_a_rider_gives_the_delivery_back_and_the_other_one_brings_it(shop: Shop):
    await shop.stock((SHIRT, 2))
    order = await shop.paid(shirts(2))
    await order.send("fulfillment", FulfillmentStarted())
    delivery = await part(order, 1)

    # Two riders offer; the cheaper one is chosen, and the other hears why they were not.
    dear = await offers(order, delivery, "rider", cost=700)
    cheap = await offers(order, delivery, "second rider", cost=500)
    await order.send("fulfillment", RiderSelected(cheap))
    assert await order.state("fulfillment") == "RIDER_ASSIGNED"
    assert await said_of(order) == [
        ("rider", "REJECTED", "Another rider was chosen."),
        ("second rider", "ASSIGNED", None),
    ]

    # The chosen one has a flat tyre. The delivery is open again, and the biller takes up the offer that still stands.
    await order.send("fulfillment", RiderUnassigned("A flat tyre."), by="second rider")
    await order.send("rider_interest", Revive(), to=dear)
    assert await said_of(order) == [("rider", "ACTIVE", None), ("second rider", "WITHDRAWN", "A flat tyre.")]
    await order.send("fulfillment", RiderSelected(dear))

    # The other rider ships and delivers, for what they asked.
    await order.send("fulfillment", PackageShipped(), by="rider")
    await order.send("fulfillment", PackageDelivered(await order.pin()), by="rider")
    found = await order.context("fulfillment")
    assert (found.rider, found.interest, found.cost) == (person("rider"), dear, 700)
    assert await states(order) == ["CLEARED_FOR_FULFILLMENT", "DELIVERED"]
    assert await shop.findings() == []


async def said_of(order: Order) -> list[tuple[str, str, str | None]]:
    """Each rider's offer, and why it is not taken."""
    rows = await order.shop.pool.fetch(
        "SELECT lower(p.name), i.state, i.context ->> 'reason' FROM rider_interest i JOIN person p ON p.id = i.rider_id"
        " WHERE i.order_id = $1 ORDER BY p.name",
        order.id,
    )
    return [tuple(row) for row in rows]


async def test_half_the_goods_come_back_and_pay_for_something_else(shop: Shop):
    # Four shirts were paid in full and brought by a carrier.
    await shop.stock((SHIRT, 6))
    order = await shop.paid(shirts(4))
    for event in (FulfillmentStarted(), CarrierSelected("Swift"), PackageShipped(), PackageDelivered()):
        await order.send("fulfillment", event)

    # Two do not fit. The manager lets them come, and finds one of them torn: only the other is sold again.
    (line,) = await order.lines()
    await order.send("fulfillment", ReturnRequested((ReturnWanted(line, 2),), "They do not fit."))
    await order.send("fulfillment", ReturnAccepted(), by="manager")
    came = (Returned(line, 1, "SELLABLE"), Returned(line, 1, "DAMAGED"))
    await order.send("fulfillment", ReturnReceived(came), by="manager")
    assert await shop.shelf(SHIRT) == (3, 0)

    # The buyer leaves the price on their account, and buys two others for it.
    await order.send("fulfillment", RefundIssued(2000, "ACCOUNT"), by="accountant")
    assert await states(order) == ["CLEARED_FOR_FULFILLMENT", "DELIVERED"]
    assert await shop.row("SELECT balance FROM account_credit") == (2000,)
    another = await shop.agreed(shirts(2))

    async def pay(tx: Transaction) -> Moved:
        await tx.load(await another.ref("sale"))
        return await pay_from_account(tx, 2000)

    await shop.runner.run(pay, actor=actor("biller"))
    assert await states(another) == ["CLEARED_FOR_FULFILLMENT", "PICK_PACK"]
    assert await shop.row("SELECT balance FROM account_credit") == (0,)

    # What the buyer kept is complete when the window ends.
    assert await shop.wait(days=14) == 1
    assert await states(order) == ["COMPLETED", "COMPLETED"]
    assert await shop.shelf(SHIRT) == (3, 2)
    assert await shop.findings() == []
