"""Many buyers of few goods: each piece is held for one of them, whatever they do at the same moment."""

import asyncio
import itertools
from collections import Counter
from datetime import timedelta
from functools import partial

from tests.races.crowd import CROWD, ROUNDS, at_once, kinds
from tests.stories.arrivals import Arrival, arrive
from tests.stories.shop import LAGOS, SHIRT, Order, Shop, actor, shirts

from orderway.fulfillment.backorders import serve_all
from orderway.fulfillment.events import Cancel
from orderway.quotation.events import BuyerApproves, SellerApproves, Share
from orderway.sale.payments.events import Confirm
from orderway.stock.movements import Goods

BUYERS = 50


async def half_agreed(shop: Shop) -> Order:
    """An order of one shirt that only the seller has still to approve."""
    order = await shop.order(shirts(1), by="PICKUP")
    await order.send("quotation", Share())
    await order.send("quotation", BuyerApproves(1))
    return order


async def test_the_last_item_is_held_for_one_of_many(shop: Shop) -> None:
    for number in range(1, ROUNDS + 1):
        await shop.stock((SHIRT, 1))
        orders = await asyncio.gather(*(half_agreed(shop) for _ in range(CROWD)))
        answers = await at_once(*(partial(order.send, "quotation", SellerApproves(1)) for order in orders))
        assert kinds(answers) == ["Moved"] * CROWD
        await serve_all(shop.runner)  # from the second round on those who asked before have the first claim
        assert await shop.shelf(SHIRT) == (number, number)
        assert await shop.row("SELECT count(*) FROM reservation WHERE status = 'HELD'") == (number,)
    assert await shop.findings() == []


async def test_of_many_buyers_of_the_last_few_as_many_are_served_and_the_others_in_the_order_of_asking(
    shop: Shop,
) -> None:
    """Fifty ask for one of the last ten, each at a time of their own; then goods come, and with them new buyers."""
    await shop.stock((SHIRT, 10))
    orders = [await half_agreed(shop) for _ in range(BUYERS)]
    beginning, ticks = shop.now, itertools.count(1)
    shop.runner.clock = lambda: beginning + timedelta(seconds=next(ticks))
    answers = await at_once(*(partial(order.send, "quotation", SellerApproves(1)) for order in orders))
    assert kinds(answers) == ["Moved"] * BUYERS
    assert await shop.shelf(SHIRT) == (10, 10)
    waiting = await shop.pool.fetch("SELECT order_id FROM reservation WHERE status = 'MISSING' ORDER BY asked_at")
    assert len(waiting) == BUYERS - 10

    late = [await half_agreed(shop) for _ in range(len(waiting) // 2)]
    goods = Arrival(LAGOS, (Goods(SHIRT, 1),))
    await at_once(
        *(partial(arrive, shop.runner, goods, actor=actor("manager")) for _ in late),
        *(partial(order.send, "quotation", SellerApproves(1)) for order in late),
    )
    await serve_all(shop.runner)
    held = await shop.pool.fetch(
        "SELECT order_id FROM reservation WHERE status = 'HELD' AND order_id = ANY ($1)",
        [row["order_id"] for row in waiting] + [order.id for order in late],
    )
    first = {row["order_id"] for row in waiting[: len(late)]}
    assert {row["order_id"] for row in held} == first
    assert await shop.shelf(SHIRT) == (10 + len(late), 10 + len(late))
    shop.now = shop.runner.clock()
    assert await shop.findings() == []


async def test_of_many_who_pay_for_the_last_item_one_gets_it_and_the_others_wait(shop: Shop) -> None:
    orders = await asyncio.gather(*(shop.agreed(shirts(1), by="PICKUP") for _ in range(CROWD)))
    payments = [await order.register(order.total) for order in orders]
    await shop.stock((SHIRT, 1))
    paying = zip(orders, payments, strict=True)
    answers = await at_once(
        *(partial(order.send, "payment", Confirm(), by="accountant", to=payment) for order, payment in paying)
    )
    assert kinds(answers) == ["Moved"] * CROWD
    states = Counter([await order.state("fulfillment") for order in orders])
    assert states == {"PICK_PACK": 1, "BACKORDERED": CROWD - 1}
    assert await shop.shelf(SHIRT) == (1, 1)
    assert await shop.findings() == []


async def test_goods_that_come_and_go_at_once_are_counted_once(shop: Shop) -> None:
    """Half of the crowd brings a shirt each, the other half gives up one that was held."""
    await shop.stock((SHIRT, CROWD // 2))
    holding = await asyncio.gather(*(shop.paid(shirts(1), by="PICKUP") for _ in range(CROWD // 2)))
    waiting = [await shop.paid(shirts(1), by="PICKUP") for _ in range(CROWD // 2)]
    goods = Arrival(LAGOS, (Goods(SHIRT, 1),))
    answers = await at_once(
        *(partial(arrive, shop.runner, goods, actor=actor("manager")) for _ in waiting),
        *(partial(order.send, "fulfillment", Cancel("Not any more.")) for order in holding),
    )
    assert kinds(answers) == ["Moved"] * len(holding) + ["int"] * len(waiting)
    assert {await order.state("fulfillment") for order in waiting} == {"PICK_PACK"}
    assert await shop.shelf(SHIRT) == (CROWD, CROWD // 2)
    assert await shop.findings() == []
