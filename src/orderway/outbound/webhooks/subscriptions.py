"""The webhooks that there are, for those who look after them: each with how it goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from orderway.people.names import names_of
from orderway.people.permissions import MONEY_SEE, SETTINGS_MANAGE
from orderway.people.scope import actor_everywhere
from orderway.people.viewer import Viewer
from orderway.workflow.errors import NotFound, not_allowed
from orderway.workflow.kinds import Connection

SINK = "webhook:"
"""What the names of the sinks of webhooks begin with; the id follows."""

GROUP = ".*"
"""What a type ends with that stands for all which begin as it does: "order.sale.*"."""

NEEDED = (SETTINGS_MANAGE, MONEY_SEE)
"""Whoever sends all that happens to somebody outside holds these in all stores: what is told names amounts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Where events are posted. Without `types` it is told of all of them, without `stores` of those of all stores.

    `former_until` is until when the former secret signs along; `failing_since` when the first attempt failed since the
    last success; `given_up` how many orders wait for a person, as their events did not arrive.
    """

    id: UUID
    name: str
    url: str
    types: tuple[str, ...] | None
    stores: tuple[UUID, ...] | None
    created_at: datetime
    created_by: str
    disabled_at: datetime | None
    failing_since: datetime | None
    former_until: datetime | None
    arrived_at: datetime | None
    given_up: int
    step: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookChange:
    """One change: `phrase` continues the name of `who`."""

    step: int
    what: str
    phrase: str
    reason: str
    at: datetime
    who: str


PHRASES = {
    "CREATED": "made it",
    "CHANGED": "changed it",
    "ENABLED": "switched it on",
    "DISABLED": "switched it off",
    "FAILED": "switched it off, as nothing arrived any more",
    "GONE": "switched it off, as it answered that it is gone for good",
    "ROTATED": "gave it a new secret",
    "DELETED": "deleted it",
}
"""What can have changed, and how it continues the name of who did it."""

WEBHOOK = f"""
SELECT w.id, w.name, w.url, w.types, w.stores, w.created_at, w.created_by, w.disabled_at, w.failing_since,
    w.former_until, w.step,
    (SELECT max(a.at) FROM webhook_attempt a WHERE a.webhook_id = w.id AND a.why IS NULL) AS arrived_at,
    (SELECT count(*) FROM outbound_progress p
     WHERE p.sink = '{SINK}' || w.id AND p.tries > 0 AND p.dead_at IS NOT NULL) AS given_up
FROM webhook w
"""  # noqa: S608  (a text of this module)
CHANGES = "SELECT step, what, reason, at, actor FROM webhook_change WHERE webhook_id = $1 ORDER BY step DESC LIMIT $2"


def may_look_after(viewer: Viewer) -> bool:
    """Whether they see and change webhooks."""
    return all(map(actor_everywhere(viewer).may, NEEDED))


def require(viewer: Viewer, *, to: str = "see or change webhooks") -> None:
    """Raises Refused for who may neither see nor change webhooks."""
    actor = actor_everywhere(viewer)
    for permission in NEEDED:
        if not actor.may(permission):
            raise not_allowed(permission, to=to)


async def list_webhooks(connection: Connection, viewer: Viewer) -> list[Webhook]:
    """Return all webhooks by name. Raises Refused. At most two statements."""
    require(viewer)
    rows = await connection.fetch(f"{WEBHOOK} ORDER BY w.name")
    names = await names_of(connection, {row["created_by"] for row in rows})
    return [_webhook(row, names[row["created_by"]]) for row in rows]


async def load_webhook(connection: Connection, viewer: Viewer, id: UUID) -> Webhook:
    """Return one webhook. Raises Refused and NotFound."""
    require(viewer)
    row = await connection.fetchrow(f"{WEBHOOK} WHERE w.id = $1", id)
    if row is None:
        raise missing()
    names = await names_of(connection, {row["created_by"]})
    return _webhook(row, names[row["created_by"]])


async def list_changes(connection: Connection, viewer: Viewer, id: UUID, *, limit: int = 20) -> list[WebhookChange]:
    """Return the latest changes of a webhook, newest first. Raises Refused."""
    require(viewer)
    rows = await connection.fetch(CHANGES, id, limit)
    names = await names_of(connection, {row["actor"] for row in rows})
    return [
        WebhookChange(
            step=row["step"], what=row["what"], phrase=PHRASES[row["what"]], reason=row["reason"], at=row["at"],
            who=names[row["actor"]],
        )
        for row in rows
    ]  # fmt: skip


def missing() -> NotFound:
    return NotFound("There is no such webhook.", "Look it up in the list of webhooks.")


def _webhook(row: asyncpg.Record, created_by: str) -> Webhook:
    types, stores = (None if row[name] is None else tuple(row[name]) for name in ("types", "stores"))
    return Webhook(**{**row, "types": types, "stores": stores, "created_by": created_by})
