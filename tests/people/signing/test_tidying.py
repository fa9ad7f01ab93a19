"""What signing in leaves behind is deleted in batches, and what still counts stays."""

from datetime import timedelta

import pytest
from tests.people.company import NOON, Company
from tests.people.signing.desk import ELSEWHERE, KEEPER, SECRET, Clock
from tests.work import work_once

from orderway.app import make_workflow
from orderway.people.sessions import RefreshRefused, Sessions, SignInRefused
from orderway.people.signing import tidying
from orderway.people.signing.identities import spend_flow
from orderway.people.signing.tidying import Tidied, tidy_sign_ins
from orderway.settings import Settings
from orderway.workflow.runner import Runner


@pytest.fixture
def runner(company: Company, clock: Clock) -> Runner:
    return Runner(company.pool, make_workflow(Settings({})), clock=clock)


async def test_tokens_go_when_they_end_and_sessions_a_month_later(runner: Runner, sessions: Sessions, clock: Clock):
    tokens = await sessions.sign_in_program(KEEPER, SECRET, caller=ELSEWHERE)
    await sessions.sign_in(KEEPER, SECRET)
    assert await tidy_sign_ins(runner) == Tidied()
    clock.later(minutes=15)
    assert await tidy_sign_ins(runner) == Tidied(tokens=1)
    clock.later(hours=12)
    assert await tidy_sign_ins(runner) == Tidied(tokens=1)
    renewed = await sessions.refresh(tokens.refresh_token)
    clock.now = NOON + timedelta(days=30, hours=13)
    assert await tidy_sign_ins(runner) == Tidied(tokens=3, sessions=1)
    clock.now = NOON + timedelta(days=120, minutes=-1)
    assert await tidy_sign_ins(runner) == Tidied()
    clock.later(minutes=1)
    assert await tidy_sign_ins(runner) == Tidied(sessions=1)
    with pytest.raises(RefreshRefused):
        await sessions.refresh(renewed.refresh_token)


async def test_a_spent_token_is_known_for_what_it_is_until_its_end(runner: Runner, sessions: Sessions, clock: Clock):
    first = await sessions.sign_in_program(KEEPER, SECRET)
    second = await sessions.refresh(first.refresh_token)
    clock.later(days=29)
    await tidy_sign_ins(runner)
    with pytest.raises(RefreshRefused):
        await sessions.refresh(first.refresh_token)
    with pytest.raises(RefreshRefused):
        await sessions.refresh(second.refresh_token)


async def test_attempts_go_when_they_are_forgotten_in_batches(
    runner: Runner, sessions: Sessions, clock: Clock, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(tidying, "AT_ONCE", 2)
    for number in range(5):
        with pytest.raises(SignInRefused):
            await sessions.sign_in(f"person{number}@example.com", SECRET)
    clock.later(minutes=60, microseconds=-1)
    assert await tidy_sign_ins(runner) == Tidied()
    clock.later(microseconds=1)
    assert await tidy_sign_ins(runner) == Tidied(attempts=5)


async def test_the_worker_does_it(runner: Runner, sessions: Sessions, clock: Clock):
    await sessions.sign_in(KEEPER, SECRET)
    await spend_flow(runner.pool, "a state", expires_at=NOON + timedelta(minutes=10))
    clock.later(hours=12)
    await work_once(runner)
    assert await runner.pool.fetchval("SELECT count(*) FROM session_token") == 0
    assert await runner.pool.fetchval("SELECT count(*) FROM spent_flow") == 0
    assert await runner.pool.fetchval("SELECT count(*) FROM session") == 1
