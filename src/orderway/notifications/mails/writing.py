"""Writing e-mails that are to be sent: in the transaction that tells people, each once for its event and recipient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from orderway.ids import new_id
from orderway.notifications.mails.choices import new_token
from orderway.notifications.mails.groups import group_of
from orderway.notifications.telling import Letter
from orderway.workflow.kinds import Connection

PIN = "PIN"
"""The topic of an e-mail that brings a PIN: no group of notices, and nothing that anybody can do without."""

PIN_TITLE = "The PIN for your order {number}"

WRITE = """
WITH letter AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::integer[], $6::text[], $7::uuid[],
        $8::text[], $9::text[], $10::text[])
        AS l (id, person_id, store_id, order_id, event_number, topic, instance_id, title, text, token)
), reader AS (
    INSERT INTO mail_reader (person_id, token)
    SELECT DISTINCT ON (person_id) person_id, token FROM letter ORDER BY person_id
    ON CONFLICT (person_id) DO NOTHING
)
INSERT INTO mail (id, person_id, recipient, store_id, order_id, event_number, topic, instance_id, title, text, at,
    due_at)
SELECT id, person_id, person_id, store_id, order_id, event_number, topic, instance_id, title, text, $11, $11 FROM letter
ON CONFLICT (store_id, order_id, event_number, recipient) DO NOTHING
"""

# Who buys without signing in is written to at the address that is kept of them, where one is.
WRITE_PIN = f"""
INSERT INTO mail (id, person_id, recipient, store_id, order_id, event_number, topic, instance_id, title, text, at,
    due_at)
SELECT $4, p.id, coalesce(p.id, c.id), o.store_id, o.id, $3, '{PIN}', $5, $6, '', $7, $7
FROM sale_order o JOIN customer c ON c.id = o.customer_id
LEFT JOIN person p ON p.id = c.person_id AND p.disabled_at IS NULL
WHERE o.store_id = $1 AND o.id = $2 AND coalesce(p.email, c.email) IS NOT NULL
ON CONFLICT (store_id, order_id, event_number, recipient) DO NOTHING
"""  # noqa: S608  (a text of this module)


@dataclass(frozen=True, slots=True, kw_only=True)
class PinLetter:
    """That a PIN was made for the receiver of an order: by which event of it, for which fulfillment."""

    store_id: UUID
    order_id: UUID
    event_number: int
    fulfillment: UUID
    order: str


async def write_mails(connection: Connection, letters: Sequence[Letter], *, at: datetime) -> None:
    """Write what is not written yet; it is due at once. One statement, in the caller's transaction."""
    if letters:
        columns = [
            [getattr(each, name) for each in letters] for name in ("person", "store_id", "order_id", "event_number")
        ]
        topics = [group_of(each.type) for each in letters]
        said = [[getattr(each, name) for each in letters] for name in ("instance_id", "title", "text")]
        ids, tokens = [new_id() for _ in letters], [new_token() for _ in letters]
        await connection.execute(WRITE, ids, *columns, topics, *said, tokens, at)


async def write_pin(connection: Connection, letter: PinLetter, *, at: datetime) -> None:
    """Write that the buyer gets a PIN. The PIN itself stands in no e-mail before it is sent. One statement."""
    title = PIN_TITLE.format(number=letter.order)
    await connection.execute(
        WRITE_PIN, letter.store_id, letter.order_id, letter.event_number, new_id(), letter.fulfillment, title, at
    )
