"""How the disputes of a payment ended here: what people noted by hand is not counted again when it is reported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from orderway.providers.event import Case
from orderway.workflow.kinds import Instance

# The disputes of a payment: what each held, whose report told of it, how it ended, and whether a report ended it.
DISPUTES = """
SELECT (d.payload ->> 'amount')::bigint AS amount, (
        SELECT subject FROM webhook_event e
        WHERE e.store_id = $1 AND e.payment_id = $2 AND e.kind = 'disputed' AND e.id::text = d.request_id
    ) AS subject, x.event AS ended, EXISTS (
        SELECT FROM webhook_event e WHERE e.store_id = $1 AND e.payment_id = $2 AND e.id::text = x.request_id
    ) AS is_reported
FROM transition_log d LEFT JOIN LATERAL (
    SELECT event, request_id FROM transition_log x
    WHERE x.store_id = $1 AND x.instance_id = $2 AND x.step > d.step AND x.event IN ('WIN_DISPUTE', 'LOSE_DISPUTE')
    ORDER BY x.step LIMIT 1
) x ON true
WHERE d.store_id = $1 AND d.instance_id = $2 AND d.event = 'DISPUTE'
"""

# What was reported as lost by other disputes and had been noted before, each dispute once.
CLAIMED = """
SELECT coalesce(sum(amount), 0)::bigint FROM (
    SELECT DISTINCT ON (coalesce(subject, event_id)) amount FROM webhook_event e
    WHERE store_id = $1 AND payment_id = $2 AND id <> $3 AND kind = 'dispute_lost' AND bucket = 'already applied'
        AND (subject IS NULL OR subject IS DISTINCT FROM $4)
        AND NOT EXISTS (SELECT FROM webhook_event o WHERE o.provider = e.provider AND o.subject = e.subject
            AND o.kind IN ('disputed', 'dispute_lost') AND o.bucket = 'applied')
    ORDER BY coalesce(subject, event_id)
) told
"""


@dataclass(frozen=True, slots=True)
class Noted:
    """A dispute as it was noted; `subject` is its provider's name of it, where that reported it first."""

    amount: int
    subject: str | None
    ended: Literal["WIN_DISPUTE", "LOSE_DISPUTE"] | None
    is_reported: bool


async def lost_before(case: Case, payment: Instance) -> int:
    """What is booked as lost by the dispute of the report, in minor units.

    Where its beginning was never reported: what people noted as lost, and no other report told of.
    """
    place = payment.ref.store_id, payment.id
    disputes = [Noted(*row) for row in await case.tx.connection.fetch(DISPUTES, *place)]
    own = [each for each in disputes if each.subject is not None and each.subject == case.event.subject]
    if own:
        return sum(each.amount for each in own if each.ended == "LOSE_DISPUTE")
    by_hand = [each for each in disputes if each.subject is None and not each.is_reported]
    claimed: int = await case.tx.connection.fetchval(CLAIMED, *place, case.event.id, case.event.subject)
    return max(0, sum(each.amount for each in by_hand if each.ended == "LOSE_DISPUTE") - claimed)
