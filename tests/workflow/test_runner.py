"""The one door: what a move writes, and that whatever is refused writes nothing."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest
from tests.workflow.lamp import ANYONE, NOBODY, NOON, BreakSeal, BurnOut, Lamp, Press, Room, a_lamp, make_order, runner

from orderway.ids import new_id
from orderway.statechart import Refusal
from orderway.workflow.actor import THE_SYSTEM, Actor
from orderway.workflow.errors import Conflict, Invalid, KeyReused, NotFound, Refused
from orderway.workflow.kinds import Moved, Ref
from orderway.workflow.runner import is_spent
from orderway.workflow.transaction import Transaction

EVERYTHING = """
SELECT (SELECT count(*) FROM transition_log), (SELECT count(*) FROM outbox), (SELECT count(*) FROM spent_key),
    (SELECT string_agg(state || step || context::text, ',' ORDER BY id) FROM quotation),
    (SELECT sum(outbox_number) FROM sale_order)
"""


async def everything(pool: asyncpg.Pool) -> tuple[object, ...]:
    return tuple((await pool.fetch(EVERYTHING))[0])


async def spent(pool: asyncpg.Pool, actor: Actor, key: str) -> bool:
    async with pool.acquire() as connection:
        return await is_spent(connection, actor=actor, key=key)


async def test_a_birth_is_the_first_row_of_the_log(pool: asyncpg.Pool) -> None:
    lamp = await a_lamp(runner(pool))
    row = (await pool.fetch("SELECT * FROM transition_log"))[0]
    assert (row["instance_id"], row["step"], row["from_state"], row["to_state"], row["event"]) == (
        lamp.id, 0, None, "OFF", "BORN",
    )  # fmt: skip
    assert (row["payload"], row["prev_hash"], row["actor"]) == (
        '{"context":{"presses":0,"burns_until":null}}', None, ANYONE.id,
    )  # fmt: skip


async def test_a_birth_that_is_asked_for_twice_with_one_key_is_one(pool: asyncpg.Pool) -> None:
    door = runner(pool)
    async with pool.acquire() as connection:
        store, order = await make_order(connection)

    async def born(context: Lamp) -> Moved:
        return await door.open("lamp", context, store_id=store, order_id=order, actor=ANYONE, key="a", reason="Dusk.")

    first = await born(Lamp())
    before = await everything(pool)
    assert await born(Lamp()) == first
    with pytest.raises(KeyReused):
        await born(Lamp(presses=1))
    assert await everything(pool) == before
    assert await pool.fetchval("SELECT reason FROM transition_log") == "Dusk."
    with pytest.raises(NotFound, match="There is no such order"):
        await door.open("lamp", Lamp(), store_id=store, order_id=new_id(), actor=ANYONE)


async def test_a_move_writes_state_log_and_outbox_together(pool: asyncpg.Pool) -> None:
    door = runner(pool)
    lamp = await a_lamp(door)
    moved = await door.send(lamp, Press(reason="it was dark"), actor=ANYONE, request_id="request-7")
    assert (moved.from_state, moved.to_state, moved.step, moved.at) == ("OFF", "ON", 1, NOON)
    row = (await pool.fetch("SELECT state, step, context, due_at, due_event, hash FROM quotation"))[0]
    assert tuple(row)[:5] == (
        "ON", 1, '{"presses":1,"burns_until":"2026-03-02T13:00:00Z"}', NOON + timedelta(hours=1), "BURN_OUT",
    )  # fmt: skip
    log = (await pool.fetch("SELECT * FROM transition_log WHERE step = 1"))[0]
    assert (log["event"], log["payload"], log["reason"], log["request_id"]) == (
        "PRESS", '{"reason":"it was dark"}', "it was dark", "request-7",
    )  # fmt: skip
    assert log["hash"] == row["hash"]
    told = await pool.fetch("SELECT number, type, step FROM outbox ORDER BY number")
    assert [tuple(each) for each in told] == [
        (1, "order.lamp.born", 0), (2, "order.lamp.press", 1), (3, "order.lamp.clicked", 1),
    ]  # fmt: skip
    assert await pool.fetchval("SELECT outbox_number FROM sale_order") == 3


async def test_a_guard_that_says_no_explains_itself_and_writes_nothing(pool: asyncpg.Pool) -> None:
    room = Room(has_power=False)
    door = runner(pool, room)
    lamp = await a_lamp(door)
    before = await everything(pool)
    with pytest.raises(Refused, match="The lamp must have power") as refused:
        await door.send(lamp, Press(), actor=ANYONE)
    assert [reason.guard for reason in refused.value.refusal.reasons] == ["has_power"]
    assert refused.value.refusal.takes == ("PRESS", "BREAK_SEAL")
    assert await everything(pool) == before
    assert room.clicks == []


async def test_an_event_that_the_state_does_not_take_is_refused(pool: asyncpg.Pool) -> None:
    door = runner(pool)
    lamp = await a_lamp(door)
    before = await everything(pool)
    with pytest.raises(Refused) as refused:
        await door.send(lamp, BurnOut(), actor=THE_SYSTEM)
    assert refused.value.refusal.reasons == ()
    assert "BURN_OUT" not in str(refused.value)
    assert await everything(pool) == before


@pytest.mark.parametrize("event", [Press(), BurnOut()], ids=["not permitted", "only the system's"])
async def test_who_may_not_is_refused(pool: asyncpg.Pool, event: object) -> None:
    door = runner(pool)
    lamp = await a_lamp(door)
    if isinstance(event, BurnOut):
        await door.send(lamp, Press(), actor=ANYONE)
    before = await everything(pool)
    actor = ANYONE if isinstance(event, BurnOut) else NOBODY
    with pytest.raises(Refused, match="You may not") as refused:
        await door.send(lamp, event, actor=actor)
    assert [reason.guard for reason in refused.value.refusal.reasons] == ["permission"]
    assert await everything(pool) == before


async def test_an_effect_that_fails_undoes_the_move(pool: asyncpg.Pool) -> None:
    room = Room()
    door = runner(pool, room)
    lamp = await a_lamp(door)
    before = await everything(pool)
    room.fails = True
    with pytest.raises(RuntimeError, match="the switch came off"):
        await door.send(lamp, Press(), actor=ANYONE, key="once")
    assert await everything(pool) == before


async def test_what_is_not_there_is_not_found(pool: asyncpg.Pool) -> None:
    door = runner(pool)
    lamp = await a_lamp(door)
    before = await everything(pool)
    for ref in (Ref("lamp", lamp.store_id, new_id()), Ref("lamp", new_id(), lamp.id)):
        with pytest.raises(NotFound, match="There is no such lamp"):
            await door.send(ref, Press(), actor=ANYONE)
    with pytest.raises(Invalid, match="There is no machine 'candle'"):
        await door.send(Ref("candle", lamp.store_id, lamp.id), Press(), actor=ANYONE)
    assert await everything(pool) == before


async def test_a_transaction_keeps_to_one_order(pool: asyncpg.Pool) -> None:
    door = runner(pool)
    one, other = await a_lamp(door), await a_lamp(door)
    before = await everything(pool)

    async def both(tx: Transaction) -> None:
        await tx.send(one, Press())
        await tx.send(other, Press())

    with pytest.raises(NotFound):
        await door.run(both, actor=ANYONE)
    assert await everything(pool) == before


async def test_a_stale_step_says_who_moved_it(pool: asyncpg.Pool) -> None:
    door = runner(pool)
    lamp = await a_lamp(door)
    await door.send(lamp, Press(), actor=ANYONE, seen=0)
    before = await everything(pool)
    with pytest.raises(Conflict, match="Whoever was there first pressed the switch at 2026-03-02 12:00:00") as conflict:
        await door.send(lamp, Press(), actor=ANYONE, seen=0)
    assert (conflict.value.step, conflict.value.when) == (1, NOON)
    assert await everything(pool) == before


async def test_the_same_key_gives_the_same_answer_and_no_second_effect(pool: asyncpg.Pool) -> None:
    door = runner(pool)
    lamp = await a_lamp(door)
    first = await door.send(lamp, Press(), actor=ANYONE, key="a")
    before = await everything(pool)
    assert await door.send(lamp, Press(), actor=ANYONE, key="a") == first
    assert await everything(pool) == before
    with pytest.raises(KeyReused, match="already used for another request"):
        await door.send(lamp, Press(reason="again"), actor=ANYONE, key="a")
    assert await everything(pool) == before
    assert (await door.send(lamp, Press(), actor=ANYONE, key="b")).to_state == "OFF"


async def test_a_key_of_a_refused_request_is_not_spent(pool: asyncpg.Pool) -> None:
    room = Room(has_power=False)
    door = runner(pool, room)
    lamp = await a_lamp(door)
    with pytest.raises(Refused):
        await door.send(lamp, Press(), actor=ANYONE, key="a")
    assert await spent(pool, ANYONE, "a") is False
    room.has_power = True
    assert (await door.send(lamp, Press(), actor=ANYONE, key="a")).to_state == "ON"
    assert await spent(pool, ANYONE, "a") is True
    assert await spent(pool, ANYONE, "b") is False
    assert await spent(pool, NOBODY, "a") is False


async def test_a_key_at_the_same_moment_is_spent_once(pool: asyncpg.Pool) -> None:
    room = Room()
    door = runner(pool, room)
    lamp = await a_lamp(door)
    answers = await asyncio.gather(*(door.send(lamp, Press(), actor=ANYONE, key="a") for _ in range(8)))
    assert len(set(answers)) == 1
    assert await pool.fetchval("SELECT step FROM quotation") == 1


async def test_a_secret_is_used_and_never_written(pool: asyncpg.Pool) -> None:
    door = runner(pool)
    lamp = await a_lamp(door)
    with pytest.raises(Refused):
        await door.send(lamp, BreakSeal(code="4321"), actor=ANYONE)
    await door.send(lamp, BreakSeal(code="1234"), actor=ANYONE)
    row = (await pool.fetch("SELECT payload, facts FROM transition_log WHERE step = 1"))[0]
    assert row["payload"] == '{"code":null}'
    assert "1234" not in row["facts"]


async def test_a_text_that_could_not_be_read_again_is_refused(pool: asyncpg.Pool) -> None:
    door = runner(pool)
    lamp = await a_lamp(door)
    before = await everything(pool)
    with pytest.raises(Invalid, match="the character NUL"):
        await door.send(lamp, Press(reason="so\x00dark"), actor=ANYONE, reason="It was dark.")
    assert await everything(pool) == before
    await door.send(lamp, Press(reason="so\\u0000dark"), actor=ANYONE)
    assert await pool.fetchval("SELECT payload ->> 'reason' FROM transition_log WHERE step = 1") == "so\\u0000dark"


async def test_an_offer_that_is_refused_leaves_the_rest_of_the_transaction(pool: asyncpg.Pool) -> None:
    door = runner(pool)
    lamp = await a_lamp(door)

    async def work(tx: Transaction) -> Refusal | object:
        await tx.send(lamp, Press())
        with tx.as_system():
            return await tx.offer(lamp, BurnOut())

    assert isinstance(await door.run(work, actor=ANYONE), Refusal)
    assert await pool.fetchval("SELECT state FROM quotation") == "ON"


async def test_what_the_system_does_names_who_was_behind_it(pool: asyncpg.Pool) -> None:
    door = runner(pool)
    lamp = await a_lamp(door)

    async def work(tx: Transaction) -> None:
        with tx.as_system():
            await tx.send(lamp, Press())
        await tx.send(lamp, Press())

    await door.run(work, actor=ANYONE)
    rows = await pool.fetch("SELECT actor, on_behalf_of FROM transition_log WHERE step > 0 ORDER BY step")
    assert [tuple(row) for row in rows] == [("system", ANYONE.id), (ANYONE.id, None)]


async def test_nothing_can_be_told_before_something_moved(pool: asyncpg.Pool) -> None:
    door = runner(pool)
    async with pool.acquire() as connection:
        store, order = await make_order(connection)

    async def tell(tx: Transaction) -> None:
        await tx.lock(store, order)
        await tx.put("order.lamp.clicked", Lamp())

    with pytest.raises(RuntimeError, match="Nothing has moved"):
        await door.run(tell, actor=ANYONE)

    async def unlocked(tx: Transaction) -> None:
        await tx.open("lamp", Lamp())

    with pytest.raises(RuntimeError, match="No order is locked"):
        await door.run(unlocked, actor=ANYONE)

    async def missing(tx: Transaction) -> None:
        await tx.lock(store, new_id())

    with pytest.raises(NotFound, match="There is no such order"):
        await door.run(missing, actor=ANYONE)


async def test_a_collision_is_tried_again(pool: asyncpg.Pool) -> None:
    door = runner(pool)
    tries = 0

    async def collides(_tx: Transaction) -> int:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise asyncpg.DeadlockDetectedError("deadlock detected")
        return tries

    assert await door.run(collides, actor=ANYONE) == 3

    async def always(_tx: Transaction) -> None:
        raise asyncpg.SerializationError("could not serialize access")

    with pytest.raises(asyncpg.SerializationError):
        await door.run(always, actor=ANYONE)


async def test_somebody_acts_at_a_time_of_their_own_and_then_it_is_as_before(pool: asyncpg.Pool) -> None:
    door = runner(pool)
    lamp = await a_lamp(door)
    earlier = NOON - timedelta(days=30)

    async def work(tx: Transaction) -> None:
        with tx.acting(THE_SYSTEM, at=earlier):
            assert (await tx.send(lamp, Press())).at == earlier
        await tx.send(lamp, Press())

    await door.run(work, actor=ANYONE)
    rows = await pool.fetch("SELECT actor, at FROM transition_log WHERE step > 0 ORDER BY step")
    assert [tuple(row) for row in rows] == [("system", earlier), (ANYONE.id, NOON)]


async def test_where_every_instance_is_held_none_is_looked_for(pool: asyncpg.Pool) -> None:
    async with pool.acquire() as connection:
        store, order = await make_order(connection)

    async def work(tx: Transaction) -> None:
        await tx.lock(store, order)
        assert await tx.every("lamp") == []
        assert await tx.find("lamp") is None

    await runner(pool).run(work, actor=ANYONE)
