"""What happened to an order, in words and newest first; and where it stood at a moment that is past."""

from datetime import datetime, timedelta

import asyncpg
import pytest
from tests.workflow.lamp import ANYONE, NOON, Lamp, LampFacts, Press, Room, a_lamp, code_is_right, lamp_workflow, runner
from tests.workflow.lanterns import Light, hang, house

from orderway.ids import new_id
from orderway.quotation.rows import quotation
from orderway.statechart import Snapshot, chart, final, on, state
from orderway.workflow.history import ALL_OF_IT, Happening, Happenings, Wanted, count_happenings, happenings
from orderway.workflow.kinds import Kind, Ref, Workflow
from orderway.workflow.past import Stood, where_stood

ONE = timedelta(hours=1)
LAMPS = lamp_workflow(Room())


def named(actor: str) -> str:
    return f"CASE {actor} WHEN '{ANYONE.id}' THEN 'Whoever was there first' END"


@pytest.fixture
async def lamp(pool: asyncpg.Pool) -> Ref:
    """A lamp that was pressed by somebody, and an hour later by the system on their behalf."""
    lamp = await a_lamp(runner(pool))
    await runner(pool).send(lamp, Press(reason="It was dark."), actor=ANYONE)
    await runner(pool).send(lamp, Press(), actor=ANYONE.behind(), at=NOON + ONE)
    return lamp


async def told(
    pool: asyncpg.Pool, lamp: Ref, wanted: Wanted = ALL_OF_IT, *, before: int | None = None, limit: int = 50
) -> Happenings:
    async with pool.acquire() as connection:
        order = await connection.fetchval("SELECT id FROM sale_order")
        return await happenings(
            connection, LAMPS, store_id=lamp.store_id, order_id=order, instances=[lamp.id], named=named,
            noted="l.reason IS NOT NULL", wanted=wanted, before=before, limit=limit,
        )  # fmt: skip


async def test_what_happened_is_told_newest_first_in_the_words_of_the_machine(pool: asyncpg.Pool, lamp: Ref) -> None:
    found = await told(pool, lamp)
    assert found.older is None
    assert found.items[:2] == (
        Happening(
            number=4, machine="lamp", instance_id=lamp.id, step=2, event="PRESS", phrase="pressed the switch",
            from_state="ON", from_label="On", to_state="OFF", to_label="Off", tone="neutral", actor="system",
            actor_name=None, on_behalf_of=ANYONE.id, behind_name="Whoever was there first", reason=None, at=NOON + ONE,
        ),
        Happening(
            number=2, machine="lamp", instance_id=lamp.id, step=1, event="PRESS", phrase="pressed the switch",
            from_state="OFF", from_label="Off", to_state="ON", to_label="On", tone="neutral", actor=ANYONE.id,
            actor_name="Whoever was there first", on_behalf_of=None, behind_name=None, reason="It was dark.", at=NOON,
            noted=True,
        ),
    )  # fmt: skip
    (birth,) = found.items[2:]
    assert (birth.number, birth.event, birth.phrase) == (1, "BORN", "opened the lamp")
    assert (birth.from_state, birth.from_label, birth.to_label) == (None, None, "Off")


async def test_a_page_names_the_one_after_it(pool: asyncpg.Pool, lamp: Ref) -> None:
    first = await told(pool, lamp, limit=2)
    assert ([each.step for each in first.items], first.older) == ([2, 1], 2)
    rest = await told(pool, lamp, before=first.older, limit=2)
    assert ([each.step for each in rest.items], rest.older) == ([0], None)


@pytest.mark.parametrize(
    ("wanted", "steps"),
    [
        (Wanted(), [2, 1, 0]),
        (Wanted(machines=("lamp",)), [2, 1, 0]),
        (Wanted(machines=("candle",)), []),
        (Wanted(events=("PRESS",)), [2, 1]),
        (Wanted(actors=("system",)), [2]),
        (Wanted(actors=(ANYONE.id,)), [1, 0]),
        (Wanted(behind=(ANYONE.id,)), [2]),
        (Wanted(actors=(ANYONE.id,), behind=(ANYONE.id,)), [2, 1, 0]),
        (Wanted(since=NOON + ONE), [2]),
        (Wanted(until=NOON + ONE), [1, 0]),
        (Wanted(events=("BORN",), since=NOON + ONE), []),
    ],
)
async def test_a_part_of_the_history_is_told_and_counted(
    pool: asyncpg.Pool, lamp: Ref, wanted: Wanted, steps: list[int]
) -> None:
    assert [each.step for each in (await told(pool, lamp, wanted)).items] == steps
    async with pool.acquire() as connection:
        order = await connection.fetchval("SELECT id FROM sale_order")
        counted = await count_happenings(
            connection, store_id=lamp.store_id, order_id=order, instances=[lamp.id], wanted=wanted
        )
    assert counted == len(steps)


async def test_nothing_is_told_of_an_instance_that_was_not_asked_for(pool: asyncpg.Pool) -> None:
    hung = await hang(door := house(pool))
    await door.send(hung.second, Light(), actor=ANYONE)
    async with pool.acquire() as connection:
        found = await happenings(
            connection, door.workflow, store_id=hung.store, order_id=hung.order,
            instances=[hung.lamp.id, hung.second.id], named=named,
        )  # fmt: skip
    assert [(each.number, each.instance_id, each.phrase) for each in found.items] == [
        (4, hung.second.id, "lit the lantern"), (3, hung.second.id, "opened the lantern"),
        (1, hung.lamp.id, "opened the lamp"),
    ]  # fmt: skip


async def stood(pool: asyncpg.Pool, lamp: Ref, at: datetime, workflow: Workflow = LAMPS) -> list[Stood]:
    async with pool.acquire() as connection:
        return await where_stood(connection, workflow, store_id=lamp.store_id, instances=[lamp.id], at=at)


async def test_the_past_is_what_the_log_replays_to(pool: asyncpg.Pool, lamp: Ref) -> None:
    assert await stood(pool, lamp, NOON - ONE) == []
    assert await stood(pool, lamp, NOON) == [
        Stood(
            "lamp", lamp.id, 1, 1, Snapshot("ON", Lamp(presses=1, burns_until=NOON + ONE)), born_at=NOON, since=NOON,
            facts=LampFacts(NOON, ANYONE.id),
        )
    ]  # fmt: skip
    (off,) = await stood(pool, lamp, NOON + ONE)
    assert (off.step, off.snapshot, off.born_at, off.since) == (2, Snapshot("OFF", Lamp(presses=2)), NOON, NOON + ONE)


async def test_a_step_that_followed_a_later_one_is_later_too(pool: asyncpg.Pool) -> None:
    """Who waited for the lock had come earlier than whom they waited for."""
    lamp = await a_lamp(door := runner(pool))
    await door.send(lamp, Press(), actor=ANYONE, at=NOON + 2 * ONE)
    await door.send(lamp, Press(), actor=ANYONE, at=NOON + ONE)
    assert [each.step for each in await stood(pool, lamp, NOON + ONE)] == [0]
    assert [each.step for each in await stood(pool, lamp, NOON + 2 * ONE)] == [2]


async def test_of_several_the_oldest_comes_first(pool: asyncpg.Pool) -> None:
    hung = await hang(door := house(pool))
    await door.send(hung.first, Light(), actor=ANYONE)
    asked = [hung.second.id, new_id(), hung.lamp.id, hung.first.id]
    async with pool.acquire() as connection:
        found = await where_stood(connection, door.workflow, store_id=hung.store, instances=asked, at=NOON)
    assert [(each.id, each.snapshot.state) for each in found] == [
        (hung.lamp.id, "OFF"), (hung.first.id, "LIT"), (hung.second.id, "DARK"),
    ]  # fmt: skip


async def test_a_log_that_does_not_replay_is_no_past(pool: asyncpg.Pool, lamp: Ref) -> None:
    """The machine was changed in its place: what the log says was done, it now refuses."""
    changed = chart(
        "lamp", version=1, label="Lamp", context=Lamp, facts=LampFacts,
        states=[state("OFF", on(Press, "OUT", when=code_is_right)), final("OUT")],
    )  # fmt: skip
    workflow = Workflow({"lamp": Kind({1: changed}, quotation, Room().facts)}, {}, LAMPS.name_of)
    with pytest.raises(RuntimeError) as wrong:
        await stood(pool, lamp, NOON, workflow)
    assert str(wrong.value) == f"lamp {lamp.id} does not replay at step 1."
