"""Roles in the database: seeded once, changed by people, and named to who needs help."""

import asyncpg
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection
from tests.people.company import Company

from orderway.database import connect, engine
from orderway.people.permissions import BUILT_IN
from orderway.people.roles import listed, migrate_with_roles, seed_roles, who_can_help


async def help_with(pool: asyncpg.Pool, permission: str) -> str | None:
    async with pool.acquire() as connection:
        return (await who_can_help(connection)).get(permission)


async def test_seeded_roles_are_the_built_in_ones(company: Company):
    rows = await company.pool.fetch("SELECT name, label, permissions, is_seeded FROM role")
    seeded = {row["name"]: (row["label"], frozenset(row["permissions"]), row["is_seeded"]) for row in rows}
    assert seeded == {role.name: (role.label, role.permissions, True) for role in BUILT_IN}


async def test_seeding_again_keeps_what_people_changed(company: Company):
    await company.pool.execute("UPDATE role SET permissions = '{stock.manage}', label = 'lead' WHERE name = 'MANAGER'")
    await company.pool.execute("DELETE FROM person_role USING role WHERE role_id = id AND name = 'RIDER'")
    await company.pool.execute("DELETE FROM role WHERE name = 'RIDER'")
    async with company.pool.acquire() as connection:
        await seed_roles(connection)
    rows = await company.pool.fetch("SELECT name, label, permissions FROM role WHERE name IN ('MANAGER', 'RIDER')")
    assert {row["name"]: (row["label"], sorted(row["permissions"])) for row in rows} == {
        "MANAGER": ("lead", ["stock.manage"]),
        "RIDER": ("rider", ["fulfillment.deliver", "rider.volunteer", "scope.delivery"]),
    }


async def test_who_can_help_is_read_from_the_database(company: Company):
    assert await help_with(company.pool, "override.decide") == "a manager or an admin"
    assert await help_with(company.pool, "payment.confirm") == "an accountant or an admin"
    assert await help_with(company.pool, "settings.manage") == "an admin"
    assert await help_with(company.pool, "superadmin.appoint") == "a superadmin"
    assert await help_with(company.pool, "quotation.edit") == "a biller, a manager or an admin"
    await company.role("night lead", "override.decide", "scope.store")
    assert await help_with(company.pool, "override.decide") == "a night lead, a manager or an admin"


async def test_staff_helps_before_buyers_and_riders(company: Company):
    assert await help_with(company.pool, "return.request") == "a biller, a manager or an admin"
    assert await help_with(company.pool, "rider.volunteer") == "a rider"


async def test_nobody_helps_with_what_no_role_holds(company: Company):
    await company.pool.execute("UPDATE role SET permissions = array_remove(permissions, 'stock.manage')")
    assert await help_with(company.pool, "stock.manage") is None


def test_listed():
    assert listed(["admin"]) == "an admin"
    assert listed(["manager", "admin"]) == "a manager or an admin"
    assert listed(["biller", "manager", "Area lead"]) == "a biller, a manager or an Area lead"


async def test_a_migrated_database_has_the_built_in_roles_and_keeps_what_people_changed(empty_url: str) -> None:
    await migrate_with_roles(empty_url)
    connection = await connect(empty_url)
    try:
        assert await connection.fetchval("SELECT count(*) FROM role WHERE is_seeded") == 8
        await connection.execute("UPDATE role SET permissions = '{}' WHERE name = 'BILLER'")
        await migrate_with_roles(empty_url)
        assert await connection.fetchval("SELECT count(*) FROM role") == 8
        assert await connection.fetchval("SELECT permissions FROM role WHERE name = 'BILLER'") == []
    finally:
        await connection.close()


async def test_roles_that_were_there_before_the_inbox_are_given_it(empty_url: str) -> None:
    await migrate_with_roles(empty_url)
    connection = await connect(empty_url)
    database = engine(empty_url)
    try:
        await connection.execute(
            "INSERT INTO role (id, name, label, permissions, is_seeded)"
            " VALUES (gen_random_uuid(), 'MONEY', 'money', '{payment.confirm}', false)"
        )
        async with database.begin() as running:
            await running.run_sync(downgrade_to, "0007")
        assert await holders(connection, "payment.reconcile") == set()
        await migrate_with_roles(empty_url)
        assert await holders(connection, "payment.reconcile") == {"SUPERADMIN", "ADMIN", "ACCOUNTANT"}
        assert await holders(connection, "reconciliation.see") == {"SUPERADMIN", "ADMIN", "ACCOUNTANT", "MANAGER"}
    finally:
        await database.dispose()
        await connection.close()


async def holders(connection: asyncpg.Connection, permission: str) -> set[str]:
    return {row[0] for row in await connection.fetch("SELECT name FROM role WHERE $1 = ANY (permissions)", permission)}


def downgrade_to(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", "orderway:migrations")
    config.attributes["connection"] = connection
    command.downgrade(config, revision)
