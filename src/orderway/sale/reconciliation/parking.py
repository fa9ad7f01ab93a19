"""Parking money that fits nothing, with its evidence; finding what is parked; and the one end of each item."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from orderway.ids import new_id
from orderway.workflow.kinds import Connection

Kind = Literal[
    "orphan", "late", "short", "over", "surplus", "duplicate", "wrong_currency", "disputed", "early", "unverified"
]
KINDS: dict[Kind, str] = {
    "orphan": "Of no known order",
    "late": "Late: its sale was over",
    "short": "Less than asked for",
    "over": "More than asked for",
    "surplus": "Paid too much for its order",
    "duplicate": "Came a second time",
    "wrong_currency": "In another currency",
    "disputed": "Disputed",
    "early": "Reported before its payment was known",
    "unverified": "Its report could not be confirmed",
}
"""What may be parked, in words. `late`, `surplus` and `disputed` are about a confirmed payment, which has the money."""

Resolution = Literal["attached", "refunded", "returned", "accepted", "won", "lost", "dismissed"]
RESOLUTIONS: dict[Resolution, str] = {
    "attached": "Attached to an order",
    "refunded": "Refunded",
    "returned": "Returned to the sender",
    "accepted": "Accepted as it came",
    "won": "Dispute won",
    "lost": "Taken back from us",
    "dismissed": "Dismissed",
}
"""How an item ends, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """Money to park: `amount` in minor units of `currency`, below nothing where it went out.

    `transaction` is the provider's own name of the movement of money, `reference` ours of the payment, `event` the
    stored report. `store` and `order` are those that it seems to belong to, `payment` the one that it is about. `why`
    is a sentence for the person who will look at it.
    """

    kind: Kind
    provider: str
    amount: int
    currency: str
    why: str
    at: datetime
    transaction: str | None = None
    reference: str | None = None
    event: UUID | None = None
    store: UUID | None = None
    order: UUID | None = None
    payment: UUID | None = None


PARK = """
INSERT INTO parked_money (id, kind, provider, transaction, reference, amount, currency, event_id, store_id, order_id,
    payment_id, parked_at, why)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
ON CONFLICT (provider, transaction) WHERE holds DO NOTHING
"""

THE_SAME = "SELECT id FROM parked_money WHERE provider = $1 AND transaction = $2 AND holds"


async def park(connection: Connection, parked: Parked) -> UUID:
    """Park it, in the transaction of the connection, and give the id of its item.

    A movement of money that a transaction names is parked once: a second report of it gives the item of the first.
    """
    id = new_id()
    done = await connection.execute(
        PARK, id, parked.kind, parked.provider, parked.transaction, parked.reference, parked.amount, parked.currency,
        parked.event, parked.store, parked.order, parked.payment, parked.at, parked.why,
    )  # fmt: skip
    if done == "INSERT 0 1":
        return id
    same: UUID = await connection.fetchval(THE_SAME, parked.provider, parked.transaction)
    return same


@dataclass(frozen=True, slots=True)
class Early:
    """A refund or a dispute that was reported before its payment was known; `event` is the stored report of it."""

    id: UUID
    event: UUID | None


EARLY = """
SELECT id, event_id FROM parked_money
WHERE provider = $1 AND kind = 'early' AND resolution IS NULL AND (reference = $2 OR transaction = $3)
ORDER BY parked_at, id FOR UPDATE
"""


async def find_early(
    connection: Connection, *, provider: str, reference: str | None, transaction: str | None
) -> list[Early]:
    """What waits for the payment of this reference or transaction, oldest first, locked."""
    return [Early(*row) for row in await connection.fetch(EARLY, provider, reference, transaction)]


@dataclass(frozen=True, slots=True)
class Target:
    """The payment that became of parked money."""

    store: UUID
    order: UUID
    payment: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """How an item ends: by whom, when and why; `sent` is what the transfer is called by which money went back."""

    resolution: Resolution
    by: str
    at: datetime
    reason: str
    to: Target | None = None
    sent: str | None = None


RESOLVE = """
UPDATE parked_money SET resolution = $2, resolved_by = $3, resolved_at = $4, reason = $5, sent_reference = $6,
    to_store_id = $7, to_order_id = $8, to_payment_id = $9
WHERE id = $1
"""


async def resolve(connection: Connection, item: UUID, end: End) -> None:
    """End an open item that is locked. PostgreSQL refuses to end one twice."""
    to = (end.to.store, end.to.order, end.to.payment) if end.to else (None, None, None)
    await connection.execute(RESOLVE, item, end.resolution, end.by, end.at, end.reason, end.sent, *to)
