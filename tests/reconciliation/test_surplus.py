"""What was paid too much waits until it went back, whichever payment has it left; and short money is accepted."""

from uuid import UUID

import pytest
from tests.reconciliation.inbox import Inbox
from tests.stories.shop import SHIRT, Order, shirts

from orderway.fulfillment.events import (
    FulfillmentStarted,
    PackageDelivered,
    RefundIssued,
    Returned,
    ReturnReceived,
    ReturnRequested,
    ReturnWanted,
)
from orderway.sale.events import AcceptShort
from orderway.sale.payments.events import Reverse
from orderway.sale.reconciliation.rules import Tolerance, choices

Item = tuple[str, int, str | None]


async def items(inbox: Inbox, order: Order) -> list[Item]:
    """Kind, amount and end of each item about the order, the oldest first."""
    rows = await inbox.shop.pool.fetch(
        "SELECT kind, amount, resolution FROM parked_money WHERE order_id = $1 ORDER BY id", order.id
    )
    return [tuple(row) for row in rows]


async def refunded(inbox: Inbox, amount: int) -> Order:
    """Four shirts for 4000, paid with 3000 and 2000; two came back, and so much was refunded for them."""
    await inbox.shop.stock((SHIRT, 9))
    order = await inbox.shop.agreed(shirts(4), by="PICKUP")
    await order.pay(3000)
    await order.pay(2000)
    await order.send("fulfillment", FulfillmentStarted())
    await order.send("fulfillment", PackageDelivered(await order.pin()))
    (line,) = await order.lines()
    await order.send("fulfillment", ReturnRequested((ReturnWanted(line, 2),), "Too small."))
    await order.send("fulfillment", ReturnReceived((Returned(line, 2, "SELLABLE"),)), by="manager")
    await order.send("fulfillment", RefundIssued(amount), by="accountant")
    return order


async def test_a_surplus_waits_on_when_its_own_payment_went_back_for_goods(inbox: Inbox):
    order = await refunded(inbox, 2000)
    assert await items(inbox, order) == [("surplus", 1000, "refunded"), ("surplus", 1000, None)]
    item = await inbox.only("surplus")
    assert (await inbox.row(item))["why"] == "It is owed to the buyer, and nothing is left of the payment it came with."
    await inbox.act(item, "refund")
    rows = await inbox.shop.pool.fetch("SELECT amount, refunded FROM payment ORDER BY id")
    assert [tuple(row) for row in rows] == [(3000, 1000), (2000, 2000)]
    assert sum(amount for _, amount in await order.payable()) == 0
    assert await inbox.shop.findings() == []


async def test_a_surplus_of_which_less_is_left_goes_back_in_two_steps(inbox: Inbox):
    order = await refunded(inbox, 1500)
    assert await items(inbox, order) == [("surplus", 1000, None)]
    await inbox.act(await inbox.only("surplus"), "refund")
    assert await items(inbox, order) == [("surplus", 1000, "refunded"), ("surplus", 500, None)]
    await inbox.act(await inbox.only("surplus"), "refund")
    assert sum(amount for _, amount in await order.payable()) == 0
    assert await inbox.shop.findings() == []


async def test_a_surplus_of_which_less_is_left_pays_another_order_and_the_rest_waits(inbox: Inbox):
    order = await refunded(inbox, 1500)
    other = await inbox.shop.agreed(shirts(1))
    await inbox.act(await inbox.only("surplus"), "attach", order=other.id)
    assert (await other.context("sale")).captured_total == 500
    assert await items(inbox, order) == [("surplus", 1000, "attached"), ("surplus", 500, None)]
    await inbox.act(await inbox.only("surplus"), "attach", order=other.id)
    assert (await other.context("sale")).outstanding == 0
    assert sum(amount for _, amount in await order.payable()) == 0
    assert await inbox.shop.findings() == []


@pytest.mark.parametrize(("paid", "surplus"), [(30, []), (500, [("surplus", 470, None)])])
async def test_short_money_is_accepted_also_where_the_rest_came_meanwhile(inbox: Inbox, paid: int, surplus: list[Item]):
    item, order = await inbox.make("short")
    await order.pay(paid)
    await inbox.act(item, "accept_short")
    sale = await order.context("sale")
    assert (sale.captured_total, sale.allowance, sale.outstanding) == (3970 + paid, 0, 0)
    assert await items(inbox, order) == [("short", 3970, "accepted"), *surplus]
    assert await inbox.shop.findings() == []


async def test_what_was_let_go_before_counts_when_short_money_is_accepted(inbox: Inbox):
    item, order = await inbox.about("short", 25)
    await order.pay(3965)
    await order.send("sale", AcceptShort("Bank fees."), by="accountant")
    await order.send("payment", Reverse(35, "Chargeback."), by="accountant", to=await paid_by(order, 3965))
    (choice,) = [each for each in choices(await inbox.item(item), Tolerance(1)) if each.action == "accept_short"]
    assert [reason.told(str) for reason in choice.reasons] == [
        "NGN 0.10 would be missing; up to NGN 0.05 may be let go."
    ]
    assert await inbox.shop.findings() == []


async def paid_by(order: Order, amount: int) -> UUID:
    """The payment of an amount."""
    (id,) = await order.shop.row("SELECT id FROM payment WHERE order_id = $1 AND amount = $2", order.id, amount)
    return UUID(str(id))
