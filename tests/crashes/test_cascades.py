"""A worker killed between any two statements of a cascade: what one event sets off happens whole, or not at all."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest
from tests.crashes.cascade_victim import CASCADES
from tests.properties.market import Market
from tests.stories.shop import SHIRT, Order, actor, person, shirts

from orderway.fulfillment.events import (
    FulfillmentStarted,
    PackageDelivered,
    Returned,
    ReturnReceived,
    ReturnRequested,
    ReturnWanted,
    RiderSelected,
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


async def with_a_rider(market: Market) -> Order:
    order = await market.paid(shirts(2))
    await order.send("fulfillment", FulfillmentStarted())

    async def offer(tx: Transaction) -> Moved:
        return await volunteer(tx, await order.ref("fulfillment"), Register(700, 20), rider=person("rider"))

    offered = await market.runner.run(offer, actor=actor("rider"))
    await order.send("fulfillment", RiderSelected(offered.ref.id))
    return order


async def with_goods_back(market: Market) -> Order:
    """Everything came back; it had been paid in two parts."""
    order = await market.agreed(shirts(2), by="PICKUP")
    await order.pay(1500)
    await order.pay(500)
    await order.send("fulfillment", FulfillmentStarted())
    await order.send("fulfillment", PackageDelivered(await order.pin()))
    (line,) = await order.lines()
    await order.send("fulfillment", ReturnRequested((ReturnWanted(line, 2),), "Too small."))
    await order.send("fulfillment", ReturnReceived((Returned(line, 2, "SELLABLE"),)), by="manager")
    return order


@dataclass(frozen=True)
class Whole:
    """What there is when all of a cascade happened: the states, the shelf, and what is owed to the buyer."""

    prepare: Callable[[Market], Awaitable[Order]]
    states: tuple[str, str, str]
    shelf: tuple[int, int]
    payable: list[tuple[str, int]]


WHOLE = {
    "capture": Whole(
        with_a_payment, ("MUTUALLY_APPROVED", "CLEARED_FOR_FULFILLMENT", "PICK_PACK"), shelf=(9, 2), payable=[]
    ),
    "cancel": Whole(
        with_a_rider, ("MUTUALLY_APPROVED", "CANCELLED", "CANCELLED"), shelf=(9, 0), payable=[("OWED", 2000)]
    ),
    "refund": Whole(
        with_goods_back,
        ("MUTUALLY_APPROVED", "REFUNDED", "REFUNDED"),
        shelf=(9, 0),
        payable=[("OWED", 2000), ("PAID_OUT", -500), ("PAID_OUT", -1500)],
    ),
}


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
    assert deaths > 10
    assert await order.states() == whole.states
    assert await market.shelf(SHIRT) == whole.shelf
    assert await order.payable() == whole.payable
    assert await market.findings() == []
