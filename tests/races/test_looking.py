"""Somebody looks at an order while somebody else decides on it: neither waits for the other."""

import asyncio
from uuid import UUID

from tests.stories.shop import RESELLER, SHIRT, Order, Shop, person, shirts

from orderway.order.available import Available, load_available
from orderway.order.reads import load_order
from orderway.people.viewer import find_viewer
from orderway.sale.events import SetPaymentMethod

EVERYTHING = """
SELECT FROM sale_order o, sale s, quotation q, credit_profile p WHERE o.id = $1 AND s.order_id = o.id
AND q.order_id = o.id AND p.customer_id = o.customer_id FOR UPDATE
"""
"""Every row that a decision on the sale locks."""


async def page(shop: Shop, order: UUID) -> tuple[Available, ...]:
    """What the order's page shows that can be done with it."""
    async with shop.pool.acquire() as connection:
        viewer = await find_viewer(connection, person("biller"))
        assert viewer
        seen = await load_order(connection, viewer, order)
    return await load_available(shop.runner, viewer, seen)


async def reviewed(shop: Shop) -> Order:
    await shop.stock((SHIRT, 5))
    await shop.limit(1000)
    order = await shop.agreed(shirts(4), customer=RESELLER)
    await order.send("sale", SetPaymentMethod("INVOICE"))
    return order


async def test_a_page_is_read_while_another_holds_the_locks_of_a_decision(shop: Shop) -> None:
    order = await reviewed(shop)
    async with shop.pool.acquire() as deciding, deciding.transaction():
        await deciding.execute(EVERYTHING, order.id)
        async with asyncio.timeout(20):  # one who waited for a lock would wait for ever
            found = await page(shop, order.id)
    assert {each.choice.event for each in found if each.machine == "sale" and each.is_theirs} == {"CANCEL_REQUESTED"}


async def test_a_page_that_is_being_read_holds_up_no_decision(shop: Shop) -> None:
    order = await reviewed(shop)
    async with shop.pool.acquire() as looking, looking.transaction(isolation="repeatable_read", readonly=True):
        await looking.fetch("SELECT FROM sale WHERE order_id = $1", order.id)
        async with asyncio.timeout(20):
            await order.pay(4000)
    assert await order.state("sale") == "CLEARED_FOR_FULFILLMENT"


async def test_a_customer_without_an_account_is_looked_at_as_one_who_may_owe_nothing(shop: Shop) -> None:
    order = await shop.agreed(shirts(4), customer=RESELLER)
    found = await page(shop, order.id)
    assert {each.choice.event for each in found if each.machine == "sale"} >= {"SET_PAYMENT_METHOD"}
    assert await shop.row("SELECT count(*) FROM credit_profile") == (0,)
