"""Each law of stock that people move finds a row that was altered by hand, with the triggers off, and names it."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
from tests.stock.warehouses import KANO, KANO_MANAGER, LAGOS_MANAGER, asked, do, fill, open_kano
from tests.stories.shop import LAGOS, SHIRT, SHOES, Shop

from orderway.database import connect
from orderway.stock.commands import AdjustStock, ConfirmStockTransfer, SetReorderPoint
from orderway.stock.transfer_laws import TRANSFER_LAWS

MOVED = "transfer from LAG to KAN at 2026-03-02 12:00"
OF_SHIRTS = "WHERE kind = 'TRANSFER' AND variant_id = (SELECT id FROM variant WHERE sku = 'SHIRT')"

CONFIRM_ALL = """
UPDATE stock_transfer SET status = 'CONFIRMED', decided_at = now(), decided_by = 'person:x' WHERE status = 'REQUESTED'
"""

# The law, what is done by hand, and what the law then says of which place.
ALTERED = [
    ("stock transfers", f"DELETE FROM movement {OF_SHIRTS} AND quantity > 0", MOVED,
     "Of SHIRT 3 pieces were to go; 3 left, 0 came, and 0 moved elsewhere."),
    ("stock transfers", f"UPDATE movement SET quantity = -4 {OF_SHIRTS} AND quantity < 0", MOVED,
     "Of SHIRT 3 pieces were to go; 4 left, 3 came, and 0 moved elsewhere."),
    ("stock transfers", f"UPDATE movement SET quantity = 2 * quantity {OF_SHIRTS}", MOVED,
     "Of SHIRT 3 pieces were to go; 6 left, 6 came, and 0 moved elsewhere."),
    ("stock transfers", "DELETE FROM stock_transfer_line WHERE quantity = 1", MOVED,
     "Of SHOES 0 pieces were to go; 1 left, 1 came, and 0 moved elsewhere."),
    ("stock transfers",
     "UPDATE stock_transfer SET status = 'DECLINED', reason = 'No.' WHERE status = 'CONFIRMED'", MOVED,
     "Of SHIRT 0 pieces were to go; 3 left, 3 came, and 0 moved elsewhere."),
    ("stock transfers", CONFIRM_ALL,
     MOVED,
     "Of SHOES 2 pieces were to go; 0 left, 0 came, and 0 moved elsewhere."),
    ("stock transfers", f"UPDATE movement SET store_id = gen_random_uuid() {OF_SHIRTS} AND quantity > 0", MOVED,
     "Of SHIRT 3 pieces were to go; 3 left, 0 came, and 3 moved elsewhere."),
    ("reorder points", "UPDATE stock SET reorder_point = 4 WHERE reorder_point = 5", "stock of SHIRT in LAG",
     "Its reorder point is 4; the changes of it say none to 3, 3 to 5."),
    ("reorder points", "UPDATE stock SET reorder_point = 1 WHERE reorder_point IS NULL", "stock of SHOES in KAN",
     "Its reorder point is 1; the changes of it say nothing."),
    ("reorder points", "DELETE FROM reorder_point_change WHERE became = 3", "stock of SHIRT in LAG",
     "Its reorder point is 5; the changes of it say 3 to 5."),
    ("reorder points", "DELETE FROM reorder_point_change WHERE became = 5", "stock of SHIRT in LAG",
     "Its reorder point is 5; the changes of it say none to 3."),
    ("idempotency keys of stock", "UPDATE movement SET actor = 'person:x' WHERE kind = 'ADJUSTMENT'", "key burnt",
     "was answered with what was not done to stock."),
    ("idempotency keys of stock", "DELETE FROM movement WHERE kind = 'TRANSFER' AND quantity = 3", "key moved",
     "was answered with what was not done to stock."),
    ("idempotency keys of stock", "UPDATE stock_transfer SET decided_by = 'person:x' WHERE status = 'CONFIRMED'",
     "key moved", "was answered with what was not done to stock."),
]  # fmt: skip


@pytest.fixture
async def cheat(shop: Shop, superuser_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection without triggers to a shop where stock was moved in every way."""
    await open_kano(shop)
    await fill(shop, LAGOS, (SHIRT, 10), (SHOES, 10))
    transfer = await asked(shop)
    await asked(shop, (SHOES, 2))
    await do(shop, ConfirmStockTransfer(transfer=transfer), by=LAGOS_MANAGER, key="moved")
    await do(shop, AdjustStock(store=LAGOS, variant=SHIRT, by=-2, reason="Burnt."), by=LAGOS_MANAGER, key="burnt")
    for pieces in (3, 5):
        await do(shop, SetReorderPoint(store=LAGOS, variant=SHIRT, pieces=pieces), by=LAGOS_MANAGER, key=f"{pieces}")
    await do(shop, SetReorderPoint(store=KANO, variant=SHOES), by=KANO_MANAGER)
    assert await shop.findings() == []
    connection = await connect(superuser_url)
    await connection.execute("SET session_replication_role = replica")
    yield connection
    await connection.close()


async def test_each_law_finds_what_was_altered(cheat: asyncpg.Connection):
    laws = {law.name: law for law in TRANSFER_LAWS}
    assert {name for name, *_ in ALTERED} == set(laws)
    for name, statement, where, sentence in ALTERED:
        by_hand = cheat.transaction()
        await by_hand.start()
        assert await cheat.execute(statement) not in ("UPDATE 0", "DELETE 0"), statement
        found = [tuple(row) for row in await cheat.fetch(laws[name].query)]
        await by_hand.rollback()
        assert any(place == where and said.endswith(sentence) for place, said in found), (statement, found)
