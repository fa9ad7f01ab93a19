"""What people did about deliveries, newest first: of the stores whose outbox the viewer sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

import asyncpg

from orderway.cursors import cursor_of, read_cursor
from orderway.order.told import LARGEST
from orderway.outbound.panel.sinks import OF_STORES, seen
from orderway.outbound.panel.whys import why_for
from orderway.people.names import names_of
from orderway.people.viewer import Viewer
from orderway.workflow.errors import Invalid
from orderway.workflow.kinds import Connection

Deed = Literal["RETRIED", "SET_ASIDE"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryChange:
    """Something that `who` did about the event of this `number`, which had failed `tries` times; `why`, the last time.

    `reason` is why they did it.
    """

    id: UUID
    sink: str
    order_id: UUID
    order_number: str
    what: Deed
    number: int
    tries: int
    why: str | None
    reason: str
    who: str
    at: datetime

    @property
    def cursor(self) -> str:
        """Where the page ends that ends with it."""
        return cursor_of(self.at, self.id)


PAGE = f"""
SELECT h.id, h.sink, h.order_id, o.number AS order_number, h.what, h.number, h.tries, h.why, h.reason, h.actor, h.at
FROM outbound_change h JOIN sale_order o ON o.store_id = h.store_id AND o.id = h.order_id
WHERE {OF_STORES.format("h")} AND ($2::text IS NULL OR h.sink = $2) AND ($3::uuid IS NULL OR h.order_id = $3)
    AND ($4::timestamptz IS NULL OR (h.at, h.id) < ($4, $5::uuid))
ORDER BY h.at DESC, h.id DESC LIMIT $6
"""  # noqa: S608  (a text of this package)
COUNT = f"""
SELECT count(*) FROM outbound_change h
WHERE {OF_STORES.format("h")} AND ($2::text IS NULL OR h.sink = $2) AND ($3::uuid IS NULL OR h.order_id = $3)
"""  # noqa: S608  (as above)


async def list_changes(
    connection: Connection,
    viewer: Viewer,
    *,
    sink: str | None = None,
    order: UUID | None = None,
    after: str = "",
    limit: int = 20,
) -> tuple[list[DeliveryChange], bool]:
    """Return a page of what was done, for one sink or one order where they are named, and whether more follows.

    At most two statements. Raises Invalid.
    """
    if not 1 <= limit <= LARGEST:
        raise Invalid(f"A page holds 1 to {LARGEST} changes.", "Ask for fewer, and then for the next page.", "first")
    place = read_cursor(after, "changes") if after else (None, None)
    rows = await connection.fetch(PAGE, seen(viewer), sink, order, *place, limit + 1)
    names = await names_of(connection, {row["actor"] for row in rows[:limit]})
    return [_change(row, names, viewer) for row in rows[:limit]], len(rows) > limit


async def count_changes(
    connection: Connection, viewer: Viewer, *, sink: str | None = None, order: UUID | None = None
) -> int:
    """Return how many `list_changes` lists in all. One statement."""
    counted: int = await connection.fetchval(COUNT, seen(viewer), sink, order)
    return counted


def _change(row: asyncpg.Record, names: Mapping[str, str], viewer: Viewer) -> DeliveryChange:
    values = {**row, "why": why_for(viewer, row["why"])}
    who = names[values.pop("actor")]
    return DeliveryChange(**values, who=who)
