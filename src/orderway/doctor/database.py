"""The database that the environment names: its version, its clock, its rights, its promises, and its tables."""

from datetime import UTC, datetime

import asyncpg

from orderway.database import OLDEST, connect, shown
from orderway.doctor.finding import Finding, Wrong
from orderway.doctor.insides import insides
from orderway.errors import OrderwayError
from orderway.migrations import require_current

SKEW_ALLOWED = 2.0  # seconds between our clock and the database's


async def database(url: str) -> list[Finding]:
    """Look at the database of an address; when it can not be reached, say that alone."""
    try:
        connection = await connect(url)
    except OrderwayError as error:
        return [Finding.of(error)]
    found = []
    try:
        for look in (version, clock, privileges, durability):
            try:
                found.append(Finding(await look(connection)))
            except OrderwayError as error:
                found.append(Finding.of(error))
    finally:
        await connection.close()
    try:
        await require_current(url)
    except OrderwayError as error:
        return [*found, Finding.of(error)]
    found.append(Finding(f"The tables of {shown(url)} are those of this version."))
    return [*found, *await insides(url)]


async def version(connection: asyncpg.Connection) -> str:
    major = connection.get_server_version().major
    if major < OLDEST:
        raise Wrong(f"The database is PostgreSQL {major}.", f"Use PostgreSQL {OLDEST} or newer.")
    return f"The database answers; it is PostgreSQL {await connection.fetchval('SHOW server_version')}."


async def clock(connection: asyncpg.Connection) -> str:
    before = datetime.now(UTC)
    theirs = await connection.fetchval("SELECT clock_timestamp()")
    after = datetime.now(UTC)
    skew = max((before - theirs).total_seconds(), (theirs - after).total_seconds(), 0.0)
    if skew > SKEW_ALLOWED:
        raise Wrong(
            f"The database's clock and ours are {skew:.0f} s apart, so timers would fire at wrong times.",
            "Let both machines keep time by NTP.",
        )
    return "The database's clock agrees with ours."


async def privileges(connection: asyncpg.Connection) -> str:
    may = await connection.fetchval(
        "SELECT has_database_privilege(current_database(), 'CREATE') AND has_schema_privilege('public', 'CREATE')"
    )
    if not may:
        raise Wrong(
            "The database's user may not create tables.",
            "Make it the owner of the database: ALTER DATABASE … OWNER TO ….",
        )
    return "The database's user may create tables."


async def durability(connection: asyncpg.Connection) -> str:
    off = [
        name
        for name in ("fsync", "full_page_writes", "synchronous_commit")
        if await connection.fetchval("SELECT current_setting($1)", name) == "off"
    ]
    if off:
        raise Wrong(
            f"The database has {' and '.join(off)} off, so a power cut may lose orders that were acknowledged.",
            "Turn them on in postgresql.conf.",
        )
    return "The database keeps what it acknowledged through a power cut."
