"""What is there of a part stays in it, whole pieces; what is missing becomes a part of its own, in its old place."""

from uuid import UUID

import pytest
from tests.stock.test_reservations import locked
from tests.stories.shop import SHIRT, SHOES, Order, Shop, shirts, shoes

from orderway.quotation.context import PricedLine
from orderway.stock.reservations import all_held, can_split, commit, release, reserve, split

Row = tuple[int, int, int, str]


async def rows(shop: Shop, order: Order) -> list[Row]:
    """The position, part, pieces and status of each reservation of the order."""
    found = await shop.pool.fetch(
        "SELECT l.position, r.part, r.quantity, r.status FROM reservation r"
        " JOIN order_line l ON l.store_id = r.store_id AND l.id = r.line_id WHERE r.order_id = $1 ORDER BY 1, 2",
        order.id,
    )
    return [tuple(row) for row in found]


async def opened(shop: Shop, *lines: PricedLine) -> Order:
    """An order that has asked for its goods."""
    order = await shop.order(*lines)
    async with shop.pool.acquire() as connection, connection.transaction():
        await reserve(await locked(shop, connection, order), 1)
    return order


async def parted(shop: Shop, order: Order, part: int, into: int) -> bool:
    """Split the part where it can be."""
    async with shop.pool.acquire() as connection, connection.transaction():
        tx = await locked(shop, connection, order)
        can = await can_split(tx, part)
        if can:
            await split(tx, part, into)
        return can


async def test_what_is_held_or_free_stays_and_the_rest_waits_in_a_part_of_its_own(shop: Shop):
    await shop.stock((SHOES, 1))
    order = await opened(shop, shirts(5), shoes(1), shirts(4), shirts(2))
    await shop.stock((SHIRT, 7))
    assert await parted(shop, order, 1, 2)
    assert await rows(shop, order) == [
        (1, 1, 5, "HELD"),
        (2, 1, 1, "HELD"),
        (3, 1, 2, "HELD"),
        (3, 2, 2, "MISSING"),
        (4, 2, 2, "MISSING"),
    ]
    assert (await shop.shelf(SHIRT), await shop.shelf(SHOES)) == ((7, 7), (1, 1))
    asked = await shop.pool.fetch("SELECT DISTINCT asked_at FROM reservation")
    assert len(asked) == 1, "the new part keeps its place in the queue"


async def test_goods_that_somebody_asked_for_before_are_not_taken_by_a_split(shop: Shop):
    await shop.stock((SHOES, 1))
    older = await opened(shop, shirts(2))
    order = await opened(shop, shirts(3), shoes(1))
    await shop.stock((SHIRT, 2))
    assert await parted(shop, order, 1, 2)
    assert await rows(shop, order) == [(1, 2, 3, "MISSING"), (2, 1, 1, "HELD")]
    assert await rows(shop, older) == [(1, 1, 2, "MISSING")]
    assert await shop.shelf(SHIRT) == (2, 0)


@pytest.mark.parametrize(
    ("before", "after", "parts"),
    [
        ({SHIRT: 2, SHOES: 1}, {}, {1}),  # nothing is missing
        ({}, {}, {1}),  # nothing is there
        ({}, {SHIRT: 2, SHOES: 1}, {1}),  # all could be held now
        ({}, {SHIRT: 1}, {1, 2}),
        ({SHOES: 1}, {}, {1, 2}),
        ({SHOES: 1}, {SHIRT: 2}, {1}),
    ],
)
async def test_only_what_is_there_in_part_can_be_split(
    shop: Shop, before: dict[UUID, int], after: dict[UUID, int], parts: set[int]
):
    await shop.stock(*before.items())
    order = await opened(shop, shirts(2), shoes(1))
    await shop.stock(*after.items())
    assert await parted(shop, order, 1, 2) is (parts == {1, 2})
    assert {part for _, part, _, _ in await rows(shop, order)} == parts


async def test_each_part_is_held_sold_and_given_up_by_itself(shop: Shop):
    order = await opened(shop, shirts(5))
    await shop.stock((SHIRT, 2))
    assert await parted(shop, order, 1, 2)
    await shop.stock((SHIRT, 1))
    assert await parted(shop, order, 2, 3)
    assert await rows(shop, order) == [(1, 1, 2, "HELD"), (1, 2, 1, "HELD"), (1, 3, 2, "MISSING")]
    async with shop.pool.acquire() as connection, connection.transaction():
        tx = await locked(shop, connection, order)
        assert [await all_held(tx, part) for part in (1, 2, 3)] == [True, True, False]
        await commit(tx, 1)
        await release(tx, 2)
        assert await reserve(tx, 3) == tuple(await order.lines())
    assert await rows(shop, order) == [(1, 1, 2, "COMMITTED"), (1, 2, 1, "RELEASED"), (1, 3, 2, "MISSING")]
    assert await shop.shelf(SHIRT) == (1, 0)
    sold = await shop.pool.fetch("SELECT part, quantity FROM movement WHERE kind = 'SALE'")
    assert [tuple(row) for row in sold] == [(1, -2)]
    await shop.stock((SHIRT, 1))
    async with shop.pool.acquire() as connection, connection.transaction():
        tx = await locked(shop, connection, order)
        assert await reserve(tx, 3) == ()
        await commit(tx, 3)
    assert await shop.row("SELECT count(*), sum(quantity) FROM movement WHERE kind = 'SALE'") == (2, -4)
    assert [finding for finding in await shop.findings() if finding.startswith(("stock", "lines sold"))] == []
