"""Bringing a database to the tables that this code works with, and telling when it is not there."""

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from orderway.database import OLDEST, DatabaseUnavailable, connect, engine, shown
from orderway.errors import OrderwayError

# Two processes that migrate the same database take turns on this number, which has no other meaning.
TURN = 7_202_511_250_001


class DatabaseNotCurrent(OrderwayError):
    """The tables are not those that this version of the code works with."""


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
    if found is not None and found not in _known():
        raise DatabaseNotCurrent(
            f"The database {shown(url)} was migrated by a newer Orderway, to revision {found}.",
            "Install that version, or restore a backup of this one.",
        )
    return found


async def require_current(url: str) -> None:
    """Raise DatabaseUnavailable or DatabaseNotCurrent unless Orderway can work with the database."""
    found, wanted = await applied(url), newest()
    if found != wanted:
        lack = "has no tables of Orderway yet" if found is None else f"is at revision {found}, not {wanted}"
        raise DatabaseNotCurrent(f"The database {shown(url)} {lack}.", "Run: orderway migrate")


async def migrate(url: str) -> str | None:
    """Apply the revisions that the database lacks, in one transaction, and return the one it is at now.

    Raises what `applied` raises, and MigrationRefused.
    """
    await applied(url)
    database = engine(url)
    try:
        async with database.begin() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": TURN})
            await connection.run_sync(_upgrade)
    except DBAPIError as error:
        raise MigrationRefused(
            f"PostgreSQL refused the migration of {shown(url)}, and nothing was changed: {error.orig}",
            hint_of(error)
            or "Name the owner of the database in DATABASE_URL; should that be so, report this as a fault.",
        ) from error
    finally:
        await database.dispose()
    return newest()


def hint_of(error: DBAPIError) -> str | None:
    """What a migration that refuses a database says can be done; PostgreSQL's own hints are for who writes SQL."""
    cause = error.orig.__cause__ if error.orig else None
    return cause.hint if isinstance(cause, asyncpg.RaiseError) else None


def _upgrade(connection: Connection) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "orderway:migrations")
    return config


def _known() -> set[str]:
    return {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
