"""Changing a setting: who may, what is refused, and what is kept of it."""

import asyncio
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from orderway.configuration.changes import Wish, change
from orderway.configuration.reads import Changed, find_setting, list_settings
from orderway.settings import SETTINGS, Settings
from orderway.workflow.actor import Actor
from orderway.workflow.errors import Conflict, Invalid, NotFound, Refused

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
OPERATOR = Actor("operator:keeper", frozenset({"settings.manage"}))
WINDOW = "RETURN_WINDOW_DAYS"
MUST = "It must be a whole number of days from 0 to 3650."


async def wish(
    pool: asyncpg.Pool,
    value: str | None,
    *,
    name: str = WINDOW,
    reason: str = "The law changed.",
    seen: int | None = None,
    by: Actor = OPERATOR,
    at: datetime = NOON,
) -> None:
    async with pool.acquire() as connection:
        await change(connection, Wish(name=name, value=value, reason=reason, seen=seen), by=by, at=at)


async def kept(pool: asyncpg.Pool) -> list[tuple[object, ...]]:
    """Every change as it is kept: setting, step, from, to, by whom, when and why."""
    rows = await pool.fetch(
        "SELECT name, step, from_value, to_value, changed_by, changed_at, reason FROM setting_change"
        " ORDER BY changed_at, name, step"
    )
    return [tuple(row) for row in rows]


async def stands(pool: asyncpg.Pool) -> list[tuple[object, ...]]:
    rows = await pool.fetch("SELECT name, value, changed_by, changed_at FROM system_setting ORDER BY name")
    return [tuple(row) for row in rows]


async def test_what_is_changed_stands_in_the_database_and_its_change_is_kept(pool: asyncpg.Pool):
    later = NOON + timedelta(hours=1)
    await wish(pool, " 21 ", reason=" The law changed. ")
    assert await stands(pool) == [(WINDOW, "21", "operator:keeper", NOON)]
    await wish(pool, "7", reason="It changed back.", at=later)
    await wish(pool, None, reason="It is gone.", at=later + timedelta(hours=1))
    assert await stands(pool) == []
    assert await kept(pool) == [
        (WINDOW, 1, None, "21", "operator:keeper", NOON, "The law changed."),
        (WINDOW, 2, "21", "7", "operator:keeper", later, "It changed back."),
        (WINDOW, 3, "7", None, "operator:keeper", later + timedelta(hours=1), "It is gone."),
    ]


async def test_what_stands_already_is_left_as_it_is(pool: asyncpg.Pool):
    await wish(pool, None)
    await wish(pool, "21")
    await wish(pool, "21", reason="Sent once more.", seen=0)
    assert len(await kept(pool)) == 1


async def test_who_may_not_is_refused_and_nothing_is_written(pool: asyncpg.Pool):
    with pytest.raises(Refused) as refused:
        await wish(pool, "21", by=Actor("person:someone", frozenset({"payment.confirm"})))
    assert str(refused.value) == "You may not see or change settings."
    assert refused.value.refusal.reasons[0].help == "settings.manage"
    assert await stands(pool) == await kept(pool) == []


@pytest.mark.parametrize(
    ("value", "reason", "field", "sentence"),
    [
        ("4000", "Why not.", "value", f"RETURN_WINDOW_DAYS can not be '4000'. {MUST}"),
        ("-1", "Why not.", "value", f"RETURN_WINDOW_DAYS can not be '-1'. {MUST}"),
        ("", "Why not.", "value", f"RETURN_WINDOW_DAYS can not be ''. {MUST}"),
        ("9" * 501, "Why not.", "value", "The value has 501 characters. It may have 500."),
        ("21", "  ", "reason", "A change of a setting needs a reason. Say why, for those who read the history."),
        ("21", "x" * 501, "reason", "The reason has 501 characters. It may have 500."),
        ("21", "a\0b", "", "Something is too large, too long or has a character that can not be stored. Correct it."),
    ],
)  # fmt: skip
async def test_what_can_not_be_is_refused_and_nothing_is_written(
    pool: asyncpg.Pool, value: str, reason: str, field: str, sentence: str
):
    with pytest.raises(Invalid) as wrong:
        await wish(pool, value, reason=reason)
    assert (wrong.value.field, str(wrong.value)) == (field, sentence)
    assert await stands(pool) == await kept(pool) == []


@pytest.mark.parametrize("value", ["21", None])
async def test_a_name_that_no_setting_has_is_not_found(pool: asyncpg.Pool, value: str | None):
    with pytest.raises(NotFound) as missing:
        await wish(pool, value, name="RETURN_WINDOW")
    assert str(missing.value) == "There is no setting RETURN_WINDOW. Look it up in the list of settings."


async def test_who_saw_what_was_before_is_told_who_changed_it(pool: asyncpg.Pool):
    await wish(pool, "21", seen=0)
    with pytest.raises(Conflict) as conflict:
        await wish(pool, "30", seen=0)
    assert str(conflict.value) == (
        "This has changed since you looked: keeper (command line) set it to 21 at 2026-03-02 12:00:00 UTC. "
        "Check the new state and try again."
    )
    assert conflict.value.step == 1
    await wish(pool, "30", seen=1)
    assert [row[1] for row in await stands(pool)] == ["30"]


async def test_of_many_who_saw_the_same_one_changes_it(pool: asyncpg.Pool):
    wishes = (wish(pool, str(days), seen=0) for days in range(1, 11))
    answers = await asyncio.gather(*wishes, return_exceptions=True)
    assert sorted(type(answer).__name__ for answer in answers) == ["Conflict"] * 9 + ["NoneType"]
    assert len(await kept(pool)) == 1


async def test_a_change_by_hand_is_kept_under_the_role_of_the_database(pool: asyncpg.Pool):
    await pool.execute(
        "INSERT INTO system_setting (name, value, changed_by) VALUES ($1, '21', 'person:forged')", WINDOW
    )
    await pool.execute("UPDATE system_setting SET value = '7'")
    await pool.execute("DELETE FROM system_setting")
    assert [row[1:5] + row[6:] for row in await kept(pool)] == [
        (1, None, "21", "database:orderway", ""),
        (2, "21", "7", "database:orderway", ""),
        (3, "7", None, "database:orderway", ""),
    ]


async def test_whoever_signed_a_change_signs_no_later_one_of_the_same_connection(pool: asyncpg.Pool):
    async with pool.acquire() as connection:
        await change(connection, Wish(name=WINDOW, value="21", reason="The law changed."), by=OPERATOR, at=NOON)
        await connection.execute("UPDATE system_setting SET value = '7'")
    assert [(row[4], row[6]) for row in await kept(pool)] == [
        ("operator:keeper", "The law changed."),
        ("database:orderway", ""),
    ]


@pytest.mark.parametrize(
    "cheat",
    [
        "UPDATE setting_change SET changed_by = 'system'",
        "DELETE FROM setting_change",
        "TRUNCATE setting_change",
        "TRUNCATE system_setting",
        "UPDATE system_setting SET name = 'SALE_EXPIRY_BATCH_SIZE'",
    ],
)
async def test_what_was_kept_can_not_be_bent(pool: asyncpg.Pool, cheat: str):
    await wish(pool, "21")
    before = await kept(pool), await stands(pool)
    with pytest.raises(asyncpg.RestrictViolationError):
        await pool.execute(cheat)
    assert (await kept(pool), await stands(pool)) == before


async def test_every_setting_is_listed_as_it_stands(pool: asyncpg.Pool):
    settings = Settings({WINDOW: "30", "SALE_EXPIRY_BATCH_SIZE": "10"})
    await wish(pool, "21")
    async with pool.acquire() as connection:
        listed = await list_settings(connection, settings)
    assert [each.name for each in listed] == list(SETTINGS)
    found = {each.name: each for each in listed}
    window = found[WINDOW]
    assert (window.value, window.told, window.source, window.default) == ("21", "21 days", "database", "14")
    assert (window.step, window.changed_by, window.changed_at) == (1, "keeper (command line)", NOON)
    assert list(window.history) == [Changed(1, None, "21", "keeper (command line)", NOON, "The law changed.")]
    assert found["SALE_EXPIRY_BATCH_SIZE"].source == "environment"
    assert found["SALE_EXPIRY_CRON"].source == "default"
    assert (found["SALE_EXPIRY_CRON"].step, found["SALE_EXPIRY_CRON"].changed_by) == (0, None)


async def test_what_the_database_should_not_hold_is_listed_with_its_problem_and_can_be_taken_out(pool: asyncpg.Pool):
    await pool.execute("INSERT INTO system_setting (name, value) VALUES ($1, 'never'), ('OLD_ONE', '5')", WINDOW)
    async with pool.acquire() as connection:
        listed = {each.name: each for each in await list_settings(connection, Settings({}))}
    assert (listed[WINDOW].value, listed[WINDOW].source) == ("14", "default")
    assert listed[WINDOW].problem == (
        "RETURN_WINDOW_DAYS is 'never' in the database. It must be a whole number of days from 0 to 3650. "
        "Until then 14 holds, by default."
    )
    assert (listed["OLD_ONE"].value, listed["OLD_ONE"].label) == ("5", "OLD_ONE")
    await wish(pool, None, name="OLD_ONE")
    async with pool.acquire() as connection:
        assert await find_setting(connection, Settings({}), "OLD_ONE") is None
    assert [row[0] for row in await stands(pool)] == [WINDOW]
