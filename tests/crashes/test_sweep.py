"""A worker killed between any two statements of a sweep: the next one goes on where it was, and does nothing twice."""

import asyncio
import sys
from collections import Counter
from pathlib import Path

import asyncpg
from tests.crashes.victim import buried
from tests.properties.market import Market
from tests.stories.shop import SHIRT, shirts

ROOT = Path(__file__).parents[2]
SALES = 5


async def test_the_next_worker_goes_on_where_one_was_killed(pool: asyncpg.Pool, database_url: str) -> None:
    market = Market(pool)
    await market.furnish()
    await market.stock((SHIRT, 2 * SALES))
    orders = [await market.agreed(shirts(2), by="PICKUP") for _ in range(SALES)]
    victim = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.crashes.sweep_victim", database_url,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, cwd=ROOT,
    )  # fmt: skip
    assert victim.stdin
    assert victim.stdout
    deaths, expired = 0, 0
    while (said := await victim.stdout.readline()) == b"died\n":
        deaths += 1
        await buried(pool)
        states = Counter([await order.state("sale") for order in orders])
        assert set(states) <= {"AWAITING_PAYMENT_METHOD", "EXPIRED"}
        assert states["EXPIRED"] >= expired
        expired = states["EXPIRED"]
        assert await market.shelf(SHIRT) == (2 * SALES, 2 * (SALES - expired))
        victim.stdin.write(b"\n")
    victim.stdin.close()
    await victim.wait()
    assert said == b"done\n"
    assert deaths > 10
    assert {await order.state("sale") for order in orders} == {"EXPIRED"}
    assert await pool.fetchval("SELECT count(*) FROM transition_log WHERE event = 'EXPIRE'") == SALES
    assert await pool.fetchval("SELECT count(*) FROM failed_timer") == 0
    assert await market.shelf(SHIRT) == (2 * SALES, 0)
    assert await market.findings() == []
