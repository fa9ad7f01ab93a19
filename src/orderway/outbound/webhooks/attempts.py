"""The log of webhooks: every attempt to bring something, with what came back, for as long as the setting says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from orderway.cursors import cursor_of, read_cursor
from orderway.ids import new_id
from orderway.measures import WEBHOOK_ANSWERS
from orderway.outbound.event import Event
from orderway.outbound.webhooks.subscriptions import require
from orderway.people.viewer import Viewer
from orderway.workflow.errors import Invalid
from orderway.workflow.kinds import Connection

Kind = Literal["event", "again", "test"]
"""Why it was sent: as it happened, since a person asked for it once more, or to see whether it arrives."""

LARGEST = 100
"""Attempts of a page at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt. `message_id` is what the receiver knows it by, `status` what it answered, `why` what went wrong.

    `answer` is the beginning of what came back. A test is about no order.
    """

    id: UUID
    kind: Kind
    message_id: UUID
    type: str
    order_id: UUID | None
    order_number: str | None
    number: int | None
    at: datetime
    milliseconds: int
    status: int | None
    why: str | None
    answer: str

    @property
    def cursor(self) -> str:
        """Where the page ends that ends with it."""
        return cursor_of(self.at, self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptFilters:
    """Which attempts: of one order, and those that `failed`, or that arrived."""

    order_id: UUID | None = None
    failed: bool | None = None


EVERYTHING = AttemptFilters()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an attempt came to; `why` is None where it arrived."""

    kind: Kind
    message_id: UUID
    type: str
    at: datetime
    milliseconds: int
    status: int | None = None
    why: str | None = None
    answer: str = ""


# Only what happened by itself tells how a webhook stands: a success ends its failing, whoever asked for it.
RECORD = """
WITH attempt AS (
    INSERT INTO webhook_attempt (webhook_id, at, id, kind, message_id, type, store_id, order_id, number, milliseconds,
        status, why, answer)
    SELECT id, $2::timestamptz, $3::uuid, $4::text, $5::uuid, $6::text, $7::uuid, $8::uuid, $9::integer, $10::integer,
        $11::integer, $12::text, $13::text FROM webhook WHERE id = $1
), old AS (
    DELETE FROM webhook_attempt WHERE webhook_id = $1 AND at < $14::timestamptz
)
UPDATE webhook SET failing_since = CASE WHEN $12::text IS NOT NULL THEN $2::timestamptz END
WHERE id = $1 AND (failing_since IS NULL) = ($12::text IS NOT NULL) AND ($12::text IS NULL OR $4::text = 'event')
"""

LISTED = """
FROM webhook_attempt a LEFT JOIN sale_order o ON o.store_id = a.store_id AND o.id = a.order_id
WHERE a.webhook_id = $1 AND ($2::uuid IS NULL OR a.order_id = $2) AND ($3::boolean IS NULL OR (a.why IS NOT NULL) = $3)
"""
PAGE = f"""
SELECT a.id, a.kind, a.message_id, a.type, a.order_id, o.number AS order_number, a.number, a.at, a.milliseconds,
    a.status, a.why, a.answer
{LISTED} AND ($4::timestamptz IS NULL OR (a.at, a.id) < ($4, $5::uuid)) ORDER BY a.at DESC, a.id DESC LIMIT $6
"""
COUNT = f"SELECT count(*) {LISTED}"


async def record(
    connection: Connection, webhook: UUID, outcome: Outcome, *, event: Event | None, kept: timedelta
) -> UUID:
    """Write an attempt down, and forget those older than is kept; returns its id. One statement."""
    id = new_id()
    await connection.execute(
        RECORD, webhook, outcome.at, id, outcome.kind, outcome.message_id, outcome.type,
        event and event.store_id, event and event.order_id, event and event.number, outcome.milliseconds,
        outcome.status, outcome.why, outcome.answer, outcome.at - kept,
    )  # fmt: skip
    WEBHOOK_ANSWERS.labels(f"{outcome.status // 100}xx" if outcome.status else "none").inc()
    return id


async def list_attempts(
    connection: Connection, viewer: Viewer, webhook: UUID, *, filters: AttemptFilters = EVERYTHING, after: str = "",
    limit: int = 20,
) -> tuple[list[Attempt], bool]:  # fmt: skip
    """Return a page of a webhook's attempts, newest first, and whether more follow. Raises Refused and Invalid."""
    require(viewer)
    if not 1 <= limit <= LARGEST:
        raise Invalid(f"A page has 1 to {LARGEST} deliveries.", "Ask for fewer, and for the next page.", "first")
    at, id = read_cursor(after, "deliveries") if after else (None, None)
    rows = await connection.fetch(PAGE, webhook, filters.order_id, filters.failed, at, id, limit + 1)
    return [Attempt(**row) for row in rows[:limit]], len(rows) > limit


async def count_attempts(
    connection: Connection, viewer: Viewer, webhook: UUID, *, filters: AttemptFilters = EVERYTHING
) -> int:
    """Return how many `list_attempts` lists in all. Raises Refused."""
    require(viewer)
    counted: int = await connection.fetchval(COUNT, webhook, filters.order_id, filters.failed)
    return counted
