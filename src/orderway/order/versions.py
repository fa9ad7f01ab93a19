"""What a quotation offered before: each version with its lines and prices, out of the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec

from orderway.order.shape import Order
from orderway.people.names import names_of
from orderway.people.viewer import Viewer
from orderway.quotation.context import PricedLine
from orderway.workflow.errors import Invalid
from orderway.workflow.kinds import Connection

MOST = 100

# The birth is the first version and each edit the next one. A buyer reads from the version on that was shared first,
# unless they began the quotation themselves.
VERSIONS = """
WITH every AS (
    SELECT step, actor, on_behalf_of, reason, at, (facts -> 'priced')::text AS lines,
        row_number() OVER (ORDER BY step) AS number
    FROM transition_log WHERE store_id = $1 AND instance_id = $2 AND event IN ('BORN', 'EDIT')
), shared AS (
    SELECT min(step) AS step FROM transition_log WHERE store_id = $1 AND instance_id = $2 AND event = 'SHARE'
)
SELECT number, actor, on_behalf_of, reason, at, lines FROM every
WHERE ($3::bigint IS NULL OR number < $3) AND (
    $4 OR EXISTS (SELECT FROM every WHERE step = 0 AND actor = $5)
    OR step >= (SELECT max(every.step) FROM every, shared WHERE every.step < shared.step))
ORDER BY number DESC LIMIT $6
"""

LINES = msgspec.json.Decoder(tuple[PricedLine, ...])


@dataclass(frozen=True, slots=True)
class Version:
    """One version as it was offered; amounts in minor units of the order's currency. `who` made it, and when."""

    version: int
    lines: tuple[PricedLine, ...]
    total: int
    who: str
    on_behalf_of: str | None
    reason: str | None
    at: datetime


async def load_versions(
    connection: Connection, viewer: Viewer, order: Order, *, after: int | None = None, limit: int = MOST
) -> tuple[list[Version], bool]:
    """Return the versions of the order's quotation that the viewer may read, newest first, and whether more follow.

    `after` is the last version of the page before. Two statements. Raises Invalid for a limit outside 1 to MOST.
    """
    if not 1 <= limit <= MOST:
        raise Invalid(f"A page holds 1 to {MOST} versions.", "Ask for fewer, and then for the next page.", "first")
    if order.quotation is None:
        return [], False
    rows = await connection.fetch(
        VERSIONS, order.store_id, order.quotation.id, after, order.sees_notes, viewer.actor().id, limit + 1
    )
    names = await names_of(connection, {name for row in rows for name in (row["actor"], row["on_behalf_of"]) if name})
    found = []
    for row in rows[:limit]:
        lines, behalf = LINES.decode(row["lines"]), row["on_behalf_of"]
        found.append(
            Version(
                version=row["number"],
                lines=lines,
                total=sum(line.total for line in lines),
                who=names[row["actor"]],
                on_behalf_of=names[behalf] if behalf else None,
                reason=row["reason"],
                at=row["at"],
            )
        )
    return found, len(rows) > limit


async def count_versions(connection: Connection, viewer: Viewer, order: Order) -> int:
    """Return how many versions `load_versions` gives in all. One statement."""
    if order.quotation is None:
        return 0
    counted: int = await connection.fetchval(
        f"SELECT count(*) FROM ({VERSIONS}) every",  # noqa: S608  (a text of this module)
        order.store_id, order.quotation.id, None, order.sees_notes, viewer.actor().id, None,
    )  # fmt: skip
    return counted
