import asyncio
import shutil
from importlib.resources import files
from pathlib import Path

import pytest
from alembic.config import Config
from sqlalchemy import Connection, text

from orderway.database import DatabaseUnavailable, connect
from orderway.embedded import EmbeddedServer
from orderway.migrations import (
    DatabaseNotCurrent,
    MigrationRefused,
    Stretch,
    _lacking,
    applied,
    migrate,
    newest,
    require_current,
    stretches,
)


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
        assert refused.value.remedy == (
            "Install that version. To go back to the one just before it, start this with ORDERWAY_NEWER_TABLES=yes."
        )


async def test_one_goes_back_to_the_version_before_by_an_explicit_word(
    database_url: str, monkeypatch: pytest.MonkeyPatch
):
    await execute(database_url, "UPDATE alembic_version SET version_num = '9999'")
    monkeypatch.setenv("ORDERWAY_NEWER_TABLES", "yes")
    await require_current(database_url)
    with pytest.raises(DatabaseNotCurrent, match="was migrated by a newer Orderway, to revision 9999"):
        await migrate(database_url)


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
    monkeypatch.setattr("orderway.migrations._upgrade", lambda connection, _revision: connection.execute(text(offers)))
    with pytest.raises(MigrationRefused, match=r"nothing of that remains: .*There are old offers\.") as refused:
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


async def test_a_table_in_use_is_asked_for_again_and_nobody_waits_behind_the_migration(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
):
    await execute(empty_url, "CREATE TABLE busy (a int)")
    monkeypatch.setattr(
        "orderway.migrations._upgrade", lambda one, _to: one.execute(text("ALTER TABLE busy ADD IF NOT EXISTS b int"))
    )
    monkeypatch.setattr("orderway.migrations.PAUSES", (0.01,) * 1000)
    reader, other = await connect(empty_url), await connect(empty_url)
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'"
    async with asyncio.timeout(60):
        async with reader.transaction():
            await reader.execute("SELECT * FROM busy")  # a report that takes long
            migrating = asyncio.create_task(migrate(empty_url))
            while not await other.fetchval(waiting):
                assert not migrating.done()
            await other.execute("INSERT INTO busy VALUES (1)")
            assert not migrating.done()
        await migrating
    assert await other.fetchval("SELECT b IS NULL FROM busy")
    await reader.close()
    await other.close()


async def test_a_table_that_stays_in_use_is_told_and_nothing_remains(empty_url: str, monkeypatch: pytest.MonkeyPatch):
    await execute(empty_url, "CREATE TABLE busy (a int)")

    def upgrade(connection: Connection, _revision: str) -> None:
        connection.execute(text("CREATE TABLE made (a int)"))
        connection.execute(text("ALTER TABLE busy ADD IF NOT EXISTS b int"))

    monkeypatch.setattr("orderway.migrations._upgrade", upgrade)
    monkeypatch.setattr("orderway.migrations.PAUSES", (0.0,))
    monkeypatch.setattr("orderway.migrations.LOCK_WAIT", "10ms")
    reader = await connect(empty_url)
    async with reader.transaction():
        await reader.execute("SELECT * FROM busy")
        with pytest.raises(MigrationRefused, match="stayed in use by others, and what was begun is undone") as refused:
            await migrate(empty_url)
    await reader.close()
    assert str(refused.value.remedy).startswith("End what has been open for long")
    assert await tables(empty_url) == ["busy"]


REVISIONS = {
    "1": 'op.execute("CREATE TABLE big AS SELECT n FROM generate_series(1, 1000) n")',
    "2": 'op.execute("CREATE INDEX CONCURRENTLY big_n_idx ON big (n)")',
    "3": 'op.execute("ALTER TABLE big ADD m int")',
    "4": 'op.execute("ALTER TABLE big ADD o int")',
}


@pytest.fixture
def some_revisions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A road of four revisions in place of ours, whose second stands apart."""
    (tmp_path / "versions").mkdir()
    shutil.copy(str(files("orderway.migrations") / "env.py"), tmp_path)
    for number, statement in REVISIONS.items():
        before = repr(str(int(number) - 1)) if number != "1" else None
        head = f"from alembic import op\nrevision = {number!r}\ndown_revision = {before}\nAPART = {number == '2'}\n"
        (tmp_path / "versions" / f"{number}.py").write_text(f"{head}def upgrade():\n    {statement}\n")
    config = Config()
    config.set_main_option("script_location", str(tmp_path))
    config.set_main_option("path_separator", "os")
    monkeypatch.setattr("orderway.migrations._config", lambda: config)


@pytest.mark.usefixtures("some_revisions")
async def test_an_index_is_built_apart_also_while_others_wait_for_their_turn(empty_url: str):
    async with asyncio.timeout(60):
        assert await asyncio.gather(*(migrate(empty_url) for _ in range(3))) == ["4", "4", "4"]
    connection = await connect(empty_url)
    assert await connection.fetchval("SELECT indisvalid FROM pg_index WHERE indexrelid = 'big_n_idx'::regclass")
    assert await connection.fetchval("SELECT count(*) FROM big WHERE m IS NULL AND o IS NULL") == 1000
    await connection.close()


@pytest.mark.usefixtures("some_revisions")
def test_what_stands_apart_parts_the_transactions():
    assert stretches(_lacking(None)) == [Stretch("1", apart=False), Stretch("2", apart=True), Stretch("4", apart=False)]
    assert stretches(_lacking("3")) == [Stretch("4", apart=False)]
