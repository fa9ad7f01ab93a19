"""The messages that were sent about one order: who was told of what, as far as its viewer may know of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from orderway.order.shape import Order
from orderway.people.viewer import Viewer
from orderway.workflow.kinds import Connection

LARGEST = 100
SHOWN = 5
"""How many of those whom one event concerned a timeline names; riders who are asked to deliver may be many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a person was told of the order. `event_number` is the event's of the order, `at` when it happened."""

    id: UUID
    event_number: int
    to: str
    title: str
    text: str
    at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A message on a timeline: `instance_id` and `step` are what its event tells of, `of` how many that brought."""

    event_number: int
    instance_id: UUID
    step: int
    to: str
    is_own: bool
    title: str
    is_read: bool
    of: int


# The seller's people know of all messages about an order that they see, the buyer and a rider of their own.
ABOUT = """
FROM notification n JOIN person p ON p.id = n.person_id
WHERE n.store_id = $1 AND n.order_id = $2 AND ($3 OR n.person_id = $4)
"""
PAGE = f"""
SELECT n.id, n.event_number, p.name AS "to", n.title, CASE WHEN $5 OR NOT n.tells_money THEN n.text ELSE '' END AS text,
    n.at, n.read_at
{ABOUT} AND ($6::uuid IS NULL OR n.id < $6) ORDER BY n.id DESC LIMIT $7
"""
COUNT = f"SELECT count(*) {ABOUT}"
ALONG = f"""
SELECT s.*, b.instance_id, b.step FROM (
    SELECT n.event_number, p.name AS "to", n.person_id = $4 AS is_own, n.title, n.read_at IS NOT NULL AS is_read,
        count(*) OVER (PARTITION BY n.event_number) AS of,
        row_number() OVER (PARTITION BY n.event_number ORDER BY n.number, n.person_id) AS place
    {ABOUT} AND n.event_number >= $5 AND ($6::int IS NULL OR n.event_number < $6)
) s JOIN outbox b ON b.store_id = $1 AND b.order_id = $2 AND b.number = s.event_number
WHERE s.place <= $7 ORDER BY s.event_number, s.title, s.to
"""  # noqa: S608  (the same)


async def list_messages(
    connection: Connection, viewer: Viewer, order: Order, *, after: UUID | None = None, limit: int = 20
) -> tuple[list[Message], bool]:
    """Return the messages about an order that its viewer may know of, newest first, and whether more follow."""
    rows = await connection.fetch(PAGE, *_of(order, viewer), order.sees_money, after, limit + 1)
    return [Message(**row) for row in rows[:limit]], len(rows) > limit


async def count_messages(connection: Connection, viewer: Viewer, order: Order) -> int:
    """Return how many `list_messages` lists in all. One statement."""
    counted: int = await connection.fetchval(COUNT, *_of(order, viewer))
    return counted


async def messages_along(
    connection: Connection, viewer: Viewer, order: Order, *, since: int, before: int | None
) -> list[Sent]:
    """Return the messages of the events numbered from `since`, and below `before`; of each event the first few.

    One statement.
    """
    rows = await connection.fetch(ALONG, *_of(order, viewer), since, before, SHOWN)
    return [Sent(**{name: value for name, value in row.items() if name != "place"}) for row in rows]


def _of(order: Order, viewer: Viewer) -> tuple[UUID, UUID, bool, UUID]:
    """The first parameters of each statement."""
    return order.store_id, order.id, order.sees_notes, viewer.person_id
