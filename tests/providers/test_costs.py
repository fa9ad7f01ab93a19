"""How many statements a report takes: the budget of speed, counted; and which way they find their rows."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
from tests.providers.test_apply import registered
from tests.providers.till import Till, plain, till_of
from tests.stories.shop import SHIRT, shirts
from tests.stories.test_costs import costing

from orderway.providers.event import LOOK
from orderway.providers.inbox import RECALL
from orderway.workflow.runner import Runner

MANY = """
INSERT INTO webhook_event (id, provider, event_id, received_at, body, headers, kind, transaction, reference, amount,
    currency, method, needs_verification, bucket, why, settled_at, movement)
SELECT gen_random_uuid(), 'paystack', 'E-' || n, now(), '', '{}', 'captured', 'T-' || n, 'R-' || n, 4000, 'NGN', 'CARD',
    false, 'parked', 'An orphan.', now(), 'T-' || n
FROM generate_series(1, 5000) n
"""


@pytest.fixture
async def said(till: Till, database_url: str) -> AsyncIterator[list[str]]:
    """What the till says to the database."""
    heard: list[str] = []

    async def listen(connection: asyncpg.Connection) -> None:
        connection.add_query_logger(lambda record: heard.append(record.query))

    shop = till.shop
    async with asyncpg.create_pool(database_url, min_size=1, max_size=1, init=listen) as pool:
        shop.runner = Runner(pool, shop.workflow, lambda: shop.now)
        async with till_of(shop) as counted:
            till.client = counted.client
            yield heard


async def test_a_repeat_costs_one_read(till: Till, said: list[str]):
    order = await till.shop.agreed(shirts(4))
    told = plain("captured", id="e1", order=await till.number(order))
    assert (await till.post(told)).json() == {"bucket": "applied"}
    async with costing(said, 1):
        assert (await till.post(told)).json() == {"bucket": "already applied"}
    assert said[0].startswith("SELECT")


async def test_a_report_of_nothing_costs_five(till: Till, said: list[str]):
    # Look for it, store it; look at it, claim it, settle it.
    async with costing(said, 2 + 3):
        await till.post({"event": "transfer.success", "data": {}}, path="paystack")


async def test_a_capture_that_clears_its_sale_costs_seven_beside_the_doors_own(till: Till, said: list[str]):
    await till.shop.stock((SHIRT, 9))
    order = await till.shop.agreed(shirts(4))
    await registered(order)
    # Recall and store; look, lock the payment, claim; find the sale, its credit, its move; the fulfillment's type and
    # birth, its shelves locked, the stock held, seen to be whole, and moved; the clearance told and
    # counted; the report settled.
    async with costing(said, 2 + 3 + 1 + 3 + 2 + 4 + 1 + 1):
        assert await till.report("captured", transaction="T-1") == "applied"


async def test_a_report_is_found_by_indexes_alone(till: Till):
    pool = till.shop.pool
    await pool.execute(MANY)
    await pool.execute("ANALYZE webhook_event")
    known = await pool.fetchval("SELECT id FROM webhook_event WHERE event_id = 'E-77'")
    recalled = await plan(pool, RECALL, "'paystack'", "'E-77'")
    assert recalled.startswith("Index Scan using webhook_event_provider_event_id_key on webhook_event")
    assert "Seq Scan on webhook_event" not in await plan(pool, LOOK, f"'{known}'")


async def plan(pool: asyncpg.Pool, statement: str, *values: str) -> str:
    """How PostgreSQL goes about a statement with these values."""
    for number, value in enumerate(values, 1):
        statement = statement.replace(f"${number}", value)
    return "\n".join(row[0] for row in await pool.fetch(f"EXPLAIN {statement}"))
