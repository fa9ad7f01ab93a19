import asyncio

import asyncpg
import pytest

from orderway.database import DatabaseUnavailable, connect, connect_pool, lost, plain, shown
from orderway.embedded import EmbeddedServer


async def test_json_stays_text_and_ids_and_times_are_typed(pool: asyncpg.Pool):
    row = await pool.fetchrow("""SELECT '{"n": 1}'::json AS json, '[2]'::jsonb AS jsonb, now() AS now""")
    assert row is not None
    assert (row["json"], row["jsonb"]) == ('{"n": 1}', "[2]")
    assert str(row["now"].tzinfo) == "UTC"


async def test_a_session_works_in_utc_and_names_itself(pool: asyncpg.Pool):
    assert await pool.fetchval("SHOW timezone") == "UTC"
    assert await pool.fetchval("SHOW application_name") == "orderway"


async def test_the_role_of_the_application_is_no_superuser(pool: asyncpg.Pool):
    assert await pool.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False


async def test_one_who_cheats_may_switch_foreign_keys_off(superuser_url: str):
    connection = await connect(superuser_url)
    await connection.execute("SET session_replication_role = replica")
    assert await connection.fetchval("SHOW session_replication_role") == "replica"
    await connection.close()


async def test_each_test_has_a_database_of_its_own(database_url: str, empty_url: str):
    assert database_url != empty_url
    connection = await connect(empty_url)
    assert await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0
    await connection.close()


@pytest.mark.parametrize(
    "url",
    ["postgres://h/d?x=1", "postgresql://h/d?x=1", "postgresql+asyncpg://h/d?x=1", "postgresql+psycopg://h/d?x=1"],
)
def test_every_common_form_of_an_address_means_the_same(url: str):
    assert plain(url) == "postgresql://h/d?x=1"


@pytest.mark.parametrize("url", ["mysql://h/d", "h/d", "", "postgresqlx://h/d"])
def test_what_is_no_address_of_postgresql_says_how_to_write_one(url: str):
    with pytest.raises(DatabaseUnavailable) as refused:
        plain(url)
    assert str(refused.value) == (
        "DATABASE_URL does not name a PostgreSQL database. Write it as postgresql://user:password@host:5432/database."
    )


def test_an_address_is_shown_without_its_password():
    assert shown("postgresql://biller:hunter2@db.example:5432/shop") == "shop at db.example:5432"
    assert shown("postgresql://orderway@/shop?host=/run/x") == "shop at the local socket"
    assert shown("postgresql://") == "the default database at the local socket"


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("postgresql://127.0.0.1:1/x", "The database x at 127.0.0.1:1 can not be reached: connection refused."),
        ("postgresql://127.0.0.1:port/x", "DATABASE_URL can not be read: invalid literal for int()"),
        ("postgresql:///x?host=/nowhere", "The database x at the local socket can not be reached: no such file"),
    ],
)
async def test_a_database_that_is_not_there_is_told_in_a_sentence(url: str, sentence: str):
    for opening in (connect, connect_pool):
        with pytest.raises(DatabaseUnavailable) as refused:
            await opening(url)
        assert refused.value.message.startswith(sentence)
        assert refused.value.remedy


@pytest.mark.parametrize(
    ("database", "role", "sentence"),
    [
        ("nowhere", "orderway", "There is no database nowhere at the local socket."),
        ("orderway", "stranger", "PostgreSQL refuses the user or password given for orderway at the local socket."),
    ],
)
async def test_a_server_that_refuses_us_is_told_in_a_sentence(
    server: EmbeddedServer, database: str, role: str, sentence: str
):
    with pytest.raises(DatabaseUnavailable) as refused:
        await connect(server.url(database, role=role))
    assert refused.value.message == sentence


async def test_a_connection_that_breaks_in_the_middle_is_told_from_a_fault_of_ours(database_url: str):
    connection = await connect(database_url)
    killer = await connect(database_url)
    await killer.execute("SELECT pg_terminate_backend($1, 10000)", connection.get_server_pid())
    await killer.close()
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)) as broken:
        await connection.fetchval("SELECT 1")
    told = lost(broken.value)
    assert told is not None
    assert told.message == "The connection to the database broke, and what was not committed is undone."
    assert lost(ExceptionGroup("two tasks", [broken.value, broken.value])) is not None
    assert lost(ExceptionGroup("two tasks", [broken.value, KeyError("ours")])) is None
    late = asyncpg.InternalClientError('cannot switch to state 12; protocol is in the "failed" state')
    assert lost(late) is not None
    after_the_last_word = "cannot switch to state 15; another operation (2) is in progress"
    assert lost(asyncpg.InternalClientError(after_the_last_word)) is not None
    assert lost(FileNotFoundError(2, "No such file or directory")) is not None
    assert lost(FileNotFoundError(2, "No such file or directory", "orders.csv")) is None
    busy = asyncpg.InterfaceError("cannot perform operation: another operation is in progress")
    assert lost(busy) is None
    assert lost(asyncpg.UniqueViolationError("ours")) is None
    assert lost(asyncio.CancelledError()) is None
