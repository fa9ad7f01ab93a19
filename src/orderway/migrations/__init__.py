"""Bringing a database to the tables that this code works with, and telling when it is not there.

Revisions are applied in one transaction. One whose module says `APART = True` stands by itself, outside of any: it
builds an index or checks a constraint beside those who work, and can be begun anew.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from orderway.database import OLDEST, DatabaseUnavailable, connect, engine, shown
from orderway.errors import OrderwayError

# Two processes that migrate the same database take turns on this number, which has no other meaning.
TURN = 7_202_511_250_001
LOOK = 0.2
"""Seconds between two looks whether it is our turn. Who waited in a statement would keep an index from being built."""

LOCK_WAIT = "2s"
"""How long a table is waited for: all that comes after us waits behind us."""

PAUSES = (1.0, 2.0, 4.0, 8.0, 8.0, 8.0, 8.0, 8.0)
"""Seconds in which others work before the tables are asked for again."""

GOING_BACK = "ORDERWAY_NEWER_TABLES"
"""The variable by which an operator says that what runs is the version before that of the tables."""

IN_USE = (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError)


class DatabaseNotCurrent(OrderwayError):
    """The tables are not those that this version of the code works with."""


class DatabaseNewer(DatabaseNotCurrent):
    """The tables are those of a version that this one does not know."""


class MigrationRefused(OrderwayError):
    """PostgreSQL refused a statement of a migration; nothing of it remains."""


def newest() -> str | None:
    """Return the revision that this code works with."""
    return ScriptDirectory.from_config(_config()).get_current_head()


async def applied(url: str) -> str | None:
    """Return the revision of the database, or None when it was never migrated.

    Raises DatabaseUnavailable when it does not answer or is older than PostgreSQL 15, and
    DatabaseNotCurrent when its revision is of a newer Orderway.
    """
    connection = await connect(url)
    try:
        version = connection.get_server_version()
        if version.major < OLDEST:
            raise DatabaseUnavailable(
                f"PostgreSQL {version.major} ({shown(url)}) is too old.", "Use PostgreSQL 15 or newer."
            )
        if await connection.fetchval("SELECT to_regclass('alembic_version')") is None:
            return None
        found: str | None = await connection.fetchval("SELECT version_num FROM alembic_version")
    except asyncpg.InsufficientPrivilegeError as error:
        raise DatabaseUnavailable(
            f"This user may not read the tables of {shown(url)}.", "Name their owner in DATABASE_URL."
        ) from error
    finally:
        await connection.close()
    if found is not None and found not in known():
        raise DatabaseNewer(
            f"The database {shown(url)} was migrated by a newer Orderway, to revision {found}.",
            f"Install that version. To go back to the one just before it, start this with {GOING_BACK}=yes.",
        )
    return found


async def require_current(url: str) -> None:
    """Raise DatabaseUnavailable or DatabaseNotCurrent unless Orderway can work with the database.

    Tables of the next version are worked with where the environment says that one goes back to this one.
    """
    try:
        found, wanted = await applied(url), newest()
    except DatabaseNewer:
        if os.environ.get(GOING_BACK) == "yes":
            return
        raise
    if found != wanted:
        lack = "has no tables of Orderway yet" if found is None else f"is at revision {found}, not {wanted}"
        raise DatabaseNotCurrent(f"The database {shown(url)} {lack}.", "Run: orderway migrate")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Revisions that are applied together, up to `end`; what stands `apart` is one, outside of any transaction."""

    end: str
    apart: bool


async def migrate(url: str) -> str | None:
    """Apply the revisions that the database lacks, and return the one it is at now.

    Those of a stretch are applied in one transaction, wholly or not at all. It waits for no table for long, so that
    nobody waits behind it: it gives way and asks again. Raises what `applied` raises, and MigrationRefused.
    """
    await applied(url)
    database = engine(url)
    try:
        async with _turn(url):
            for stretch in stretches(_lacking(await applied(url))):
                await (_apart(database, stretch) if stretch.apart else _patiently(database, stretch))
    except DBAPIError as error:
        raise _refused(url, error) from error
    finally:
        await database.dispose()
    return newest()


def stretches(scripts: Iterable[Script]) -> list[Stretch]:
    """How these revisions, from the oldest on, are applied."""
    found: list[Stretch] = []
    for script in scripts:
        stretch = Stretch(script.revision, apart=getattr(script.module, "APART", False))
        if found and not (found[-1].apart or stretch.apart):
            found.pop()
        found.append(stretch)
    return found


@asynccontextmanager
async def _turn(url: str) -> AsyncIterator[None]:
    """Let nobody else migrate the database meanwhile, also behind a pooler that shares connections."""
    connection = await connect(url)
    try:
        while True:
            async with connection.transaction():
                if await connection.fetchval("SELECT pg_try_advisory_xact_lock($1)", TURN):
                    # A plain statement, for what was fetched keeps a snapshot, and who builds an index waits for those.
                    await connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
                    yield
                    return
            await asyncio.sleep(LOOK)
    finally:
        await connection.close()


async def _patiently(database: AsyncEngine, stretch: Stretch) -> None:
    """Apply it in one transaction, and again after a while where tables are in use."""
    for pause in (*PAUSES, None):
        try:
            async with database.begin() as connection:
                await connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_WAIT}'"))
                await connection.run_sync(_upgrade, stretch.end)
        except DBAPIError as error:
            if pause is None or not isinstance(_cause(error), IN_USE):
                raise
            await asyncio.sleep(pause)
        else:
            return


async def _apart(database: AsyncEngine, stretch: Stretch) -> None:
    """Apply one revision whose statements each stand for themselves; they hold up nobody, so they may wait."""
    async with database.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.run_sync(_upgrade, stretch.end)


def _refused(url: str, error: DBAPIError) -> MigrationRefused:
    if isinstance(_cause(error), IN_USE):
        return MigrationRefused(
            f"The tables of {shown(url)} stayed in use by others, and what was begun is undone: {error.orig}",
            "End what has been open for long (SELECT pid, xact_start, query FROM pg_stat_activity ORDER BY 2), "
            "then run it again.",
        )
    return MigrationRefused(
        f"PostgreSQL refused the migration of {shown(url)}, and nothing of that remains: {error.orig}",
        hint_of(error) or "Name the owner of the database in DATABASE_URL; should that be so, report this as a fault.",
    )


def _cause(error: DBAPIError) -> BaseException | None:
    return error.orig.__cause__ if error.orig else None


def hint_of(error: DBAPIError) -> str | None:
    """What a migration that refuses a database says can be done; PostgreSQL's own hints are for who writes SQL."""
    cause = _cause(error)
    return cause.hint if isinstance(cause, asyncpg.RaiseError) else None


def _upgrade(connection: Connection, revision: str) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _lacking(found: str | None) -> list[Script]:
    """The revisions after the one found, the oldest first."""
    scripts = ScriptDirectory.from_config(_config()).iterate_revisions("head", found or "base")
    return list(scripts)[::-1]


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "orderway:migrations")
    return config


def known() -> frozenset[str]:
    """Every revision that this code has."""
    return frozenset(script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions())
