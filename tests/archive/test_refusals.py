"""What is not finished stays, whoever tries: for each reason nothing is written, here or in the archive."""

from collections.abc import Mapping

import asyncpg
import pytest
from tests.archive.finished import archive, brought, counted, go_by, told
from tests.stories.shop import LAGOS, Order, Shop, shirts

from orderway.archive.leaving import archive_one
from orderway.storage.storage import Storage

ENTER = """
INSERT INTO archived_order (store_id, order_id, number, customer_id, currency, placed_at, bucket, key, sha256, ends,
    carried, archived_at)
SELECT store_id, id, number, customer_id, currency, placed_at, 'local folder', 'k', sha256(''), '{}', '{}', now()
FROM sale_order WHERE id = $1
"""
STAYS = "SELECT orderway_order_stays(store_id, id) FROM sale_order WHERE id = $1"

GUARDED = ("quotation", "sale", "fulfillment", "payment", "rider_ledger", "credit_entry")

# Each is done to a finished order that could leave, with the guards off that would not let it come so far.
OBSTACLES = [each.split(": ", 1) for each in """
open: UPDATE quotation SET state = 'IN_REVIEW' WHERE order_id = $1
open: UPDATE sale SET state = 'AWAITING_SETTLEMENT' WHERE order_id = $1
open: UPDATE fulfillment SET state = 'DELIVERED' WHERE order_id = $1
open: UPDATE fulfillment SET due_at = now(), due_event = 'COMPLETE' WHERE order_id = $1
open: UPDATE payment SET state = 'DISPUTED' WHERE order_id = $1
open: INSERT INTO override_request SELECT store_id, id, order_id, version, 'PENDING', '{"kind": "ADMIN"}', history,
    step, hash, due_at, due_event, created_at, moved_at FROM sale WHERE order_id = $1
open: INSERT INTO rider_interest (store_id, id, order_id, version, state, context, history, step, hash, created_at,
    moved_at) SELECT store_id, id, order_id, version, 'ACTIVE', json_build_object('fulfillment', id, 'rider', rider_id),
    history, step, hash, created_at, moved_at FROM fulfillment WHERE order_id = $1
open: INSERT INTO failed_timer SELECT store_id, id, order_id, 'sale', 'EXPIRE', step, 1, now(), 'It broke.'
    FROM sale WHERE order_id = $1
doubt: WITH o AS (INSERT INTO imported_order SELECT store_id, id, 'paid' FROM sale_order WHERE id = $1 RETURNING *)
    INSERT INTO import_review SELECT store_id, order_id, 'money', 'Which?', '{}', now() FROM o
refund: INSERT INTO payable (store_id, order_id, kind, amount, why, at, actor)
    SELECT store_id, id, 'OWED', 1, 'cancelled', now(), 'system' FROM sale_order WHERE id = $1
credit: INSERT INTO credit_entry (store_id, order_id, customer_id, currency, amount, why, at, actor)
    SELECT o.store_id, o.id, p.customer_id, 'NGN', 1, 'cleared', now(), 'system' FROM sale_order o
    CROSS JOIN credit_profile p WHERE o.id = $1
rider: UPDATE rider_ledger SET amount = -699 WHERE order_id = $1 AND kind = 'PAID'
inbox: INSERT INTO parked_money (id, kind, provider, reference, amount, currency, store_id, order_id, parked_at, why)
    SELECT gen_random_uuid(), 'duplicate', 'till', 'x', 5, 'NGN', store_id, id, now(), 'Twice.' FROM sale_order
    WHERE id = $1
inbox: INSERT INTO webhook_event (id, provider, event_id, received_at, body, headers, kind, method, needs_verification,
    store_id, order_id, payment_id, due_at) SELECT id, 'till', 'x', now(), '', '{}', 'other', 'CASH', false, store_id,
    order_id, id, now() FROM payment WHERE order_id = $1
told: INSERT INTO mail (store_id, order_id, event_number, recipient, id, topic, instance_id, title, text, at, due_at)
    SELECT store_id, id, 1, id, id, 'PAID', id, 'Title', 'Text', now(), now() FROM sale_order WHERE id = $1
told: UPDATE outbound_progress SET done = 3, due_at = now() WHERE order_id = $1
told: DELETE FROM outbound_progress WHERE order_id = $1
told: WITH w AS (INSERT INTO webhook (id, name, url, secret, created_at, created_by)
    VALUES ($1, 'Shop', 'https://shop', '', now(), 'system') RETURNING id)
    INSERT INTO webhook_errand (webhook_id, id, store_id, order_id, number, asked_at, asked_by)
    SELECT w.id, w.id, store_id, o.id, 1, now(), 'system' FROM sale_order o JOIN w ON w.id = o.id
figures: UPDATE insight_place SET xid = '5' WHERE $1::uuid IS NOT NULL
""".replace("\n    ", " ").strip().splitlines()]  # fmt: skip


async def test_whatever_is_open_keeps_an_order(shop: Shop):
    order = await ready(shop)
    async with shop.pool.acquire() as connection:
        assert await connection.fetchval(STAYS, order.id) is None
        for why, obstacle in OBSTACLES:
            turn = connection.transaction()
            await turn.start()
            for table in GUARDED:
                await connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            await connection.execute(obstacle, order.id)
            assert (obstacle, await connection.fetchval(STAYS, order.id)) == (obstacle, why)
            with pytest.raises(asyncpg.RestrictViolationError, match=f"is not finished: {why}"):
                await connection.execute(ENTER, order.id)
            await turn.rollback()


async def ready(shop: Shop) -> Order:
    """An order that could leave, and one that could not."""
    await shop.limit(10)
    order = await brought(shop)
    await shop.order(shirts(1))
    await counted(shop)
    await told(shop)
    go_by(shop)
    return order


async def test_nothing_is_written_of_what_stays(shop: Shop, shelf: Storage):
    await brought(shop)
    await brought(shop, paid=0)
    await shop.order(shirts(1))
    go_by(shop)
    assert await stayed(shop, shelf) == {"told": 1, "rider": 1, "open": 1}
    await told(shop)
    assert await stayed(shop, shelf) == {"figures": 1, "rider": 1, "open": 1}
    await counted(shop)
    assert await stayed(shop, shelf, days=150) == {}


async def stayed(shop: Shop, shelf: Storage, *, days: int = 30) -> Mapping[str, int]:
    """Why orders stay where none may leave, and nothing is written."""
    before = await shop.rows()
    archived, why = await archive(shop, shelf, days=days)
    assert (archived, await shop.rows(), shelf.folder.root.exists()) == (0, before, False)
    return why


async def test_an_order_that_moved_since_it_was_looked_at_stays(shop: Shop, shelf: Storage):
    order = await ready(shop)
    before = await shop.rows()
    async with shop.pool.acquire() as connection:
        long_ago = await connection.fetchval("SELECT placed_at FROM sale_order WHERE id = $1", order.id)
        assert (
            await archive_one(connection, shelf, store=LAGOS, order=order.id, before=long_ago, now=shop.now) == "busy"
        )
    assert await shop.rows() == before
    assert not shelf.folder.root.exists()


async def test_who_lets_one_order_leave_removes_nothing_of_another(shop: Shop):
    order = await ready(shop)
    await brought(shop, paid=0)
    before = await shop.rows()
    for table in ("movement", "rider_ledger"):
        async with shop.pool.acquire() as connection:
            turn = connection.transaction()
            await turn.start()
            await connection.execute(ENTER, order.id)
            with pytest.raises(asyncpg.RestrictViolationError, match=f"of {table} leave with their whole order alone"):
                await connection.execute(f"DELETE FROM {table}")
            await turn.rollback()
    async with shop.pool.acquire() as connection:
        turn = connection.transaction()
        await turn.start()
        await connection.execute(ENTER, order.id)
        with pytest.raises(asyncpg.RestrictViolationError, match="are only ever added"):
            await connection.execute("UPDATE transition_log SET actor = 'nobody'")
        await turn.rollback()
    for change in ("UPDATE archived_order SET number = ''", "DELETE FROM archived_order"):
        with pytest.raises(asyncpg.RestrictViolationError, match="are only ever added"):
            await shop.pool.execute(change)
    assert await shop.rows() == before
