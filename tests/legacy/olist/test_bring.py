"""Orders side by side: who follows whom, what is in already, and where it stops."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

import asyncpg
from tests.legacy.olist.small import KINDS, many

from orderway.app import make_workflow
from orderway.legacy.crew import Outcome, lane_of
from orderway.legacy.olist.bring import Import
from orderway.legacy.olist.facts import Order
from orderway.legacy.olist.ground import lay
from orderway.legacy.olist.plan import plan
from orderway.settings import Settings
from orderway.workflow.runner import Runner


async def bring(pool: asyncpg.Pool, orders: Sequence[Order], *, stop: asyncio.Event | None = None) -> Outcome:
    async with pool.acquire() as connection:
        ground = await lay(connection, orders)
    return await Import(
        runner=Runner(pool, make_workflow(Settings({}))),
        ground=ground,
        plan=partial(plan, return_window=timedelta(days=14), now=datetime(2025, 1, 1, tzinfo=UTC)),
        stop=stop or asyncio.Event(),
        on_order=lambda: None,
    ).bring(orders)


async def test_an_order_that_is_in_when_its_turn_comes_is_met_and_no_failure(pool: asyncpg.Pool):
    assert await bring(pool, KINDS[:3]) == Outcome(brought=3)
    assert await bring(pool, KINDS[:5]) == Outcome(brought=2, met=3)
    assert await pool.fetchval("SELECT count(*) FROM sale_order") == 5


async def test_what_was_stopped_before_it_began_brings_nothing(pool: asyncpg.Pool):
    stop = asyncio.Event()
    stop.set()
    assert await bring(pool, KINDS, stop=stop) == Outcome()
    assert await pool.fetchval("SELECT count(*) FROM sale_order") == 0


async def test_the_tables_are_looked_at_once_there_is_something_in_them(pool: asyncpg.Pool):
    await bring(pool, many(110))
    looked_at = "SELECT reltuples::int FROM pg_class WHERE oid = 'sale_order'::regclass"
    assert await pool.fetchval(looked_at) >= 100  # -1 until then


def test_the_orders_of_a_customer_go_along_one_lane_and_not_all_of_them_the_same():
    lanes = {customer: lane_of(customer, of=4) for customer in ("c0", "c1", "c2", "c3", "c4", "c5", "c6")}
    assert lanes == {customer: lane_of(customer, of=4) for customer in lanes}
    assert len(set(lanes.values())) == 4
