"""PostgreSQL seen from here: addresses, the one metadata of all tables, connections, and what can go wrong."""

import errno
import importlib
import os
import pkgutil
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import asyncpg
from sqlalchemy import MetaData
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

import orderway
from orderway import leader
from orderway.errors import OrderwayError
from orderway.line import OF_THE_SERVER, Line
from orderway.pooling import Pool

OLDEST = 15  # the oldest PostgreSQL that is supported
CONNECT_SECONDS = 10

# A constraint's name tells its table and columns: PostgreSQL gives the name in the error of a refusal.
metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "ck": "%(table_name)s_%(constraint_name)s_check",
    }
)

SESSION = {
    "application_name": "orderway",
    "jit": "off",  # short statements only: compiling them costs more than running them
    "timezone": "UTC",
    **OF_THE_SERVER,
}


# The driver calls a connection that broke while idle closed or, when it notices late, failed; between the two it is
# busy (in its state 2) with the error that was the server's last word.
BROKE_WHILE_IDLE = ("closed", '"failed" state', "another operation (2)")

NO_WAY = {errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ETIMEDOUT}
"""What a host says, or its network, that is cut off."""


class DatabaseUnavailable(OrderwayError):
    """The database does not answer, does not know us, or is not one that Orderway can use."""


@cache
def all_tables() -> MetaData:
    """Return the metadata with every table in it: each slice declares its own in its module `rows`."""
    for module in pkgutil.walk_packages(orderway.__path__, "orderway."):
        if module.name.endswith(".rows"):
            importlib.import_module(module.name)
    return metadata


def shown(url: str) -> str:
    """Return the address as it may be shown: without user and password."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2] or "the local socket"
    return f"{parts.path.lstrip('/') or 'the default database'} at {place}"


def plain(url: str) -> str:
    """Return the address in the form that PostgreSQL's own programs take, beginning with postgresql.

    Raises DatabaseUnavailable for anything but PostgreSQL.
    """
    scheme, mark, rest = url.partition("://")
    if not mark or scheme.partition("+")[0] not in {"postgres", "postgresql"}:
        raise DatabaseUnavailable(
            "DATABASE_URL does not name a PostgreSQL database.",
            "Write it as postgresql://user:password@host:5432/database.",
        )
    return f"postgresql://{rest}"


async def connect(url: str) -> asyncpg.Connection:
    """Open one connection, with json as text and times in UTC. Raises DatabaseUnavailable.

    Where the address names several hosts, it is to the one that leads, and ends when another is promoted.
    """
    try:
        connection: asyncpg.Connection = await _opening(url)(
            plain(url), timeout=CONNECT_SECONDS, connection_class=Line, server_settings=SESSION
        )
    except (OSError, ValueError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise _unavailable(url, error) from error
    return connection


async def connect_pool(url: str, *, size: int = 10, at_once: int = 1) -> asyncpg.Pool:
    """Open a pool of at most `size` connections, `at_once` of them now. Raises DatabaseUnavailable.

    Values of json and jsonb stay text, in and out; uuid is uuid.UUID. Each statement is prepared once
    for a connection and kept. What a session could be told besides (SET, a cursor, an advisory lock) is told within a
    transaction and ends with it, so a connection goes back as it is, without a statement that resets it.
    """
    try:
        pool: asyncpg.Pool = await Pool(
            plain(url),
            init_size=at_once,
            min_size=0,  # one that breaks is opened anew for whoever asks, and not in the background with an error each
            max_size=size,
            timeout=CONNECT_SECONDS,
            statement_cache_size=1000,
            max_cached_statement_lifetime=0,
            max_inactive_connection_lifetime=0,
            reset=_keep,
            connect=_opening(url),
            connection_class=Line,
            server_settings=SESSION,
            max_queries=50_000,
            loop=None,
            record_class=asyncpg.Record,
        )
    except (OSError, ValueError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise _unavailable(url, error) from error
    return pool


def _opening(url: str) -> Callable[..., Coroutine[Any, Any, asyncpg.Connection]]:
    """How a connection is opened. Raises ValueError for an address that can not be read."""
    found = leader.of(plain(url))
    return found.connect if found else asyncpg.connect


async def _keep(_connection: asyncpg.Connection) -> None:
    """Leave a connection as it is."""


def engine(url: str) -> AsyncEngine:
    """Return SQLAlchemy's engine over the same kind of connection: for migrations and lists with filters."""

    async def one() -> asyncpg.Connection:
        return await connect(url)

    # The address is read in one place, so that every form of it works everywhere.
    return create_async_engine("postgresql+asyncpg://", async_creator=one, poolclass=NullPool)


async def create_database(url: str, *, name: str, template: str = "template1") -> None:
    """Make a database on the server of `url` as a copy of a template, which nobody may be connected to."""
    async with _connected(url) as connection:
        await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')


async def drop_database(url: str, *, name: str) -> None:
    """Drop a database on the server of `url`, and end the sessions in it."""
    async with _connected(url) as connection:
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.TooManyConnectionsError,
    asyncpg.ReadOnlySQLTransactionError,
    ConnectionError,
)
"""What it is that a connection ends by, or does not come about; the last but one is of a leader that follows by now."""


def lost(error: BaseException) -> DatabaseUnavailable | None:
    """Return the sentence for an error that means a connection broke in the middle, or None for any other."""
    if isinstance(error, BaseExceptionGroup):
        found = [lost(one) for one in error.exceptions]
        return found[0] if None not in found else None
    broken = isinstance(error, AWAY) or (isinstance(error, OSError) and error.errno in NO_WAY)
    # The socket of a server that is stopped is gone; a file that is missing has a name.
    gone = isinstance(error, FileNotFoundError) and error.filename is None
    of_the_driver = isinstance(error, asyncpg.InterfaceError | asyncpg.InternalClientError)
    idle = of_the_driver and any(words in str(error) for words in BROKE_WHILE_IDLE)
    if not (broken or gone or idle):
        return None
    return DatabaseUnavailable(
        "The connection to the database broke, and what was not committed is undone.",
        "See that PostgreSQL runs, then start the command again.",
    )


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await connect(url)
    try:
        yield connection
    finally:
        await connection.close()


def _unavailable(url: str, error: Exception) -> DatabaseUnavailable:
    where = shown(url)
    match error:
        case asyncpg.InvalidCatalogNameError():
            return DatabaseUnavailable(f"There is no database {where}.", "Create it, or correct DATABASE_URL.")
        case asyncpg.InvalidAuthorizationSpecificationError():
            return DatabaseUnavailable(
                f"PostgreSQL refuses the user or password given for {where}.", "Correct DATABASE_URL."
            )
        case asyncpg.CannotConnectNowError():
            return DatabaseUnavailable(f"PostgreSQL is starting or stopping ({where}).", "Try again in a moment.")
        case asyncpg.TooManyConnectionsError():
            return DatabaseUnavailable(
                f"PostgreSQL has no connection left ({where}).", "Raise max_connections or stop other programs."
            )
        case ValueError() | asyncpg.InterfaceError():
            return DatabaseUnavailable(f"DATABASE_URL can not be read: {error}.", "Correct it.")
        case TimeoutError():
            reason = f"no answer within {CONNECT_SECONDS} s"
        case OSError(errno=int(number)) if number > 0:
            reason = os.strerror(number).lower()
        case _:
            reason = str(error)
    return DatabaseUnavailable(
        f"The database {where} can not be reached: {reason}.",
        "Start PostgreSQL, correct DATABASE_URL, or unset it to use the embedded database.",
    )
