"""The queue before a shelf: who asked first is served first, whoever they are and whatever is going on meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from uuid import UUID

import asyncpg
import pytest
from structlog.testing import capture_logs
from tests.stories.arrivals import Arrival, arrive
from tests.stories.shop import LAGOS, SHIRT, SHOES, Order, Shop, actor, shirts, shoes

from orderway import listening
from orderway.fulfillment import backorders, waking
from orderway.fulfillment.backorders import Shelf, serve, serve_all, serve_first
from orderway.fulfillment.events import Cancel, FulfillmentStarted
from orderway.fulfillment.waking import CHANNEL, serving
from orderway.sale.events import CancelRequested
from orderway.stock.movements import Goods

LISTENING = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"


async def statuses(shop: Shop, *orders: Order) -> list[str]:
    """How the only line of each order is reserved."""
    return [(await shop.row("SELECT status FROM reservation WHERE order_id = $1", order.id))[0] for order in orders]


async def test_nobody_gets_ahead_of_who_asked_before_and_could_have_the_goods(shop: Shop):
    older = await shop.paid(shirts(2))
    await shop.stock((SHIRT, 2))
    younger = await shop.paid(shirts(1))
    assert await statuses(shop, older, younger) == ["MISSING", "MISSING"]
    assert await serve_all(shop.runner) == 1
    assert await statuses(shop, older, younger) == ["HELD", "MISSING"]
    assert await shop.findings() == []


async def test_who_asked_before_is_passed_over_while_there_is_not_enough_for_them(shop: Shop):
    await shop.stock((SHIRT, 3))
    large, small = await shop.paid(shirts(5)), await shop.paid(shirts(2))
    assert await statuses(shop, large, small) == ["MISSING", "HELD"]
    await shop.stock((SHIRT, 4))
    late = await shop.paid(shirts(1))
    assert await statuses(shop, large, small, late) == ["MISSING", "HELD", "MISSING"]
    assert await serve_all(shop.runner) == 1
    assert await statuses(shop, large, small, late) == ["HELD", "HELD", "MISSING"]
    assert await shop.shelf(SHIRT) == (7, 7)


async def test_of_a_queue_all_are_served_for_whom_there_is_enough(shop: Shop):
    orders = [await shop.paid(shirts(number)) for number in (4, 7, 1, 2)]
    await shop.stock((SHIRT, 6))
    assert await serve_all(shop.runner) == 2
    assert await statuses(shop, *orders) == ["HELD", "MISSING", "HELD", "MISSING"]
    assert [await order.state("fulfillment") for order in orders] == [
        "PICK_PACK", "BACKORDERED", "PICK_PACK", "BACKORDERED",
    ]  # fmt: skip


async def test_an_order_that_is_not_paid_yet_keeps_its_turn(shop: Shop):
    unpaid, paid = await shop.agreed(shirts(2)), await shop.paid(shirts(2))
    await shop.stock((SHIRT, 2))
    assert await serve_all(shop.runner) == 1
    assert await statuses(shop, unpaid, paid) == ["HELD", "MISSING"]
    await unpaid.send("sale", CancelRequested("Too slow."))
    assert await serve_all(shop.runner) == 1
    assert await statuses(shop, unpaid, paid) == ["RELEASED", "HELD"]
    assert await paid.state("fulfillment") == "PICK_PACK"
    assert await shop.findings() == []


async def test_each_line_waits_in_the_queue_of_its_own_shelf(shop: Shop):
    both = await shop.paid(shirts(1), shoes(1))
    only = await shop.paid(shoes(1))
    await shop.stock((SHOES, 1))
    assert await serve_all(shop.runner) == 0
    assert await only.state("fulfillment") == "BACKORDERED"
    assert await shop.shelf(SHOES) == (1, 1)
    await shop.stock((SHIRT, 1))
    assert await serve_all(shop.runner) == 1
    assert await both.state("fulfillment") == "PICK_PACK"
    assert await shop.findings() == []


async def test_of_lines_of_one_order_those_are_held_for_which_there_is_enough(shop: Shop):
    order = await shop.paid(shirts(3), shirts(4), shirts(2))
    await shop.stock((SHIRT, 5))
    assert await serve_all(shop.runner) == 0
    rows = await shop.pool.fetch("SELECT quantity, status FROM reservation ORDER BY quantity")
    assert [tuple(row) for row in rows] == [(2, "HELD"), (3, "HELD"), (4, "MISSING")]
    assert await shop.shelf(SHIRT) == (5, 5)
    await shop.stock((SHIRT, 4))
    assert await serve_all(shop.runner) == 1
    assert await order.state("fulfillment") == "PICK_PACK"


async def test_who_receives_goods_serves_a_page_and_the_worker_the_rest(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(backorders, "PAGE", 2)
    orders = [await shop.paid(shirts(1)) for _ in range(5)]
    assert await arrive(shop.runner, Arrival(LAGOS, (Goods(SHIRT, 9), Goods(SHIRT, 1))), actor=actor("manager")) == 2
    assert await statuses(shop, *orders) == ["HELD", "HELD", "MISSING", "MISSING", "MISSING"]
    assert await serve_all(shop.runner) == 3
    assert await shop.shelf(SHIRT) == (10, 5)


async def test_several_who_serve_at_once_serve_each_once_and_in_order(shop: Shop):
    orders = [await shop.paid(shirts(1)) for _ in range(6)]
    await shop.stock((SHIRT, 4))
    served = await asyncio.gather(*(serve(shop.runner, Shelf(LAGOS, SHIRT)) for _ in range(3)))
    assert sum(served) == 4
    assert await statuses(shop, *orders) == ["HELD"] * 4 + ["MISSING"] * 2
    await shop.stock((SHIRT, 1))
    assert sum(await asyncio.gather(*(serve_all(shop.runner) for _ in range(3)))) == 1
    assert await shop.findings() == []


async def test_a_backorder_that_fails_is_passed_over_but_loses_its_turn_to_nobody_new(shop: Shop):
    broken, second = [await shop.paid(shirts(1)) for _ in range(2)]
    await shop.stock((SHIRT, 2))
    async with shop.pool.acquire() as connection:
        await connection.execute("ALTER TABLE fulfillment DISABLE TRIGGER USER")
        await connection.execute("UPDATE fulfillment SET history = '[]' WHERE order_id = $1", broken.id)
        await connection.execute("ALTER TABLE fulfillment ENABLE TRIGGER USER")
    third = await shop.agreed(shirts(1))
    assert await statuses(shop, broken, second, third) == ["MISSING"] * 3
    assert await serve_all(shop.runner) == 2
    assert await statuses(shop, broken, second, third) == ["MISSING", "HELD", "HELD"]


@pytest.fixture
async def heard(database_url: str) -> AsyncIterator[Callable[[], Awaitable[int]]]:
    """How often the database has told of free goods since it was asked last."""
    words: list[str] = []
    connection = await asyncpg.connect(database_url)
    await connection.add_listener(CHANNEL, lambda _c, _p, channel, _w: words.append(channel))

    async def listen() -> int:
        await connection.fetchval("SELECT 1")
        said = len(words)
        words.clear()
        return said

    yield listen
    await connection.close()


async def test_the_database_tells_of_goods_only_where_somebody_waits_for_as_many(
    shop: Shop, heard: Callable[[], Awaitable[int]]
):
    await shop.stock((SHIRT, 3))
    first, large = await shop.paid(shirts(2)), await shop.paid(shirts(3))
    assert await heard() == 0
    await shop.stock((SHOES, 5), (SHIRT, 1))
    assert await heard() == 0, "two shirts are free, and three are waited for"
    await first.send("fulfillment", Cancel("Changed their mind."))
    assert await heard() == 1
    assert await serve_all(shop.runner) == 1
    await large.send("fulfillment", FulfillmentStarted())
    await large.send("fulfillment", Cancel("Changed their mind."))
    assert await heard() == 0, "nobody waits any more"


async def test_a_worker_that_is_told_of_goods_serves_who_waits_for_them(
    shop: Shop, database_url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(waking, "LOOK", 3600)
    await shop.stock((SHIRT, 2))
    first, second = await shop.paid(shirts(2)), await shop.paid(shirts(2))
    async with serving(shop.runner, database_url), asyncio.timeout(60):
        while not await shop.pool.fetchval(LISTENING):
            pass
        await first.send("fulfillment", Cancel("Changed their mind."))
        while await second.state("fulfillment") != "PICK_PACK":
            pass
    assert await shop.findings() == []


async def test_a_worker_whose_line_to_the_database_broke_listens_again(
    shop: Shop, database_url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(waking, "LOOK", 3600)
    monkeypatch.setattr(listening, "PAUSE", 0)
    await shop.stock((SHIRT, 2))
    first, second = await shop.paid(shirts(2)), await shop.paid(shirts(2))
    async with serving(shop.runner, database_url), asyncio.timeout(60):
        while not (before := await shop.pool.fetchval(LISTENING)):
            pass
        await shop.pool.execute("SELECT pg_terminate_backend($1)", before)
        while await shop.pool.fetchval(LISTENING) in (None, before):
            pass
        await first.send("fulfillment", Cancel("Changed their mind."))
        while await second.state("fulfillment") != "PICK_PACK":
            pass


async def test_a_look_that_fails_is_told_and_the_next_one_serves(
    shop: Shop, database_url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(listening, "PAUSE", 0)
    order = await shop.paid(shirts(2))
    await shop.stock((SHIRT, 2))
    await shop.pool.execute("ALTER TABLE reservation RENAME TO elsewhere")
    with capture_logs() as said:
        async with serving(shop.runner, database_url), asyncio.timeout(60):
            while not said:
                await shop.pool.fetchval("SELECT 1")
            assert (said[0]["log_level"], said[0]["event"]) == (
                "error",
                "A look at the database failed, and the next one tries again.",
            )
            await shop.pool.execute("ALTER TABLE elsewhere RENAME TO reservation")
            while await order.state("fulfillment") != "PICK_PACK":
                pass


async def test_the_first_page_of_a_shelf_where_nobody_waits_is_nothing(shop: Shop):
    await shop.stock((SHIRT, 1))
    assert await serve_first(shop.runner, LAGOS, [SHIRT, SHOES, UUID(int=1)]) == 0
