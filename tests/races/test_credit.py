"""Many sales of one customer at the same moment: together they never owe more than the limit, and what was approved."""

import asyncio
from collections import Counter
from datetime import timedelta
from functools import partial

from tests.races.crowd import CROWD, at_once, kinds
from tests.stories.shop import RESELLER, SHIRT, Order, Shop, person, shirts

from orderway.database import connect_pool
from orderway.fulfillment.events import Cancel, Complete, FulfillmentStarted, PackageDelivered
from orderway.people.viewer import Viewer, find_viewer
from orderway.sale.accounts import Terms
from orderway.sale.events import SetPaymentMethod
from orderway.sale.overrides.machine import Approve
from orderway.sale.terms import TermsChange, change_terms
from orderway.workflow.timers import Swept, sweep


async def states(orders: list[Order], machine: str) -> Counter[str | None]:
    return Counter([await order.state(machine) for order in orders])


async def on_account(shop: Shop) -> list[Order]:
    """A crowd of agreed orders of 4000 each, of one reseller who may owe 10,000."""
    await shop.stock((SHIRT, 100))
    await shop.limit(10_000)
    return list(await asyncio.gather(*(shop.agreed(shirts(4), customer=RESELLER) for _ in range(CROWD))))


async def test_sales_that_clear_at_once_stay_within_the_limit(shop: Shop) -> None:
    orders = await on_account(shop)
    answers = await at_once(*(partial(order.send, "sale", SetPaymentMethod("INVOICE")) for order in orders))
    assert kinds(answers) == ["Moved"] * CROWD
    assert await states(orders, "sale") == {"CLEARED_FOR_FULFILLMENT": 2, "OVERRIDE_REVIEW": CROWD - 2}
    assert await shop.exposure() == 8000
    assert await shop.findings() == []


async def test_a_hundred_sales_that_clear_at_once_never_owe_more_than_the_limit_and_what_was_approved(
    shop: Shop, database_url: str
) -> None:
    """Over 32 connections; without the lock of the account dozens of them would find the same limit free."""
    await shop.limit(10_000)
    async with await connect_pool(database_url, size=32) as pool:
        many = Shop(pool, now=shop.now)
        line = shirts(1, price=300)
        orders = await asyncio.gather(*(many.agreed(line, customer=RESELLER, by="PICKUP") for _ in range(100)))
        answers = await at_once(*(partial(each.send, "sale", SetPaymentMethod("INVOICE")) for each in orders))
        assert kinds(answers) == ["Moved"] * 100
        assert await states(orders, "sale") == {"CLEARED_FOR_FULFILLMENT": 33, "OVERRIDE_REVIEW": 67}
        assert await shop.exposure() == 9900
        asking = [order for order in orders if await order.state("sale") == "OVERRIDE_REVIEW"]
        approve = Approve(approved_amount=200)
        answers = await at_once(*(partial(each.send, "override_request", approve, by="manager") for each in asking))
        assert kinds(answers) == ["Moved"] * 67
    assert await shop.exposure() == 10_200, "one of them, which alone is 200 over the limit"
    assert await shop.findings() == []


async def test_a_limit_that_is_lowered_meanwhile_is_looked_at_before_or_after(shop: Shop) -> None:
    """A decision waits for new terms, and new terms for a decision: what clears did so under one of the two limits."""
    orders = await on_account(shop)
    accountant = await viewer_of(shop, "accountant")

    async def lower() -> None:
        change = TermsChange(
            customer_id=RESELLER, currency="NGN", terms=Terms("FIXED", "GOLD", 4000), reason="In default."
        )
        async with shop.pool.acquire() as connection:
            await change_terms(connection, change, by=accountant, at=shop.now)

    clearing = [partial(order.send, "sale", SetPaymentMethod("INVOICE")) for order in orders]
    answers = await at_once(*clearing[:6], lower, *clearing[6:])
    assert kinds(answers) == ["Moved"] * CROWD + ["NoneType"]
    exposure = 0
    cleared = await shop.pool.fetch(
        "SELECT (facts -> 'credit' ->> 'limit')::bigint AS allowed FROM transition_log"
        " WHERE machine = 'sale' AND to_state = 'CLEARED_FOR_FULFILLMENT' ORDER BY (facts -> 'credit' ->> 'exposure')"
    )
    for row in cleared:
        exposure += 4000
        assert exposure <= row["allowed"]
    assert await shop.exposure() == exposure
    assert await shop.row("SELECT count(*) FROM credit_terms_change") == (1,)
    assert await shop.findings() == []


async def viewer_of(shop: Shop, word: str) -> Viewer:
    async with shop.pool.acquire() as connection:
        viewer = await find_viewer(connection, person(word))
    assert viewer
    return viewer


async def test_what_was_approved_over_the_limit_is_used_by_one_sale(shop: Shop) -> None:
    """Each is approved for 2000 over the limit, which is enough for the first of them alone."""
    orders = await on_account(shop)
    for order in orders:
        await order.send("sale", SetPaymentMethod("INVOICE"))
    asking = [order for order in orders if await order.state("sale") == "OVERRIDE_REVIEW"]
    approve = Approve(approved_amount=2000)
    answers = await at_once(*(partial(each.send, "override_request", approve, by="manager") for each in asking))
    assert kinds(answers) == ["Moved"] * len(asking)
    assert await states(asking, "sale") == {"CLEARED_FOR_FULFILLMENT": 1, "OVERRIDE_REVIEW": len(asking) - 1}
    assert await shop.exposure() == 12_000
    assert await shop.findings() == []


async def test_the_first_sales_of_a_customer_open_one_account(shop: Shop) -> None:
    orders = await asyncio.gather(*(shop.agreed(shirts(4), customer=RESELLER) for _ in range(CROWD)))
    answers = await at_once(*(partial(order.send, "sale", SetPaymentMethod("INVOICE")) for order in orders))
    assert kinds(answers) == ["Moved"] * CROWD
    assert await states(orders, "sale") == {"OVERRIDE_REVIEW": CROWD}
    assert await shop.row("SELECT count(*), sum(exposure)::int FROM credit_profile") == (1, 0)
    assert await shop.findings() == []


async def test_sales_that_complete_at_once_are_each_counted_once(shop: Shop) -> None:
    """The return window ends: timers of several workers and people complete the same orders."""
    await shop.stock((SHIRT, CROWD))
    orders = [await shop.paid(shirts(1), by="PICKUP") for _ in range(CROWD // 2)]
    for order in orders:
        await order.send("fulfillment", FulfillmentStarted())
        await order.send("fulfillment", PackageDelivered(await order.pin()))
    shop.now += timedelta(days=15)
    complete = [partial(order.send, "fulfillment", Complete()) for order in orders]
    answers = await at_once(*complete, *(partial(sweep, shop.runner) for _ in range(CROWD // 2)))
    assert {"Moved", "Refused", "Swept"} >= set(kinds(answers))
    assert sum(each.failed for each in answers if isinstance(each, Swept)) == 0
    assert await states(orders, "sale") == {"COMPLETED": len(orders)}
    counted = await shop.row("SELECT sales, cumulative FROM customer_sales_agg")
    assert counted == (len(orders), len(orders) * 1000)
    assert await shop.findings() == []


async def test_sales_that_clear_while_others_end_find_the_limit_that_is_free_by_then(shop: Shop) -> None:
    orders = await on_account(shop)
    for order in orders[:2]:
        await order.send("sale", SetPaymentMethod("INVOICE"))
    answers = await at_once(
        *(partial(order.send, "fulfillment", Cancel("Not any more.")) for order in orders[:2]),
        *(partial(order.send, "sale", SetPaymentMethod("INVOICE")) for order in orders[2:]),
    )
    assert kinds(answers) == ["Moved"] * CROWD
    assert await states(orders[:2], "sale") == {"CANCELLED": 2}
    cleared = (await states(orders[2:], "sale"))["CLEARED_FOR_FULFILLMENT"]
    assert cleared <= 2
    assert await shop.exposure() == cleared * 4000
    assert await shop.findings() == []
