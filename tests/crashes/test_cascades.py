"""A worker killed between any two statements of a cascade: what one event sets off happens whole, or not at all."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from tests.crashes.cascade_victim import CASCADES
from tests.properties.market import Market
from tests.stock.warehouses import asked, open_kano, shelf
from tests.stories.shop import LAGOS, SHIRT, Order, actor, person, shirts

from orderway.fulfillment.events import (
    FulfillmentStarted,
    PackageDelivered,
    RefundIssued,
    Returned,
    ReturnReceived,
    ReturnRequested,
    ReturnWanted,
    RiderSelected,
    Split,
)
from orderway.fulfillment.interests.machine import Register
from orderway.fulfillment.riders import volunteer
from orderway.workflow.kinds import Moved
from orderway.workflow.transaction import Transaction

ROOT = Path(__file__).parents[2]


async def with_a_payment(market: Market) -> Order:
    order = await market.agreed(shirts(2))
    await order.register(order.total)
    return order


async def with_offers(market: Market) -> Order:
    """Both riders offer to bring it, the second one cheaper."""
    order = await market.paid(shirts(2))
    await order.send("fulfillment", FulfillmentStarted())
    for word, cost in (("rider", 900), ("second rider", 700)):

        async def offer(tx: Transaction, word: str = word, cost: int = cost) -> Moved:
            delivery = await order.ref("fulfillment")
            return await volunteer(tx, delivery, Register(cost, 20), rider=person(word))

        await market.runner.run(offer, actor=actor(word))
    return order


async def with_a_rider(market: Market) -> Order:
    order = await with_offers(market)
    newest = await order.ref("rider_interest")
    await order.send("fulfillment", RiderSelected(newest.id))
    return order


async def with_too_few(market: Market) -> Order:
    """Of its eleven shirts nine are there."""
    return await market.paid(shirts(11))


async def with_two_parts(market: Market) -> Order:
    """Nine shirts can go, and two are waited for: they are a part of their own, the newest."""
    order = await with_too_few(market)
    await order.send("fulfillment", Split())
    return order


async def with_goods_asked_back(market: Market) -> Order:
    """Everything is to come back; it had been paid in two parts."""
    order = await market.agreed(shirts(2), by="PICKUP")
    await order.pay(1500)
    await order.pay(500)
    await order.send("fulfillment", FulfillmentStarted())
    await order.send("fulfillment", PackageDelivered(await order.pin()))
    (line,) = await order.lines()
    await order.send("fulfillment", ReturnRequested((ReturnWanted(line, 2),), "Too small."))
    return order


async def with_goods_back(market: Market) -> Order:
    """Everything came back."""
    order = await with_goods_asked_back(market)
    (line,) = await order.lines()
    await order.send("fulfillment", ReturnReceived((Returned(line, 2, "SELLABLE"),)), by="manager")
    return order


async def with_money_on_the_account(market: Market) -> Order:
    """An order that waits for its payment, by a buyer whose account holds what came back of another."""
    earlier = await with_goods_back(market)
    await earlier.send("fulfillment", RefundIssued(2000, "ACCOUNT"), by="accountant")
    return await market.agreed(shirts(2))


async def with_a_transfer(market: Market) -> Order:
    """An order holds two shirts, and another store wants three."""
    await open_kano(market)
    order = await market.paid(shirts(2))
    await asked(market, (SHIRT, 3))
    return order


@dataclass(frozen=True)
class Whole:
    """What there is when all of a cascade happened: the states of the quotation, the sale and the fulfillments, the
    shelf, what is owed to the buyer, and the rows that some queries find.
    """

    prepare: Callable[[Market], Awaitable[Order]]
    states: tuple[str, ...]
    shelf: tuple[int, int]
    payable: list[tuple[str, int]] = field(default_factory=list)
    rows: Mapping[str, list[tuple[Any, ...]]] = field(default_factory=dict)


STATES = """
SELECT state FROM quotation WHERE order_id = $1 UNION ALL SELECT state FROM sale WHERE order_id = $1
UNION ALL (SELECT state FROM fulfillment WHERE order_id = $1 ORDER BY part)
"""
OFFERS = """
SELECT lower(p.name), i.state FROM rider_interest i JOIN person p ON p.id = i.rider_id ORDER BY 1
"""
PORTIONS = "SELECT part, quantity, status FROM reservation ORDER BY part"
ACCOUNT = "SELECT kind, amount FROM account_credit_entry ORDER BY at, kind, amount"
BALANCE = "SELECT balance FROM account_credit"
MOVED = """
SELECT s.name, m.quantity FROM movement m JOIN store s ON s.id = m.store_id WHERE m.kind = 'TRANSFER' ORDER BY 1
"""
TRANSFERS = "SELECT status FROM stock_transfer"
CAME_BACK = "SELECT condition, quantity FROM returned_goods ORDER BY 1"
RETURNED = "SELECT kind, quantity FROM movement WHERE kind = 'RETURN_SALE'"

WHOLE = {
    "capture": Whole(
        with_a_payment, ("MUTUALLY_APPROVED", "CLEARED_FOR_FULFILLMENT", "PICK_PACK"), shelf=(9, 2)
    ),
    "cancel": Whole(
        with_a_rider, ("MUTUALLY_APPROVED", "CANCELLED", "CANCELLED"), shelf=(9, 0), payable=[("OWED", 2000)],
        rows={OFFERS: [("rider", "REJECTED"), ("second rider", "WITHDRAWN")]},
    ),
    "choose": Whole(
        with_offers, ("MUTUALLY_APPROVED", "CLEARED_FOR_FULFILLMENT", "RIDER_ASSIGNED"), shelf=(9, 2),
        rows={OFFERS: [("rider", "REJECTED"), ("second rider", "ASSIGNED")]},
    ),
    "receive": Whole(
        with_goods_asked_back, ("MUTUALLY_APPROVED", "CLEARED_FOR_FULFILLMENT", "RETURN_RECEIVED"), shelf=(8, 0),
        rows={CAME_BACK: [("DAMAGED", 1), ("SELLABLE", 1)], RETURNED: [("RETURN_SALE", 1)]},
    ),
    "split": Whole(
        with_too_few, ("MUTUALLY_APPROVED", "CLEARED_FOR_FULFILLMENT", "PICK_PACK", "BACKORDERED"), shelf=(9, 9),
        rows={PORTIONS: [(1, 9, "HELD"), (2, 2, "MISSING")]},
    ),
    "drop": Whole(
        with_two_parts, ("MUTUALLY_APPROVED", "CLEARED_FOR_FULFILLMENT", "PICK_PACK", "CANCELLED"), shelf=(9, 9),
        payable=[("OWED", 2000), ("PAID_OUT", -2000)],
        rows={PORTIONS: [(1, 9, "HELD"), (2, 2, "RELEASED")]},
    ),
    "spend": Whole(
        with_money_on_the_account,
        ("MUTUALLY_APPROVED", "CLEARED_FOR_FULFILLMENT", "PICK_PACK"),
        shelf=(9, 2),
        rows={ACCOUNT: [("REFUNDED", 500), ("REFUNDED", 1500), ("SPENT", -2000)], BALANCE: [(0,)]},
    ),
    "transfer": Whole(
        with_a_transfer,
        ("MUTUALLY_APPROVED", "CLEARED_FOR_FULFILLMENT", "PICK_PACK"),
        shelf=(6, 2),
        rows={MOVED: [("Kano store", 3), ("Lagos store", -3)], TRANSFERS: [("CONFIRMED",)]},
    ),
    "refund": Whole(
        with_goods_back,
        ("MUTUALLY_APPROVED", "REFUNDED", "REFUNDED"),
        shelf=(9, 0),
        payable=[("OWED", 2000), ("PAID_OUT", -500), ("PAID_OUT", -1500)],
    ),
}  # fmt: skip


async def states(order: Order) -> tuple[str, ...]:
    return tuple(state for (state,) in await order.shop.pool.fetch(STATES, order.id))


@pytest.mark.parametrize("cascade", CASCADES)
async def test_a_kill_leaves_all_of_a_cascade_or_nothing(pool: asyncpg.Pool, database_url: str, cascade: str) -> None:
    whole = WHOLE[cascade]
    market = Market(pool)
    await market.furnish()
    await market.stock((SHIRT, 9))
    order = await whole.prepare(market)
    ref, before = await order.ref(CASCADES[cascade][0]), await market.digest()
    victim = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.crashes.cascade_victim", database_url, cascade, str(ref.store_id), str(ref.id),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, cwd=ROOT,
    )  # fmt: skip
    assert victim.stdin
    assert victim.stdout
    deaths = 0
    while await victim.stdout.readline() == b"died\n" and await market.digest() == before:
        deaths += 1
        victim.stdin.write(b"\n")
    # Something was written: everything has to be there, whether the worker died before it heard of it or not.
    victim.stdin.close()
    await victim.wait()
    assert deaths > 5
    assert await states(order) == whole.states
    assert await shelf(market, LAGOS, SHIRT) == whole.shelf
    assert await order.payable() == whole.payable
    for query, expected in whole.rows.items():
        assert [tuple(row) for row in await pool.fetch(query)] == expected
    assert await market.findings() == []
