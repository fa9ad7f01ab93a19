"""Stock is held, committed and released once, and never twice sold: not even by two who ask at the same time."""

import asyncio
from uuid import UUID

import asyncpg
import pytest
from tests.stories.shop import LAGOS, NOON, SHIRT, SHOES, Order, Shop, actor, shirts, shoes

from orderway.stock.movements import Goods, LineBack, receive, restock, take_back
from orderway.stock.reservations import all_held, commit, release, reserve
from orderway.workflow.kinds import Connection
from orderway.workflow.transaction import Transaction


async def locked(shop: Shop, connection: Connection, order: Order) -> Transaction:
    """A transaction that holds the lock of the order."""
    tx = Transaction(connection, shop.workflow, actor=actor("biller"), now=NOON, request_id=None)
    await tx.lock(LAGOS, order.id)
    return tx


async def statuses(shop: Shop) -> list[str]:
    rows = await shop.pool.fetch("SELECT status FROM reservation ORDER BY line_id")
    return [row["status"] for row in rows]


async def movements(shop: Shop) -> list[tuple[str, int]]:
    rows = await shop.pool.fetch("SELECT kind, quantity FROM movement ORDER BY kind, quantity")
    return [tuple(row) for row in rows]


async def test_each_verb_done_twice_is_done_once(shop: Shop):
    await shop.stock((SHIRT, 5), (SHOES, 5))
    order = await shop.order(shirts(2), shoes(1))
    async with shop.pool.acquire() as connection, connection.transaction():
        tx = await locked(shop, connection, order)
        assert await all_held(tx, 1) is False
        for _ in range(2):
            assert await reserve(tx, 1) == ()
        assert await all_held(tx, 1) is True
    assert (await shop.shelf(SHIRT), await shop.shelf(SHOES)) == ((5, 2), (5, 1))
    async with shop.pool.acquire() as connection, connection.transaction():
        tx = await locked(shop, connection, order)
        for _ in range(2):
            await commit(tx, 1)
        await release(tx, 1)
        assert await reserve(tx, 1) == ()
    assert (await shop.shelf(SHIRT), await shop.shelf(SHOES)) == ((3, 0), (4, 0))
    assert await statuses(shop) == ["COMMITTED", "COMMITTED"]
    async with shop.pool.acquire() as connection, connection.transaction():
        tx = await locked(shop, connection, order)
        for _ in range(2):
            await take_back(tx, 1)
    assert (await shop.shelf(SHIRT), await shop.shelf(SHOES)) == ((5, 0), (5, 0))
    assert await movements(shop) == [
        ("PURCHASE", 5),
        ("PURCHASE", 5),
        ("RETURN_SALE", 1),
        ("RETURN_SALE", 2),
        ("SALE", -2),
        ("SALE", -1),
    ]


async def test_what_was_released_is_given_up_for_good(shop: Shop):
    await shop.stock((SHIRT, 2))
    order = await shop.order(shirts(2), shirts(1))
    async with shop.pool.acquire() as connection, connection.transaction():
        tx = await locked(shop, connection, order)
        assert len(await reserve(tx, 1)) == 1
        for _ in range(2):
            await release(tx, None)
        assert await statuses_in(connection) == ["RELEASED", "RELEASED"]
        assert await reserve(tx, 1) == ()
        assert await all_held(tx, 1) is False
    assert await shop.shelf(SHIRT) == (2, 0)
    assert await statuses(shop) == ["RELEASED", "RELEASED"]


async def statuses_in(connection: Connection) -> list[str]:
    return [row["status"] for row in await connection.fetch("SELECT status FROM reservation")]


async def test_a_line_is_held_whole_or_not_at_all(shop: Shop):
    await shop.stock((SHIRT, 5))
    order = await shop.order(shirts(3), shirts(2), shirts(1), shoes(1))
    third, fourth = (await order.lines())[2:]
    async with shop.pool.acquire() as connection, connection.transaction():
        assert await reserve(await locked(shop, connection, order), 1) == (third, fourth)
    assert await shop.shelf(SHIRT) == (5, 5)


async def test_the_second_who_asks_for_the_last_piece_waits_and_gets_nothing(shop: Shop):
    await shop.stock((SHIRT, 1))
    first, second = await shop.order(shirts(1)), await shop.order(shirts(1))
    (line,) = await second.lines()
    async with shop.pool.acquire() as one, shop.pool.acquire() as other:
        await one.execute("BEGIN")
        await other.execute("BEGIN")
        assert await reserve(await locked(shop, one, first), 1) == ()
        waiting = asyncio.create_task(reserve(await locked(shop, other, second), 1))
        await until_blocked(shop.pool)
        await one.execute("COMMIT")
        assert await waiting == (line,)
        await other.execute("COMMIT")
    assert await shop.shelf(SHIRT) == (1, 1)
    assert [finding for finding in await shop.findings() if finding.startswith("stock")] == []


async def test_who_waited_for_goods_that_were_released_gets_them(shop: Shop):
    await shop.stock((SHIRT, 1))
    first, second = await shop.order(shirts(1)), await shop.order(shirts(1))
    async with shop.pool.acquire() as one, shop.pool.acquire() as other:
        await reserve(await locked(shop, one, first), 1)
        await one.execute("BEGIN")
        await other.execute("BEGIN")
        await release(await locked(shop, one, first), 1)
        waiting = asyncio.create_task(reserve(await locked(shop, other, second), 1))
        await until_blocked(shop.pool)
        await one.execute("COMMIT")
        assert await waiting == ()
        await other.execute("COMMIT")
    assert await shop.shelf(SHIRT) == (1, 1)


async def until_blocked(pool: asyncpg.Pool) -> None:
    """Return when some session waits for a lock of another."""
    while not await pool.fetchval("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"):
        pass


async def test_goods_are_received_and_put_back(shop: Shop):
    order = await shop.order(shirts(4))
    (line,) = await order.lines()
    async with shop.pool.acquire() as connection, connection.transaction():
        goods = (Goods(SHOES, 1), Goods(SHIRT, 2), Goods(SHIRT, 3))
        await receive(connection, LAGOS, goods=goods, at=NOON, actor="person:x", note="Note 7")
        tx = await locked(shop, connection, order)
        await reserve(tx, 1)
        await restock(tx, 1, [LineBack(line, 1), LineBack(line, 2), LineBack(UUID(int=7), 5)])
        await restock(tx, 1, [])
    assert (await shop.shelf(SHIRT), await shop.shelf(SHOES)) == ((8, 4), (1, 0))
    rows = await shop.pool.fetch("SELECT variant_id, kind, quantity, note FROM movement ORDER BY quantity, kind")
    assert {tuple(row) for row in rows} == {
        (SHOES, "PURCHASE", 1, "Note 7"),
        (SHIRT, "PURCHASE", 5, "Note 7"),
        (SHIRT, "RETURN_SALE", 1, None),
        (SHIRT, "RETURN_SALE", 2, None),
    }


@pytest.mark.parametrize(
    "cheat",
    [
        "UPDATE stock SET reserved = quantity + 1",
        "UPDATE stock SET reserved = -1",
        "UPDATE stock SET quantity = reserved - 1",
    ],
)
async def test_the_shelf_itself_refuses_what_can_not_be(shop: Shop, cheat: str):
    await shop.stock((SHIRT, 5))
    with pytest.raises(asyncpg.CheckViolationError, match="stock_reserved_check"):
        await shop.pool.execute(cheat)


async def test_goods_leave_while_others_are_held_and_freed(shop: Shop):
    """What each reckons with is the shelf as the other left it, not as it stood before it waited."""
    await shop.stock((SHIRT, 4))
    sold, freed, late, last = [await shop.order(shirts(number)) for number in (2, 1, 1, 1)]
    async with shop.pool.acquire() as one, shop.pool.acquire() as other:
        for order in (sold, freed, last):
            await reserve(await locked(shop, one, order), 1)
        for first, its, second, their in (
            (commit, sold, release, freed),
            (take_back, sold, reserve, late),
            (release, late, commit, last),
        ):
            await one.execute("BEGIN")
            await other.execute("BEGIN")
            await first(await locked(shop, one, its), 1)
            waiting = asyncio.create_task(second(await locked(shop, other, their), 1))
            await until_blocked(shop.pool)
            await one.execute("COMMIT")
            await waiting
            await other.execute("COMMIT")
    assert await shop.shelf(SHIRT) == (3, 0)
    assert sorted(await statuses(shop)) == ["COMMITTED", "RELEASED", "RELEASED", "RELEASED"]
