"""An order that came over and was archived here since: what changes there of it is not followed, and that is said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from orderway.legacy.predecessor.ledger import Kept
from orderway.workflow.kinds import Connection

LEFT: Final = "SELECT archived_at FROM archived_order WHERE store_id = $1 AND order_id = $2"
DEPARTED: Final = """
SELECT l.theirs, l.why, a.number, a.archived_at
FROM legacy_order l JOIN archived_order a ON a.store_id = l.store_id AND a.order_id = l.order_id
WHERE $1::text IS NULL OR l.theirs = $1 ORDER BY a.number
"""


async def why_departed(connection: Connection, kept: Kept) -> str | None:
    """Why an order that came over does not go on any more, where it was archived since."""
    at = await connection.fetchval(LEFT, kept.store_id, kept.order_id)
    return None if at is None else said(at)


async def read_departed(connection: Connection, theirs: str | None = None) -> Mapping[str, str | None]:
    """The orders that were archived since they came over, or the one; and what is to be said where it changed there."""
    rows = await connection.fetch(DEPARTED, theirs)
    return {
        row["theirs"]: f"{row['number']}: {row['why']}" if row["why"] == said(row["archived_at"]) else None
        for row in rows
    }


def said(at: datetime) -> str:
    return f"It was archived on {at.astimezone(UTC):%Y-%m-%d}; what changed there since is not followed."
