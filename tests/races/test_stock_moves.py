"""Stock that people move while others sell it: each piece goes one way, and a transfer is decided once."""

import asyncio
from functools import partial
from uuid import UUID

import pytest
from tests.races.crowd import CROWD, ROUNDS, at_once, kinds
from tests.races.test_stock import half_agreed
from tests.stock.test_reservations import until_blocked
from tests.stock.warehouses import KANO, KANO_MANAGER, LAGOS_MANAGER, asked, do, fill, open_kano, shelf
from tests.stories.shop import LAGOS, SHIRT, SHOES, Shop

from orderway.quotation.events import SellerApproves
from orderway.stock.commands import AdjustStock, ConfirmStockTransfer, DeclineStockTransfer, SetReorderPoint


@pytest.fixture(autouse=True)
async def kano(shop: Shop) -> None:
    await open_kano(shop)


async def moves(shop: Shop, kind: str) -> int:
    """How many pieces moved away by movements of a kind."""
    moved: int = await shop.pool.fetchval(
        "SELECT coalesce(-sum(quantity), 0)::bigint FROM movement WHERE kind = $1 AND quantity < 0", kind
    )
    return moved


async def test_the_last_pieces_are_held_for_buyers_or_moved_away_but_never_both(shop: Shop) -> None:
    """Half of the crowd buys a piece each, the other half would move two; there are as many as buyers."""
    half = CROWD // 2
    for _ in range(ROUNDS):
        quantity, reserved = await shelf(shop, LAGOS, SHIRT)
        await fill(shop, LAGOS, (SHIRT, half))
        moved = await moves(shop, "TRANSFER")
        orders = await asyncio.gather(*(half_agreed(shop) for _ in range(half)))
        transfers = [await asked(shop, (SHIRT, 2)) for _ in range(half)]
        answers = await at_once(
            *(partial(order.send, "quotation", SellerApproves(1)) for order in orders),
            *(partial(do, shop, ConfirmStockTransfer(transfer=id), by=LAGOS_MANAGER) for id in transfers),
        )
        told = kinds(answers)
        assert set(told) <= {"Changed", "Moved", "Refused"}
        assert told.count("Moved") == half
        gone = 2 * told.count("Changed")
        assert await moves(shop, "TRANSFER") == moved + gone
        lies, held = await shelf(shop, LAGOS, SHIRT)
        assert lies == quantity + half - gone
        assert reserved <= held <= lies
        assert lies - held < 2 or told.count("Refused") == 0
    assert await shop.findings() == []


async def test_a_transfer_that_many_confirm_and_decline_is_decided_once(shop: Shop) -> None:
    await fill(shop, LAGOS, (SHIRT, 100), (SHOES, 100))
    for number in range(ROUNDS):
        id = await asked(shop)
        before = await moves(shop, "TRANSFER")
        answers = await at_once(
            *(partial(do, shop, ConfirmStockTransfer(transfer=id), by=LAGOS_MANAGER) for _ in range(CROWD - number)),
            *(
                partial(do, shop, DeclineStockTransfer(transfer=id, reason="No."), by=KANO_MANAGER)
                for _ in range(number)
            ),
        )
        assert kinds(answers) == ["Changed"] + ["Refused"] * (CROWD - 1)
        status = await shop.pool.fetchval("SELECT status FROM stock_transfer WHERE id = $1", id)
        assert await moves(shop, "TRANSFER") == before + (4 if status == "CONFIRMED" else 0)
    assert await shop.findings() == []


async def test_stores_that_send_each_other_the_same_goods_at_once_wait_for_each_other(shop: Shop) -> None:
    """Nobody loses a piece on the way, and nobody waits for ever."""
    for store in (LAGOS, KANO):
        await fill(shop, store, (SHIRT, 100), (SHOES, 100))
    for _ in range(ROUNDS):
        there = [await asked(shop, (SHOES, 1), (SHIRT, 2)) for _ in range(CROWD // 2)]
        back = [await asked(shop, (SHIRT, 2), (SHOES, 1), to=LAGOS) for _ in range(CROWD // 2)]
        answers = await at_once(
            *(partial(do, shop, ConfirmStockTransfer(transfer=id), by=LAGOS_MANAGER) for id in there + back)
        )
        assert kinds(answers) == ["Changed"] * CROWD
    for store in (LAGOS, KANO):
        assert (await shelf(shop, store, SHIRT), await shelf(shop, store, SHOES)) == ((100, 0), (100, 0))
    assert await shop.findings() == []


@pytest.mark.parametrize("to", [KANO, LAGOS])
async def test_shelves_are_locked_in_one_order_whichever_way_the_goods_go(shop: Shop, to: UUID) -> None:
    """Who waits for the first shelf holds none of the others."""
    for store in (LAGOS, KANO):
        await fill(shop, store, (SHIRT, 10), (SHOES, 10))
    id = await asked(shop, (SHOES, 1), (SHIRT, 2), to=to)
    async with shop.pool.acquire() as one, one.transaction():
        await one.execute("SELECT FROM stock WHERE store_id = $1 AND variant_id = $2 FOR UPDATE", LAGOS, SHIRT)
        waiting = asyncio.create_task(do(shop, ConfirmStockTransfer(transfer=id), by=LAGOS_MANAGER))
        await until_blocked(shop.pool)
        others = "SELECT FROM stock WHERE (store_id, variant_id) <> ($1, $2) FOR UPDATE NOWAIT"
        assert len(await one.fetch(others, LAGOS, SHIRT)) == 3
    assert len((await waiting).movements) == 4


async def test_pieces_that_many_take_away_at_once_are_taken_away_once(shop: Shop) -> None:
    """Each of the crowd finds one piece less; there are as many pieces as half of the crowd."""
    half = CROWD // 2
    for _ in range(ROUNDS):
        await fill(shop, LAGOS, (SHIRT, half))
        lost = AdjustStock(store=LAGOS, variant=SHIRT, by=-1, reason="Lost.")
        answers = await at_once(*(partial(do, shop, lost, by=LAGOS_MANAGER) for _ in range(CROWD)))
        assert kinds(answers) == ["Changed"] * half + ["WrongQuantity"] * half
        assert await shelf(shop, LAGOS, SHIRT) == (0, 0)
    assert await shop.findings() == []


async def test_of_many_who_count_at_once_the_last_says_what_lies_there(shop: Shop) -> None:
    for _ in range(ROUNDS):
        await fill(shop, LAGOS, (SHIRT, 7))
        counted = [AdjustStock(store=LAGOS, variant=SHIRT, counted=5, reason="Counted.") for _ in range(CROWD)]
        answers = await at_once(*(partial(do, shop, each, by=LAGOS_MANAGER) for each in counted))
        assert kinds(answers) == ["Changed"] * CROWD
        assert sum(len(each.movements) for each in answers if not isinstance(each, BaseException)) == 1
        assert await shelf(shop, LAGOS, SHIRT) == (5, 0)
    assert await shop.findings() == []


async def test_of_many_who_set_a_reorder_point_each_begins_where_another_ended(shop: Shop) -> None:
    for _ in range(ROUNDS):
        points = [SetReorderPoint(store=LAGOS, variant=SHIRT, pieces=number) for number in range(CROWD)]
        answers = await at_once(*(partial(do, shop, each, by=LAGOS_MANAGER) for each in points))
        assert kinds(answers) == ["Changed"] * CROWD
    assert await shop.findings() == []
