"""What is owed to the buyer when a dispute is over waits in the inbox, wherever the sale stands by then."""

from tests.reconciliation.inbox import Inbox
from tests.stories.shop import SHIRT, Order, shirts

from orderway.fulfillment.events import (
    Cancel,
    Complete,
    FulfillmentStarted,
    PackageDelivered,
    RefundIssued,
    Returned,
    ReturnReceived,
    ReturnRequested,
    ReturnWanted,
)
from orderway.sale.events import CancelRequested
from orderway.sale.payments.events import Confirm, Dispute, LoseDispute, Refund, WinDispute

Item = tuple[str, int, str | None]


async def items(inbox: Inbox, order: Order) -> list[Item]:
    """Kind, amount and end of each item about the order, the oldest first."""
    rows = await inbox.shop.pool.fetch(
        "SELECT kind, amount, resolution FROM parked_money WHERE order_id = $1 ORDER BY id", order.id
    )
    return [tuple(row) for row in rows]


async def hear(order: Order, *events: object) -> None:
    for event in events:
        await order.send("payment", event, by="accountant")


async def collected(inbox: Inbox) -> Order:
    """Four shirts, paid for and collected."""
    await inbox.shop.stock((SHIRT, 9))
    order = await inbox.shop.paid(shirts(4), by="PICKUP")
    await order.send("fulfillment", FulfillmentStarted())
    await order.send("fulfillment", PackageDelivered(await order.pin()))
    return order


async def take_back(order: Order, quantity: int, amount: int) -> None:
    """Some of the shirts come back, and so much is refunded for them."""
    (line,) = await order.lines()
    await order.send("fulfillment", ReturnRequested((ReturnWanted(line, quantity),), "Too small."))
    await order.send("fulfillment", ReturnReceived((Returned(line, quantity, "SELLABLE"),)), by="manager")
    await order.send("fulfillment", RefundIssued(amount), by="accountant")


async def test_a_dispute_won_after_its_sale_was_cancelled_leaves_what_came_back_in_the_inbox(inbox: Inbox):
    order = await inbox.shop.paid(shirts(4))
    await hear(order, Dispute(4000, "Not received."))
    await order.send("sale", CancelRequested("Nobody answers."))
    await hear(order, WinDispute())
    assert await items(inbox, order) == [("disputed", 4000, "won"), ("surplus", 4000, None)]
    item = await inbox.only("surplus")
    row = await inbox.row(item)
    assert row["why"] == "A dispute is over, and this much is owed to the buyer."
    assert (await inbox.item(item)).usable == 4000
    await inbox.act(item, "refund")
    assert await order.payable() == [("LOST", 4000), ("PAID_OUT", -4000)]
    assert await inbox.shop.findings() == []


async def test_a_dispute_won_after_the_buyer_paid_again_leaves_the_second_payment_owed(inbox: Inbox):
    order = await collected(inbox)
    old = (await order.ref("payment")).id
    await hear(order, Dispute(4000, "Not received."))
    await order.pay(4000)
    await order.send("payment", WinDispute(), by="accountant", to=old)
    assert await items(inbox, order) == [("disputed", 4000, "won"), ("surplus", 4000, None)]
    await inbox.act(await inbox.only("surplus"), "refund")
    assert await order.payable() == [("OWED", 4000), ("PAID_OUT", -4000)]
    assert (await order.context("sale")).outstanding == 0
    assert await inbox.shop.findings() == []


async def test_a_dispute_won_after_its_sale_was_completed_owes_nothing(inbox: Inbox):
    order = await collected(inbox)
    await order.send("fulfillment", Complete())
    await hear(order, Dispute(4000, "Not received."), WinDispute())
    assert await items(inbox, order) == [("disputed", 4000, "won")]
    assert await order.payable() == [("LOST", -4000), ("LOST", 4000)]
    assert await inbox.shop.findings() == []


async def test_a_loss_that_another_payment_made_good_is_owed_when_its_dispute_is_won(inbox: Inbox):
    order = await collected(inbox)
    old = (await order.ref("payment")).id
    await order.send("fulfillment", Complete())
    await hear(order, Dispute(4000, "Not received."))
    await order.pay(4000)
    await order.send("payment", WinDispute(), by="accountant", to=old)
    assert await items(inbox, order) == [
        ("disputed", 4000, "won"),
        ("late", 4000, "lost"),
        ("surplus", 4000, None),
    ]
    await inbox.act(await inbox.only("surplus"), "refund")
    assert await inbox.shop.findings() == []


async def test_what_waits_in_the_inbox_already_opens_no_second_item(inbox: Inbox):
    order = await inbox.shop.agreed(shirts(4))
    old = await order.pay(2500)
    await order.pay(2500)
    await order.send("payment", Dispute(2500, "Not received."), by="accountant", to=old)
    await order.send("payment", WinDispute(), by="accountant", to=old)
    assert await items(inbox, order) == [("surplus", 1000, None), ("disputed", 2500, "won")]
    assert await inbox.shop.findings() == []


async def test_a_surplus_that_a_lost_dispute_ate_is_lost(inbox: Inbox):
    order = await inbox.shop.agreed(shirts(4))
    old = await order.pay(2500)
    await order.pay(2500)
    await order.send("payment", Dispute(2500, "Not received."), by="accountant", to=old)
    await order.send("payment", LoseDispute(), by="accountant", to=old)
    assert await items(inbox, order) == [("surplus", 1000, "lost"), ("disputed", 2500, "lost")]
    assert await inbox.shop.findings() == []


async def test_late_money_waits_in_one_item_over_its_dispute(inbox: Inbox):
    order = await inbox.shop.agreed(shirts(4))
    payment = await order.register(4000)
    await order.send("sale", CancelRequested("Changed their mind."))
    await order.send("payment", Confirm(), by="accountant", to=payment)
    await hear(order, Dispute(4000, "Not received."), WinDispute())
    assert await items(inbox, order) == [("late", 4000, None), ("disputed", 4000, "won")]
    await hear(order, Refund(4000))
    assert await items(inbox, order) == [("late", 4000, "refunded"), ("disputed", 4000, "won")]
    assert await inbox.shop.findings() == []


async def test_a_refund_that_a_dispute_held_up_waits_in_the_inbox_when_that_is_over(inbox: Inbox):
    for end, owed in ((WinDispute(), 1000), (LoseDispute(), 800)):
        order = await collected(inbox)
        await hear(order, Dispute(200, "Too dear."))
        await take_back(order, 1, 800)
        assert await items(inbox, order) == [("disputed", 200, None)]
        await hear(order, end)
        assert [item for item in await items(inbox, order) if item[0] == "surplus"] == [("surplus", owed, None)]
        await inbox.act(await inbox.only("surplus"), "refund")
        assert (await order.context("payment")).refunded == owed
        assert await inbox.shop.findings() == []


async def test_what_a_cancelled_sale_owes_waits_in_the_inbox_when_its_dispute_is_over(inbox: Inbox):
    order = await inbox.shop.paid(shirts(4, price=2000))
    await order.send("fulfillment", Cancel("Changed their mind."))
    await hear(order, Dispute(5000, "Not received."), WinDispute())
    assert await items(inbox, order) == [("disputed", 5000, "won"), ("surplus", 8000, None)]
    await hear(order, Refund(8000))
    assert await items(inbox, order) == [("disputed", 5000, "won"), ("surplus", 8000, "refunded")]
    assert await inbox.shop.findings() == []
