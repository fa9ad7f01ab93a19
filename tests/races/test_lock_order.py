"""Whoever needs several locks takes them in one order: nobody ever has to be sent back to begin again."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial

from tests.races.crowd import CROWD, ROUNDS, at_once, kinds
from tests.stories.shop import RESELLER, SHIRT, SHOES, Order, Shop, shirts, shoes

from orderway.fulfillment.events import Cancel
from orderway.quotation.events import BuyerApproves, SellerApproves, Share
from orderway.sale.events import SetPaymentMethod
from orderway.sale.payments.events import Confirm


async def tries(shop: Shop, *clients: Callable[[], Awaitable[object]]) -> int:
    """Let the clients go at once; how many transactions they took, since each begins with a look at the clock."""
    looks = 0

    def clock() -> datetime:
        nonlocal looks
        looks += 1
        return shop.now

    shop.runner.clock, before = clock, shop.runner.clock
    answers = await at_once(*clients)
    shop.runner.clock = before
    assert kinds(answers) == ["Moved"] * len(clients)
    return looks


async def half_agreed(shop: Shop, number: int) -> Order:
    """An order of shirts and shoes, or of shoes and shirts, that only the seller has still to approve."""
    lines = [shirts(1), shoes(1)] if number % 2 else [shoes(1), shirts(1)]
    order = await shop.order(*lines, customer=RESELLER, by="PICKUP")
    await order.send("quotation", Share())
    await order.send("quotation", BuyerApproves(1))
    return order


async def test_lines_in_opposite_order_are_held_and_given_up_without_a_collision(shop: Shop) -> None:
    await shop.stock((SHIRT, CROWD // 2), (SHOES, CROWD // 2))
    for _ in range(ROUNDS):
        orders = await asyncio.gather(*(half_agreed(shop, number) for number in range(CROWD)))
        approve = [partial(order.send, "quotation", SellerApproves(1)) for order in orders]
        assert await tries(shop, *approve) == CROWD
        payments = [await order.register(order.total) for order in orders]
        paying = zip(orders, payments, strict=True)
        pay = [partial(order.send, "payment", Confirm(), by="accountant", to=payment) for order, payment in paying]
        assert await tries(shop, *pay) == CROWD
        cancel = [partial(order.send, "fulfillment", Cancel("Not any more.")) for order in orders]
        assert await tries(shop, *cancel) == CROWD
    assert await shop.findings() == []


async def test_credit_and_goods_are_taken_and_given_back_without_a_collision(shop: Shop) -> None:
    """Sales of one customer clear, which takes credit, then goods; others of theirs end, which gives back both."""
    await shop.limit(1_000_000)
    for _ in range(ROUNDS):
        orders = await asyncio.gather(*(shop.agreed(shirts(1), customer=RESELLER, by="PICKUP") for _ in range(CROWD)))
        await shop.stock((SHIRT, CROWD))
        ending, clearing = orders[::2], orders[1::2]
        for order in ending:
            await order.send("sale", SetPaymentMethod("INVOICE"))
        give_back = [partial(order.send, "fulfillment", Cancel("Not any more.")) for order in ending]
        take = [partial(order.send, "sale", SetPaymentMethod("INVOICE")) for order in clearing]
        assert await tries(shop, *give_back, *take) == CROWD
    assert await shop.findings() == []
