"""What people do about deliveries that failed: try them again now, or set one event aside. Each is written down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from orderway.order.texts import check_text
from orderway.order.told import SEES
from orderway.outbound.feed import count
from orderway.outbound.panel.deliveries import WITHIN
from orderway.outbound.panel.sinks import seen
from orderway.people.permissions import SETTINGS_MANAGE
from orderway.people.scope import everywhere
from orderway.people.viewer import Viewer
from orderway.workflow.errors import Invalid, NotFound, not_allowed
from orderway.workflow.kinds import Connection

AT_ONCE = 10_000
"""Orders that are tried again at once, those first that wait longest; the others wait until it is asked for again."""

NAMED = 100
"""Orders that can be named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryDeliveries:
    """What failed for a sink and is to be tried again now: of these orders, 1 to 100 of them, or of all."""

    sink: str
    reason: str
    orders: tuple[UUID, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetEventAside:
    """The event of this number of an order, which failed for a sink: it is not to be given to it any more."""

    sink: str
    order: UUID
    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class Retried:
    """How many orders are tried again now, and of how many more something has failed."""

    retried: int
    left: int


FAILED = f"{WITHIN} AND p.tries > 0 AND p.claim IS NULL AND ($4::uuid[] IS NULL OR p.order_id = ANY ($4))"

# What a worker has now is on its way already. What was given up begins anew, as if it had never been tried: what it had
# come to stands in the row that tells of it.
RETRY = f"""
WITH chosen AS (
    SELECT * FROM outbound_progress p WHERE {FAILED}
    ORDER BY coalesce(p.dead_at, p.due_at), p.order_id LIMIT {AT_ONCE} FOR UPDATE SKIP LOCKED
), retried AS (
    UPDATE outbound_progress p SET due_at = $5, dead_at = NULL,
        tries = CASE WHEN c.dead_at IS NULL THEN c.tries ELSE 0 END, why = CASE WHEN c.dead_at IS NULL THEN c.why END
    FROM chosen c WHERE p.store_id = c.store_id AND p.order_id = c.order_id AND p.sink = c.sink
)
INSERT INTO outbound_change (store_id, id, order_id, sink, what, number, tries, why, reason, actor, at)
SELECT store_id, orderway_id(), order_id, sink, 'RETRIED', done + 1, tries, why, $6, $7, $5 FROM chosen
"""  # noqa: S608  (texts of this package)
LEFT = f"SELECT count(*) FROM outbound_progress p WHERE {FAILED} AND (p.due_at IS NULL OR p.due_at > $5)"  # noqa: S608

STANDING = f"""
SELECT p.store_id, p.done, p.known, p.tries, p.why, p.due_at > $5 AND p.claim IS NOT NULL AS on_its_way
FROM outbound_progress p WHERE {WITHIN} AND p.order_id = $4 FOR UPDATE
"""  # noqa: S608  (as above)
GO_ON = """
UPDATE outbound_progress SET done = done + 1, tries = 0, why = NULL, dead_at = NULL, claim = NULL,
    due_at = CASE WHEN done + 1 < known THEN $4::timestamptz END
WHERE store_id = $1 AND order_id = $2 AND sink = $3
"""
ENTER = """
INSERT INTO outbound_change (store_id, id, order_id, sink, what, number, tries, why, reason, actor, at)
VALUES ($1, orderway_id(), $2, $3, 'SET_ASIDE', $4, $5, $6, $7, $8, $9)
"""


async def retry(connection: Connection, wanted: RetryDeliveries, *, by: Viewer, at: datetime) -> Retried:
    """Let what failed of the viewer's stores be tried at once. Raises Refused, NotFound and Invalid.

    An order of which nothing failed, or which a worker has now, is left as it is.
    """
    stores, reason = seen(by), checked_reason(wanted.reason)
    if stores == []:
        raise not_allowed(SEES, to="look after deliveries")
    if wanted.orders is not None and not 1 <= len(wanted.orders) <= NAMED:
        raise Invalid(f"1 to {NAMED} orders can be named.", "Name fewer, or none for all of them.", "orders")
    await _require_sink(connection, wanted.sink)
    which = stores, wanted.sink, None, None if wanted.orders is None else list(wanted.orders)
    retried = count(await connection.execute(RETRY, *which, at, reason, by.actor().id))
    return Retried(retried, await connection.fetchval(LEFT, *which, at))


async def set_aside(connection: Connection, wanted: SetEventAside, *, by: Viewer, at: datetime) -> None:
    """Let a sink go on behind an event that it does not take. Raises Refused, NotFound and Invalid."""
    reason = checked_reason(wanted.reason)
    if not everywhere(by, SETTINGS_MANAGE):
        raise not_allowed(SETTINGS_MANAGE, to="set an event aside")
    row = await connection.fetchrow(STANDING, None, wanted.sink, None, wanted.order, at)
    if row is None:
        raise NotFound("Nothing of this order goes there.", "Look it up in the list of what has failed.")
    if row["tries"] == 0 or row["done"] + 1 != wanted.number:
        raise Invalid("This event has not failed there.", "It may have arrived meanwhile: look again.", "number")
    if row["on_its_way"]:
        raise Invalid("The event is being tried right now.", "Wait a moment, then look again.", "number")
    await connection.execute(GO_ON, row["store_id"], wanted.order, wanted.sink, at)
    await connection.execute(
        ENTER, row["store_id"], wanted.order, wanted.sink, wanted.number, row["tries"], row["why"], reason,
        by.actor().id, at,
    )  # fmt: skip


def checked_reason(text: str) -> str:
    """Why, without what surrounds it. Raises Invalid."""
    check_text(text, label="Reason", field="reason")
    if not text.strip():
        raise Invalid("What is done by hand needs a reason.", "Say why, for those who read the history.", "reason")
    return text.strip()


async def _require_sink(connection: Connection, sink: str) -> None:
    if not await connection.fetchval("SELECT EXISTS (SELECT FROM outbound_sink WHERE sink = $1)", sink):
        raise NotFound("There is no such sink.", "Look it up in the list of sinks.")
