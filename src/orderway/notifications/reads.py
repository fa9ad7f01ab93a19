"""Reading notifications: each person their own, newest first, and counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from orderway.order.sight import EVERY_STORE
from orderway.people.permissions import MONEY_SEE
from orderway.people.viewer import Viewer
from orderway.workflow.errors import Invalid
from orderway.workflow.kinds import Connection

LARGEST = 100
BEHIND_ALL = 2**31 - 1
"""No notification has a number as high."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """What a person was told. `number` rises by one for each person; `event_number` is the event's of its order.

    `type` is the event's, `machine` and `instance_id` are what it is about, `order_number` what people call the order.
    One about a webhook is of no order.
    """

    id: UUID
    number: int
    order_id: UUID | None
    order_number: str | None
    event_number: int | None
    type: str
    machine: str
    instance_id: UUID
    title: str
    text: str
    at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class Filters:
    """Which of a person's notifications: all, or the unread ones, or those about one order."""

    unread: bool = False
    order_id: UUID | None = None


EVERYTHING = Filters()
UNREAD = Filters(unread=True)

# A key may leave its person only some of the stores.
THEIRS = "n.person_id = $1 AND ($2::uuid[] IS NULL OR n.store_id = ANY ($2))"


def columns(sees_money: str) -> str:
    """What is read of a notification, where the parameter says whether amounts may be."""
    return f"""
    n.id, n.number, n.order_id, o.number AS order_number, n.event_number, n.type, n.machine, n.instance_id, n.title,
    CASE WHEN {sees_money} OR NOT n.tells_money THEN n.text ELSE '' END AS text, n.at, n.read_at
    FROM notification n LEFT JOIN sale_order o ON o.store_id = n.store_id AND o.id = n.order_id
    """


SINCE = f"SELECT {columns('$5')} WHERE {THEIRS} AND n.number > $3 ORDER BY n.number LIMIT $4"

LAST = "SELECT last FROM notification_count WHERE person_id = $1"


def chosen(filters: Filters) -> str:
    """Which of the viewer's are listed; an order, the third parameter, is looked for by its index."""
    of_order = f"n.order_id = $3 AND n.store_id = {EVERY_STORE}" if filters.order_id else "$3::uuid IS NULL"
    return f"{THEIRS} AND {of_order}{' AND n.read_at IS NULL' if filters.unread else ''}"


async def list_notifications(
    connection: Connection, viewer: Viewer, *, filters: Filters, after: int | None = None, limit: int = 20
) -> tuple[list[Notification], bool]:
    """Return the viewer's notifications, newest first, and whether more follow; `after` is the number of the last one.

    Raises Invalid for a page that is too large. One statement.
    """
    if not 1 <= limit <= LARGEST:
        raise Invalid(f"A page has 1 to {LARGEST} notifications.", "Ask for fewer, and for the next page.", "first")
    query = f"""
    SELECT {columns("$6")} WHERE {chosen(filters)} AND n.number < $4 ORDER BY n.number DESC LIMIT $5
    """
    behind = BEHIND_ALL if after is None else after
    rows = await connection.fetch(query, *whose(viewer), filters.order_id, behind, limit + 1, sees_money(viewer))
    return [Notification(**row) for row in rows[:limit]], len(rows) > limit


async def count_notifications(connection: Connection, viewer: Viewer, filters: Filters) -> int:
    """Return how many notifications `list_notifications` lists in all. One statement."""
    query = f"SELECT count(*) FROM notification n WHERE {chosen(filters)}"  # noqa: S608  (texts of this module)
    counted: int = await connection.fetchval(query, *whose(viewer), filters.order_id)
    return counted


async def notifications_since(
    connection: Connection, viewer: Viewer, number: int, *, limit: int = LARGEST
) -> list[Notification]:
    """Return what the viewer was told after a number, oldest first: none is missing between, and none comes later."""
    rows = await connection.fetch(SINCE, *whose(viewer), number, limit, sees_money(viewer))
    return [Notification(**row) for row in rows]


async def last_number(connection: Connection, person_id: UUID) -> int:
    """Return the number of the last notification that a person was told, 0 where there was none. One statement."""
    last: int | None = await connection.fetchval(LAST, person_id)
    return last or 0


def read_number(cursor: str | None) -> int | None:
    """Read where a page of notifications ended; None for none. Raises Invalid."""
    if not cursor:
        return None
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 10):
        raise Invalid(
            "This is no place in the list of notifications.", "Send the cursor of a page as it was given.", "after"
        )
    return int(cursor)


def whose(viewer: Viewer) -> tuple[UUID, list[UUID] | None]:
    """The first two parameters of each statement: whose notifications, and of which stores where not of all."""
    return viewer.person_id, None if viewer.only is None else sorted(viewer.only)


def sees_money(viewer: Viewer) -> bool:
    """Whether they may read amounts at all; on which orders they might was judged when they were told."""
    return MONEY_SEE in viewer.permissions
