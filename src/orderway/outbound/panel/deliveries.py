"""The orders of which a sink has yet to be given something: with what waits first, why, and when it is tried next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from orderway.cursors import cursor_of, read_cursor
from orderway.order.told import LARGEST
from orderway.outbound.panel.sinks import OF_STORES, seen
from orderway.outbound.panel.whys import why_for
from orderway.people.viewer import Viewer
from orderway.workflow.errors import Invalid
from orderway.workflow.kinds import Connection

Status = Literal["WAITING", "FAILING", "DEAD"]

STATUSES: tuple[Status, ...] = ("WAITING", "FAILING", "DEAD")
"""How a delivery can stand: not tried yet, tried again by itself, or given up until a person looks at it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """An order whose events, from the one of this `number` on, a sink has yet to be given: `events` of them.

    The first failed `tries` times, and `why` the last time; it is tried again at `due_at`, or waits for a person since
    `dead_at`. `on_its_way` says that a worker has it now.
    """

    sink: str
    status: Status
    store_id: UUID
    order_id: UUID
    order_number: str
    number: int
    event_id: UUID
    type: str
    at: datetime
    events: int
    tries: int
    why: str | None
    due_at: datetime | None
    dead_at: datetime | None
    on_its_way: bool

    @property
    def cursor(self) -> str:
        """Where the page ends that ends with it."""
        moment = self.dead_at or self.due_at
        assert moment is not None  # noqa: S101  (a constraint of the table)
        return cursor_of(moment, self.order_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFilters:
    """The deliveries of one sink: those that stand so, or all of them; of one store, or of all."""

    sink: str
    status: Status | None = None
    store_id: UUID | None = None


# For each way to stand: the condition on a progress `p`, and the time that the list goes by. Each has an index.
STANDING: Mapping[Status | None, tuple[str, str]] = {
    None: ("(p.due_at IS NOT NULL OR p.tries > 0)", "coalesce(p.dead_at, p.due_at)"),
    "WAITING": ("p.due_at IS NOT NULL AND p.tries = 0", "p.due_at"),
    "FAILING": ("p.due_at IS NOT NULL AND p.tries > 0", "p.due_at"),
    "DEAD": ("p.dead_at IS NOT NULL AND p.tries > 0", "p.dead_at"),
}
STATUS = "CASE WHEN p.dead_at IS NOT NULL THEN 'DEAD' WHEN p.tries > 0 THEN 'FAILING' ELSE 'WAITING' END"
WITHIN = f"p.sink = $2 AND ($3::uuid IS NULL OR p.store_id = $3) AND {OF_STORES.format('p')}"


async def list_deliveries(
    connection: Connection, viewer: Viewer, *, filters: DeliveryFilters, after: str = "", limit: int = 20
) -> tuple[list[Delivery], bool]:
    """Return what a sink has yet to be given, what is due or was given up first, and whether more follows.

    `after` is the cursor of the last one of the page before. One statement. Raises Invalid.
    """
    if not 1 <= limit <= LARGEST:
        raise Invalid(f"A page holds 1 to {LARGEST} deliveries.", "Ask for fewer, and then for the next page.", "first")
    place = read_cursor(after, "deliveries") if after else (None, None)
    condition, moment = STANDING[filters.status]
    rows = await connection.fetch(
        f"""
        SELECT p.sink, {STATUS} AS status, p.store_id, p.order_id, o.number AS order_number, b.number,
            b.id AS event_id, b.type, b.at, p.known - p.done AS events, p.tries, p.why, p.due_at, p.dead_at,
            p.claim IS NOT NULL AS on_its_way
        FROM (
            SELECT * FROM outbound_progress p WHERE {WITHIN} AND {condition}
                AND ($4::timestamptz IS NULL OR ({moment}, p.order_id) > ($4, $5::uuid))
            ORDER BY {moment}, p.order_id LIMIT $6
        ) p
        JOIN outbox b ON b.store_id = p.store_id AND b.order_id = p.order_id AND b.number = p.done + 1
        JOIN sale_order o ON o.store_id = p.store_id AND o.id = p.order_id
        ORDER BY {moment}, p.order_id
        """,  # noqa: S608  (texts of this module)
        seen(viewer), filters.sink, filters.store_id, *place, limit + 1,
    )  # fmt: skip
    return [Delivery(**{**row, "why": why_for(viewer, row["why"])}) for row in rows[:limit]], len(rows) > limit


async def count_deliveries(connection: Connection, viewer: Viewer, *, filters: DeliveryFilters) -> int:
    """Return how many `list_deliveries` lists in all. One statement."""
    condition, _ = STANDING[filters.status]
    counted: int = await connection.fetchval(
        f"SELECT count(*) FROM outbound_progress p WHERE {WITHIN} AND {condition}",  # noqa: S608  (as above)
        seen(viewer), filters.sink, filters.store_id,
    )  # fmt: skip
    return counted


# In the order of their index, which holds nothing else: it is read from its beginning, and no further than needed.
GIVEN_UP = f"""
SELECT count(*) FROM (
    SELECT DISTINCT p.store_id, p.order_id FROM outbound_progress p
    WHERE p.dead_at IS NOT NULL AND {OF_STORES.format("p")} ORDER BY p.store_id, p.order_id LIMIT $2
) p
"""  # noqa: S608  (a text of this package)


async def count_given_up(connection: Connection, viewer: Viewer, *, most: int) -> int:
    """Return how many orders wait for a person at any sink, up to `most`. One statement."""
    counted: int = await connection.fetchval(GIVEN_UP, seen(viewer), most)
    return counted
