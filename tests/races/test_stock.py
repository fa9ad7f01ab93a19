"""Many buyers of few goods: each piece is held for one of them, whatever they do at the same moment."""

import asyncio
from collections import Counter
from functools import partial

from tests.races.crowd import CROWD, ROUNDS, at_once, kinds
from tests.stories.shop import LAGOS, SHIRT, Order, Shop, actor, shirts

from orderway.fulfillment.backorders import Arrival, arrive, serve_all
from orderway.fulfillment.events import Cancel
from orderway.quotation.events import BuyerApproves, SellerApproves, Share
from orderway.sale.payments.events import Confirm
from orderway.stock.movements import Goods


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
