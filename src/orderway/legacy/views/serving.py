"""Makes the views in a schema of their own, says who may read them, and sets them aside while tables change."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from importlib.resources import files
from itertools import groupby
from typing import Final

from orderway.configuration.live import saved
from orderway.database import connect
from orderway.errors import OrderwayError
from orderway.migrations import applied, newest
from orderway.money import EXPONENTS
from orderway.people.roles import migrate_with_roles
from orderway.settings import CONSUMER_PRICE_MARKUP_PERCENT, Settings
from orderway.workflow.kinds import Connection

SCHEMA: Final = "legacy"
SOURCE: Final = "legacy"
"""What the orders that were brought over from the former system name as their source."""

MARK: Final = "The tables of the former system, as views: orderway legacy views"

PLACE = re.compile(r"\{(exponents|source|markup)\}")
IS_OURS = "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = $1"
READERS = """
SELECT r.rolname FROM pg_namespace n, aclexplode(n.nspacl) a JOIN pg_roles r ON r.oid = a.grantee
WHERE n.nspname = $1 AND a.privilege_type = 'USAGE' AND a.grantee <> n.nspowner ORDER BY 1
"""
VIEWS = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = $1 AND c.relkind = 'v' AND c.relname ~ '^[A-Z]' ORDER BY 1
"""
KNOWN = "SELECT rolname FROM pg_roles WHERE rolname = $1"


class ViewsInvalid(OrderwayError):
    """What stands in the way of the views."""


async def create(connection: Connection, settings: Settings, *, readers: Sequence[str] = ()) -> list[str]:
    """Make the views anew, and let these roles of the database read them; gives their names.

    Raises ViewsInvalid where the schema is somebody else's, or there is no such role; then nothing has changed.
    """
    async with connection.transaction():
        kept = await find_readers(connection) or []
        for reader in readers:
            if not await connection.fetchval(KNOWN, reader):
                raise ViewsInvalid(f"The database has no role “{reader}”.", "CREATE ROLE … LOGIN makes one.")
        await drop(connection)
        await connection.execute(f"CREATE SCHEMA {SCHEMA}")
        await connection.execute(f"COMMENT ON SCHEMA {SCHEMA} IS '{MARK}'")
        await connection.execute(f"SET LOCAL search_path = {SCHEMA}")
        for statement in statements(settings):
            await connection.execute(statement)
        await connection.execute("SET LOCAL search_path = DEFAULT")
        # Who owns a plain view of one table writes through it into that table, until it may not.
        await connection.execute(f"REVOKE INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {SCHEMA} FROM CURRENT_USER")
        for reader in sorted({*kept, *readers}):
            await let_read(connection, reader)
        return [row["relname"] for row in await connection.fetch(VIEWS, SCHEMA)]


def statements(settings: Settings) -> list[str]:
    """What makes types, functions and views, file by file."""
    texts = {each.name: each.read_text("utf-8") for each in files(__package__).iterdir() if each.name.endswith(".sql")}
    filled = {"exponents": exponents(), "source": SOURCE, "markup": str(settings[CONSUMER_PRICE_MARKUP_PERCENT])}
    return [PLACE.sub(lambda place: filled[place[1]], text) for _, text in sorted(texts.items())]


def exponents() -> str:
    """How many decimals each currency has, for PostgreSQL: 2 where nothing else is said."""
    others = sorted((exponent, code) for code, exponent in EXPONENTS.items() if exponent != 2)
    cases = " ".join(
        f"WHEN currency IN ({', '.join(repr(code) for _, code in group)}) THEN {exponent}"
        for exponent, group in groupby(others, key=lambda each: each[0])
    )
    return f"(CASE {cases} ELSE 2 END)"


async def let_read(connection: Connection, reader: str) -> None:
    """Let a role read the views and nothing else, found without naming their schema."""
    name = '"' + reader.replace('"', '""') + '"'
    await connection.execute(f"GRANT USAGE ON SCHEMA {SCHEMA} TO {name}")
    await connection.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA {SCHEMA} TO {name}")


async def drop(connection: Connection) -> None:
    """Take the views away, where they are. Raises ViewsInvalid where the schema is somebody else's."""
    if await is_there(connection):
        await connection.execute(f"DROP SCHEMA {SCHEMA} CASCADE")


async def is_there(connection: Connection) -> bool:
    """Whether the views are there. Raises ViewsInvalid where another schema has their place."""
    found = await connection.fetchrow(IS_OURS, SCHEMA)
    if found is not None and found[0] != MARK:
        raise ViewsInvalid(
            f"The database has a schema “{SCHEMA}” that is not of Orderway.", "Rename it; its tables stay as they are."
        )
    return found is not None


async def find_readers(connection: Connection) -> list[str] | None:
    """The roles that may read the views; None where there are no views."""
    if not await is_there(connection):
        return None
    return [row["rolname"] for row in await connection.fetch(READERS, SCHEMA)]


async def migrate_behind(url: str) -> str | None:
    """Bring a database to the tables of this version; gives its revision.

    Tables that views read can not change: where any are to, the views go before and come back after, for the same
    readers. Raises what `orderway.migrations.migrate` raises; the views are then there as before.
    """
    if await applied(url) in (None, newest()):
        return await migrate_with_roles(url)
    connection = await connect(url)
    try:
        readers = await find_readers(connection)
        if readers is None:
            return await migrate_with_roles(url)
        settings = Settings(os.environ, await saved(connection))
        await drop(connection)
        try:
            return await migrate_with_roles(url)
        finally:
            await create(connection, settings, readers=readers)
    finally:
        await connection.close()
