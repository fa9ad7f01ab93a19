"""Where a batch of events ends when too much happened to read it at once: never between two events of one order."""

from __future__ import annotations

from orderway.streams.snapshot import Snapshot, read_snapshot
from orderway.workflow.kinds import Connection

UNREAD = """b.xid >= pg_snapshot_xmin($1::text::pg_snapshot)
    AND NOT pg_visible_in_snapshot(b.xid, $1::text::pg_snapshot) AND b.xid < pg_snapshot_xmax(pg_current_snapshot())"""

LAST = f"""
    SELECT pg_current_snapshot()::text AS now, (SELECT e.xid::text::bigint FROM (
        SELECT b.xid FROM outbox b WHERE {UNREAD} ORDER BY b.xid LIMIT $2) e ORDER BY e.xid DESC LIMIT 1) AS last
"""  # noqa: S608  (texts of this module)

# Two transactions may move one order the other way round than they began: the later one may have waited for nothing.
BEFORE = f"""
    SELECT e.xid::text::bigint FROM outbox b
    JOIN outbox e ON e.store_id = b.store_id AND e.order_id = b.order_id AND e.number = b.number - 1
    WHERE {UNREAD} AND b.xid <= $2::bigint::text::xid8 AND e.xid > $2::bigint::text::xid8
        AND NOT pg_visible_in_snapshot(e.xid, $1::text::pg_snapshot)
    ORDER BY e.xid DESC LIMIT 1
"""  # noqa: S608  (texts of this module)


async def cut(connection: Connection, seen: Snapshot, size: int) -> Snapshot:
    """Return the end of a batch of about `size` events after `seen`, by the beginnings of their transactions.

    It is moved on until each order's events before it are those with the lowest numbers.
    """
    now, last = await connection.fetchrow(LAST, str(seen), size) or ("", None)
    if last is None:
        return read_snapshot(now)
    while (later := await connection.fetchval(BEFORE, str(seen), last)) is not None:
        last = later
    return seen.on_to(last, read_snapshot(now))
