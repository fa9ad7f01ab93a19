"""Crowds over one order in parts: it is parted once, and what each part was to bring is paid back once."""

from functools import partial

import pytest
from tests.races.crowd import ROUNDS, at_once, crowded, kinds, late
from tests.stories.shop import LAGOS, SHIRT, Order, Shop, actor, shirts

from orderway.fulfillment.events import Cancel, Fail, Split
from orderway.workflow.kinds import Moved, Ref

EACH = 6


async def parts(order: Order) -> list[Ref]:
    rows = await order.shop.pool.fetch("SELECT id FROM fulfillment WHERE order_id = $1 ORDER BY part", order.id)
    return [Ref("fulfillment", LAGOS, row["id"]) for row in rows]


async def send(shop: Shop, ref: Ref, event: object) -> Moved:
    return await shop.runner.send(ref, event, actor=actor("biller"))


async def test_a_crowd_parts_an_order_once(database_url: str):
    async with crowded(database_url) as shop:
        for _ in range(ROUNDS):
            await shop.stock((SHIRT, 2))
            order = await shop.paid(shirts(3))
            (whole,) = await parts(order)
            answers = await at_once(*[partial(send, shop, whole, Split())] * (2 * EACH))
            assert kinds(answers) == ["Moved"] + ["Refused"] * (2 * EACH - 1)
            assert len(await parts(order)) == 2
            assert await shop.findings() == []
            await order.send("fulfillment", Cancel("No longer wanted."))


@pytest.mark.parametrize("other", [Cancel("No longer wanted."), Fail("Lost in the store.")], ids=["cancel", "fail"])
async def test_parts_that_are_given_up_at_once_are_paid_back_once(database_url: str, other: object):
    async with crowded(database_url) as shop:
        await shop.stock((SHIRT, 2))
        for round_trips in range(ROUNDS):
            order = await shop.paid(shirts(3))
            await order.send("fulfillment", Split())
            first, second = await parts(order)
            answers = await at_once(
                *[partial(send, shop, first, Cancel("No longer wanted."))] * EACH,
                *[late(shop, round_trips, partial(send, shop, second, other))] * EACH,
            )
            assert kinds(answers) == ["Moved"] * 2 + ["Refused"] * (2 * EACH - 2)
            assert await order.state("sale") == "CANCELLED"
            ledger = await order.payable()
            assert sum(amount for kind, amount in ledger if kind == "OWED") == 3000
            assert sum(amount for kind, amount in ledger if kind == "PAID_OUT") in {-1000, -2000}
            assert await shop.findings() == []
