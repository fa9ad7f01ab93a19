"""People are added, given a new password and disabled by who may, and superadmins only by their like."""

from collections.abc import Awaitable, Callable

import asyncpg
import pytest
from tests.people.company import KANO, LAGOS, NOON, QUICK, Company

from orderway.ids import new_id
from orderway.people.accounts import NewPerson, add_person, disable_person, give_roles, normal_email, set_password
from orderway.people.passwords import Passwords
from orderway.people.turn import turn_of
from orderway.people.viewer import Viewer
from orderway.workflow.actor import THE_SYSTEM, Actor
from orderway.workflow.errors import Invalid, NotFound, Refused

NEW = {"email": "new@example.com", "name": "New"}


async def add(company: Company, *, by: Viewer | Actor, **values: object) -> None:
    async with company.pool.acquire() as connection:
        await add_person(connection, NewPerson(**(NEW | values)), by=by)  # type: ignore[arg-type]


async def disable(company: Company, word: str, by: Viewer | Actor) -> None:
    async with company.pool.acquire() as connection:
        await disable_person(connection, company.ids[word], by=by, at=NOON)


async def give_password(company: Company, word: str, by: Viewer | Actor) -> None:
    new = await Passwords(QUICK).hash("another horse")
    async with company.pool.acquire() as connection:
        await set_password(connection, company.ids[word], new, by=by, at=NOON)


async def people(company: Company) -> list[asyncpg.Record]:
    return await company.pool.fetch("SELECT id, email, name, password_hash, disabled_at FROM person ORDER BY id")


async def acting(company: Company, word: str) -> Viewer:
    return await company.viewer(word)


async def test_a_person_is_added_with_roles_and_stores(company: Company):
    admin = await acting(company, "admin")
    await add(company, by=admin, email=" New@Example.COM ", name=" Newcomer ", roles=["BILLER", "RIDER"], stores=[KANO])
    row = await company.pool.fetchrow("SELECT * FROM person WHERE email = 'new@example.com'")
    assert row is not None
    assert (row["name"], row["password_hash"], row["disabled_at"]) == ("Newcomer", None, None)
    company.ids["new"] = row["id"]
    viewer = await company.viewer("new")
    assert [role.label for role in viewer.roles] == ["biller", "rider"]
    assert viewer.stores == frozenset({KANO})
    assert viewer.rider
    assert "rider.volunteer" in viewer.permissions
    assert "override.ask" in viewer.permissions
    assert viewer.actor() == Actor(f"person:{row['id']}", viewer.permissions, roles=frozenset({"BILLER", "RIDER"}))


async def test_a_person_who_is_no_viewer_changes_nobody(company: Company):
    """Who is signed in acts as they stand now, not with what an actor was once given."""
    with pytest.raises(Refused):
        await add(company, by=(await acting(company, "superadmin")).actor())


@pytest.mark.parametrize("word", ["manager", "accountant", "biller", "rider", "reseller", "customer"])
async def test_who_does_not_manage_users_adds_disables_and_changes_nobody(company: Company, word: str):
    actor, before = await acting(company, word), await people(company)
    for act in (
        lambda: add(company, by=actor),
        lambda: disable(company, "rider", actor),
        lambda: give_password(company, "rider", actor),
    ):
        with pytest.raises(Refused) as no:
            await act()
        assert str(no.value) == "You may not change users, roles and stores."
        assert [reason.help for reason in no.value.refusal.reasons] == ["settings.manage"]
    assert await people(company) == before


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (lambda company, by: add(company, by=by, roles=["SUPERADMIN"]), "You may not make somebody a superadmin."),
        (lambda company, by: disable(company, "second", by), "You may not change a superadmin."),
        (lambda company, by: give_password(company, "second", by), "You may not change a superadmin."),
    ],
    ids=["add", "disable", "new password"],
)
async def test_an_admin_neither_makes_nor_takes_over_a_superadmin(
    company: Company, act: Callable[[Company, Viewer | Actor], Awaitable[None]], sentence: str
):
    await company.add("second", "SUPERADMIN")
    before = await people(company)
    with pytest.raises(Refused) as no:
        await act(company, await acting(company, "admin"))
    assert str(no.value) == sentence
    assert [reason.help for reason in no.value.refusal.reasons] == ["superadmin.appoint"]
    assert await people(company) == before
    await act(company, await acting(company, "superadmin"))
    assert await people(company) != before


async def test_a_custom_role_that_appoints_is_guarded_like_the_built_in_one(company: Company):
    await company.role("OWNER", "superadmin.appoint", "scope.all")
    with pytest.raises(Refused, match="You may not make somebody a superadmin"):
        await add(company, by=await acting(company, "admin"), roles=["OWNER"])


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({"email": "new"}, "email", "This is not an e-mail address."),
        ({"email": "a b@example.com"}, "email", "This is not an e-mail address."),
        ({"email": "a@b@example.com"}, "email", "This is not an e-mail address."),
        ({"email": "néw@example.com"}, "email", "This is not an e-mail address."),
        ({"email": "new@example.com\x00"}, "email", "This is not an e-mail address."),
        ({"email": f"{'x' * 65}@example.com"}, "email", "This is not an e-mail address."),
        ({"email": "Admin@example.com"}, "email", "Somebody has the address admin@example.com already."),
        ({"name": "  "}, "name", "A person needs a name."),
        ({"name": "New\x00"}, "name", "A person needs a name."),
    ],
)
async def test_a_person_of_no_use_is_refused(company: Company, values: dict[str, object], field: str, sentence: str):
    before = await people(company)
    with pytest.raises(Invalid) as no:
        await add(company, by=THE_SYSTEM, **values)
    assert (no.value.field, no.value.message) == (field, sentence)
    assert await people(company) == before


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"roles": ["BILLER", "CHIEF", "BOSS"]}, "There is no role BOSS, CHIEF."),
        ({"stores": [LAGOS, new_id()]}, "There is no such store."),
    ],
)
async def test_an_unknown_role_or_store_adds_nobody(company: Company, values: dict[str, object], sentence: str):
    before = await people(company)
    with pytest.raises(NotFound, match=sentence):
        await add(company, by=THE_SYSTEM, **values)
    assert await people(company) == before


async def test_nobody_is_not_found(company: Company):
    company.ids["nobody"] = new_id()
    with pytest.raises(NotFound, match="There is no such person"):
        await disable(company, "nobody", THE_SYSTEM)
    with pytest.raises(NotFound, match="There is no such person"):
        await give_password(company, "nobody", THE_SYSTEM)


async def test_who_is_disabled_is_no_viewer_and_stays_disabled_since(company: Company):
    await disable(company, "rider", THE_SYSTEM)
    async with company.pool.acquire() as connection:
        await disable_person(connection, company.ids["rider"], by=THE_SYSTEM, at=NOON.replace(hour=13))
    assert await company.pool.fetchval("SELECT disabled_at FROM person WHERE id = $1", company.ids["rider"]) == NOON
    with pytest.raises(AssertionError):
        await company.viewer("rider")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE person SET email = 'Admin@example.com' WHERE name = 'Admin'",
        "UPDATE person SET email = 'admin@example.com'",
        "UPDATE person SET email = '@'",
        "UPDATE role SET permissions = '{system}'",
        "UPDATE role SET name = 'ADMIN'",
        "UPDATE store SET latitude = NULL",
        "UPDATE store SET latitude = 91",
        "UPDATE customer SET kind = 'FRIEND'",
        "UPDATE customer SET source = 'olist'",
        "UPDATE customer SET source = 'olist', source_ref = '1'",
        "UPDATE customer SET person_id = (SELECT id FROM person LIMIT 1)",
    ],
)
async def test_the_database_refuses_it(company: Company, statement: str):
    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await company.pool.execute(statement)


@pytest.mark.parametrize(
    "email", ["\u212aate@example.com", "ka\u017fe@example.com", "\u0130.b@example.com", "ﬁ@example.com"]
)
def test_a_letter_that_only_becomes_a_plain_one_in_small_is_none(email: str):
    """KELVIN SIGN is k in small letters: a provider may vouch for the one address, and the other is somebody else's."""
    assert normal_email(email) is None
    assert normal_email(" Kate@Example.com\n") == "kate@example.com"


async def signed_up(company: Company) -> None:
    """Somebody who made the account themselves, with an address that may be another's."""
    kept = QUICK.hash("the password of another")
    await company.add("newcomer", "CUSTOMER", password_hash=kept)
    await company.pool.execute("UPDATE person SET signed_up_at = $2 WHERE id = $1", company.ids["newcomer"], NOON)


async def promote(company: Company, *roles: str) -> None:
    async with (
        company.pool.acquire() as connection,
        turn_of(connection, await acting(company, "admin"), at=NOON) as turn,
    ):
        await give_roles(turn, company.ids["newcomer"], roles)


async def test_who_signed_up_is_no_staff_before_it_is_known_whose_account_it_is(company: Company):
    """Whoever knows who is to be hired could sign up in their name, and wait."""
    await signed_up(company)
    await promote(company, "CUSTOMER", "RESELLER")
    for role in ("MANAGER", "BILLER", "RIDER", "ADMIN"):
        with pytest.raises(Refused) as no:
            await promote(company, role)
        assert str(no.value) == (
            "They made this account themselves, and nobody has seen that the address is theirs."
            " Set a new password for them and hand it over, or let them sign in by your provider first."
        ), role
    await give_password(company, "newcomer", by=await acting(company, "admin"))
    await promote(company, "MANAGER")
    assert "stock.manage" in (await company.viewer("newcomer")).permissions
