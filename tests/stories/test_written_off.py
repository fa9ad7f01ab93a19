"""What was written off and came after all: it is the company's own, and the buyer is owed nothing for it."""

import pytest
from tests.stories.shop import SHIRT, Order, Shop, shirts
from tests.stories.test_reversals import hear, owed_for

from orderway.fulfillment.events import Complete, FulfillmentStarted, PackageDelivered
from orderway.sale.events import WriteOff
from orderway.sale.payments.events import Dispute, LoseDispute, Refund, Reverse, WinDispute
from orderway.workflow.errors import Refused


@pytest.fixture
async def order(shop: Shop) -> Order:
    """Shirts for 4,000, paid with 1,000 and 3,000, are with their buyer; the 3,000 are disputed, and written off."""
    await shop.stock((SHIRT, 4))
    order = await shop.agreed(shirts(4), by="PICKUP")
    for amount in (1000, 3000):
        await order.pay(amount)
    await order.send("fulfillment", FulfillmentStarted())
    await order.send("fulfillment", PackageDelivered(await order.pin()))
    await hear(order, Dispute(3000, "I never bought that."))
    await order.send("fulfillment", Complete())
    await order.send("sale", WriteOff("It takes too long."), by="accountant")
    assert await order.state("sale") == "COMPLETED"
    return order


async def inbox(order: Order) -> list[tuple[str, str | None]]:
    """What waits, or waited, in the inbox for the order."""
    rows = await order.shop.pool.fetch("SELECT kind, resolution FROM parked_money WHERE order_id = $1", order.id)
    return [tuple(row) for row in rows]


async def test_a_dispute_that_is_won_after_all_gives_the_buyer_nothing(order: Order):
    await hear(order, WinDispute())
    assert await order.payable() == [("LOST", 3000), ("OWED", -3000)]
    assert (await owed_for(order), await inbox(order)) == (0, [("disputed", "won")])
    with pytest.raises(Refused, match="Something must be owed to the buyer"):
        await hear(order, Refund(1))
    assert await order.shop.findings() == []


async def test_what_is_taken_back_again_is_lost_again(order: Order):
    await hear(order, WinDispute(), Reverse(1200, "Chargeback."))
    assert await order.payable() == [("LOST", 3000), ("OWED", -3000), ("LOST", -1200), ("OWED", 1200)]
    assert await owed_for(order) == 0
    assert await order.shop.findings() == []


async def test_what_comes_beside_it_is_owed_to_the_buyer(order: Order):
    disputed = await order.ref("payment")
    late = await order.pay(500)
    await order.send("payment", WinDispute(), by="accountant", to=disputed.id)
    assert await owed_for(order) == 500
    await order.send("payment", Refund(500), by="accountant", to=late)
    assert await owed_for(order) == 0
    assert await order.shop.findings() == []


async def test_a_dispute_that_is_lost_changes_nothing(order: Order):
    await hear(order, LoseDispute())
    assert (await order.payable(), await owed_for(order)) == ([], 0)
    assert await order.shop.findings() == []
