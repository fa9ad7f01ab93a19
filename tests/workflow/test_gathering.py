"""What several readers ask at the same time is one statement, and each gets what a connection would have given it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from asyncpg.connection import LoggedQuery

from orderway.workflow.gathering import Gathering, at_once

ID = UUID("0198a000-0000-7000-8000-0000000000a1")
NOON = datetime(2026, 3, 2, 12, 0, 0, 1, tzinfo=UTC)
EVERY_TYPE = """
SELECT $1::uuid AS id, $2::timestamptz AS at, $3::bigint AS amount, $4::text AS name, $5::bytea AS hash, true AS yes,
    ARRAY[$1::uuid] AS ids, ARRAY[1, NULL]::int[] AS numbers, NULL::uuid AS none, 0.5::float8 AS half,
    '{}'::text[] AS nothing
"""
VALUES = (ID, NOON, 2**62, "naïve “text”\n", b"\x00\xff")


async def test_every_type_comes_back_as_a_connection_gives_it(pool: asyncpg.Pool):
    async with pool.acquire() as connection:
        (row,) = await Gathering(connection).fetch(EVERY_TYPE, *VALUES)
        (record,) = await connection.fetch(EVERY_TYPE, *VALUES)
    assert list(row) == list(record)
    assert [type(each) for each in row[1:6]] == [type(each) for each in record[1:6]]
    assert list(row.keys()) == list(record.keys())
    assert (row["id"], row[2], row[0:2], len(row)) == (ID, 2**62, [ID, NOON], 11)


async def test_a_type_that_json_does_not_keep_is_refused(pool: asyncpg.Pool):
    async with pool.acquire() as connection:
        with pytest.raises(KeyError, match="numeric"):
            await Gathering(connection).fetch("SELECT 1.5::numeric")


async def test_what_is_asked_at_once_is_one_statement_and_the_same_question_is_asked_once(pool: asyncpg.Pool):
    asked: list[LoggedQuery] = []
    async with pool.acquire() as connection:
        reading = Gathering(connection)

        async def late() -> list[Any]:
            return await at_once([reading.fetchval("SELECT $1::int", 3), reading.fetchval("SELECT $1::int", 4)])

        with connection.query_logger(asked.append):
            answers = await at_once(
                [reading.fetchval("SELECT $1::int", 1), reading.fetchval("SELECT $1::int", 1), late(),
                 reading.fetchrow("SELECT 1 WHERE $1", False), reading.fetchval("SELECT $2::int + $1::int", 20, 1)]
            )  # fmt: skip
    assert answers == [1, 1, [3, 4], None, 21]
    statements = [each.query for each in asked if "typeinfo" not in each.query and "set_config" not in each.query]
    assert len(statements) == 1
    assert statements[0].count("json_agg") == 5


async def test_all_hear_of_what_fails_and_the_connection_serves_on(pool: asyncpg.Pool):
    async with pool.acquire() as connection:
        reading = Gathering(connection)
        answers = await asyncio.gather(
            reading.fetchval("SELECT 1"), reading.fetchval("SELECT 1 / $1::int", 0), return_exceptions=True
        )
        assert [type(each) for each in answers] == [asyncpg.DivisionByZeroError] * 2
        with pytest.raises(asyncpg.DivisionByZeroError):
            await at_once([reading.fetchval("SELECT 1"), reading.fetchval("SELECT 1 / $1::int", 0)])
        assert await reading.fetchval("SELECT 2") == 2


async def test_who_gives_up_stops_the_statement(pool: asyncpg.Pool):
    async with pool.acquire() as connection:
        reading = Gathering(connection)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await at_once([reading.fetchval("SELECT pg_sleep(600)::text"), reading.fetchval("SELECT 1")])
        assert await reading.fetchval("SELECT 2") == 2


async def test_who_asked_first_and_gives_up_leaves_nobody_without_an_answer(pool: asyncpg.Pool):
    async with pool.acquire() as connection:
        reading = Gathering(connection)
        first = asyncio.create_task(reading.fetchval("SELECT $1::int", 1))
        second = asyncio.create_task(reading.fetchval("SELECT $1::int", 2))
        await asyncio.sleep(0)
        first.cancel()
        async with asyncio.timeout(10):
            assert await second == 2
            assert await reading.fetchval("SELECT $1::int", 3) == 3
        assert first.cancelled()


@pytest.mark.parametrize("turns", range(6))
async def test_who_comes_when_the_last_one_gives_up_is_answered(pool: asyncpg.Pool, turns: int):
    async with pool.acquire() as connection:
        reading = Gathering(connection)
        first = asyncio.create_task(reading.fetchval("SELECT 1"))
        for _ in range(turns):
            await asyncio.sleep(0)
        first.cancel()
        await asyncio.sleep(0)
        async with asyncio.timeout(10):
            assert await reading.fetchval("SELECT 2") == 2


async def test_who_gives_up_during_the_statement_takes_nobody_along(pool: asyncpg.Pool):
    async with pool.acquire() as connection:
        reading = Gathering(connection)
        first = asyncio.create_task(reading.fetchval("SELECT 1"))
        second = asyncio.create_task(reading.fetchval("SELECT pg_sleep(0.2)::text"))
        while not reading.turn.locked():  # noqa: ASYNC110  (until the statement is under way)
            await asyncio.sleep(0)
        first.cancel()
        async with asyncio.timeout(10):
            assert await second == ""


async def test_more_questions_than_a_statement_has_columns_are_answered(pool: asyncpg.Pool):
    async with pool.acquire() as connection:
        reading = Gathering(connection)
        answers = await at_once([reading.fetchval("SELECT $1::int", number) for number in range(2000)])
    assert answers == list(range(2000))


async def test_a_number_with_a_point_is_one_also_where_it_is_whole(pool: asyncpg.Pool):
    async with pool.acquire() as connection:
        row = await Gathering(connection).fetchrow(
            "SELECT 3::float8 AS whole, 'Infinity'::float8 AS endless, ARRAY[1]::float8[] AS several"
        )
    assert row is not None
    assert [type(row["whole"]), row["endless"], type(row["several"][0])] == [float, float("inf"), float]


async def test_who_asks_while_a_batch_is_being_given_up_begins_another(pool: asyncpg.Pool):
    async with pool.acquire() as connection:
        gathering = Gathering(connection)
        given_up = asyncio.create_task(gathering.fetch("SELECT 1"))
        for _ in range(2):  # until it is being gathered
            await asyncio.sleep(0)
        assert gathering.batch
        gathering.batch.answering.cancel()
        assert await gathering.fetchval("SELECT 2") == 2
        given_up.cancel()


async def test_what_was_answered_before_another_failed_stays_answered(
    pool: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("orderway.workflow.gathering.MOST", 1)
    async with pool.acquire() as connection:
        gathering = Gathering(connection)
        asked = (gathering.fetchval("SELECT 1"), gathering.fetchval("SELECT 1 / $1::int", 0))
        found: tuple[Any, Any] = await asyncio.gather(*asked, return_exceptions=True)
    assert found[0] == 1
    assert isinstance(found[1], asyncpg.DivisionByZeroError)
