"""Keys of machines: as their person, with no more than was left of them, until their end."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from tests.people.company import KANO, LAGOS, NOON, QUICK, Company
from tests.people.signing.desk import SECRET, Clock
from tests.people.test_sessions import blocked

from orderway.people.accounts import NewPerson, add_person, disable_person
from orderway.people.passwords import Passwords
from orderway.people.scope import may_open, stores_of, visible
from orderway.people.sessions import Sessions
from orderway.people.signing.keys import Key, Made, NewKey, count_keys, list_keys, make_key, revoke_key
from orderway.people.viewer import Viewer
from orderway.workflow.actor import THE_SYSTEM
from orderway.workflow.errors import Invalid, NotFound, Refused

MONTH = NOON + timedelta(days=30)
SHELVES = NewKey(name="Shelf scanner", permissions=("stock.manage",), expires_at=MONTH)


async def made(company: Company, who: str, new: NewKey = SHELVES, **other: Any) -> Made:
    async with company.pool.acquire() as connection:
        return await make_key(connection, await company.viewer(who), replace(new, **other), at=NOON)


async def revoked(company: Company, who: str, key: UUID) -> Key:
    async with company.pool.acquire() as connection:
        return await revoke_key(connection, await company.viewer(who), key, at=NOON)


async def listed(company: Company, who: str, person: str = "") -> list[str]:
    viewer, of = await company.viewer(who), company.ids[person] if person else None
    async with company.pool.acquire() as connection:
        found, more = await list_keys(connection, viewer, person=of, after=None, limit=20)
        assert (len(found), more) == (await count_keys(connection, viewer, person=of), False)
    return [key.name for key in found]


async def came_in(sessions: Sessions, key: Made) -> Viewer:
    viewer = await sessions.viewer_of(key.text)
    assert viewer is not None
    return viewer


async def test_it_acts_as_its_person_with_what_it_was_made_for(company: Company, sessions: Sessions):
    key = await made(company, "keeper")
    viewer = await came_in(sessions, key)
    assert viewer.actor().id == f"person:{company.ids['keeper']}"
    assert viewer.permissions == {"stock.manage", "scope.store"}
    assert stores_of(viewer, "stock.manage") == frozenset({LAGOS})
    assert stores_of(viewer, "catalogue.manage") == frozenset()


async def test_its_secret_is_shown_once_and_kept_as_a_sha256(company: Company, sessions: Sessions):
    key = await made(company, "keeper")
    assert key.text.startswith("orderway_k_")
    assert "orderway_k_" not in repr(key)
    [row] = await company.pool.fetch("SELECT * FROM api_key")
    assert key.text not in str(dict(row))
    assert await sessions.viewer_of(key.text[:-1]) is None


async def test_what_its_person_may_no_more_it_may_no_more(company: Company, sessions: Sessions):
    key = await made(company, "keeper")
    await company.pool.execute("DELETE FROM person_store WHERE person_id = $1", company.ids["keeper"])
    assert stores_of(await came_in(sessions, key), "stock.manage") == frozenset()
    await company.pool.execute("DELETE FROM person_role WHERE person_id = $1", company.ids["keeper"])
    assert (await came_in(sessions, key)).permissions == frozenset()


async def test_a_key_for_some_stores_reaches_no_other(company: Company, sessions: Sessions):
    key = await made(company, "admin", permissions=("stock.manage", "quotation.edit"), stores=(KANO,))
    viewer = await came_in(sessions, key)
    assert stores_of(viewer, "stock.manage") == frozenset({KANO})
    assert visible(viewer).values == ([KANO],)
    assert [may_open(viewer, store_id=store, customer_id=KANO) for store in (LAGOS, KANO)] == [False, True]


async def test_a_role_without_its_permission_lends_it_no_reach(company: Company, sessions: Sessions):
    """Stock is managed where the manager manages, and not where the same person buys."""
    await company.pool.execute(
        "INSERT INTO person_role SELECT $1, id FROM role WHERE name = 'CUSTOMER'", company.ids["keeper"]
    )
    viewer = await came_in(sessions, await made(company, "keeper"))
    assert [sorted(role.permissions) for role in viewer.roles] == [["scope.own"], ["scope.store", "stock.manage"]]


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        ({"permissions": ("payment.confirm",)}, "You may not give a key what its person may not do"),
        ({"permissions": ("superadmin.appoint",)}, "You may not give a key what its person may not do"),
        ({"permissions": ("scope.all",)}, "A key reaches what its person reaches."),
        ({"permissions": ("stock.steal",)}, "There is no permission stock.steal."),
        ({"stores": (KANO,)}, "There is no such store."),
        ({"stores": (LAGOS, UUID(int=7))}, "There is no such store."),
        ({"stores": ()}, "A key without a store reaches nothing."),
        ({"name": "  "}, "A key needs a name."),
        ({"name": "two\nlines"}, "A key needs a name."),
        ({"name": "x" * 101}, "A key needs a name."),
        ({"expires_at": NOON}, "A key ends within a year from now."),
        ({"expires_at": NOON + timedelta(days=367)}, "A key ends within a year from now."),
        ({"person": UUID(int=7)}, "You may not change users, roles and stores."),
    ],
)
@pytest.mark.usefixtures("sessions")
async def test_what_can_be_no_key_is_refused_and_nothing_is_written(
    company: Company, other: dict[str, Any], sentence: str
):
    with pytest.raises((Refused, Invalid, NotFound)) as no:
        await made(company, "keeper", **other)
    assert no.value.message.startswith(sentence)
    assert await company.pool.fetchval("SELECT count(*) FROM api_key") == 0


@pytest.mark.usefixtures("sessions")
async def test_two_keys_of_one_person_have_two_names(company: Company):
    first = await made(company, "keeper")
    with pytest.raises(Invalid) as no:
        await made(company, "keeper")
    assert str(no.value) == "There is a key “Shelf scanner” already. Revoke it first, or choose another name."
    await made(company, "manager")
    await revoked(company, "keeper", first.key.id)
    await made(company, "keeper")


async def test_it_ends_at_its_time_and_when_it_is_revoked(company: Company, sessions: Sessions, clock: Clock):
    lasting, ended = await made(company, "keeper"), await made(company, "keeper", name="Another")
    key = await revoked(company, "keeper", ended.key.id)
    assert (key.revoked_at, key.revoked_by) == (NOON, "Keeper")
    assert await sessions.viewer_of(ended.text) is None
    clock.now = MONTH - timedelta(microseconds=1)
    assert await sessions.viewer_of(lasting.text) is not None
    clock.now = MONTH
    assert await sessions.viewer_of(lasting.text) is None


async def test_disabling_its_person_ends_it_for_good(company: Company, sessions: Sessions):
    key = await made(company, "keeper")
    async with company.pool.acquire() as connection:
        await disable_person(connection, company.ids["keeper"], by=THE_SYSTEM, at=NOON)
    assert await sessions.viewer_of(key.text) is None
    await company.pool.execute("UPDATE person SET disabled_at = NULL")
    assert await sessions.viewer_of(key.text) is None


async def test_when_it_was_used_is_kept_to_ten_minutes_and_written_no_oftener(
    company: Company, sessions: Sessions, clock: Clock
):
    key = await made(company, "keeper")

    async def used() -> tuple[object, str]:
        await asyncio.gather(*(sessions.viewer_of(key.text) for _ in range(8)))
        [row] = await company.pool.fetch("SELECT last_used_at, xmin::text FROM api_key")
        return row["last_used_at"], row["xmin"]

    first = await used()
    clock.later(minutes=9, seconds=59)
    assert await used() == first
    assert first[0] == NOON
    clock.later(seconds=1)
    assert (await used())[0] == NOON + timedelta(minutes=10)


async def test_a_key_neither_makes_nor_revokes_keys(company: Company, sessions: Sessions):
    key = await made(company, "keeper")
    viewer = await came_in(sessions, key)
    async with company.pool.acquire() as connection:
        with pytest.raises(Refused, match=r"A key may not make a key\. Sign in for that\."):
            await make_key(connection, viewer, SHELVES, at=NOON)
        with pytest.raises(Refused, match=r"A key may not revoke a key\."):
            await revoke_key(connection, viewer, key.key.id, at=NOON)


async def service(company: Company, *roles: str) -> UUID:
    async with company.pool.acquire() as connection:
        new = NewPerson(email="scanner@example.com", name="Scanner", roles=roles, stores=[LAGOS])
        company.ids["scanner"] = await add_person(connection, new, by=THE_SYSTEM)
    return company.ids["scanner"]


async def test_an_admin_makes_the_keys_of_a_service_account(company: Company, sessions: Sessions):
    key = await made(company, "admin", person=await service(company, "MANAGER"))
    assert (key.key.owner, key.key.created_by) == ("Scanner", "Admin")
    viewer = await came_in(sessions, key)
    assert (viewer.name, sorted(viewer.permissions)) == ("Scanner", ["scope.store", "stock.manage"])
    [told] = await company.pool.fetch("SELECT * FROM people_change WHERE what = 'KEY_MADE'")
    assert (told["subject"], told["became"], told["at"]) == ("Scanner", "Shelf scanner", NOON)
    assert told["actor"] == f"person:{company.ids['admin']}"


@pytest.mark.usefixtures("sessions")
async def test_nobody_makes_a_key_for_somebody_who_signs_in(company: Company):
    with pytest.raises(Refused, match=r"Whoever signs in makes their own keys\."):
        await made(company, "admin", person=company.ids["keeper"])


async def test_nobody_makes_a_key_for_who_may_do_more_than_they(company: Company):
    person = await service(company, "SUPERADMIN")
    with pytest.raises(Refused, match=r"You may not change a superadmin\."):
        await made(company, "admin", person=person)


@pytest.mark.usefixtures("sessions")
async def test_each_sees_and_revokes_their_own_and_an_admin_all(company: Company):
    mine, other = await made(company, "keeper"), await made(company, "biller", name="Till", permissions=())
    assert await listed(company, "keeper") == ["Shelf scanner"]
    assert await listed(company, "keeper", "biller") == []
    assert await listed(company, "admin") == ["Till", "Shelf scanner"]
    assert await listed(company, "admin", "biller") == ["Till"]
    with pytest.raises(NotFound):
        await revoked(company, "keeper", other.key.id)
    assert (await revoked(company, "admin", mine.key.id)).revoked_by == "Admin"
    assert (await revoked(company, "keeper", mine.key.id)).revoked_by == "Admin"


@pytest.mark.usefixtures("sessions")
async def test_a_key_made_while_its_person_is_disabled_lets_nobody_in(company: Company):
    viewer = await company.viewer("keeper")
    async with company.pool.acquire() as holder, company.pool.acquire() as connection:
        async with holder.transaction():
            await holder.execute("UPDATE person SET disabled_at = $2 WHERE id = $1", company.ids["keeper"], NOON)
            making = asyncio.ensure_future(make_key(connection, viewer, SHELVES, at=NOON))
            await blocked(company, at_least=1)
        with pytest.raises(Invalid, match=r"This person is disabled\."):
            await making
    assert await company.pool.fetchval("SELECT count(*) FROM api_key") == 0


async def test_a_service_account_can_not_sign_in(company: Company, clock: Clock):
    await service(company, "MANAGER")
    sessions = Sessions(company.pool, passwords=Passwords(QUICK), clock=clock)
    with pytest.raises(Exception, match="do not belong together"):
        await sessions.sign_in("scanner@example.com", SECRET)


@pytest.mark.usefixtures("sessions")
async def test_the_database_keeps_one_name_of_a_person(company: Company):
    await made(company, "keeper")
    with pytest.raises(asyncpg.UniqueViolationError):
        await company.pool.execute(
            "INSERT INTO api_key (id, token_hash, person_id, name, permissions, created_at, created_by, expires_at)"
            " SELECT gen_random_uuid(), sha256('x'), person_id, name, permissions, created_at, created_by, expires_at"
            " FROM api_key"
        )


@pytest.mark.usefixtures("sessions")
async def test_keys_that_are_made_at_once_do_not_stand_in_each_others_way(company: Company):
    keys = await asyncio.gather(*(made(company, "keeper", name=f"Till {number}") for number in range(8)))
    assert len({key.text for key in keys}) == 8


@pytest.mark.usefixtures("sessions")
async def test_revoking_a_key_waits_for_who_disables_its_person(company: Company):
    key = await made(company, "keeper")
    viewer = await company.viewer("keeper")
    async with company.pool.acquire() as holder, company.pool.acquire() as connection:
        async with holder.transaction():
            await holder.execute("UPDATE person SET disabled_at = $2 WHERE id = $1", company.ids["keeper"], NOON)
            revoking = asyncio.ensure_future(revoke_key(connection, viewer, key.key.id, at=NOON))
            await blocked(company, at_least=1)
            await holder.execute("UPDATE api_key SET revoked_at = $1, revoked_by = 'system'", NOON)
        assert (await revoking).revoked_by == "Orderway"
