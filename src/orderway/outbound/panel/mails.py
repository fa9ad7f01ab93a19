"""E-mails that did not arrive yet: which they are and why, and trying them again by hand, which is written down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from orderway.cursors import cursor_of, read_cursor
from orderway.order.told import LARGEST, SEES
from orderway.outbound.feed import count
from orderway.outbound.mail.posting import NAME
from orderway.outbound.panel.deeds import AT_ONCE, NAMED, Retried, checked_reason
from orderway.outbound.panel.deliveries import Status
from orderway.outbound.panel.sinks import OF_STORES, seen
from orderway.outbound.panel.whys import why_for
from orderway.people.viewer import Viewer
from orderway.workflow.errors import Invalid, not_allowed
from orderway.workflow.kinds import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenMail:
    """An e-mail that is to arrive yet; `to` is its reader's name. It is tried at `due_at`, or was given up."""

    id: UUID
    status: Status
    order_id: UUID
    order_number: str
    to: str
    title: str
    at: datetime
    tries: int
    why: str | None
    due_at: datetime | None
    dead_at: datetime | None

    @property
    def cursor(self) -> str:
        """Where the page ends that ends with it."""
        return cursor_of(self.at, self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryMails:
    """E-mails that failed and are to be tried again now: these, 1 to 100 of them, or all."""

    reason: str
    mails: tuple[UUID, ...] | None = None


OF = OF_STORES.format("m")
IS_OPEN = f"(m.due_at IS NOT NULL OR m.dead_at IS NOT NULL) AND {OF}"
STATUS = "CASE WHEN m.dead_at IS NOT NULL THEN 'DEAD' WHEN m.tries > 0 THEN 'FAILING' ELSE 'WAITING' END"
LISTED = f"FROM mail m WHERE {IS_OPEN} AND ($2::text IS NULL OR {STATUS} = $2)"
COUNT = f"SELECT count(*) {LISTED}"
PAGE = f"""
SELECT m.id, {STATUS} AS status, m.order_id, o.number AS order_number, coalesce(p.name, c.name) AS to, m.title, m.at,
    m.tries, m.why, m.due_at, m.dead_at
FROM (
    SELECT m.* {LISTED} AND ($3::timestamptz IS NULL OR (m.at, m.id) > ($3, $4::uuid)) ORDER BY m.at, m.id LIMIT $5
) m
JOIN sale_order o ON o.store_id = m.store_id AND o.id = m.order_id
LEFT JOIN person p ON p.id = m.person_id
LEFT JOIN customer c ON c.id = m.recipient
ORDER BY m.at, m.id
"""  # noqa: S608  (the same)

FAILED = f"{IS_OPEN} AND m.tries > 0 AND m.claim IS NULL AND ($2::uuid[] IS NULL OR m.id = ANY ($2))"

# What was given up begins anew, as if it had never been tried: what it had come to stands in the row that tells of it.
RETRY = f"""
WITH chosen AS (
    SELECT * FROM mail m WHERE {FAILED} ORDER BY m.at, m.id LIMIT {AT_ONCE} FOR UPDATE SKIP LOCKED
), retried AS (
    UPDATE mail m SET due_at = $3, dead_at = NULL,
        tries = CASE WHEN c.dead_at IS NULL THEN c.tries ELSE 0 END, why = CASE WHEN c.dead_at IS NULL THEN c.why END
    FROM chosen c WHERE m.store_id = c.store_id AND m.id = c.id
)
INSERT INTO outbound_change (store_id, id, order_id, sink, what, number, tries, why, reason, actor, at)
SELECT store_id, orderway_id(), order_id, '{NAME}', 'RETRIED', event_number, tries, why, $4, $5, $3 FROM chosen
"""  # noqa: S608  (the same)
LEFT = f"SELECT count(*) FROM mail m WHERE {FAILED} AND (m.due_at IS NULL OR m.due_at > $3)"  # noqa: S608


async def list_mails(
    connection: Connection, viewer: Viewer, *, status: Status | None = None, after: str = "", limit: int = 20
) -> tuple[list[OpenMail], bool]:
    """Return the e-mails of the viewer's stores that are to arrive yet, the oldest first, and whether more follow.

    `after` is the cursor of the last one of the page before. One statement. Raises Invalid.
    """
    if not 1 <= limit <= LARGEST:
        raise Invalid(f"A page holds 1 to {LARGEST} e-mails.", "Ask for fewer, and then for the next page.", "first")
    place = read_cursor(after, "mails") if after else (None, None)
    rows = await connection.fetch(PAGE, seen(viewer), status, *place, limit + 1)
    return [OpenMail(**{**row, "why": why_for(viewer, row["why"])}) for row in rows[:limit]], len(rows) > limit


async def count_mails(connection: Connection, viewer: Viewer, *, status: Status | None = None) -> int:
    """Return how many `list_mails` lists in all. One statement."""
    counted: int = await connection.fetchval(COUNT, seen(viewer), status)
    return counted


async def retry_mails(connection: Connection, wanted: RetryMails, *, by: Viewer, at: datetime) -> Retried:
    """Let e-mails of the viewer's stores that failed be tried at once. Raises Refused and Invalid.

    One that did not fail, or that a worker has now, is left as it is.
    """
    stores, reason = seen(by), checked_reason(wanted.reason)
    if stores == []:
        raise not_allowed(SEES, to="look after deliveries")
    if wanted.mails is not None and not 1 <= len(wanted.mails) <= NAMED:
        raise Invalid(f"1 to {NAMED} e-mails can be named.", "Name fewer, or none for all of them.", "mails")
    which = stores, None if wanted.mails is None else list(wanted.mails)
    retried = count(await connection.execute(RETRY, *which, at, reason, by.actor().id))
    return Retried(retried, await connection.fetchval(LEFT, *which, at))
