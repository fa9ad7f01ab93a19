"""Cheating by hand: PostgreSQL itself refuses what would break the log, and verify finds what was forced on it."""

from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import pytest
from tests.workflow.lamp import ANYONE, NOON, Press, Room, a_lamp, lamp_workflow, runner

from orderway.database import connect
from orderway.workflow.kinds import Ref
from orderway.workflow.verify import Law, verify

CHEATS = {
    "a state changed by hand": ("UPDATE quotation SET state = 'OUT'", "move"),
    "a state set back to an earlier row": (
        ("UPDATE quotation q SET (state, step, hash) = (SELECT to_state, step, hash FROM transition_log l"
        " WHERE l.instance_id = q.id AND l.step = 0)"),
        "move",
    ),
    "a context changed by hand": ("UPDATE quotation SET context = '{\"presses\":99,\"burns_until\":null}'", "move"),
    "a step without a log row": ("UPDATE quotation SET step = step + 1", "fk_quotation_state"),
    "a state and a step without a log row": ("UPDATE quotation SET state = 'OFF', step = 3", "fk_quotation_state"),
    "an instance without a birth": (
        ("INSERT INTO quotation (store_id, id, order_id, version, state, context, history, step, hash, created_at,"
        " moved_at) SELECT store_id, gen_random_uuid(), id, 1, 'OFF', '{}', '{}', 0, sha256(''), now(), now()"
        " FROM sale_order LIMIT 1"),
        "fk_quotation_state|quotation_store_id_order_id_key",
    ),
    "an instance deleted": ("DELETE FROM quotation", "never deleted|is kept|delete"),
    "a log row edited": ("UPDATE transition_log SET actor = 'someone else'", "only ever added"),
    "a log row deleted": ("DELETE FROM transition_log WHERE step = 2", "only ever added"),
    "the log emptied": ("TRUNCATE transition_log CASCADE", "only ever added"),
    "a log row with a wrong hash": (
        ("INSERT INTO transition_log (store_id, instance_id, step, order_id, machine, version, from_state, to_state,"
        " event, payload, facts, actor, at, prev_hash, hash) SELECT store_id, instance_id, 3, order_id, machine,"
        " version, to_state, 'ON', event, payload, facts, actor, at, hash, sha256('') FROM transition_log"
        " WHERE step = 2"),
        "hash_check",
    ),
    "a fork of the log": ("{append} 2, prev_hash, from_state, 'OUT', 'x' FROM transition_log l WHERE step = 2", "pkey"),
    "a gap in the log": ("{append} 4, hash, to_state, 'OUT', 'x' FROM transition_log l WHERE step = 2", "chain"),
    "a row chained to the wrong row": (
        "{append} 3, prev_hash, to_state, 'OUT', 'x' FROM transition_log l WHERE step = 2", "chain",
    ),
    "a row from the wrong state": (
        "{append} 3, hash, 'OUT', 'OFF', 'x' FROM transition_log l WHERE step = 2", "chain",
    ),
    "a second birth": ("{append} 0, NULL, NULL, 'OFF', 'x' FROM transition_log l WHERE step = 2", "pkey"),
    "a first row that is no birth": (
        "{append} 3, NULL, NULL, 'OFF', 'x' FROM transition_log l WHERE step = 2", "birth_check",
    ),
    "an outbox number twice": (
        ("INSERT INTO outbox SELECT store_id, order_id, 1, gen_random_uuid(), type, data, instance_id, step, at"
        " FROM outbox WHERE number = 2"),
        "outbox_pkey",
    ),
    "an outbox row of nothing": (
        ("INSERT INTO outbox SELECT store_id, order_id, 99, gen_random_uuid(), type, data, instance_id, 77, at"
        " FROM outbox WHERE number = 2"),
        "fkey",
    ),
}  # fmt: skip

APPEND = """
INSERT INTO transition_log (store_id, instance_id, order_id, machine, version, payload, facts, actor, at,
    step, prev_hash, from_state, to_state, event, hash)
SELECT n.*, orderway_log_hash(prev_hash, store_id, instance_id, step, order_id, machine, version, from_state, to_state,
    event, payload, facts, actor, NULL, NULL, NULL, at)
FROM (SELECT store_id, instance_id, order_id, machine, version, payload, facts, actor, at, rest.*
    FROM transition_log l0, LATERAL (SELECT {values}) AS rest (step, prev_hash, from_state, to_state, event)
    WHERE l0.step = 2) n
"""


def sql(cheat: str) -> str:
    """A cheat that appends a row gives it the hash that it would have: only the chain can refuse it."""
    if not cheat.startswith("{append}"):
        return cheat
    values = cheat.removeprefix("{append}").partition(" FROM ")[0].replace("prev_hash", "l0.prev_hash")
    for name in ("from_state", "to_state"):
        values = values.replace(f" {name}", f" l0.{name}")
    values = values.replace(" hash", " l0.hash")
    return APPEND.format(values=values.replace("NULL, NULL", "NULL::bytea, NULL::text"))


@pytest.fixture
async def lamp(pool: asyncpg.Pool) -> Ref:
    door = runner(pool)
    lamp = await a_lamp(door)
    await door.send(lamp, Press(), actor=ANYONE)
    await door.send(lamp, Press(), actor=ANYONE)
    return lamp


@pytest.mark.usefixtures("lamp")
@pytest.mark.parametrize("name", CHEATS)
async def test_postgresql_refuses(pool: asyncpg.Pool, name: str) -> None:
    cheat, named = CHEATS[name]
    count = "SELECT count(*), max(hash), (SELECT state || step FROM quotation) FROM transition_log"
    before = await pool.fetchrow(count)
    with pytest.raises(asyncpg.PostgresError) as refused:
        await pool.execute(sql(cheat))
    said = f"{refused.value} {getattr(refused.value, 'constraint_name', '')}"
    assert any(word in said for word in named.split("|")), said
    assert await pool.fetchrow(count) == before


@pytest.fixture
async def forced(superuser_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection on which triggers and foreign keys are off."""
    connection = await connect(superuser_url)
    await connection.execute("SET session_replication_role = replica")
    yield connection
    await connection.close()


REHASHED = """
UPDATE transition_log SET {change}, hash = orderway_log_hash(prev_hash, store_id, instance_id, step, order_id, machine,
    version, from_state, to_state, {event}, {payload}, facts, {actor}, on_behalf_of, reason, request_id, at)
WHERE step = {step}
"""
LAST_ACTOR = REHASHED.format(change="actor = 'x'", actor="'x'", event="event", payload="payload", step=2)

FORCED = {
    "a state": ("UPDATE quotation SET state = 'ON'", "row", "Its state is ON, but its log replays to OFF"),
    "a context": (
        "UPDATE quotation SET context = '{\"presses\":9,\"burns_until\":null}'", "row", "Its context is",
    ),
    "a step": ("UPDATE quotation SET step = 9", "row", "Its row stands at step 9, its log at step 2"),
    "a timer": ("UPDATE quotation SET due_at = now(), due_event = 'BURN_OUT'", "row", "Its timer is"),
    "a timer that is not there": ("UPDATE quotation SET due_at = now(), due_event = 'PRESS'", "row", "replays to none"),
    "an order": ("UPDATE quotation SET order_id = gen_random_uuid()", "row", "Its order is"),
    "a version": ("UPDATE quotation SET version = 2", "row", "Its version is 2, but its log replays to 1"),
    "a birth": ("UPDATE quotation SET created_at = now()", "row", "Its birth is"),
    "a last move": ("UPDATE quotation SET moved_at = now()", "row", "Its last move is"),
    "a row gone": ("DELETE FROM quotation", "row", "its row is gone"),
    "a log row gone in the middle": ("DELETE FROM transition_log WHERE step = 1", "chain", "Step 2 follows step 0"),
    "the last log row gone": ("DELETE FROM transition_log WHERE step = 2", "row", "its log at step 1"),
    "a whole log gone": ("DELETE FROM transition_log", "row", "the log does not tell of it"),
    "an actor, with a hash that fits": (
        REHASHED.format(change="actor = 'x'", actor="'x'", event="event", payload="payload", step=1),
        "chain", "Step 2 is not chained to the row before it",
    ),
    "an event, with a hash that fits": (
        REHASHED.format(change="event = 'BURN_OUT'", event="'BURN_OUT'", actor="actor", payload="payload", step=2),
        "replay", "would be refused",
    ),
    "a log row, with its check gone": (
        ("ALTER TABLE transition_log DROP CONSTRAINT transition_log_hash_check;"
        " UPDATE transition_log SET actor = 'x' WHERE step = 2"),
        "hash", "Step 2 was altered: its content does not give its hash",
    ),
    "an order of a log row, with a hash that fits": (
        """UPDATE transition_log SET order_id = instance_id, hash = orderway_log_hash(prev_hash, store_id, instance_id,
            step, instance_id, machine, version, from_state, to_state, event, payload, facts, actor, on_behalf_of,
            reason, request_id, at) WHERE step = 2""",
        "chain", "Step 2 is of another order",
    ),
    "facts that the machine can not reckon with": (
        """UPDATE transition_log SET facts = f.facts, hash = orderway_log_hash(prev_hash, store_id, instance_id, step,
            order_id, machine, version, from_state, to_state, event, payload, f.facts, actor, on_behalf_of, reason,
            request_id, at)
        FROM (SELECT replace(facts::text, '2026-03-02T12', '9999-12-31T23')::json AS facts FROM transition_log
            WHERE step = 1) f WHERE step = 1""",
        "replay", "Step 1 (PRESS) can not be replayed: date value out of range",
    ),
    "a payload that can not be read": (
        REHASHED.format(
            change="payload = '{\"reason\":7}'", payload="'{\"reason\":7}'::json", actor="actor", event="event", step=2
        ),
        "replay", "can not be replayed",
    ),
    "an actor, with a hash that fits, in the last row and its instance": (
        f"WITH forged AS ({LAST_ACTOR} RETURNING hash) UPDATE quotation SET hash = forged.hash FROM forged",
        "facts", "Step 2 is by x at 2026-03-02 12:00:00+00:00, but its facts tell of",
    ),
    "what the outbox says": (
        "UPDATE outbox SET data = '{}' WHERE number = 2", "outbox words", "Outbox number 2 does not",
    ),
    "when it says it": ("UPDATE outbox SET at = now() WHERE number = 2", "outbox words", "Outbox number 2 does not"),
    "of what it says it": (
        "UPDATE outbox SET type = 'order.candle.press' WHERE number = 2", "outbox words", "Outbox number 2 does not",
    ),
    "an id of the outbox": (
        "UPDATE outbox SET id = (SELECT id FROM outbox WHERE number = 2) WHERE number = 3", "outbox words",
        "2 rows of the outbox have the id",
    ),
    "an order gone": ("DELETE FROM sale_order", "references", "1 of its rows name a sale_order that is not there"),
    "an outbox number": ("UPDATE outbox SET number = 9 WHERE number = 5", "outbox numbers", "numbered 1 to 9"),
    "an outbox row gone": ("DELETE FROM outbox WHERE number = 5", "outbox numbers", "holds 4 rows"),
    "an outbox row of another step": (
        "UPDATE outbox SET step = 1 WHERE number = 4", "outbox order", "is told of 0 times at step 2",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FORCED)
async def test_verify_finds_and_names(pool: asyncpg.Pool, lamp: Ref, forced: asyncpg.Connection, name: str) -> None:
    change, rule, said = FORCED[name]
    async with pool.acquire() as connection:
        assert (await verify(connection, lamp_workflow(Room()), ())).findings == ()
    await forced.execute(change)
    verdict = await verify(forced, lamp_workflow(Room()), ())
    found = [finding for finding in verdict.findings if finding.rule == rule and said in finding.sentence]
    assert found, verdict.findings
    assert str(lamp.id) in found[0].where or found[0].where in {"order 1", "quotation"}


@pytest.fixture
async def burning(pool: asyncpg.Pool) -> Ref:
    """A lamp whose timer runs until one o'clock."""
    lamp = await a_lamp(runner(pool))
    await runner(pool).send(lamp, Press(), actor=ANYONE, key="once")
    return lamp


TIMERS = {
    "one that comes early": ("due_at = due_at - interval '1 minute'", NOON, False),
    "one that comes a little later": ("due_at = due_at + interval '59 minutes'", NOON, False),
    "one that was put off in time": ("due_at = due_at + interval '61 minutes'", NOON + timedelta(minutes=61), True),
    "one that never comes": ("due_at = due_at + interval '30 days'", NOON + timedelta(minutes=61), False),
    "one of another event": ("due_event = 'PRESS'", NOON, False),
    "one that is gone": ("due_at = NULL, due_event = NULL", NOON, False),
}


@pytest.mark.parametrize("name", TIMERS)
async def test_verify_knows_a_timer_that_was_put_off_from_one_that_was_altered(
    burning: Ref, forced: asyncpg.Connection, name: str
) -> None:
    change, now, is_right = TIMERS[name]
    await forced.execute(f"UPDATE quotation SET {change}")
    verdict = await verify(forced, lamp_workflow(Room()), (), now=now)
    found = [finding for finding in verdict.findings if "Its timer is" in finding.sentence]
    assert [finding.where for finding in found] == ([] if is_right else [f"lamp {burning.id}"])
    assert len(verdict.findings) == len(found)


@pytest.mark.usefixtures("burning")
@pytest.mark.parametrize(
    "change",
    [
        "answer = replace(answer::text, '\"ON\"', '\"OUT\"')::json",
        "answer = replace(answer::text, '\"step\":1', '\"step\":0')::json",
        "answer = NULL",
        "actor = 'x'",
    ],
)
async def test_verify_finds_an_answer_that_is_not_what_happened(forced: asyncpg.Connection, change: str) -> None:
    assert (await verify(forced, lamp_workflow(Room()), (), now=NOON)).findings == ()
    await forced.execute(f"UPDATE spent_key SET {change}")
    (finding,) = (await verify(forced, lamp_workflow(Room()), (), now=NOON)).findings
    assert (finding.rule, finding.where) == ("idempotency keys", "key once")


@pytest.mark.usefixtures("lamp")
async def test_a_law_that_can_not_be_read_hides_no_other(forced: asyncpg.Connection) -> None:
    laws = (
        Law(
            "presses",
            "Nobody presses much.",
            "SELECT 'lamp', 'much' FROM quotation WHERE (context ->> 'presses')::int > 9",
        ),
        Law("lamps", "There are no lamps.", "SELECT 'lamp', 'There is one.' FROM quotation"),
    )
    await forced.execute('UPDATE quotation SET context = \'{"presses":"many"}\'')
    verdict = await verify(forced, lamp_workflow(Room()), laws)
    said = [(finding.rule, finding.where, finding.sentence) for finding in verdict.findings[-2:]]
    assert said == [
        ("presses", "the database", 'It can not be tried: invalid input syntax for type integer: "many".'),
        ("lamps", "lamp", "There is one."),
    ]


@pytest.mark.usefixtures("lamp")
async def test_even_without_triggers_an_edited_log_row_does_not_fit_its_hash(forced: asyncpg.Connection) -> None:
    with pytest.raises(asyncpg.CheckViolationError, match="hash_check"):
        await forced.execute("UPDATE transition_log SET actor = 'someone else' WHERE step = 2")


@pytest.mark.usefixtures("lamp")
async def test_verify_names_a_row_of_no_machine(forced: asyncpg.Connection) -> None:
    workflow = lamp_workflow(Room())
    workflow.kinds = {"candle": workflow.kinds["lamp"]}
    verdict = await verify(forced, workflow, ())
    assert any("lamp version 1, which is not known" in finding.sentence for finding in verdict.findings)


@pytest.mark.usefixtures("lamp")
async def test_laws_that_are_tried_beside_the_replay_come_to_the_same(
    pool: asyncpg.Pool, forced: asyncpg.Connection
) -> None:
    laws = (Law("lamps", "There are no lamps.", "SELECT 'lamp', 'There is one.' FROM quotation"),)
    await forced.execute("UPDATE quotation SET state = 'OUT'")
    alone = await verify(forced, lamp_workflow(Room()), laws, now=NOON)
    async with pool.acquire() as other:
        beside = await verify(forced, lamp_workflow(Room()), laws, now=NOON, beside=other)
    assert beside == alone
    assert [finding.sentence.partition(",")[0] for finding in beside.findings] == [
        "Its state is OUT", "There is one.",
    ]  # fmt: skip
