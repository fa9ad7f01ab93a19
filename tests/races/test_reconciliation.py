"""People who decide at once what becomes of the same money: one of them does, the others hear who, and none is lost."""

from functools import partial
from uuid import UUID

from tests.races.crowd import CROWD, ROUNDS, at_once, kinds
from tests.reconciliation.inbox import Inbox
from tests.stories.shop import Shop, shirts

from orderway.sale.payments.events import Confirm, Refund
from orderway.workflow.errors import Conflict


async def test_one_item_is_settled_once(shop: Shop) -> None:
    """A crowd, half of which attaches it to orders of their own, and half sends it back."""
    inbox = Inbox(shop)
    for number in range(ROUNDS):
        item = await inbox.park("orphan", 4000, transaction=f"T-{number}")
        orders = [await shop.agreed(shirts(4)) for _ in range(CROWD // 2)]
        attach = [partial(inbox.act, item, "attach", order=order.id) for order in orders]
        answers = await at_once(*attach, *(partial(inbox.act, item, "return") for _ in range(CROWD // 2)))
        assert kinds(answers) == ["Conflict"] * (CROWD - 1) + ["NoneType"]
        ending = "returned it to the sender" if (await inbox.row(item))["resolution"] == "returned" else None
        for conflict in (answer for answer in answers if isinstance(answer, Conflict)):
            assert (conflict.who, conflict.what) == ("Accountant", ending or "attached it to an order")
            assert conflict.when == shop.now
    assert await shop.findings() == []


async def test_what_was_paid_too_much_goes_back_or_away_but_once(shop: Shop) -> None:
    """The same surplus is refunded in the inbox, refunded by hand, and moved to another order."""
    inbox = Inbox(shop)
    for _ in range(ROUNDS):
        order, other = await shop.agreed(shirts(4)), await shop.agreed(shirts(1))
        payment = await order.pay(5000)
        item = await inbox.only("surplus")
        answers = await at_once(
            *[partial(inbox.act, item, "refund")] * (CROWD // 3),
            *[partial(inbox.act, item, "attach", order=other.id)] * (CROWD // 3),
            *[partial(order.send, "payment", Refund(1000), by="accountant", to=payment)] * (CROWD // 3),
        )
        assert sum(1 for answer in answers if not isinstance(answer, Exception)) == 1
        assert sum(amount for _, amount in await order.payable()) == 0
    assert await shop.findings() == []


async def test_two_orders_that_pay_each_other_never_wait_for_each_other(shop: Shop) -> None:
    inbox = Inbox(shop)
    for _ in range(ROUNDS):
        orders = [await shop.agreed(shirts(1)) for _ in range(2)]
        items: list[UUID] = []
        for order in orders:
            await order.pay(1500)
            (id,) = await shop.row("SELECT id FROM parked_money WHERE order_id = $1 AND resolution IS NULL", order.id)
            items.append(id)
        there = [partial(inbox.act, items[0], "attach", order=orders[1].id)] * (CROWD // 2)
        back = [partial(inbox.act, items[1], "attach", order=orders[0].id)] * (CROWD // 2)
        answers = await at_once(*(each for pair in zip(there, back, strict=True) for each in pair))
        assert kinds(answers) == ["Conflict"] * (CROWD - 2) + ["NoneType"] * 2
    assert await shop.findings() == []
    assert await shop.row("SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()") == (0,)


async def test_money_is_accepted_or_confirmed_by_hand_but_not_both(shop: Shop) -> None:
    inbox = Inbox(shop)
    for _ in range(ROUNDS):
        item, order = await inbox.make("short")
        payment = (await order.ref("payment")).id
        answers = await at_once(
            *[partial(inbox.act, item, "accept_short")] * (CROWD // 2),
            *[partial(order.send, "payment", Confirm(), by="accountant", to=payment)] * (CROWD // 2),
        )
        assert sum(1 for answer in answers if not isinstance(answer, Exception)) == 1
        assert (await order.context("sale")).captured_total == 3970
    assert await shop.findings() == []
