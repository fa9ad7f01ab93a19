"""Switching a webhook off that takes nothing any more, and telling those who look after webhooks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal
from uuid import UUID

from orderway.notifications.telling import Letter, tell
from orderway.outbound.webhooks import sentences
from orderway.outbound.webhooks.subscriptions import NEEDED, SINK
from orderway.people.scope import actor_everywhere
from orderway.people.viewer import VIEWER, viewer_from
from orderway.workflow.actor import THE_SYSTEM
from orderway.workflow.kinds import Connection

End = Literal["FAILED", "GONE"]
"""Why it is switched off: nothing arrived for too long, or its receiver wants no more."""

OFF = """
WITH off AS (
    UPDATE webhook SET disabled_at = $2, step = step + 1 WHERE id = $1 AND disabled_at IS NULL RETURNING id, name, step
), paused AS (
    UPDATE outbound_sink SET paused_at = $2 FROM off WHERE sink = $3
)
INSERT INTO webhook_change (webhook_id, step, name, what, reason, at, actor)
SELECT id, step, name, $4, $5, $2, $6 FROM off RETURNING name
"""

MANAGERS = f"""{VIEWER} EXISTS (
    SELECT FROM person_role h JOIN role r ON r.id = h.role_id
    WHERE h.person_id = p.id AND $1 = ANY (r.permissions)
) ORDER BY p.id
"""

TYPE, MACHINE = "webhook.disabled", "webhook"
"""What the notice is called, and what it is about."""

TEXTS: Mapping[End, str] = {"FAILED": sentences.FAILED, "GONE": sentences.GONE}


async def stop(connection: Connection, webhook: UUID, *, what: End, why: str, now: datetime) -> None:
    """Switch it off and tell of it, once."""
    async with connection.transaction():
        name = await connection.fetchval(OFF, webhook, now, f"{SINK}{webhook}", what, why, THE_SYSTEM.id)
        if name is None:
            return
        viewers = map(viewer_from, await connection.fetch(MANAGERS, NEEDED[0]))
        people = [each.person_id for each in viewers if all(map(actor_everywhere(each).may, NEEDED))]
        letters = [
            Letter(
                person=person, store_id=None, order_id=None, event_number=None, type=TYPE, machine=MACHINE,
                instance_id=webhook, title=sentences.OFF.format(name=name), text=TEXTS[what].format(why=why),
                tells_money=False, at=now,
            )
            for person in people
        ]  # fmt: skip
        await tell(connection, letters)
