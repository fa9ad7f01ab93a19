"""What the door counts: what was committed, what was refused and by what, and what was begun anew."""

from dataclasses import replace
from datetime import timedelta

import asyncpg
import pytest
from structlog.contextvars import bound_contextvars, get_contextvars, unbind_contextvars
from structlog.testing import capture_logs
from tests.figures import Growth
from tests.workflow.lamp import ANYONE, NOBODY, NOON, BreakSeal, BurnOut, Press, Room, a_lamp, runner

from orderway.ids import new_id
from orderway.statechart import Reason
from orderway.workflow.errors import NotFound, Refused
from orderway.workflow.measuring import guards
from orderway.workflow.transaction import Transaction


async def test_a_move_is_counted_with_how_long_it_stood_before(pool: asyncpg.Pool) -> None:
    grown = Growth()
    lamp = await a_lamp(runner(pool))
    assert grown.of("transitions_total", machine="lamp", event="BORN") == 1
    assert grown.of("lock_seconds_count") == 1
    with capture_logs() as log:
        await runner(pool, now=NOON + timedelta(hours=3)).send(lamp, Press(), actor=ANYONE)
    assert grown.of("transitions_total", machine="lamp", event="PRESS") == 1
    assert grown.of("dwell_seconds_sum", machine="lamp", state="OFF") == 3 * 3600
    assert grown.of("dwell_seconds_bucket", machine="lamp", state="OFF", le="3600.0") == 0
    assert grown.of("dwell_seconds_bucket", machine="lamp", state="OFF", le="14400.0") == 1
    moved = await pool.fetchrow("SELECT id, order_id FROM outbox WHERE type = 'order.lamp.press'")
    assert moved is not None
    assert log == [
        {
            "event": "An instance was moved.", "log_level": "debug", "machine": "lamp", "move": "PRESS", "step": 1,
            "state": "ON", "order_id": str(moved["order_id"]), "event_id": str(moved["id"]),
        }
    ]  # fmt: skip
    await runner(pool, now=NOON).send(lamp, Press(), actor=ANYONE)
    assert grown.of("dwell_seconds_sum", machine="lamp", state="ON") == 0, "a time before is no negative one"


async def test_what_is_undone_is_not_counted(pool: asyncpg.Pool) -> None:
    grown = Growth()
    lamp = await a_lamp(runner(pool))
    with pytest.raises(RuntimeError):
        await runner(pool, Room(fails=True)).send(lamp, Press(), actor=ANYONE)
    assert grown.of("transitions_total", machine="lamp", event="PRESS") == 0


async def test_what_is_logged_of_a_fault_names_the_order(pool: asyncpg.Pool) -> None:
    lamp = await a_lamp(runner(pool))
    with bound_contextvars():
        with pytest.raises(RuntimeError):
            await runner(pool, Room(fails=True)).send(lamp, Press(), actor=ANYONE)
        named = get_contextvars()["order_id"]
        unbind_contextvars("order_id")
        with pytest.raises(NotFound):
            await runner(pool).send(replace(lamp, id=new_id()), Press(), actor=ANYONE)
        assert "order_id" not in get_contextvars()
    assert named == str(await pool.fetchval("SELECT id FROM sale_order"))


async def test_what_follows_in_another_order_counts_with_the_whole(pool: asyncpg.Pool) -> None:
    grown = Growth()
    door = runner(pool)
    one, other = await a_lamp(door), await a_lamp(door)

    async def both(tx: Transaction) -> None:
        await tx.send(one, Press())
        beside = tx.beside()
        await beside.send(other, Press())
        await beside.settle()

    await door.run(both, actor=ANYONE)
    assert grown.of("transitions_total", machine="lamp", event="PRESS") == 2


async def test_a_refusal_counts_for_each_guard_that_said_no(pool: asyncpg.Pool) -> None:
    grown = Growth()
    lamp = await a_lamp(runner(pool))
    for event, actor in ((Press(), NOBODY), (Press(), ANYONE), (BreakSeal("0000"), ANYONE)):
        with pytest.raises(Refused):
            await runner(pool, Room(has_power=False)).send(lamp, event, actor=actor)
    assert [grown.of("refusals_total", machine="lamp", guard=guard) for guard in ("permission", "has_power")] == [
        1, 1,
    ]  # fmt: skip
    assert grown.of("refusals_total", machine="lamp", guard="code_is_right") == 1


async def test_where_nothing_takes_an_event_the_state_refused_it(pool: asyncpg.Pool) -> None:
    grown = Growth()
    lamp = await a_lamp(runner(pool))
    with pytest.raises(Refused):
        await runner(pool).send(lamp, BurnOut(), actor=ANYONE.behind())
    assert grown.of("refusals_total", machine="lamp", guard="state") == 1


def test_what_is_put_together_counts_by_its_parts() -> None:
    of_two = Reason("", "Either.", mode="any", parts=(Reason("is_day", "Day."), Reason("is_lit", "Lit.")))
    assert list(guards(of_two)) == ["is_day", "is_lit"]


async def test_what_collides_is_counted_each_time_it_is_begun_anew(pool: asyncpg.Pool) -> None:
    grown = Growth()
    errors = iter([asyncpg.DeadlockDetectedError(), asyncpg.SerializationError()])

    async def collides(_tx: Transaction) -> bool:
        for error in errors:
            raise error
        return True

    assert await runner(pool).run(collides, actor=ANYONE)
    assert grown.of("retries_total", cause="deadlock") == 1
    assert grown.of("retries_total", cause="serialization") == 1
