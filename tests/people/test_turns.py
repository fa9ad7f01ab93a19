"""A turn at changing people: with what whoever acts may at that moment, and no more than they were let in with."""

from dataclasses import replace

import pytest
from tests.people.company import KANO, LAGOS, NOON, Company

from orderway.people.accounts import NewPerson, add, disable, give_roles, give_stores
from orderway.people.compositions import create_role
from orderway.people.directory import count_users, list_users
from orderway.people.roles import Role
from orderway.people.stores import NewStore, list_stores, open_store
from orderway.people.turn import Turn, turn_of
from orderway.people.viewer import Viewer
from orderway.workflow.errors import Conflict, NotFound, Refused

ADA = NewPerson(email="ada@example.com", name="Ada")


async def key(company: Company, *permissions: str, stores: set[object] | None = None) -> Viewer:
    """The admin as they come in by a key: with some of their permissions, in some stores."""
    admin = await company.viewer("admin")
    (role,) = admin.roles
    held = (Role(role.label, role.permissions & {*permissions, "scope.all"}),)
    return replace(admin, roles=held, only=None if stores is None else frozenset(stores))  # type: ignore[arg-type]


async def test_by_a_key_one_gives_out_no_more_than_the_key_holds(company: Company):
    by = await key(company, "settings.manage")
    async with company.pool.acquire() as connection:
        async with turn_of(connection, by, at=NOON) as turn:
            id = await add(turn, ADA)
        with pytest.raises(Refused, match="You may not give out what you do not hold"):
            async with turn_of(connection, by, at=NOON) as turn:
                await give_roles(turn, id, ["ACCOUNTANT"])
        async with turn_of(connection, await company.viewer("admin"), at=NOON) as turn:
            await give_roles(turn, id, ["ACCOUNTANT"])


async def test_a_key_without_the_permission_changes_nobody(company: Company):
    by = await key(company, "stock.manage")
    async with company.pool.acquire() as connection:
        with pytest.raises(Refused, match="You may not change users, roles and stores"):
            async with turn_of(connection, by, at=NOON):
                pass


async def test_a_key_for_one_store_finds_the_people_and_the_stores_of_that_one_alone(company: Company):
    await company.add("kano", "RIDER", stores=[KANO])
    await company.add("lagos", "BILLER", stores=[LAGOS])
    by = await key(company, *(await company.viewer("admin")).permissions, stores={LAGOS})
    async with company.pool.acquire() as connection:
        found, _ = await list_users(connection, by)
        assert [user.name for user in found] == ["Biller", "Lagos", "Manager"]
        assert await count_users(connection, by) == 3
        assert [store.code for store in await list_stores(connection, by)] == ["LOS"]
        for deed in (
            lambda turn: disable(turn, company.ids["kano"]),
            lambda turn: disable(turn, company.ids["rider"]),
            lambda turn: give_stores(turn, company.ids["lagos"], [KANO]),
        ):
            with pytest.raises(NotFound):
                async with turn_of(connection, by, at=NOON) as turn:
                    await deed(turn)
        for everywhere in (
            lambda turn: create_role(turn, "MINE", label="mine", permissions=[]),
            lambda turn: open_store(turn, NewStore(name="Abuja", code="ABV", currency="NGN")),
        ):
            with pytest.raises(Refused):
                async with turn_of(connection, by, at=NOON) as turn:
                    await everywhere(turn)
        async with turn_of(connection, by, at=NOON) as turn:
            await disable(turn, company.ids["lagos"])


async def test_what_went_wrong_in_a_turn_leaves_nothing_behind(company: Company):
    async def turned() -> None:
        async with (
            company.pool.acquire() as connection,
            turn_of(connection, await company.viewer("admin"), at=NOON, reason="Half done.") as turn,
        ):
            await add(turn, ADA)
            await give_roles(turn, company.ids["rider"], ["NOBODYS"])

    with pytest.raises(NotFound, match=r"There is no role NOBODYS\."):
        await turned()
    assert await company.pool.fetchval("SELECT count(*) FROM person WHERE email = 'ada@example.com'") == 0
    assert await company.pool.fetchval("SELECT count(*) FROM people_change WHERE reason = 'Half done.'") == 0


async def test_where_nobody_could_do_everything_before_others_may_still_be_changed(company: Company):
    await company.pool.execute("DELETE FROM person_role USING role r WHERE r.id = role_id AND r.name = 'SUPERADMIN'")
    async with (
        company.pool.acquire() as connection,
        turn_of(connection, await company.viewer("admin"), at=NOON) as turn,
    ):
        await disable(turn, company.ids["rider"])


async def test_a_step_that_was_never_reached_is_no_step_that_was_seen(company: Company):
    async def deed(turn: Turn) -> None:
        await disable(turn, company.ids["rider"])

    async with company.pool.acquire() as connection:
        admin = await company.viewer("admin")
        async with turn_of(connection, admin, at=NOON, seen=1) as turn:
            await deed(turn)
        with pytest.raises(Conflict) as moved:
            async with turn_of(connection, admin, at=NOON, seen=1) as turn:
                await deed(turn)
    assert (moved.value.who, moved.value.what, moved.value.step) == ("Admin", "disabled them", 2)
