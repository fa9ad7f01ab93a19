"""Many at once at the door and at the counter: a PIN guessed by a crowd, and a way that changes as the goods leave."""

from functools import partial

from tests.races.crowd import CROWD, ROUNDS, at_once, kinds, late
from tests.stories.shop import LAGOS, SHIRT, Order, Shop, actor, person, shirts

from orderway.fulfillment.events import FulfillmentStarted, PackageDelivered, PackageShipped, RiderNamed
from orderway.preferences import Preferences, change_preferences
from orderway.workflow.kinds import Moved
from orderway.workflow.transaction import Transaction


async def with_a_rider(shop: Shop) -> Order:
    await shop.stock((SHIRT, 2))
    order = await shop.paid(shirts(2))
    await order.send("fulfillment", FulfillmentStarted())
    await order.send("fulfillment", RiderNamed(person("rider")))
    return order


async def collect_instead(order: Order) -> Moved:
    async def work(tx: Transaction) -> Moved:
        await tx.lock(LAGOS, order.id)
        return await change_preferences(tx, Preferences(fulfillment_type="PICKUP", reason="The buyer comes for it."))

    return await order.shop.runner.run(work, actor=actor("biller"))


async def test_a_crowd_that_guesses_at_once_has_five_tries_as_well(shop: Shop) -> None:
    order = await with_a_rider(shop)
    await order.send("fulfillment", PackageShipped(), by="rider")
    right = await order.pin()
    wrong = f"{(int(right) + 1) % 10**6:06}"
    guesses = [partial(order.send, "fulfillment", PackageDelivered(wrong), by="rider") for _ in range(CROWD)]
    assert kinds(await at_once(*guesses)) == ["Moved"] * 5 + ["Refused"] * (CROWD - 5)
    answers = await at_once(*[partial(order.send, "fulfillment", PackageDelivered(right), by="rider")] * CROWD)
    assert kinds(answers) == ["Refused"] * CROWD
    assert (await order.state("fulfillment"), (await order.context("fulfillment")).pin_tries) == ("SHIPPED", 5)
    assert await shop.findings() == []


async def test_the_way_changes_or_the_goods_leave_and_never_both(shop: Shop) -> None:
    for number in range(ROUNDS):
        order = await with_a_rider(shop)
        answers = await at_once(
            *(late(shop, number, partial(collect_instead, order)) for _ in range(3)),
            *(partial(order.send, "fulfillment", PackageShipped(), by="rider") for _ in range(3)),
        )
        assert kinds(answers).count("Moved") == 1
        context = await order.context("fulfillment")
        stands = await shop.row("SELECT fulfillment_type FROM sale_order WHERE id = $1", order.id)
        assert (await order.state("fulfillment"), context.type, context.rider, *stands) in [
            ("PICK_PACK", "PICKUP", None, "PICKUP"),
            ("SHIPPED", "DELIVERY", person("rider"), "DELIVERY"),
        ]
    assert await shop.findings() == []
