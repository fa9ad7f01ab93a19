"""A server killed between any two statements of a webhook: what it stored is applied by a worker, and once."""

import asyncio
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import asyncpg
from tests.crashes.victim import buried
from tests.providers.till import ENVIRON
from tests.stories.shop import Order, Shop, shirts

from orderway.providers.settle import settle_due

ROOT = Path(__file__).parents[2]


async def left(order: Order) -> str:
    """What is left of the report of an order's payment: "nothing", "stored" or "applied"; the money fits it."""
    rows = await order.shop.pool.fetch(
        "SELECT bucket FROM webhook_event e JOIN sale_order o ON o.number = e.order_ref WHERE o.id = $1", order.id
    )
    is_applied = [row["bucket"] for row in rows] == ["applied"]
    assert (await order.context("sale")).captured_total == (4000 if is_applied else 0)
    assert await order.state("sale") == ("CLEARED_FOR_FULFILLMENT" if is_applied else "AWAITING_PAYMENT_METHOD")
    return "applied" if is_applied else "stored" if rows else "nothing"


async def test_a_kill_between_storing_and_applying_is_healed_by_a_worker(pool: asyncpg.Pool, database_url: str) -> None:
    shop = Shop(pool)
    await shop.furnish()
    victim = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.crashes.webhook_victim", database_url,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, cwd=ROOT,
    )  # fmt: skip
    assert victim.stdin
    assert victim.stdout
    found, said = Counter[str](), b"died\n"
    while said == b"died\n":
        order = await shop.agreed(shirts(4))
        (number,) = await shop.row("SELECT number FROM sale_order WHERE id = $1", order.id)
        victim.stdin.write(f"{number}\n".encode())
        said = await victim.stdout.readline()
        await buried(pool)
        found[await left(order)] += 1
        assert (await settle_due(shop.runner, ENVIRON)).settled == 0, "who stored it has a minute to apply it"
        shop.now += timedelta(minutes=2)
        await settle_due(shop.runner, ENVIRON)
        assert await left(order) != "stored"
        shop.now -= timedelta(minutes=2)
    victim.stdin.close()
    await victim.wait()
    assert said == b"lived\n"
    assert 2 <= found["nothing"] < 5
    assert found["stored"] > 10
    assert await shop.findings() == []
