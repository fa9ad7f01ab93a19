"""Asking a database, from a test that is no coroutine, what an import left in it."""

import asyncio
import re
from typing import Any

from orderway.database import all_tables, connect

Rows = list[tuple[Any, ...]]

ENDS = """
SELECT o.source_ref, q.state, s.state, f.state FROM sale_order o
JOIN quotation q ON q.store_id = o.store_id AND q.order_id = o.id
LEFT JOIN sale s ON s.store_id = o.store_id AND s.order_id = o.id
LEFT JOIN fulfillment f ON f.store_id = o.store_id AND f.order_id = o.id
"""

# What was told of each order in its own order, in the words of the log; a payload and facts tell of ids.
STORIES = """
SELECT o.source_ref, b.number, b.type, l.machine, l.step, l.version, l.from_state, l.to_state, l.event,
    l.payload::text, l.facts::text, l.actor, l.on_behalf_of, l.reason, l.at
FROM sale_order o JOIN outbox b ON b.store_id = o.store_id AND b.order_id = o.id
JOIN transition_log l ON l.store_id = b.store_id AND l.instance_id = b.instance_id AND l.step = b.step
ORDER BY o.source_ref, b.number
"""

ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")


def ask(url: str, query: str, *arguments: object) -> Rows:
    """The rows of a query."""

    async def fetch() -> Rows:
        connection = await connect(url)
        try:
            return [tuple(row) for row in await connection.fetch(query, *arguments)]
        finally:
            await connection.close()

    return asyncio.run(fetch())


def ends(url: str) -> dict[str, tuple[str, str | None, str | None]]:
    """Where the quotation, the sale and the fulfillment of each order rest."""
    return {name: (quotation, sale, fulfillment) for name, quotation, sale, fulfillment in ask(url, ENDS)}


def stories(url: str) -> Rows:
    """Everything the log and the outbox tell of every order, without the ids of this database."""
    return [tuple(ID.sub("<id>", cell) if isinstance(cell, str) else cell for cell in row) for row in ask(url, STORIES)]


def everything(url: str) -> dict[str, tuple[int, str]]:
    """How many rows each table has, and a sum over all that they hold."""
    return {
        table: ask(
            url, f"SELECT count(*), md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {table} t"
        )[0]
        for table in all_tables().tables
    }
