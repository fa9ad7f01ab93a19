"""Guessing passwords: slowed down for everyone alike, and never a way to lock somebody out for good."""

import asyncio
from datetime import timedelta

import pytest
from tests.people.company import QUICK, Company
from tests.people.signing.desk import ELSEWHERE, KEEPER, OFFICE, SECRET, Clock

from orderway.people.passwords import Passwords
from orderway.people.sessions import Sessions, SignInRefused
from orderway.people.signing.caller import NOWHERE, Caller
from orderway.people.signing.throttle import SignInPaused
from orderway.settings import Settings

WRONG = "wrong horse"


async def outcome(sessions: Sessions, email: str, password: str = WRONG, *, caller: Caller = NOWHERE) -> str:
    """What an attempt comes to: "in", "no", or the seconds to wait."""
    try:
        await sessions.sign_in(email, password, caller=caller)
    except SignInRefused:
        return "no"
    except SignInPaused as paused:
        return f"{paused.seconds} s"
    return "in"


@pytest.mark.parametrize("email", [KEEPER, "nobody@example.com", "no address at all"])
async def test_from_the_sixth_wrong_password_on_the_pause_doubles_for_whoever_is_named(
    sessions: Sessions, clock: Clock, email: str
):
    assert [await outcome(sessions, email) for _ in range(6)] == ["no"] * 5 + ["5 s"]
    waits = []
    for _ in range(9):
        waits.append(await outcome(sessions, email))
        clock.later(seconds=int(waits[-1].removesuffix(" s")))
        assert await outcome(sessions, email) == "no"
    assert waits == ["5 s", "10 s", "20 s", "40 s", "80 s", "160 s", "320 s", "640 s", "900 s"]


async def test_the_right_password_waits_as_well_and_says_nothing(sessions: Sessions, clock: Clock):
    for _ in range(5):
        await outcome(sessions, KEEPER)
    with pytest.raises(SignInPaused) as paused:
        await sessions.sign_in(KEEPER, SECRET)
    assert str(paused.value) == "Too many attempts to sign in have failed. Wait 5 seconds, then try again."
    clock.later(seconds=5)
    assert await outcome(sessions, KEEPER, SECRET) == "in"


async def test_an_attempt_while_one_is_to_wait_makes_the_wait_no_longer(sessions: Sessions, clock: Clock):
    for _ in range(5):
        await outcome(sessions, KEEPER)
    assert [await outcome(sessions, KEEPER) for _ in range(20)] == ["5 s"] * 20
    clock.later(seconds=4)
    assert await outcome(sessions, KEEPER) == "1 s"


async def test_signing_in_forgets_what_failed(sessions: Sessions):
    for _ in range(3):
        assert [await outcome(sessions, KEEPER) for _ in range(4)] == ["no"] * 4
        assert await outcome(sessions, KEEPER, SECRET) == "in"


async def test_after_an_hour_it_is_forgotten(sessions: Sessions, clock: Clock):
    for _ in range(5):
        await outcome(sessions, KEEPER)
    clock.later(minutes=60)
    assert [await outcome(sessions, KEEPER) for _ in range(5)] == ["no"] * 5


async def test_one_place_is_slowed_down_whomever_it_names(sessions: Sessions):
    guesses = [await outcome(sessions, f"person{number}@example.com", caller=ELSEWHERE) for number in range(31)]
    assert guesses == ["no"] * 30 + ["5 s"]
    assert await outcome(sessions, KEEPER, SECRET, caller=ELSEWHERE) == "5 s"
    assert await outcome(sessions, KEEPER, SECRET, caller=OFFICE) == "in"


async def test_signing_in_does_not_forgive_what_the_place_did_to_others(sessions: Sessions):
    for number in range(29):
        await outcome(sessions, f"person{number}@example.com", caller=ELSEWHERE)
    assert await outcome(sessions, KEEPER, SECRET, caller=ELSEWHERE) == "in"
    assert await outcome(sessions, "person30@example.com", caller=ELSEWHERE) == "no"
    assert await outcome(sessions, "person31@example.com", caller=ELSEWHERE) == "5 s"


async def test_whoever_guesses_elsewhere_does_not_lock_the_right_one_out(sessions: Sessions):
    assert await outcome(sessions, KEEPER, SECRET, caller=OFFICE) == "in"
    for number in range(200):
        await outcome(sessions, KEEPER, caller=Caller(place=f"203.0.113.{number}"))
    assert await outcome(sessions, KEEPER, SECRET, caller=ELSEWHERE) == "5 s"
    assert await outcome(sessions, KEEPER, SECRET, caller=OFFICE) == "in"


async def test_guessing_where_the_right_one_signed_in_is_slowed_down_as_well(sessions: Sessions):
    assert await outcome(sessions, KEEPER, SECRET, caller=OFFICE) == "in"
    assert [await outcome(sessions, KEEPER, caller=OFFICE) for _ in range(6)] == ["no"] * 5 + ["5 s"]


async def test_a_hundred_guesses_at_once_are_a_hundred(company: Company, sessions: Sessions):
    results = await asyncio.gather(*(outcome(sessions, KEEPER) for _ in range(100)))
    assert sorted(results) == ["5 s"] * 95 + ["no"] * 5
    assert await company.pool.fetchval("SELECT count(*) FROM sign_in_attempt") == 5


async def test_another_process_counts_on(company: Company, sessions: Sessions, clock: Clock):
    for _ in range(4):
        await outcome(sessions, KEEPER)
    another = Sessions(company.pool, passwords=Passwords(QUICK), clock=clock)
    assert [await outcome(another, KEEPER), await outcome(sessions, KEEPER)] == ["no", "5 s"]


async def test_the_settings_say_how_much_and_how_long(company: Company, sessions: Sessions, clock: Clock):
    settings = Settings(
        {
            "SIGN_IN_FREE_TRIES": "1",
            "SIGN_IN_FREE_TRIES_OF_A_PLACE": "2",
            "SIGN_IN_LONGEST_PAUSE_MINUTES": "1",
            "SIGN_IN_MEMORY_MINUTES": "2",
        }
    )
    strict = Sessions(company.pool, passwords=sessions.passwords, clock=clock, settings=settings)
    assert [await outcome(strict, KEEPER, caller=OFFICE) for _ in range(2)] == ["no", "5 s"]
    assert await outcome(strict, "nobody@example.com", caller=OFFICE) == "no"
    assert await outcome(strict, "another@example.com", caller=OFFICE) == "5 s"
    assert strict.throttle.pause(100) == timedelta(minutes=1)
    clock.later(minutes=2)
    assert await outcome(strict, KEEPER, caller=OFFICE) == "no"


async def test_nothing_that_was_typed_is_kept(company: Company, sessions: Sessions):
    await outcome(sessions, "my-password-by-mistake@example.com", caller=OFFICE)
    for row in await company.pool.fetch("SELECT * FROM sign_in_attempt"):
        assert len(row["subject"]) == 32
        assert "mistake" not in str(dict(row))


async def test_right_passwords_are_bounded_too_for_each_is_hashed(company: Company, sessions: Sessions, clock: Clock):
    """Anybody can sign up, and then sign in as often as they like: each time takes as long as many requests."""
    settings = Settings({"PASSWORDS_OF_A_PLACE": "3"})
    bounded = Sessions(company.pool, passwords=sessions.passwords, clock=clock, settings=settings)
    assert [await outcome(bounded, KEEPER, SECRET, caller=OFFICE) for _ in range(4)] == ["in"] * 3 + ["20 s"]
    assert await outcome(bounded, KEEPER, SECRET, caller=ELSEWHERE) == "in"
    with pytest.raises(SignInPaused) as paused:
        await bounded.sign_in(KEEPER, SECRET, caller=OFFICE)
    assert paused.value.message == "Too many have tried to sign in from here within a minute."
