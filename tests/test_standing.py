"""How things stand: each figure is the truth of the tables, and a database that is away is one of them."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import asyncpg
import pytest
from tests.outbound.listening import UNHEARD
from tests.schedules.runs import NOON, ends, takes, unseen_for
from tests.stories.shop import Shop, shirts

from orderway.app import make_workflow
from orderway.outbound.feed import begin, feed
from orderway.schedules.taking import Tally, Worker
from orderway.settings import Settings
from orderway.standing import read_standing
from orderway.workflow.runner import Runner


@pytest.fixture
async def shop(pool: asyncpg.Pool) -> Shop:
    opened = Shop(pool)
    await opened.furnish()
    return opened


async def told(runner: Runner) -> dict[str, float]:
    """Each figure by its name, with the value of its label."""
    registry = await read_standing(runner)
    return {
        " ".join((each.name.removeprefix("orderway_"), *each.labels.values())): each.value
        for family in registry.collect()
        for each in family.samples
    }


def at(pool: asyncpg.Pool, moment: datetime) -> Runner:
    return Runner(pool, make_workflow(Settings({})), clock=lambda: moment)


async def test_nothing_is_late_where_nothing_has_happened(pool: asyncpg.Pool):
    found = await told(at(pool, NOON))
    oldest = found.pop("database_oldest_transaction_seconds")
    assert oldest >= 0
    assert found == {
        "database_up": 1, "tables_current": 1, "workers": 0, "database_lock_waiting": 0,
        **{
            f"outbox_{figure} {sink}": 0
            for sink in ("notifications", "mail")
            for figure in ("waiting", "failing", "dead", "late_seconds", "away_seconds")
        },
        **{
            f"timers_{figure} {machine}": 0
            for machine in ("quotation", "sale", "payment", "override_request", "fulfillment", "rider_interest")
            for figure in ("late_seconds", "failing")
        },
    }  # fmt: skip


async def test_a_sink_tells_what_waits_fails_and_was_given_up_and_how_late_it_is(shop: Shop):
    async with shop.pool.acquire() as connection:
        await begin(connection, "place", now=shop.now)
        orders = [(await shop.order(shirts(1))).id for _ in range(4)]
        unread = await told(at(shop.pool, shop.now + timedelta(minutes=3)))
        assert (unread["outbox_late_seconds place"], unread["outbox_waiting place"]) == (180, 0)
        async with asyncio.timeout(30):
            while await connection.fetchval(UNHEARD, "place"):
                await feed(connection, "place", now=shop.now + timedelta(minutes=2))
    await shop.pool.execute(
        "UPDATE outbound_progress SET tries = 3, why = 'Shut.', due_at = $2 WHERE order_id = $1",
        orders[0], shop.now + timedelta(hours=1),
    )  # fmt: skip
    await shop.pool.execute(
        "UPDATE outbound_progress SET tries = 20, why = 'Shut.', due_at = NULL, dead_at = $2 WHERE order_id = $1",
        orders[1], shop.now,
    )  # fmt: skip
    await shop.pool.execute("UPDATE outbound_sink SET away_since = $1, away_why = 'Away.'", shop.now)
    await shop.pool.execute("UPDATE outbound_sink SET paused_at = $1 WHERE sink = 'notifications'", shop.now)
    found = await told(at(shop.pool, shop.now + timedelta(minutes=3)))
    assert {name: value for name, value in found.items() if name.endswith("place")} == {
        "outbox_waiting place": 3, "outbox_failing place": 1, "outbox_dead place": 1,
        "outbox_late_seconds place": 60, "outbox_away_seconds place": 180,
    }  # fmt: skip
    assert not any(name.endswith("notifications") for name in found), "what is paused is not late"


async def test_a_timer_is_late_from_its_time_on_and_one_that_fails_is_told(shop: Shop):
    await shop.order(shirts(1))
    set_at = "UPDATE quotation SET due_at = $1, due_event = 'EXPIRE'"
    await shop.pool.execute(set_at, shop.now + timedelta(hours=1))
    early, late = (at(shop.pool, shop.now + timedelta(hours=hours)) for hours in (0, 3))
    assert [(await told(each))["timers_late_seconds quotation"] for each in (early, late)] == [0, 7200]
    await shop.pool.execute(
        "INSERT INTO failed_timer (store_id, instance_id, order_id, machine, event, step, tries, failed_at, why)"
        " SELECT store_id, id, order_id, 'quotation', 'EXPIRE', step, 1, $1, 'It broke.' FROM quotation", shop.now,
    )  # fmt: skip
    found = await told(late)
    assert (found["timers_failing quotation"], found["timers_failing sale"]) == (1, 0)
    await shop.pool.execute("UPDATE failed_timer SET step = step - 1")
    assert (await told(late))["timers_failing quotation"] == 0, "it has moved since"


async def test_a_schedule_is_late_from_the_first_time_that_was_missed(pool: asyncpg.Pool):
    worker = Worker()
    (run,) = await takes(pool, worker, at=NOON, sales=NOON)
    assert "schedule_late_seconds sales" not in await told(at(pool, NOON)), "nothing is missed before the first run"
    await ends(pool, run, worker, at=NOON, tally=Tally(rows=1, errors=1, why="It broke."))
    found = [await told(at(pool, NOON + timedelta(minutes=minutes))) for minutes in (59, 61, 190)]
    assert [each["schedule_late_seconds sales"] for each in found] == [0, 60, 130 * 60]
    assert found[0]["schedule_failing sales"] == 1
    assert found[0]["workers"] == 1
    await unseen_for(pool, worker, 61)
    assert (await told(at(pool, NOON)))["workers"] == 0


async def test_a_transaction_that_wrote_holds_up_and_who_waits_for_it_is_told(pool: asyncpg.Pool, database_url: str):
    other = await asyncpg.connect(database_url)
    async with pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute("LOCK TABLE spent_key IN ACCESS EXCLUSIVE MODE")
        await connection.execute("SELECT pg_current_xact_id()")
        waits = asyncio.create_task(other.execute("BEGIN; LOCK TABLE spent_key IN ACCESS EXCLUSIVE MODE; COMMIT"))
        try:
            async with asyncio.timeout(30):
                while (found := await told(at(pool, NOON)))["database_lock_waiting"] == 0:
                    pass
            assert found["database_lock_waiting"] == 1
            assert found["database_oldest_transaction_seconds"] > 0
        finally:
            await transaction.rollback()
            await asyncio.gather(waits, return_exceptions=True)
            await other.close()


async def test_tables_of_another_version_are_told_and_nothing_is_asked_of_them(pool: asyncpg.Pool):
    await pool.execute("UPDATE alembic_version SET version_num = '0040'")
    assert await told(at(pool, NOON)) == {"database_up": 1, "tables_current": 0}
    await pool.execute("DROP TABLE alembic_version")
    assert await told(at(pool, NOON)) == {"database_up": 1, "tables_current": 0}


async def test_a_database_that_is_away_is_a_figure(pool: asyncpg.Pool):
    await pool.close()
    assert await told(at(pool, NOON)) == {"database_up": 0}
