"""Many workers tell people at once, while orders move: each is told once of each event, and misses none."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
import structlog
from tests.outbound.listening import deliver_all
from tests.races.crowd import CROWD, ROUNDS, at_once
from tests.stories.shop import RESELLER, SHIRT, Order, Shop, person, shirts

from orderway.outbound.delivery import Delivered, deliver
from orderway.outbound.notifying import Notifications

ORDERS = 8
WORKERS = CROWD - 2

# What a reseller is told of an order that the biller drafts, shares and agrees on with them, in its order.
HEARD = ["is ready", "approved your quotation", "is agreed"]

TWICE = """
SELECT count(*) FROM (
    SELECT FROM notification GROUP BY person_id, order_id, event_number HAVING count(*) > 1
) t
"""
GAPS = (
    "SELECT count(*) FROM (SELECT max(number) - count(*) AS gap FROM notification GROUP BY person_id) t WHERE gap <> 0"
)
BACKWARDS = """
SELECT count(*) FROM notification a JOIN notification b
    ON b.person_id = a.person_id AND b.order_id = a.order_id AND b.number > a.number AND b.event_number < a.event_number
"""


@pytest.fixture
async def orders(shop: Shop) -> list[Order]:
    """Orders of a reseller who signs in."""
    await shop.pool.execute("UPDATE customer SET person_id = $1 WHERE id = $2", person("reseller"), RESELLER)
    await shop.stock((SHIRT, 100))
    return [await shop.order(shirts(1), customer=RESELLER) for _ in range(ORDERS)]


def worker(shop: Shop) -> Callable[[], Awaitable[Delivered]]:
    return lambda: deliver(shop.runner, Notifications(shop.settings))


async def told(shop: Shop, order: Order) -> list[str]:
    rows = await shop.pool.fetch(
        "SELECT title FROM notification WHERE person_id = $1 AND order_id = $2 ORDER BY number",
        person("reseller"), order.id,
    )  # fmt: skip
    return [next(heard for heard in HEARD if heard in row["title"]) for row in rows]


async def test_many_workers_tell_each_person_once(shop: Shop, orders: list[Order]):
    agreed = orders[:ROUNDS]
    for order in agreed:
        await shop.agree(order)
        answers = await at_once(*[worker(shop)] * WORKERS)
        rest = await deliver_all(shop.runner)
        assert sum(each.failed for each in [*answers, rest] if isinstance(each, Delivered)) == 0, answers
        assert not [each for each in answers if isinstance(each, BaseException)]
    assert [await told(shop, order) for order in agreed] == [HEARD] * ROUNDS
    assert await shop.row(f"SELECT ({TWICE}), ({GAPS}), ({BACKWARDS})") == (0, 0, 0)


async def test_people_miss_nothing_while_orders_move_and_many_workers_tell(shop: Shop, orders: list[Order]):
    """Whoever looks at any moment sees all the numbers up to the highest."""
    over = asyncio.Event()

    async def keep_telling() -> int:
        failed = 0
        while not over.is_set():
            failed += (await worker(shop)()).failed
        return failed

    async def watch() -> int:
        looks = 0
        while not over.is_set():
            assert await shop.pool.fetchval(GAPS) == 0
            looks += 1
        return looks

    with structlog.testing.capture_logs():
        telling = [asyncio.create_task(keep_telling()) for _ in range(3)]
        watching = asyncio.create_task(watch())
        await asyncio.gather(*(shop.agree(order) for order in orders))
        await deliver_all(shop.runner)
        over.set()
        assert await watching > 3
        assert await asyncio.gather(*telling) == [0, 0, 0]
    assert [await told(shop, order) for order in orders] == [HEARD] * ORDERS
    assert await shop.row(f"SELECT ({TWICE}), ({GAPS}), ({BACKWARDS})") == (0, 0, 0)
