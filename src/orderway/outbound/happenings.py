"""What the outbox tells of an order, with what the log and the order say besides: enough to put it into words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from orderway.outbound.delivery import Stretch
from orderway.workflow.actor import author_of
from orderway.workflow.kinds import Connection

PERSON = "person:"
ELSEWHERE = ("import:", "source:")
"""Authors of what happened in another system, long before it came here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One event of the outbox. `amount` is in minor units of `currency`; people are named by their ids.

    `machine` and `instance_id` are what it is about, `state` is where that came to by it; `wanted` is what an override
    is for, `planned_for` the time of a service.
    """

    id: UUID
    number: int
    type: str
    store_id: UUID
    order_id: UUID
    machine: str
    instance_id: UUID
    state: str | None
    at: datetime
    actor: str
    on_behalf_of: str | None
    order: str
    store: str
    customer: str
    currency: str
    biller: UUID | None
    buyer: UUID | None
    rider: UUID | None
    rider_name: str | None
    asker: UUID | None
    asker_name: str | None
    amount: int | None
    reason: str | None
    wanted: str | None
    planned_for: datetime | None

    @property
    def doer(self) -> UUID | None:
        """The person it goes back to, if it is one and spoke for themselves."""
        author = author_of(self.actor, self.on_behalf_of)
        return UUID(author.removeprefix(PERSON)) if author.startswith(PERSON) else None

    @property
    def is_buyers(self) -> bool:
        """Whether the buyer did it themselves."""
        return self.doer is not None and self.doer == self.buyer

    @property
    def is_by_hand(self) -> bool:
        """Whether a person sent it, rather than that it followed from something else."""
        return self.actor.startswith(PERSON)

    @property
    def is_of_elsewhere(self) -> bool:
        """Whether an import brought it: whoever it concerned heard of it there, or never will."""
        return author_of(self.actor, self.on_behalf_of).startswith(ELSEWHERE)


def person_in(text: str) -> str:
    """The person that an actor of the log is, in SQL; null where it is none."""
    return f"substring({text} FROM '^person:([0-9a-f-]{{36}})$')::uuid"


ASKED_BY = person_in("born.payload -> 'context' ->> 'requested_by'")

# What an event says itself comes before what its move says, and that before what the thing was born with.
READ = f"""
SELECT b.id, b.number, b.type, b.store_id, b.order_id, b.at, b.data ->> 'to_state' AS state, l.actor, l.on_behalf_of,
    CASE WHEN b.data ->> 'fulfillment' IS NULL THEN l.machine ELSE 'fulfillment' END AS machine,
    coalesce((b.data ->> 'fulfillment')::uuid, b.instance_id) AS instance_id,
    o.number AS order, s.name AS store, c.name AS customer, o.currency,
    coalesce((l.payload ->> 'biller')::uuid, o.biller_id) AS biller,
    c.person_id AS buyer, r.id AS rider, r.name AS rider_name, a.id AS asker, a.name AS asker_name,
    coalesce(b.data ->> 'total', b.data ->> 'amount', l.payload ->> 'amount', l.payload ->> 'approved_amount',
        l.payload ->> 'proposed_cost', born.payload -> 'context' ->> 'amount',
        born.payload -> 'context' ->> 'proposed_cost')::bigint AS amount,
    coalesce(b.data ->> 'reason', born.payload -> 'context' ->> 'reason') AS reason,
    born.payload -> 'context' ->> 'kind' AS wanted, (l.payload ->> 'at')::timestamptz AS planned_for
FROM unnest($1::uuid[], $2::uuid[], $3::integer[], $4::integer[]) AS w (store_id, order_id, after, until)
JOIN outbox b ON b.store_id = w.store_id AND b.order_id = w.order_id AND b.number > w.after AND b.number <= w.until
JOIN transition_log l ON l.store_id = b.store_id AND l.instance_id = b.instance_id AND l.step = b.step
JOIN transition_log born ON born.store_id = b.store_id AND born.instance_id = b.instance_id AND born.step = 0
JOIN sale_order o ON o.store_id = b.store_id AND o.id = b.order_id
JOIN store s ON s.id = b.store_id
JOIN customer c ON c.id = o.customer_id
LEFT JOIN person r ON r.id = (b.data ->> 'rider')::uuid
LEFT JOIN person a ON a.id = {ASKED_BY}
ORDER BY b.order_id, b.number
"""  # noqa: S608  (texts of this module)


async def read_happenings(connection: Connection, stretches: Sequence[Stretch]) -> list[Happening]:
    """Return the events of these stretches, those of each order in their order. One statement."""
    names = ("store_id", "order_id", "after", "until")
    rows = await connection.fetch(READ, *([getattr(each, name) for each in stretches] for name in names))
    return [Happening(**row) for row in rows]
