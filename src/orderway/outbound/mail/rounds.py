"""The rows of e-mails on their way: which are taken up, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from orderway.ids import new_id
from orderway.measures import DELIVERIES
from orderway.notifications.mails.writing import PIN
from orderway.outbound.mail.letters import Mail
from orderway.outbound.progress import LEASE
from orderway.workflow.kinds import Connection

Stage = Literal["sent", "put off", "left", "given up", "left out"]
COUNTED: Mapping[Stage, str] = {
    "sent": "delivered", "put off": "refused", "left": "away", "given up": "given_up", "left out": "left_out",
}  # fmt: skip
"""What each counts as among all that is delivered."""

# A lease is a time to come at which the e-mail is due again: who takes it up then finds another token than their own.
# Between writing and sending, people go, stop their e-mails, and get another PIN.
CLAIM = f"""
WITH due AS (
    SELECT store_id, id FROM mail WHERE due_at <= $1 ORDER BY due_at, id LIMIT $2 FOR UPDATE SKIP LOCKED
), m AS (
    UPDATE mail SET due_at = $3, claim = $4 FROM due
    WHERE mail.store_id = due.store_id AND mail.id = due.id RETURNING mail.*
)
SELECT m.id, m.store_id, m.order_id, m.event_number, m.person_id, m.topic, m.title, m.text, m.at, m.tries,
    CASE WHEN m.person_id IS NULL THEN c.email ELSE p.email END AS to, p.language, r.token,
    CASE WHEN k.event_number = m.event_number THEN k.pin END AS pin,
    CASE WHEN m.topic = '{PIN}' AND k.pin IS NULL THEN 'The PIN is needed no more.'
        WHEN k.event_number <> m.event_number THEN 'Another PIN took its place.'
        WHEN p.disabled_at IS NOT NULL THEN 'Who it was for may not sign in any more.'
        WHEN m.topic <> '{PIN}' AND r.stopped_at IS NOT NULL THEN 'Who it was for wants no e-mails any more.'
        WHEN coalesce(p.email, c.email) IS NULL THEN 'There is no address of who it was for.'
    END AS why_not
FROM m
LEFT JOIN person p ON p.id = m.person_id
LEFT JOIN mail_reader r ON r.person_id = m.person_id
LEFT JOIN customer c ON m.person_id IS NULL AND c.id = m.recipient
LEFT JOIN fulfillment_pin k ON m.topic = '{PIN}' AND k.store_id = m.store_id AND k.fulfillment_id = m.instance_id
ORDER BY m.id
"""  # noqa: S608  (texts of the house)

# What another has taken up since, the lease over, is that one's to settle.
SETTLE = """
UPDATE mail m SET claim = NULL, tries = greatest(m.tries, b.tries), why = coalesce(b.why, m.why),
    due_at = b.due_at,
    sent_at = CASE WHEN b.stage = 'sent' THEN $2::timestamptz END,
    dead_at = CASE WHEN b.stage = 'given up' THEN $2 END,
    dropped_at = CASE WHEN b.stage = 'left out' THEN $2 END
FROM unnest($3::uuid[], $4::uuid[], $5::text[], $6::integer[], $7::text[], $8::timestamptz[])
    AS b (store_id, id, stage, tries, why, due_at)
WHERE m.store_id = b.store_id AND m.id = b.id AND m.claim = $1
"""


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of an e-mail: "put off" and "left" (which was not tried) are due at `due_at` again."""

    store_id: UUID
    id: UUID
    stage: Stage
    tries: int = 0
    why: str | None = None
    due_at: datetime | None = None


async def claim(connection: Connection, *, now: datetime, limit: int) -> tuple[list[Mail], UUID]:
    """Take up what is due, for the length of a lease; gives also by what it is known to be ours. One statement."""
    token = new_id()
    rows = await connection.fetch(CLAIM, now, limit, now + LEASE, token)
    return [Mail(**row) for row in rows], token


async def settle(connection: Connection, token: UUID, fates: Sequence[Fate], *, now: datetime) -> None:
    """Note what became of what was taken up. One statement."""
    columns = [
        [getattr(each, name) for each in fates] for name in ("store_id", "id", "stage", "tries", "why", "due_at")
    ]
    await connection.execute(SETTLE, token, now, *columns)
    for each in fates:
        DELIVERIES.labels("mail", COUNTED[each.stage]).inc()
