"""Whatever people did before: what is summed over orders is the same when those that are finished have left."""

import asyncpg
import pytest
from tests.archive.finished import archive, counted, go_by, told
from tests.properties.market import Market
from tests.properties.walk import Walk

from orderway.archive.proof import prove_archive
from orderway.storage.storage import Storage

STEPS = 150
SUMS = (
    "SELECT * FROM stock ORDER BY store_id, variant_id",
    "SELECT * FROM credit_profile ORDER BY customer_id, currency",
    "SELECT * FROM account_credit ORDER BY store_id, customer_id, currency",
    "SELECT * FROM customer_sales_agg ORDER BY customer_id, currency",
    "SELECT * FROM insight_state ORDER BY store_id, machine, state, day",
    "SELECT * FROM insight_dwell ORDER BY store_id, machine, state, day, bucket",
    "SELECT * FROM notification_count ORDER BY person_id",
    "SELECT * FROM payment_reference ORDER BY provider, reference",
)


async def sums(market: Market) -> list[list[tuple[object, ...]]]:
    return [[tuple(row) for row in await market.pool.fetch(query)] for query in SUMS]


@pytest.mark.parametrize("seed", [1, 2])
async def test_sums_are_kept(pool: asyncpg.Pool, shelf: Storage, seed: int):
    market = Market(pool)
    await market.furnish()
    await Walk(market, seed).go(STEPS)
    for _ in range(4):
        await market.wait(days=40)
    await counted(market)
    await told(market)
    go_by(market)
    before = await sums(market)
    archived, _ = await archive(market, shelf)
    assert await sums(market) == before
    assert await market.findings() == []
    assert archived > 0
    async with pool.acquire() as connection:
        proof = await prove_archive(connection, shelf, market.workflow, now=market.now)
    assert (proof.orders, proof.findings) == (archived, [])
