"""Those who change people at the same moment: somebody is always left who may do everything, and nobody acts twice."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

import asyncpg
import pytest
from tests.races.crowd import CROWD, at_once, kinds, open_all

from orderway.app import make_workflow
from orderway.database import connect_pool
from orderway.people.accounts import NewPerson, add_person
from orderway.people.changes import change
from orderway.people.commands import Command, CreateUser, DisableUser, SetUserRoles
from orderway.people.roles import seed_roles
from orderway.people.viewer import Viewer, find_viewer
from orderway.settings import Settings
from orderway.workflow.actor import THE_SYSTEM
from orderway.workflow.errors import Refused
from orderway.workflow.runner import Runner
from orderway.workflow.transaction import Transaction

ROUNDS = 12


@dataclass
class HeadOffice:
    """Two superadmins, and whatever they send at once."""

    pool: asyncpg.Pool
    runner: Runner
    ids: tuple[UUID, UUID]

    async def viewer(self, number: int) -> Viewer:
        async with self.pool.acquire() as connection:
            viewer = await find_viewer(connection, self.ids[number])
        assert viewer
        return viewer

    def sending(self, by: Viewer, command: Command, *, seen: int | None = None) -> Callable[[], Awaitable[object]]:
        """Somebody who was let in as they stood before, and sends a command."""

        async def work(tx: Transaction) -> object:
            return await change(tx, command, by=by, seen=seen)

        return lambda: self.runner.run(work, actor=by.actor())

    async def left(self) -> int:
        """How many superadmins there are who may sign in."""
        count: int = await self.pool.fetchval(
            "SELECT count(*) FROM person p JOIN person_role h ON h.person_id = p.id JOIN role r ON r.id = h.role_id"
            " WHERE p.disabled_at IS NULL AND r.name = 'SUPERADMIN'"
        )
        return count

    async def restore(self) -> None:
        await self.pool.execute("UPDATE person SET disabled_at = NULL")
        await self.pool.execute("DELETE FROM person_role")
        await self.pool.execute(
            "INSERT INTO person_role SELECT p.id, r.id FROM person p, role r WHERE r.name = 'SUPERADMIN'"
        )


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[HeadOffice]:
    async with await connect_pool(database_url, size=CROWD) as pool:
        await open_all(pool)
        async with pool.acquire() as connection:
            await seed_roles(connection)
            both = [
                await add_person(
                    connection, NewPerson(email=f"{word}@example.com", name=word, roles=["SUPERADMIN"]), by=THE_SYSTEM
                )
                for word in ("first", "second")
            ]
        yield HeadOffice(pool, Runner(pool, make_workflow(Settings({}))), (both[0], both[1]))


def demoting(id: UUID) -> Command:
    return SetUserRoles(user=id, roles=("BILLER",), reason="A race.")


def disabling(id: UUID) -> Command:
    return DisableUser(user=id, reason="A race.")


@pytest.mark.parametrize("first", [demoting, disabling])
@pytest.mark.parametrize("second", [demoting, disabling])
async def test_two_superadmins_who_take_each_other_out_leave_one(
    office: HeadOffice, first: Callable[[UUID], Command], second: Callable[[UUID], Command]
):
    for _ in range(ROUNDS):
        await office.restore()
        one, other = await office.viewer(0), await office.viewer(1)
        answers = await at_once(
            office.sending(one, first(other.person_id)), office.sending(other, second(one.person_id))
        )
        assert kinds(answers) == ["Changed", "Refused"], answers
        assert await office.left() == 1


async def test_who_was_demoted_meanwhile_acts_as_they_stand_now(office: HeadOffice):
    one, other = await office.viewer(0), await office.viewer(1)
    await office.sending(one, demoting(other.person_id))()
    sneaking = CreateUser(email="friend@example.com", name="Friend", roles=("SUPERADMIN",))
    with pytest.raises(Refused, match="You may not change users, roles and stores"):
        await office.sending(other, sneaking)()
    assert await office.pool.fetchval("SELECT count(*) FROM person") == 2


async def test_of_those_who_saw_the_same_step_one_changes_it(office: HeadOffice):
    async with office.pool.acquire() as connection:
        id = await add_person(connection, NewPerson(email="third@example.com", name="third"), by=THE_SYSTEM)
    one = await office.viewer(0)
    shifts = (("BILLER", "MANAGER", "RIDER"), ("ACCOUNTANT", "RESELLER", "CUSTOMER"))
    for step in range(1, ROUNDS + 1):
        wished = [SetUserRoles(user=id, roles=(name,), reason="A race.") for name in shifts[step % 2]]
        answers = await at_once(*(office.sending(one, each, seen=step) for each in wished))
        assert kinds(answers) == ["Changed", "Conflict", "Conflict"], answers
        assert await office.pool.fetchval("SELECT step FROM person WHERE id = $1", id) == step + 1
        assert await office.pool.fetchval("SELECT count(*) FROM person_role WHERE person_id = $1", id) == 1
