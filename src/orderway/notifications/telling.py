"""Telling people: each notification is written once for its event and person, and numbered for the person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

from orderway.ids import new_id
from orderway.workflow.kinds import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a person is to be told: of which event of an order, or of no order at all, in which words.

    `tells_money` is whether these name an amount of the order, and `at` when it happened.
    """

    person: UUID
    store_id: UUID | None
    order_id: UUID | None
    event_number: int | None
    type: str
    machine: str
    instance_id: UUID
    title: str
    text: str
    tells_money: bool
    at: datetime


# The people's counters are locked in one order everywhere. Who holds one numbers the next ones of its person, and
# nobody else does until that is committed.
TELL = """
WITH letter AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::integer[], $6::text[], $7::text[],
        $8::uuid[], $9::text[], $10::text[], $11::boolean[], $12::timestamptz[]) WITH ORDINALITY
        AS l (id, person_id, store_id, order_id, event_number, type, machine, instance_id, title, text,
            tells_money, at, place)
    WHERE NOT EXISTS (
        SELECT FROM notification n
        WHERE (n.person_id, n.store_id, n.order_id, n.event_number)
            = (l.person_id, l.store_id, l.order_id, l.event_number))
), counted AS (
    INSERT INTO notification_count AS c (person_id, last)
    SELECT person_id, count(*) FROM letter GROUP BY person_id ORDER BY person_id
    ON CONFLICT (person_id) DO UPDATE SET last = c.last + excluded.last
    RETURNING person_id, last
)
INSERT INTO notification (person_id, number, id, store_id, order_id, event_number, type, machine, instance_id, title,
    text, tells_money, at)
SELECT l.person_id, c.last + 1 - row_number() OVER (PARTITION BY l.person_id ORDER BY l.place DESC), l.id, l.store_id,
    l.order_id, l.event_number, l.type, l.machine, l.instance_id, l.title, l.text,
    l.tells_money, l.at
FROM letter l JOIN counted c USING (person_id)
"""


async def tell(connection: Connection, letters: Sequence[Letter]) -> None:
    """Write what is not written yet, in its order. One statement, in the caller's transaction."""
    if letters:
        names = [each.name for each in fields(Letter)]
        values = [[getattr(letter, name) for letter in letters] for name in names]
        await connection.execute(TELL, [new_id() for _ in letters], *values)
