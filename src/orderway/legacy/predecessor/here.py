"""How an order that was brought over stands here by now, as far as that says what becomes of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from orderway.legacy.ends import Ends
from orderway.legacy.predecessor.circumstances import Circumstances
from orderway.workflow.kinds import Connection

# What an override of theirs cleared stays cleared, for so much. That goods had left is no such override, though the
# import asked for one: it is looked at anew each time.
STANDS: Final = """
SELECT q.state AS quotation, s.state AS sale, f.state AS fulfillment,
    CASE WHEN l.verdict ->> 'clearance' = 'OVERRIDE' AND s.context ->> 'cleared_by' = 'override'
        THEN (s.context -> 'admin' ->> 'approved_amount')::bigint END AS granted
FROM legacy_order l
JOIN quotation q ON q.store_id = l.store_id AND q.order_id = l.order_id
LEFT JOIN sale s ON s.store_id = l.store_id AND s.order_id = l.order_id
LEFT JOIN fulfillment f ON f.store_id = l.store_id AND f.order_id = l.order_id AND (f.context ->> 'part')::int = 1
WHERE l.theirs = $1
"""


async def as_it_stands(connection: Connection, theirs: str, around: Circumstances) -> Circumstances:
    """The circumstances of one order; those of one that is not in are the same."""
    row = await connection.fetchrow(STANDS, theirs)
    if row is None:
        return around
    here = Ends(quotation=row["quotation"], sale=row["sale"], fulfillment=row["fulfillment"])
    return replace(around, here=here, granted=row["granted"] or 0)
