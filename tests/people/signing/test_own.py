"""One's own account: where one is signed in, one's name, and one's password."""

from dataclasses import replace
from uuid import UUID

import pytest
from tests.people.company import NOON, Company
from tests.people.signing.desk import ELSEWHERE, KEEPER, OFFICE, SECRET, Clock

from orderway.people.sessions import RefreshRefused, Sessions, SignInRefused
from orderway.people.signing.own import (
    NewPassword,
    OwnAccount,
    OwnSession,
    change_own_name,
    change_own_password,
    count_sessions,
    end_other_sessions,
    end_session,
    list_sessions,
)
from orderway.people.viewer import Viewer
from orderway.workflow.errors import Conflict, Invalid, NotFound, Refused


async def let_in(sessions: Sessions, token: str) -> Viewer:
    viewer = await sessions.viewer_of(token)
    assert viewer is not None
    return viewer


async def here(sessions: Sessions) -> Viewer:
    """The keeper, signed in at the office."""
    return await let_in(sessions, (await sessions.sign_in(KEEPER, SECRET, caller=OFFICE)).token)


async def listed(sessions: Sessions, viewer: Viewer) -> list[OwnSession]:
    async with sessions.pool.acquire() as connection:
        found, more = await list_sessions(connection, viewer, at=sessions.clock(), after=None, limit=20)
        assert (len(found), more) == (await count_sessions(connection, viewer, at=sessions.clock()), False)
    return found


async def test_one_sees_where_one_is_signed_in_and_nobody_else_does(company: Company, sessions: Sessions):
    viewer = await here(sessions)
    await sessions.sign_in_program(KEEPER, SECRET, caller=ELSEWHERE)
    assert [(each.kind, each.place, each.agent, each.is_current) for each in await listed(sessions, viewer)] == [
        ("PROGRAM", "198.51.100.9", "A program", False),
        ("BROWSER", "192.0.2.7", "A browser", True),
    ]
    assert await listed(sessions, await company.viewer("admin")) == []


async def test_what_has_ended_is_not_listed(sessions: Sessions, clock: Clock):
    viewer = await here(sessions)
    token = (await sessions.sign_in(KEEPER, SECRET)).token
    await sessions.sign_out(token)
    assert len(await listed(sessions, viewer)) == 1
    clock.later(hours=12)
    assert await listed(sessions, viewer) == []


async def test_a_page_follows_the_other(sessions: Sessions):
    viewer = await here(sessions)
    for _ in range(4):
        await sessions.sign_in(KEEPER, SECRET)
    async with sessions.pool.acquire() as connection:
        seen, after, more = list[UUID](), None, True
        while more:
            found, more = await list_sessions(connection, viewer, at=NOON, after=after, limit=2)
            seen += [each.id for each in found]
            after = seen[-1]
    assert len(seen) == len(set(seen)) == 5


async def test_one_ends_one_of_ones_sessions(sessions: Sessions):
    viewer, tokens = await here(sessions), await sessions.sign_in_program(KEEPER, SECRET, caller=ELSEWHERE)
    lost = (await let_in(sessions, tokens.access_token)).session
    assert lost is not None
    async with sessions.pool.acquire() as connection:
        assert (await end_session(connection, viewer, lost, at=NOON)).ended_sessions == 1
        with pytest.raises(NotFound):
            await end_session(connection, viewer, lost, at=NOON)
    assert await sessions.viewer_of(tokens.access_token) is None
    with pytest.raises(RefreshRefused):
        await sessions.refresh(tokens.refresh_token)


async def test_nobody_ends_the_session_of_another(company: Company, sessions: Sessions):
    viewer = await here(sessions)
    assert viewer.session is not None
    async with company.pool.acquire() as connection:
        with pytest.raises(NotFound):
            await end_session(connection, await company.viewer("admin"), viewer.session, at=NOON)
    assert len(await listed(sessions, viewer)) == 1


async def test_one_ends_all_others_and_stays(sessions: Sessions):
    viewer = await here(sessions)
    for _ in range(3):
        await sessions.sign_in_program(KEEPER, SECRET)
    async with sessions.pool.acquire() as connection:
        assert (await end_other_sessions(connection, viewer, at=NOON)).ended_sessions == 3
    assert [each.is_current for each in await listed(sessions, viewer)] == [True]


async def changed(sessions: Sessions, viewer: Viewer, old: str, new: str) -> OwnAccount:
    wanted = NewPassword(old_password=old, new_password=new)
    return await change_own_password(sessions, viewer, wanted, caller=OFFICE)


async def test_a_new_password_takes_the_old_one_and_ends_the_other_sessions(company: Company, sessions: Sessions):
    viewer, other = await here(sessions), await sessions.sign_in(KEEPER, SECRET)
    assert (await changed(sessions, viewer, SECRET, "battery staple")).ended_sessions == 1
    assert await sessions.viewer_of(other.token) is None
    assert len(await listed(sessions, viewer)) == 1
    with pytest.raises(SignInRefused):
        await sessions.sign_in(KEEPER, SECRET)
    assert (await sessions.sign_in(KEEPER, "battery staple")).token
    told = await company.pool.fetch("SELECT * FROM people_change WHERE what = 'PASSWORD'")
    assert [(row["actor"], row["was"], row["became"]) for row in told] == [
        (f"person:{company.ids['keeper']}", None, None)
    ]


@pytest.mark.parametrize(
    ("old", "new", "field", "sentence"),
    [
        ("wrong horse", "battery staple", "old_password", "This is not your password."),
        (SECRET, "short", "new_password", "A password has 10 to 1000 characters, and this one has 5."),
        (SECRET, SECRET, "new_password", "This is your password already."),
    ],
)
async def test_what_can_be_no_new_password_is_refused(
    sessions: Sessions, old: str, new: str, field: str, sentence: str
):
    viewer, other = await here(sessions), await sessions.sign_in(KEEPER, SECRET)
    with pytest.raises(Invalid) as no:
        await changed(sessions, viewer, old, new)
    assert (no.value.field, no.value.message) == (field, sentence)
    assert await sessions.viewer_of(other.token) is not None


async def test_the_old_password_is_guessed_no_faster_here_than_at_the_door(sessions: Sessions):
    viewer = await here(sessions)
    said = list[str]()
    for _ in range(6):
        with pytest.raises(Invalid) as no:
            await changed(sessions, viewer, "wrong horse", "battery staple")
        said.append(str(no.value))
    assert said[4].startswith("This is not your password.")
    assert said[5] == "Too many attempts to sign in have failed. Wait 5 seconds, then try again."


async def test_who_has_no_password_changes_none(company: Company, sessions: Sessions):
    with pytest.raises(Refused, match="You have no password to change"):
        await changed(sessions, await company.viewer("biller"), SECRET, "battery staple")


async def test_a_name_is_changed_where_it_has_not_moved_since(company: Company, sessions: Sessions):
    viewer = await here(sessions)
    async with company.pool.acquire() as connection:
        account = await change_own_name(connection, viewer, " Keeper of Lagos ", seen=viewer.step, at=NOON)
        assert (account.name, account.step) == ("Keeper of Lagos", viewer.step + 1)
        with pytest.raises(Conflict) as moved:
            await change_own_name(connection, viewer, "Somebody else", seen=viewer.step, at=NOON)
        assert (moved.value.who, moved.value.what) == ("Keeper of Lagos", "changed the name")
        with pytest.raises(Invalid):
            await change_own_name(connection, viewer, " ", seen=None, at=NOON)
    [told] = await company.pool.fetch("SELECT was, became FROM people_change WHERE what = 'NAME'")
    assert tuple(told) == ("Keeper", "Keeper of Lagos")


async def test_a_key_does_none_of_it(company: Company, sessions: Sessions):
    viewer = replace(await company.viewer("keeper"), key=UUID(int=1))
    async with company.pool.acquire() as connection:
        for doing in (
            end_session(connection, viewer, UUID(int=1), at=NOON),
            end_other_sessions(connection, viewer, at=NOON),
            change_own_name(connection, viewer, "A machine", seen=None, at=NOON),
            changed(sessions, viewer, SECRET, "battery staple"),
        ):
            with pytest.raises(Refused, match="Sign in for that"):
                await doing


def test_no_password_is_shown():
    assert repr(NewPassword(old_password="correct horse", new_password="another horse")) == "NewPassword(seen=None)"
