"""The migrations make the tables that the code declares, to the last constraint, and undo what they made."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from orderway.database import all_tables, connect, engine
from orderway.ids import ID_IN_POSTGRESQL
from orderway.migrations import migrate, newest
from orderway.workflow.chain import HASH_IN_POSTGRESQL

COLUMNS = """
    SELECT c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
        || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END || ' ' || a.attgenerated::text
        || coalesce(' ' || pg_get_expr(d.adbin, d.adrelid), '')
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r'
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
        AND c.relname <> 'alembic_version'
"""
CONSTRAINTS = """
    SELECT c.relname || '.' || k.conname || ' ' || pg_get_constraintdef(k.oid)
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relname <> 'alembic_version'
"""
INDEXES = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
OPTIONS = """
    SELECT relname || ' ' || coalesce(reloptions::text, '') FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'
"""
LEFT_OVER = """
    SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE 'alembic_version%'
    UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT typname FROM pg_type WHERE typnamespace = 'public'::regnamespace
        AND typname NOT LIKE '%alembic_version'
"""


async def shape(url: str) -> set[str]:
    """Every column, constraint, index and storage option of the database, as PostgreSQL tells them."""
    connection = await connect(url)
    try:
        rows = await connection.fetch(f"{COLUMNS} UNION ALL {CONSTRAINTS} UNION ALL {INDEXES} UNION ALL {OPTIONS}")
    finally:
        await connection.close()
    return {row[0] for row in rows}


async def test_the_migrations_and_the_code_declare_the_same_tables(database_url: str, empty_url: str):
    declared = engine(empty_url)
    async with declared.begin() as connection:
        await connection.exec_driver_sql(HASH_IN_POSTGRESQL)
        await connection.exec_driver_sql(ID_IN_POSTGRESQL)
        await connection.run_sync(all_tables().create_all)
    await declared.dispose()
    migrated, coded = await shape(database_url), await shape(empty_url)
    assert migrated - coded == set(), "the migrations make what the code does not declare"
    assert coded - migrated == set(), "the code declares what no migration makes"
    assert any("transition_log_hash_check" in each for each in coded)


async def test_a_migration_can_be_undone_and_done_again(empty_url: str):
    await migrate(empty_url)
    first = await shape(empty_url)
    database = engine(empty_url)
    async with database.begin() as connection:
        await connection.run_sync(downgrade)
        left = [row[0] for row in await connection.exec_driver_sql(LEFT_OVER)]
    await database.dispose()
    assert left == []
    assert await migrate(empty_url) == newest()
    assert await shape(empty_url) == first


def downgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", "orderway:migrations")
    config.attributes["connection"] = connection
    command.downgrade(config, "base")
