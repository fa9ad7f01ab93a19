"""Delivery: what is told late, fails, is restored or begins anew is delivered all the same, in its order and once."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from tests.outbound.listening import UNHEARD, Listening, deliver_all
from tests.stories.shop import CONSUMER, LAGOS, RESELLER, SHIRT, Order, Shop, actor, person, shirts

from orderway.outbound import delivery
from orderway.outbound.delivery import Delivered, Stretch, deliver
from orderway.outbound.feed import begin, feed
from orderway.outbound.notifying import Notifications
from orderway.quotation.events import Share
from orderway.workflow.kinds import Connection, Moved
from orderway.workflow.transaction import Transaction

SHARED = "Your quotation # is ready"
WAITING = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@dataclass
class Recorder:
    """A sink that remembers what it took; it refuses what is of the orders in `refused`."""

    name: str = "notifications"
    refused: set[UUID] = field(default_factory=set)
    taken: list[Stretch] = field(default_factory=list)
    together: list[int] = field(default_factory=list)

    async def take(self, _connection: Connection, stretches: Sequence[Stretch], /) -> None:
        """Remember them."""
        if {each.order_id for each in stretches} & self.refused:
            raise ValueError("There is no room.\nAnd this is more of it.")
        self.taken.extend(stretches)
        self.together.append(len(stretches))

    def of(self, order: Order) -> list[tuple[int, int]]:
        return [(each.after, each.until) for each in self.taken if each.order_id == order.id]


async def progress(order: Order) -> tuple[object, ...]:
    return await order.shop.row(
        "SELECT done, known, tries, why, due_at FROM outbound_progress WHERE order_id = $1", order.id
    )


async def waits(order: Order) -> float:
    """The seconds until an order is tried again."""
    due: Any = (await progress(order))[4]
    return float((due - order.shop.now).total_seconds())


def approx(longest: float) -> Any:
    """So many seconds, or up to a quarter less: by chance."""
    return pytest.approx(longest * 0.875, rel=1 / 7 + 1e-9)


async def test_an_order_is_delivered_in_its_order_each_event_once(shop: Shop):
    sink, order = Recorder(), await shop.order(shirts(1))
    await deliver_all(shop.runner, sink)
    await order.send("quotation", Share())
    await deliver_all(shop.runner, sink)
    await deliver_all(shop.runner, sink)
    assert sink.of(order) == [(0, 1), (1, 2)]
    assert await progress(order) == (2, 2, 0, None, None)


async def test_a_long_order_is_delivered_a_stretch_at_a_time(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(delivery, "AT_ONCE", 2)
    await shop.stock((SHIRT, 1))
    sink, order = Recorder(), await shop.agreed(shirts(1))
    assert len(await order.told()) == 6
    await deliver_all(shop.runner, sink)
    assert sink.of(order) == [(0, 2), (2, 4), (4, 6)]


async def test_a_transaction_that_tells_more_than_a_batch_holds_is_noted_whole(shop: Shop):
    sink, order = Recorder(), await shop.order(shirts(1))
    quotation = await order.ref("quotation")
    async with shop.pool.acquire() as connection, connection.transaction():
        await connection.execute(
            "INSERT INTO outbox (store_id, order_id, number, id, type, data, instance_id, step, at)"
            " SELECT $1, $2, n, gen_random_uuid(), 'order.quotation.edit', '{}', $3, 0, $4"
            " FROM generate_series(2, 2501) n",
            LAGOS, order.id, quotation.id, shop.now,
        )  # fmt: skip
        await connection.execute("UPDATE sale_order SET outbox_number = 2501 WHERE id = $1", order.id)
    later = await shop.order(shirts(1))
    await deliver_all(shop.runner, sink)
    assert sink.of(order)[-1][1] == 2501
    assert sink.of(later) == [(0, 1)]


async def test_what_began_early_and_was_told_late_is_not_passed_over(shop: Shop, listening: Listening):
    early = await shop.order(shirts(1), customer=RESELLER)
    late = await shop.order(shirts(1), customer=RESELLER)
    began, go_on, quotation = asyncio.Event(), asyncio.Event(), await early.ref("quotation")

    async def slowly(tx: Transaction) -> Moved:
        moved = await tx.send(quotation, Share())
        began.set()
        await go_on.wait()
        return moved

    slow = asyncio.create_task(shop.runner.run(slowly, actor=actor("biller")))
    await began.wait()
    await late.send("quotation", Share())
    await deliver(shop.runner, Notifications(shop.settings))
    go_on.set()
    await slow
    assert await listening.news() == {"reseller": [SHARED, SHARED]}


async def note_all(shop: Shop) -> None:
    async with asyncio.timeout(30), shop.pool.acquire() as connection:
        while await shop.pool.fetchval(UNHEARD, "notifications"):
            await feed(connection, "notifications", now=shop.now)


async def test_several_orders_are_delivered_at_once_and_one_by_one_those_among_which_one_fails(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(delivery, "TOGETHER", 3)
    orders = [await shop.order(shirts(1)) for _ in range(7)]
    sink = Recorder(refused={orders[1].id})
    await note_all(shop)
    assert await deliver(shop.runner, sink) == Delivered(delivered=6, failed=1)
    assert sorted(sink.together) == [1, 1, 1, 3]
    assert [(await progress(each))[:3] for each in orders] == [(1, 1, 0), (0, 1, 1), *[(1, 1, 0)] * 5]


async def test_an_order_that_can_not_be_delivered_waits_and_holds_up_no_other(shop: Shop):
    bad, good = await shop.order(shirts(1)), await shop.order(shirts(1))
    sink = Recorder(refused={bad.id})
    assert await deliver_all(shop.runner, sink) == Delivered(delivered=1, failed=1)
    assert sink.of(good) == [(0, 1)]
    assert (await progress(bad))[:4] == (0, 1, 1, "There is no room.")
    assert await waits(bad) == approx(10)
    assert await deliver_all(shop.runner, sink) == Delivered()
    for longest in (20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600):
        shop.now += timedelta(hours=1)
        assert await deliver_all(shop.runner, sink) == Delivered(failed=1)
        assert await waits(bad) == approx(longest)
    await bad.send("quotation", Share())
    await deliver_all(shop.runner, sink)
    assert sink.of(bad) == []
    sink.refused.clear()
    shop.now += timedelta(hours=1)
    await deliver_all(shop.runner, sink)
    assert sink.of(bad) == [(0, 2)]
    assert await progress(bad) == (2, 2, 0, None, None)


async def test_an_order_that_failed_too_often_is_given_up_and_what_comes_to_it_waits_too(shop: Shop):
    bad, good = await shop.order(shirts(1)), await shop.order(shirts(1))
    sink = Recorder(refused={bad.id})
    for _ in range(20):
        await deliver_all(shop.runner, sink)
        shop.now += timedelta(hours=1)
    assert (await progress(bad))[:5] == (0, 1, 20, "There is no room.", None)
    sink.refused.clear()
    for order in (bad, good):
        await order.send("quotation", Share())
    shop.now += timedelta(days=1)
    assert await deliver_all(shop.runner, sink) == Delivered(delivered=1)
    assert (sink.of(bad), sink.of(good)) == ([], [(0, 1), (1, 2)])
    died = await shop.row("SELECT known, dead_at FROM outbound_progress WHERE order_id = $1", bad.id)
    assert died == (2, shop.now - timedelta(days=1, hours=1))


async def test_what_fails_to_be_told_writes_nothing(shop: Shop, listening: Listening):
    order = await shop.order(shirts(1), customer=RESELLER)
    await order.send("quotation", Share())
    await shop.pool.execute("ALTER TABLE notification ADD CONSTRAINT full_up CHECK (false) NOT VALID")
    assert (await deliver_all(shop.runner)).failed == 1
    assert await shop.pool.fetchval("SELECT count(*) FROM notification_count") == 0
    assert (await progress(order))[:3] == (0, 2, 1)
    await shop.pool.execute("ALTER TABLE notification DROP CONSTRAINT full_up")
    shop.now += timedelta(seconds=10)
    assert await listening.news() == {"reseller": [SHARED]}


async def test_who_tells_of_several_orders_locks_the_counters_of_people_in_one_order(shop: Shop):
    low, high = person("second rider"), person("reseller")
    await shop.pool.execute("UPDATE customer SET person_id = $1 WHERE id = $2", low, CONSUMER)
    await shop.pool.execute(
        "INSERT INTO person_role (person_id, role_id) SELECT $1, id FROM role WHERE name = 'RESELLER'", low
    )

    async def share_with_both() -> None:
        for customer in (RESELLER, CONSUMER):
            order = await shop.order(shirts(1), customer=customer)
            await order.send("quotation", Share())
            await note_all(shop)
            shop.now += timedelta(minutes=1)

    await share_with_both()
    assert await deliver(shop.runner, Notifications(shop.settings)) == Delivered(delivered=2)
    await share_with_both()
    async with asyncio.timeout(30), shop.pool.acquire() as other, other.transaction():
        lock = "SELECT FROM notification_count WHERE person_id = $1 FOR UPDATE"
        await other.execute(lock, low)
        telling = asyncio.create_task(deliver(shop.runner, Notifications(shop.settings)))
        while not await shop.pool.fetchval(WAITING):
            pass
        await other.execute(f"{lock} NOWAIT", high)
    assert await telling == Delivered(delivered=2)


async def test_a_new_sink_hears_of_what_happens_from_now_on(shop: Shop):
    before = await shop.order(shirts(1))
    sink = Recorder(name="ledger of the warehouse")
    async with shop.pool.acquire() as connection:
        await begin(connection, sink.name, now=shop.now)
        await begin(connection, sink.name, now=shop.now)
    after = await shop.order(shirts(1))
    await before.send("quotation", Share())
    await deliver_all(shop.runner, sink)
    assert sink.of(before) == [(1, 2)]
    assert sink.of(after) == [(0, 1)]
    assert (await shop.row("SELECT count(*) FROM outbound_progress WHERE sink = 'notifications'")) == (0,)


async def test_a_sink_that_is_new_in_a_cluster_that_a_dump_was_restored_into_hears_of_what_happens_from_then_on(
    shop: Shop,
):
    before, sink = await shop.order(shirts(1)), Recorder(name="ledger of the warehouse")
    quotation = await before.ref("quotation")
    # There, transactions had come much further than here.
    await shop.pool.execute(
        "INSERT INTO outbox (store_id, order_id, number, id, type, data, instance_id, step, at, xid)"
        " VALUES ($1, $2, 2, gen_random_uuid(), 'order.quotation.edit', '{}', $3, 0, $4, '999999999999')",
        LAGOS, before.id, quotation.id, shop.now,
    )  # fmt: skip
    await shop.pool.execute("UPDATE sale_order SET outbox_number = 2 WHERE id = $1", before.id)
    shop.now += timedelta(minutes=1)
    async with shop.pool.acquire() as connection:
        await begin(connection, sink.name, now=shop.now)
    await before.send("quotation", Share())
    after = await shop.order(shirts(1))
    await deliver_all(shop.runner, sink)
    assert sink.of(before) == [(2, 3)]
    assert sink.of(after) == [(0, 1)]


async def test_in_a_cluster_that_a_dump_was_restored_into_nothing_is_lost_and_nothing_told_twice(shop: Shop):
    sink, told, untold = Recorder(), await shop.order(shirts(1)), await shop.order(shirts(1))
    await deliver_all(shop.runner, sink)
    await told.send("quotation", Share())
    await deliver_all(shop.runner, sink)
    await untold.send("quotation", Share())
    unknown = await shop.order(shirts(1))
    # There, transactions had come much further than here.
    await shop.pool.execute("UPDATE outbound_sink SET cluster = cluster + 1, xid = '999999999999'")
    await deliver_all(shop.runner, sink)
    assert (sink.of(told), sink.of(untold), sink.of(unknown)) == ([(0, 1), (1, 2)], [(0, 1), (1, 2)], [(0, 1)])
    await unknown.send("quotation", Share())
    await deliver_all(shop.runner, sink)
    assert sink.of(unknown) == [(0, 1), (1, 2)]


async def test_only_one_worker_at_a_time_notes_what_came(shop: Shop):
    await shop.order(shirts(1))
    async with shop.pool.acquire() as one, shop.pool.acquire() as other, one.transaction():
        await one.fetch("SELECT FROM outbound_sink WHERE sink = 'notifications' FOR UPDATE")
        assert await feed(other, "notifications", now=shop.now) == 0


async def test_who_moves_an_order_and_who_is_told_of_it_wait_for_nobody(shop: Shop):
    order = await shop.order(shirts(1), customer=RESELLER)
    await order.send("quotation", Share())
    async with shop.pool.acquire() as mover, mover.transaction():
        await mover.fetch("SELECT FROM sale_order WHERE id = $1 FOR UPDATE", order.id)
        async with asyncio.timeout(30):
            assert (await deliver_all(shop.runner)).failed == 0
        assert await shop.row("SELECT count(*) FROM notification") == (1,)
