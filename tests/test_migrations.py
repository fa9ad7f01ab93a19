import asyncio

import pytest
from sqlalchemy import text

from orderway.database import DatabaseUnavailable, connect
from orderway.embedded import EmbeddedServer
from orderway.migrations import DatabaseNotCurrent, MigrationRefused, applied, migrate, newest, require_current


async def tables(url: str) -> list[str]:
    connection = await connect(url)
    rows = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    await connection.close()
    return [row["tablename"] for row in rows]


async def execute(url: str, statement: str) -> None:
    connection = await connect(url)
    await connection.execute(statement)
    await connection.close()


async def test_a_migrated_database_is_current(database_url: str):
    await require_current(database_url)
    assert await applied(database_url) == newest()


async def test_a_database_without_tables_names_the_command(empty_url: str):
    with pytest.raises(DatabaseNotCurrent) as refused:
        await require_current(empty_url)
    assert refused.value.message.endswith(" has no tables of Orderway yet.")
    assert refused.value.remedy == "Run: orderway migrate"
    assert await tables(empty_url) == []


async def test_a_database_of_a_newer_orderway_is_not_touched(database_url: str):
    await execute(database_url, "UPDATE alembic_version SET version_num = '9999'")
    for use in (require_current, migrate):
        with pytest.raises(DatabaseNotCurrent) as refused:
            await use(database_url)
        assert refused.value.message.endswith(" was migrated by a newer Orderway, to revision 9999.")
        assert refused.value.remedy == "Install that version, or restore a backup of this one."


async def test_two_that_migrate_at_once_take_turns(empty_url: str):
    async with asyncio.timeout(60):  # without turns they hang rather than fail: Alembic keeps one state a process
        reached = await asyncio.gather(*(migrate(empty_url) for _ in range(3)), return_exceptions=True)
    assert set(reached) == {newest()}
    await require_current(empty_url)


async def test_a_migration_that_is_refused_leaves_nothing(server: EmbeddedServer, empty_url: str):
    name = empty_url.partition("?")[0].rpartition("/")[2]
    await execute(server.url(name, role="postgres"), "REVOKE CREATE ON SCHEMA public FROM pg_database_owner")
    with pytest.raises(MigrationRefused, match="permission denied for schema public"):
        await migrate(empty_url)
    assert await tables(empty_url) == []


async def test_a_migration_that_fails_at_its_end_leaves_nothing(empty_url: str):
    await execute(empty_url, "CREATE TABLE outbox (taken int)")
    with pytest.raises(MigrationRefused, match='relation "outbox" already exists'):
        await migrate(empty_url)
    assert await tables(empty_url) == ["outbox"]


async def test_a_migration_that_refuses_a_database_says_what_can_be_done(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
):
    offers = "DO $$ BEGIN RAISE EXCEPTION 'There are old offers.' USING HINT = 'Begin with a new database.'; END $$"
    monkeypatch.setattr("orderway.migrations._upgrade", lambda connection: connection.execute(text(offers)))
    with pytest.raises(MigrationRefused, match=r"nothing was changed: .*There are old offers\.") as refused:
        await migrate(empty_url)
    assert refused.value.remedy == "Begin with a new database."


async def test_one_who_may_not_read_the_tables_is_told(server: EmbeddedServer, database_url: str):
    name = database_url.partition("?")[0].rpartition("/")[2]
    superuser = await connect(server.url(name, role="postgres"))
    await superuser.execute("CREATE ROLE outsider LOGIN")
    try:
        with pytest.raises(DatabaseUnavailable, match="This user may not read the tables of"):
            await applied(server.url(name, role="outsider"))
    finally:
        await superuser.execute("DROP ROLE outsider")
        await superuser.close()


async def test_an_old_postgresql_is_told_from_a_new_one(database_url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("orderway.migrations.OLDEST", 19)
    with pytest.raises(DatabaseUnavailable) as refused:
        await applied(database_url)
    assert refused.value.message.startswith("PostgreSQL 18 (")
    assert refused.value.message.endswith(") is too old.")
