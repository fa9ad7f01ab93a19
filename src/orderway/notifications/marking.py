"""Marking notifications as read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from orderway.notifications.reads import LARGEST, UNREAD, count_notifications
from orderway.people.viewer import Viewer
from orderway.workflow.errors import Invalid, NotFound
from orderway.workflow.transaction import Transaction

MARK = """
WITH found AS (
    SELECT number, read_at FROM notification WHERE person_id = $1 AND id = ANY ($2) FOR UPDATE
), marked AS (
    UPDATE notification n SET read_at = $3 FROM found
    WHERE n.person_id = $1 AND n.number = found.number AND found.read_at IS NULL RETURNING 1
)
SELECT (SELECT count(*) FROM found) AS found, (SELECT count(*) FROM marked) AS marked
"""
MARK_ALL = """
WITH marked AS (
    UPDATE notification SET read_at = $3
    WHERE person_id = $1 AND read_at IS NULL AND ($2::integer IS NULL OR number <= $2) RETURNING 1
)
SELECT count(*) FROM marked
"""


@dataclass(frozen=True, slots=True)
class Marked:
    """How many were marked that were not before, and how many are unread now."""

    marked: int
    unread: int


async def mark_read(tx: Transaction, viewer: Viewer, ids: Sequence[UUID]) -> Marked:
    """Mark some of the viewer's notifications. Raises NotFound where one of them is not theirs, and marks none then."""
    wanted = set(ids)
    if not 1 <= len(ids) <= LARGEST:
        raise Invalid(f"1 to {LARGEST} notifications are marked at once.", "Send so many.", "ids")
    ((found, marked),) = await tx.connection.fetch(MARK, viewer.person_id, sorted(wanted), tx.now)
    if found < len(wanted):
        raise NotFound("There is no such notification.", "Look at the list again.")
    return Marked(marked, await count_notifications(tx.connection, viewer, UNREAD))


async def mark_all_read(tx: Transaction, viewer: Viewer, *, up_to: int | None) -> Marked:
    """Mark all of the viewer's notifications, or those up to a number: what came since they looked stays unread."""
    marked = await tx.connection.fetchval(MARK_ALL, viewer.person_id, up_to, tx.now)
    return Marked(marked, await count_notifications(tx.connection, viewer, UNREAD))
