"""A company with a million orders, written by SQL and as skewed as life: what lists are measured on.

97 % of the orders are over; most lie in a few stores and with a few billers; of 100,000 consumers every thirtieth has
the same surname, and one reseller has 20,000 orders. Foreign keys and indexes are taken off while the rows come in, and
put back at the end: PostgreSQL then checks each of them over all rows.
"""

from __future__ import annotations

import asyncio
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.million_people import furnish
from benchmarks.million_sql import CONTEXTS, LIVES, MADE, ORDERS, REST

from orderway.database import connect, create_database
from orderway.embedded import EmbeddedServer
from orderway.migrations import migrate
from orderway.workflow.kinds import Connection

DATABASE = "million"
TABLES = (
    "sale_order", "order_line", "delivery_address", "transition_log", "outbox", "quotation", "sale", "fulfillment",
    "payment", "payment_reference", "override_request",
)  # fmt: skip
"""What the rows of orders go into."""

OF_TABLES = "r.relname = ANY ($1) AND r.relnamespace = 'public'::regnamespace"
FOREIGN_KEYS = f"""
SELECT r.relname AS "table", c.conname AS name, pg_get_constraintdef(c.oid) AS definition
FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid WHERE c.contype = 'f' AND {OF_TABLES}
"""  # noqa: S608  (texts of this module)
INDEXES = f"""
SELECT i.relname AS name, pg_get_indexdef(i.oid) AS definition
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class r ON r.oid = x.indrelid
WHERE {OF_TABLES} AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.oid)
"""  # noqa: S608  (as above)


@dataclass(frozen=True, slots=True)
class TakenOff:
    """What was taken off the tables, as statements that put it back."""

    statements: tuple[str, ...]


async def take_off(connection: Connection) -> TakenOff:
    """Drop foreign keys and indexes that no constraint needs."""
    keys = await connection.fetch(FOREIGN_KEYS, TABLES)
    indexes = await connection.fetch(INDEXES, TABLES)
    for each in keys:
        await connection.execute(f'ALTER TABLE "{each["table"]}" DROP CONSTRAINT "{each["name"]}"')
    for each in indexes:
        await connection.execute(f'DROP INDEX "{each["name"]}"')
    adding = (f'ALTER TABLE "{each["table"]}" ADD CONSTRAINT "{each["name"]}" {each["definition"]}' for each in keys)
    return TakenOff((*(each["definition"] for each in indexes), *adding))


async def write(connection: Connection, statement: str) -> None:
    """Run a statement, and say what it took."""
    began = time.perf_counter()
    done = await connection.execute(statement)
    print(f"{time.perf_counter() - began:6.1f} s  {done:20}  {statement.strip()[:70]!r}", flush=True)


async def make(server: EmbeddedServer, orders: int) -> None:
    """Make the database in a server that does not have it yet."""
    await create_database(server.url(), name=DATABASE)
    await migrate(server.url(DATABASE))
    connection = await connect(server.url(DATABASE, role="postgres"))
    try:
        await connection.execute("SET synchronous_commit = off; SET work_mem = '256MB'")
        await connection.execute("SET maintenance_work_mem = '1GB'")
        await furnish(connection)
        off = await take_off(connection)
        await connection.execute(CONTEXTS)
        for statement in (MADE.format(orders=orders), *ORDERS, *LIVES, *REST):
            await write(connection, statement)
        for statement in off.statements:
            await write(connection, statement)
        await connection.execute("DROP TABLE made")
        await write(connection, "VACUUM ANALYZE")
    finally:
        await connection.close()


if __name__ == "__main__":
    home = Path(sys.argv[1])
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o711)
    with EmbeddedServer(home) as its_server:
        asyncio.run(make(its_server, int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000))
        print(its_server.url(DATABASE))
