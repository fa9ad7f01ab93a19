"""What should never happen to the door, and that it says so when it does."""

import asyncpg
import pytest
from sqlalchemy.dialects import postgresql
from tests.workflow.lamp import ANYONE, LAMP, NOON, Press, a_lamp, make_order, runner

from orderway.machines import VERSIONS
from orderway.outbound.rows import outbound_sink
from orderway.workflow.errors import Invalid
from orderway.workflow.kinds import Codec
from orderway.workflow.transaction import Transaction


def test_a_time_without_a_zone_is_no_time_of_an_event() -> None:
    codec = Codec(VERSIONS["override_request", 1])
    with pytest.raises(Invalid) as wrong:
        codec.event("APPROVE", '{"expires_at": "2026-03-02T12:00:00"}')
    assert wrong.value.field == "expires_at"
    assert str(wrong.value) == "APPROVE: 2026-03-02 12:00:00 has no zone. Write it like 2026-03-01T09:30:00Z."


def test_a_time_with_a_zone_is_read() -> None:
    event = Codec(VERSIONS["override_request", 1]).event("APPROVE", '{"expires_at": "2026-03-02T13:00:00+01:00"}')
    assert event.expires_at == NOON


def test_an_event_that_the_machine_does_not_know_is_answered_with_those_it_knows() -> None:
    with pytest.raises(Invalid) as wrong:
        Codec(LAMP).event("SWIM", "{}")
    assert str(wrong.value) == "Lamp knows no event SWIM. It knows PRESS, BREAK_SEAL, BURN_OUT."


@pytest.mark.parametrize(
    "wanted",
    [("SELECT $1::int", 2**31), ("SELECT $1::text", "half a character \ud800"), ("SELECT 2147483647 + $1::int", 1)],
    ids=["a number too large to send", "half a character", "a number too large to keep"],
)
async def test_a_value_that_can_not_be_stored_is_a_fault_of_the_request(
    pool: asyncpg.Pool, wanted: tuple[str, object]
) -> None:
    async def work(tx: Transaction) -> None:
        await tx.connection.execute(*wanted)

    with pytest.raises(Invalid) as wrong:
        await runner(pool).run(work, actor=ANYONE)
    assert str(wrong.value) == (
        "Something is too large, too long or has a character that can not be stored. Correct it."
    )


async def test_the_number_of_a_transaction_has_the_type_that_is_declared(pool: asyncpg.Pool) -> None:
    declared = outbound_sink.c.xid.type.compile(dialect=postgresql.dialect())
    found = await pool.fetchval(
        "SELECT data_type FROM information_schema.columns WHERE (table_name, column_name) = ('outbound_sink', 'xid')"
    )
    assert (declared, found) == ("xid8", "xid8")


async def test_a_fault_of_a_statement_is_not_told_as_one_of_the_request(pool: asyncpg.Pool) -> None:
    async def work(tx: Transaction) -> None:
        await tx.connection.execute("SELECT 1 / 0")

    with pytest.raises(asyncpg.DivisionByZeroError):
        await runner(pool).run(work, actor=ANYONE)


async def test_who_moves_an_order_has_to_lock_it(pool: asyncpg.Pool) -> None:
    async with pool.acquire() as connection:
        store, order = await make_order(connection)

    async def work(tx: Transaction) -> None:
        await tx.look_at(store, order)

    with pytest.raises(RuntimeError, match="Who is to move an order locks it"):
        await runner(pool).run(work, actor=ANYONE)


async def test_a_row_that_is_not_where_its_lock_found_it_is_not_moved(pool: asyncpg.Pool) -> None:
    lamp = await a_lamp(runner(pool))

    async def work(tx: Transaction) -> None:
        found = await tx.load(lamp)
        found.step += 1
        await tx.send(lamp, Press())

    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await runner(pool).run(work, actor=ANYONE)
    assert await pool.fetchval("SELECT count(*) FROM transition_log") == 1


async def test_a_row_that_moved_under_its_lock_stops_everything(pool: asyncpg.Pool) -> None:
    lamp = await a_lamp(runner(pool))

    async def work(tx: Transaction) -> None:
        await tx.load(lamp)
        await tx.connection.execute("UPDATE quotation SET step = step + 1")
        await tx.send(lamp, Press())

    with pytest.raises(RuntimeError, match="was not where its lock had found it"):
        await runner(pool).run(work, actor=ANYONE)
    assert await pool.fetchval("SELECT count(*) FROM transition_log") == 1
