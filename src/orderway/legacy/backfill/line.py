"""The orders that wait for a backfill, in their turn: who was active last comes first, with all that they ever ordered.

What a buyer may still owe follows from their earlier orders, so those of one buyer come in the order of their time, as
in an import, and all of them or none: to leave the older ones out would forget what they owe.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Final

import msgspec

from orderway.legacy.predecessor.facts import Order
from orderway.workflow.kinds import Connection

# It is of this session alone, so that nothing is held open while the orders go.
MAKE: Final = "CREATE TEMP TABLE backfill_line (place bigint PRIMARY KEY, theirs text NOT NULL)"
# Whose order it is, as `buyer_of` says it.
BUYER: Final = """
coalesce(nullif(facts -> 'sale' ->> 'buyer', ''),
    facts -> 'quotation' ->> CASE facts ->> 'type' WHEN 'RESELLER' THEN 'reseller' ELSE 'consumer' END, theirs)
"""
LINE_UP: Final = f"""
INSERT INTO backfill_line (place, theirs)
SELECT row_number() OVER (ORDER BY latest DESC, buyer, placed, theirs), theirs FROM (
    SELECT theirs, buyer, placed, max(stood) OVER (PARTITION BY buyer) AS latest FROM (
        SELECT theirs, stood, {BUYER} AS buyer, (facts ->> 'created_at')::timestamptz AS placed
        FROM legacy_order WHERE came = 'READ' OR came = 'FAILED' AND order_id IS NULL
    ) waiting
) b WHERE $1::timestamptz IS NULL OR latest >= $1
"""  # noqa: S608  (texts of this module)
NEXT: Final = """
SELECT l.facts::text FROM backfill_line b JOIN legacy_order l ON l.theirs = b.theirs
WHERE b.place > $1 AND b.place <= $1 + $2 ORDER BY b.place
"""
DECODER: Final = msgspec.json.Decoder(Order)


async def line_up(connection: Connection, since: datetime | None) -> int:
    """Let them stand in line, those whose buyers were active `since`; gives how many they are."""
    await connection.execute(MAKE)
    status = await connection.execute(LINE_UP, since)
    await connection.execute("ANALYZE backfill_line")
    return int(status.rpartition(" ")[2])


async def why_none(connection: Connection, since: datetime | None) -> str:
    """Why nobody stands in line."""
    if not await connection.fetchval("SELECT EXISTS (SELECT FROM legacy_order)"):
        return "No order was read yet: `orderway import legacy --rows` reads them."
    if since is not None:
        return f"No order waits of a buyer who was active since {since.astimezone(UTC):%Y-%m-%d %H:%M} UTC."
    return "No order waits: all that were read are in."


async def in_turn(connection: Connection, *, total: int, batch: int) -> AsyncIterator[list[Order]]:
    """Those that stand in line, so many at once, as they were read of the predecessor."""
    for place in range(0, total, batch):
        yield [DECODER.decode(row[0]) for row in await connection.fetch(NEXT, place, batch)]
