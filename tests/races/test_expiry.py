"""Several workers sweep the same stale sales at once: each expires once, and one that is paid meanwhile does not."""

import asyncio
from collections import Counter
from functools import partial

from tests.races.crowd import CROWD, ROUNDS, at_once, kinds, late
from tests.stories.shop import SHIRT, Order, Shop, shirts

from orderway.sale.payments.events import Confirm
from orderway.workflow.timers import Swept, sweep

SWEEPERS = 4


async def stale(shop: Shop) -> list[Order]:
    """Sales whose time is over, each with two shirts held."""
    await shop.stock((SHIRT, 2 * CROWD))
    orders = await asyncio.gather(*(shop.agreed(shirts(2), by="PICKUP") for _ in range(CROWD)))
    shop.now = shop.now.replace(day=shop.now.day + 1)
    return list(orders)


async def test_many_workers_let_each_sale_expire_once(shop: Shop) -> None:
    for number in range(1, ROUNDS + 1):
        orders = await stale(shop)
        sweepers = [partial(sweep, shop.runner, machines=["sale"], batch=5) for _ in range(SWEEPERS)]
        answers = [each for each in await at_once(*sweepers) if isinstance(each, Swept)]
        assert len(answers) == SWEEPERS
        assert sum(each.sent for each in answers) == CROWD
        assert [(each.refused, each.failed) for each in answers] == [(0, 0)] * SWEEPERS
        assert {await order.state("sale") for order in orders} == {"EXPIRED"}
        for counted in ("FROM transition_log WHERE event = 'EXPIRE'", "FROM outbox WHERE type = 'order.sale.expire'"):
            assert await shop.row(f"SELECT count(*), count(DISTINCT instance_id) {counted}") == (number * CROWD,) * 2
        assert await shop.shelf(SHIRT) == (2 * CROWD * number, 0)
    assert await shop.findings() == []


async def test_a_sale_is_either_paid_or_expired(shop: Shop) -> None:
    """Half of the buyers' payments are confirmed while the sales come due: they wait, or were paid just in time."""
    for _ in range(ROUNDS):
        orders = await stale(shop)
        paying = orders[::2]
        payments = [await order.register(order.total) for order in paying]
        answers = await at_once(
            *(partial(sweep, shop.runner, machines=["sale"]) for _ in range(SWEEPERS)),
            *(
                late(shop, number % 3, partial(order.send, "payment", Confirm(), by="accountant", to=payment))
                for number, (order, payment) in enumerate(zip(paying, payments, strict=True))
            ),
        )
        assert kinds(answers) == ["Moved"] * len(paying) + ["Swept"] * SWEEPERS
        states = Counter([await order.state("sale") for order in orders])
        assert states == {"CLEARED_FOR_FULFILLMENT": len(paying), "EXPIRED": CROWD - len(paying)}
    assert await shop.findings() == []
