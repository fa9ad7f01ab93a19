"""Signing in and out: an opaque token, known to the database by its sha256 alone."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from argon2 import PasswordHasher, extract_parameters
from tests.people.company import LAGOS, NOON, QUICK, Company

from orderway.people.accounts import disable_person, set_password
from orderway.people.passwords import Passwords
from orderway.people.sessions import LIFETIME, Sessions, SignInRefused
from orderway.workflow.actor import THE_SYSTEM

SECRET = "correct horse"


@dataclass
class Clock:
    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def sessions(company: Company, clock: Clock) -> Sessions:
    """A company in which `keeper` manages Lagos and has a password."""
    passwords = Passwords(QUICK)
    await company.add("keeper", "MANAGER", stores=[LAGOS], password_hash=await passwords.hash(SECRET))
    return Sessions(company.pool, passwords=passwords, clock=clock)


async def kept_sessions(company: Company) -> list[asyncpg.Record]:
    return await company.pool.fetch(
        "SELECT s.*, t.token_hash, t.purpose FROM session s JOIN session_token t ON t.session_id = s.id ORDER BY s.id"
    )


async def test_the_token_tells_who_is_signed_in(company: Company, sessions: Sessions):
    signed_in = await sessions.sign_in("keeper@example.com", SECRET)
    viewer = await sessions.viewer_of(signed_in.token)
    assert viewer == await company.viewer("keeper")
    assert viewer is not None
    assert (viewer.name, viewer.stores) == ("Keeper", frozenset({LAGOS}))
    assert [role.label for role in viewer.roles] == ["manager"]


async def test_the_address_is_read_as_people_write_it(sessions: Sessions):
    assert (await sessions.sign_in("  Keeper@Example.COM ", SECRET)).token


async def test_only_the_sha256_of_the_token_is_kept(company: Company, sessions: Sessions):
    signed_in = await sessions.sign_in("keeper@example.com", SECRET)
    (row,) = await kept_sessions(company)
    assert len(signed_in.token) == len("orderway_p_") + 43  # 32 random octets in base64
    assert row["token_hash"] == hashlib.sha256(signed_in.token.encode()).digest()
    assert row["person_id"] == company.ids["keeper"]
    assert (row["kind"], row["purpose"]) == ("BROWSER", "PAGES")
    assert (row["created_at"], row["expires_at"]) == (NOON, datetime(2026, 3, 11, 0, tzinfo=UTC))
    assert signed_in.expires_at == row["expires_at"]


async def test_each_sign_in_has_a_token_of_its_own(sessions: Sessions):
    first = await sessions.sign_in("keeper@example.com", SECRET)
    second = await sessions.sign_in("keeper@example.com", SECRET)
    await sessions.sign_out(first.token)
    assert await sessions.viewer_of(first.token) is None
    assert await sessions.viewer_of(second.token) is not None


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("keeper@example.com", "wrong horse"),
        ("keeper@example.com", ""),
        ("nobody@example.com", SECRET),
        ("manager@example.com", SECRET),  # has no password
        ("gone@example.com", SECRET),  # is disabled
        ("", SECRET),
        ("keeper@example.com\x00", SECRET),
        ("\ud800@example.com", SECRET),
        ("keeper@example.com' OR '1'='1", SECRET),
    ],
)
async def test_whoever_is_refused_hears_the_same(company: Company, sessions: Sessions, email: str, password: str):
    await company.add("gone", "MANAGER", password_hash=await Passwords(QUICK).hash(SECRET))
    async with company.pool.acquire() as connection:
        await disable_person(connection, company.ids["gone"], by=THE_SYSTEM, at=NOON)
    with pytest.raises(SignInRefused) as no:
        await sessions.sign_in(email, password)
    assert str(no.value) == (
        "This e-mail address and password do not belong together. Check both, or ask an admin for a new password."
    )
    assert await kept_sessions(company) == []


async def test_a_session_expires(sessions: Sessions, clock: Clock):
    signed_in = await sessions.sign_in("keeper@example.com", SECRET)
    clock.now = NOON + LIFETIME - timedelta(microseconds=1)
    assert await sessions.viewer_of(signed_in.token) is not None
    clock.now = NOON + LIFETIME
    assert await sessions.viewer_of(signed_in.token) is None


async def test_signing_out_is_remembered_once(company: Company, sessions: Sessions, clock: Clock):
    signed_in = await sessions.sign_in("keeper@example.com", SECRET)
    await sessions.sign_out(signed_in.token)
    clock.now += timedelta(minutes=1)
    await sessions.sign_out(signed_in.token)
    (row,) = await kept_sessions(company)
    assert row["revoked_at"] == NOON
    assert await sessions.viewer_of(signed_in.token) is None


@pytest.mark.parametrize("token", ["", "x", "\x00", "\ud800", "é" * 43])
async def test_what_is_no_token_is_nobody(sessions: Sessions, token: str):
    await sessions.sign_in("keeper@example.com", SECRET)
    await sessions.sign_out(token)
    assert await sessions.viewer_of(token) is None


async def disable_by_hand(company: Company) -> None:
    await company.pool.execute("UPDATE person SET disabled_at = $1 WHERE email = 'keeper@example.com'", NOON)


async def disable(company: Company) -> None:
    async with company.pool.acquire() as connection:
        await disable_person(connection, company.ids["keeper"], by=THE_SYSTEM, at=NOON)


async def change_password(company: Company) -> None:
    new = await Passwords(QUICK).hash("another horse")
    async with company.pool.acquire() as connection:
        await set_password(connection, company.ids["keeper"], new, by=THE_SYSTEM, at=NOON)


@pytest.mark.parametrize("change", [disable_by_hand, disable, change_password])
async def test_a_change_of_the_person_ends_the_session_at_once(
    company: Company, sessions: Sessions, change: Callable[[Company], Awaitable[None]]
):
    signed_in = await sessions.sign_in("keeper@example.com", SECRET)
    await change(company)
    assert await sessions.viewer_of(signed_in.token) is None
    with pytest.raises(SignInRefused):
        await sessions.sign_in("keeper@example.com", SECRET)


async def test_who_is_let_in_again_signs_in_again(company: Company, sessions: Sessions):
    signed_in = await sessions.sign_in("keeper@example.com", SECRET)
    await disable(company)
    await company.pool.execute("UPDATE person SET disabled_at = NULL")
    assert await sessions.viewer_of(signed_in.token) is None
    assert (await sessions.sign_in("keeper@example.com", SECRET)).token


@pytest.mark.parametrize("change", [disable, change_password])
async def test_who_signs_in_while_being_changed_gets_no_session(
    company: Company, sessions: Sessions, change: Callable[[Company], Awaitable[None]]
):
    """The change holds the person's row while the password is verified and the session is about to be written."""
    async with company.pool.acquire() as holder, holder.transaction():
        await holder.execute("SELECT FROM person WHERE id = $1 FOR UPDATE", company.ids["keeper"])
        signing_in = asyncio.ensure_future(sessions.sign_in("keeper@example.com", SECRET))
        changing = asyncio.ensure_future(change(company))
        await blocked(company, at_least=2)
    await changing
    signed_in = await asyncio.gather(signing_in, return_exceptions=True)
    tokens = [result.token for result in signed_in if not isinstance(result, BaseException)]
    assert [await sessions.viewer_of(token) for token in tokens] == [None] * len(tokens)
    rows = await kept_sessions(company)
    assert [row["revoked_at"] for row in rows] == [NOON] * len(rows)


async def blocked(company: Company, *, at_least: int) -> None:
    """Wait until so many statements wait for a lock."""
    for _ in range(10_000):
        waiting = await company.pool.fetchval(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        if waiting >= at_least:
            return
    pytest.fail(f"{at_least} statements were to wait for the person's row, and {waiting} do.")


async def test_a_hash_of_yesterdays_parameters_is_renewed_at_sign_in(
    company: Company, sessions: Sessions, clock: Clock
):
    slower = Passwords(PasswordHasher(time_cost=2, memory_cost=64, parallelism=1))
    await Sessions(company.pool, passwords=slower, clock=clock).sign_in("keeper@example.com", SECRET)
    kept = await company.pool.fetchval("SELECT password_hash FROM person WHERE id = $1", company.ids["keeper"])
    assert extract_parameters(kept).time_cost == 2
    assert (await sessions.sign_in("keeper@example.com", SECRET)).token


async def test_the_database_refuses_a_plain_password(company: Company):
    with pytest.raises(asyncpg.CheckViolationError):
        await company.pool.execute("UPDATE person SET password_hash = 'correct horse'")
