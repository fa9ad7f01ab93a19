"""The predecessor's database, opened for reading alone: one connection, opened anew when it breaks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Final, TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import asyncpg
from asyncpg.cursor import Cursor

from orderway.database import DatabaseUnavailable, connect, lost, shown
from orderway.errors import OrderwayError
from orderway.legacy.predecessor.catalog import Catalog, look
from orderway.workflow.kinds import Connection

T = TypeVar("T")

PAUSES: Final = (0.0, 0.5, 2.0, 5.0, 10.0)
"""Seconds that are waited before a connection that broke is opened anew: so many attempts are made."""

# A plan is made for all rows and not for the first; whoever works on the tables there is not waited for.
SESSION: Final = """
SET default_transaction_read_only = on;
SET statement_timeout = '15min';
SET lock_timeout = '15s';
SET idle_in_transaction_session_timeout = 0;
SET work_mem = '64MB';
"""

MOMENT: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

HINDERED: Final = (
    asyncpg.QueryCanceledError, asyncpg.LockNotAvailableError, asyncpg.InsufficientPrivilegeError,
)  # fmt: skip
"""What is not tried anew: it took too long, somebody holds a table, or leave was taken away."""

OF_PRISMA: Final = frozenset({"schema", "connection_limit", "pool_timeout", "pgbouncer", "socket_timeout"})
"""What the predecessor's own address may say that PostgreSQL does not know."""


class LegacyUnavailable(OrderwayError):
    """The predecessor's database does not answer; what was brought over by then stays."""


@dataclass(slots=True)
class Source:
    """The database as it was at one moment: whoever reads sees no half of a change made meanwhile.

    It is one connection: what is asked of it is asked one after another. After a break the moment is a later one.
    """

    url: str
    catalog: Catalog = field(init=False)
    _connection: Connection = field(init=False)

    async def open(self) -> None:
        """Connect and look at the tables. Raises LegacyUnavailable and LegacyInvalid."""
        await self._connect()
        try:
            self.catalog = await look(self._connection)
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        with suppress(OSError, asyncpg.InterfaceError, asyncpg.PostgresError, TimeoutError):
            await self._connection.close(timeout=5)

    async def renew(self) -> None:
        """See the database as it is now: the moment before is let go."""

        async def begin() -> None:
            await self._connection.execute(f"ROLLBACK; {MOMENT}")

        await self.steadily(begin)

    async def fetch(self, query: str, *arguments: object) -> list[asyncpg.Record]:
        """The rows of a query; a connection that breaks is opened anew for it."""

        async def ask() -> list[asyncpg.Record]:
            rows: list[asyncpg.Record] = await self._connection.fetch(query, *arguments)
            return rows

        return await self.steadily(ask)

    async def cursor(self, query: str, *arguments: object) -> Cursor[asyncpg.Record]:
        """The rows of a query one by one: it ends with the connection."""
        found: Cursor[asyncpg.Record] = await self._connection.cursor(query, *arguments)
        return found

    async def steadily(self, work: Callable[[], Awaitable[T]]) -> T:
        """Do the work anew on another connection when this one breaks. Raises LegacyUnavailable after some attempts."""
        for pause in PAUSES:
            try:
                return await work()
            except Exception as error:
                if isinstance(error, HINDERED):
                    raise broke(error) from error
                if lost(error) is None:
                    if isinstance(error, asyncpg.PostgresError):
                        raise unreadable(error) from error
                    raise
                last = error
            await asyncio.sleep(pause)
            with suppress(LegacyUnavailable):
                await self.reopen()
        raise broke(last) from last

    async def reopen(self) -> None:
        await self.close()
        await self._connect()

    async def _connect(self) -> None:
        address, schema = _address(self.url)
        try:
            self._connection = await connect(address)
            await self._connection.execute(SESSION)
            if schema:
                await self._connection.execute("SELECT set_config('search_path', $1, false)", schema)
            await self._connection.execute(MOMENT)
        except DatabaseUnavailable as error:
            said = error.message.replace("DATABASE_URL", "--source")
            raise LegacyUnavailable(said, "See that the former system's database runs, or correct --source.") from error
        except asyncpg.PostgresError as error:
            raise broke(error) from error


def broke(error: BaseException) -> LegacyUnavailable:
    """The sentence for what ends the reading."""
    return LegacyUnavailable(
        f"The former system's database can not be read on: {_first_line(error)}.",
        "What was brought over stays; run it again when that database answers.",
    )


def unreadable(error: BaseException) -> LegacyUnavailable:
    """The sentence for what its tables do not answer, and would not the next time."""
    return LegacyUnavailable(
        f"The former system's database can not be read as it is: {_first_line(error)}.",
        "What was brought over stays; put that right there, and run it again.",
    )


def _first_line(error: BaseException) -> str:
    """What is wrong, without the rows that PostgreSQL shows of it."""
    return (str(error).splitlines() or [type(error).__name__])[0].removesuffix(".")


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Source]:
    """The database at an address, for as long as it is read. Raises LegacyUnavailable and LegacyInvalid."""
    source = Source(url)
    await source.open()
    try:
        yield source
    finally:
        await source.close()


def place(url: str) -> str:
    """The address as it may be shown."""
    return shown(url)


def _address(url: str) -> tuple[str, str | None]:
    """The address as PostgreSQL takes it, and the schema that the predecessor's own way of writing it names."""
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(name, value) for name, value in pairs if name not in OF_PRISMA]
    schema = dict(pairs).get("schema")
    return urlunsplit(parts._replace(query=urlencode(kept))), schema
