"""A program's tokens: short-lived ones, renewed by one that is spent once; a second time ends them all."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable

import asyncpg
import pytest
from structlog.testing import capture_logs
from tests.people.company import NOON, Company
from tests.people.signing.desk import ELSEWHERE, KEEPER, SECRET, Clock
from tests.people.test_sessions import blocked

from orderway.database import connect_pool
from orderway.people.accounts import disable_person, set_password
from orderway.people.passwords import Passwords
from orderway.people.sessions import RefreshRefused, Sessions, Tokens
from orderway.rates import TooOften
from orderway.workflow.actor import THE_SYSTEM

ROUNDS = 20
AT_ONCE = 32


async def signed_in(sessions: Sessions) -> Tokens:
    return await sessions.sign_in_program(KEEPER, SECRET, caller=ELSEWHERE)


async def lives(sessions: Sessions, tokens: Tokens) -> bool:
    return await sessions.viewer_of(tokens.access_token) is not None


async def test_a_program_asks_with_one_token_and_renews_with_the_other(company: Company, sessions: Sessions):
    tokens = await signed_in(sessions)
    assert tokens.access_token.startswith("orderway_a_")
    assert tokens.refresh_token.startswith("orderway_r_")
    assert await sessions.viewer_of(tokens.access_token) == await company.viewer("keeper")
    assert await sessions.viewer_of(tokens.refresh_token) is None


async def test_only_the_sha256_of_each_is_kept(company: Company, sessions: Sessions):
    tokens = await signed_in(sessions)
    kept = await company.pool.fetch("SELECT token_hash, purpose FROM session_token ORDER BY purpose")
    assert [(row["purpose"], row["token_hash"]) for row in kept] == [
        ("ACCESS", hashlib.sha256(tokens.access_token.encode()).digest()),
        ("REFRESH", hashlib.sha256(tokens.refresh_token.encode()).digest()),
    ]
    assert "orderway_" not in repr(tokens)


async def test_they_live_a_quarter_of_an_hour_and_a_month(sessions: Sessions, clock: Clock):
    tokens = await signed_in(sessions)
    assert (tokens.access_expires_at - NOON).total_seconds() == 15 * 60
    assert (tokens.refresh_expires_at - NOON).days == 30
    clock.later(minutes=15, microseconds=-1)
    assert await lives(sessions, tokens)
    clock.later(microseconds=1)
    assert not await lives(sessions, tokens)
    assert await lives(sessions, await sessions.refresh(tokens.refresh_token))


async def test_a_refresh_token_is_spent_once_and_a_second_time_ends_the_whole_session(
    company: Company, sessions: Sessions
):
    first = await signed_in(sessions)
    second = await sessions.refresh(first.refresh_token)
    third = await sessions.refresh(second.refresh_token)
    assert await lives(sessions, third)
    with capture_logs() as said, pytest.raises(RefreshRefused) as no:
        await sessions.refresh(first.refresh_token)
    assert str(no.value) == "This refresh token is not known, or can not be used any more. Sign in again by signIn."
    assert [await lives(sessions, each) for each in (first, second, third)] == [False, False, False]
    with pytest.raises(RefreshRefused):
        await sessions.refresh(third.refresh_token)
    [line] = said
    assert (line["log_level"], line["person"]) == ("warning", str(company.ids["keeper"]))
    assert line["event"] == "A refresh token came a second time, and its session was ended."
    assert "orderway_" not in str(said)


async def test_another_session_of_the_same_person_goes_on(sessions: Sessions):
    stolen, other = await signed_in(sessions), await signed_in(sessions)
    await sessions.refresh(stolen.refresh_token)
    with pytest.raises(RefreshRefused):
        await sessions.refresh(stolen.refresh_token)
    assert await lives(sessions, await sessions.refresh(other.refresh_token))


async def test_a_month_of_silence_ends_it(sessions: Sessions, clock: Clock):
    tokens = await signed_in(sessions)
    clock.later(days=30)
    with pytest.raises(RefreshRefused):
        await sessions.refresh(tokens.refresh_token)


async def test_after_ninety_days_a_program_signs_in_again(sessions: Sessions, clock: Clock):
    tokens = await signed_in(sessions)
    for _ in range(3):
        clock.later(days=29)
        tokens = await sessions.refresh(tokens.refresh_token)
    assert (tokens.refresh_expires_at - NOON).days == 90
    clock.later(days=3, minutes=-1)
    last = await sessions.refresh(tokens.refresh_token)
    assert (last.access_expires_at - NOON).days == 90
    assert await lives(sessions, last)
    clock.later(minutes=1)
    assert not await lives(sessions, last)
    with pytest.raises(RefreshRefused):
        await sessions.refresh(last.refresh_token)


@pytest.mark.parametrize("token", ["", "x", "\x00", "\ud800", "orderway_r_" + "A" * 43])
async def test_what_is_no_refresh_token_is_refused_and_ends_nothing(sessions: Sessions, token: str):
    tokens = await signed_in(sessions)
    for each in (token, tokens.access_token):
        with pytest.raises(RefreshRefused):
            await sessions.refresh(each)
    assert await lives(sessions, tokens)


async def test_signing_out_by_either_token_ends_both(sessions: Sessions):
    for purpose in ("access_token", "refresh_token"):
        tokens = await signed_in(sessions)
        await sessions.sign_out(getattr(tokens, purpose))
        assert not await lives(sessions, tokens)
        with pytest.raises(RefreshRefused):
            await sessions.refresh(tokens.refresh_token)


async def disable(company: Company) -> None:
    async with company.pool.acquire() as connection:
        await disable_person(connection, company.ids["keeper"], by=THE_SYSTEM, at=NOON)


async def disable_by_hand(company: Company) -> None:
    await company.pool.execute("UPDATE person SET disabled_at = $1 WHERE email = $2", NOON, KEEPER)


async def change_password(company: Company) -> None:
    new = await Passwords().hash("another horse")
    async with company.pool.acquire() as connection:
        await set_password(connection, company.ids["keeper"], new, by=THE_SYSTEM, at=NOON)


@pytest.mark.parametrize("change", [disable, disable_by_hand, change_password])
async def test_a_change_of_the_person_ends_it_at_once(
    company: Company, sessions: Sessions, change: Callable[[Company], Awaitable[None]]
):
    tokens = await signed_in(sessions)
    await change(company)
    assert not await lives(sessions, tokens)
    with pytest.raises(RefreshRefused):
        await sessions.refresh(tokens.refresh_token)


async def test_of_many_at_once_one_gets_a_pair_and_the_session_is_over(
    company: Company, database_url: str, clock: Clock, sessions: Sessions
):
    """Whoever of them was the thief: two hold the same token, so neither is believed any more."""
    async with await connect_pool(database_url, size=AT_ONCE) as pool:
        await asyncio.gather(*(pool.fetchval("SELECT pg_sleep(0)") for _ in range(AT_ONCE)))  # all are open
        racing = Sessions(pool, passwords=sessions.passwords, clock=clock)
        for _ in range(ROUNDS):
            tokens = await signed_in(sessions)
            results = await refreshed_at_once(racing, tokens.refresh_token)
            pairs = [result for result in results if isinstance(result, Tokens)]
            assert len(pairs) == 1
            assert [await lives(sessions, pair) for pair in pairs] == [False]
    spent = await company.pool.fetchval("SELECT count(*) FROM session_token WHERE spent_at IS NOT NULL")
    assert spent == ROUNDS


async def refreshed_at_once(sessions: Sessions, token: str) -> list[Tokens | BaseException]:
    results = await asyncio.gather(*(sessions.refresh(token) for _ in range(AT_ONCE)), return_exceptions=True)
    assert {type(result) for result in results} == {Tokens, RefreshRefused}
    return results


async def test_the_database_keeps_no_token_that_is_spent_but_a_refresh_token(company: Company, sessions: Sessions):
    await signed_in(sessions)
    with pytest.raises(asyncpg.CheckViolationError):
        await company.pool.execute("UPDATE session_token SET spent_at = $1 WHERE purpose = 'ACCESS'", NOON)


@pytest.mark.parametrize("exchanges", [0, 1])
async def test_a_refresh_waits_for_who_disables_its_person_and_neither_stands_in_the_others_way(
    company: Company, sessions: Sessions, exchanges: int
):
    """Whoever changes a person holds them before their sessions, and so does an exchange."""
    tokens = await signed_in(sessions)
    for _ in range(exchanges):
        await sessions.refresh(tokens.refresh_token)
    async with company.pool.acquire() as holder:
        async with holder.transaction():
            await holder.execute("UPDATE person SET disabled_at = $1 WHERE email = $2", NOON, KEEPER)
            refreshing = asyncio.ensure_future(sessions.refresh(tokens.refresh_token))
            await blocked(company, at_least=1)
            await holder.execute("UPDATE session SET revoked_at = $1", NOON)
        with pytest.raises(RefreshRefused):
            await refreshing


async def test_somebody_renews_so_often_a_minute_and_what_is_too_often_spends_nothing(
    company: Company, sessions: Sessions, clock: Clock, monkeypatch: pytest.MonkeyPatch
):
    """Each leaves a row until its token would have ended, and anybody can sign up."""
    monkeypatch.setattr("orderway.people.sessions.RENEWALS", 3)
    tokens, others = await signed_in(sessions), await signed_in(sessions)
    for _ in range(2):
        tokens = await sessions.refresh(tokens.refresh_token)
    await sessions.refresh(others.refresh_token)
    with pytest.raises(TooOften):
        await sessions.refresh(tokens.refresh_token)
    elsewhere = Sessions(company.pool, passwords=sessions.passwords, clock=clock)
    assert await lives(sessions, await elsewhere.refresh(tokens.refresh_token))
