"""Money that goes back: refunds and disputes, each booked once, whichever report of it comes first.

What can not be booked yet waits: the payment is not known or not confirmed, a dispute about it lasts, or less of it is
left. It is looked at again whenever something becomes of the payment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from orderway.providers.event import Case
from orderway.providers.inbox import Bucket, Outcome
from orderway.providers.noted import lost_before
from orderway.providers.provider import Kind
from orderway.sale.payable import owed
from orderway.sale.payments.events import Dispute, LoseDispute, Refund, Reverse, WinDispute
from orderway.workflow.kinds import Instance


@dataclass(frozen=True, slots=True)
class Wait:
    """The report can not be booked yet, and why, in a sentence."""

    why: str


LOST_AND_WON = "The dispute was lost before, and is won now: its money is back."
UNKNOWN = Wait("Its payment is not known, or has not come yet.")


@dataclass(frozen=True, slots=True)
class Told:
    """Another report of the same refund or dispute, with what became of it."""

    kind: Kind
    bucket: Bucket | None
    amount: int | None
    payment: UUID | None


@dataclass(frozen=True, slots=True)
class Gone:
    """What went back of a payment, in minor units: `reported` as refunded; `refunded` and `taken` as it is booked.

    What moved to another order, or onto the buyer's account, is not refunded here; `by_refunds` of `taken` is so
    because a refund was reported.
    """

    reported: int
    refunded: int
    taken: int
    by_refunds: int

    @property
    def unbooked(self) -> int:
        """What is reported, and not explained by anything that is booked."""
        return self.reported - self.refunded - self.taken

    @property
    def unreported(self) -> int:
        """What we refunded, and no report says that it went."""
        return self.refunded + self.by_refunds - self.reported


SAME_SUBJECT = """
SELECT kind, bucket, amount, payment_id FROM webhook_event WHERE provider = $1 AND subject = $2 AND id <> $3
"""

# All refunds that were reported of a payment, this one among them: each once, and where totals are told, the largest.
REPORTED = """
SELECT greatest(coalesce(max(total), 0), coalesce(sum(amount) FILTER (WHERE total IS NULL), 0))::bigint
FROM (
    SELECT DISTINCT ON (coalesce(subject, event_id)) total, CASE id WHEN $1 THEN $4::bigint ELSE amount END AS amount
    FROM webhook_event
    WHERE kind = 'refunded' AND (id = $1 OR (store_id = $2 AND payment_id = $3 AND bucket LIKE '%applied'))
    ORDER BY coalesce(subject, event_id), 2 DESC
) told
"""

# What was taken back of a payment, but for what lost disputes took; and of it what refunds took that were reported.
TAKEN_BACK = """
SELECT coalesce(sum(amount), 0)::bigint, coalesce(sum(amount) FILTER (WHERE by = 'refunded'), 0)::bigint
FROM (
    SELECT (l.payload ->> 'amount')::bigint AS amount, (
        SELECT kind FROM webhook_event e
        WHERE e.store_id = $1 AND e.payment_id = $2 AND e.id::text = l.request_id
    ) AS by
    FROM transition_log l WHERE store_id = $1 AND instance_id = $2 AND event = 'REVERSE'
) taken WHERE by IS DISTINCT FROM 'dispute_lost'
"""

# What of a payment was moved to other orders: that is a refund in the books here, and none at its provider.
MOVED = """
SELECT coalesce(sum(p.amount), 0)::bigint FROM parked_money i
JOIN payment p ON p.store_id = i.to_store_id AND p.id = i.to_payment_id
WHERE i.store_id = $1 AND i.order_id = $2 AND i.payment_id = $3 AND i.kind IN ('late', 'surplus')
"""

DISPUTED_BY = """
SELECT subject FROM webhook_event
WHERE store_id = $1 AND payment_id = $2 AND kind = 'disputed' AND bucket = 'applied'
ORDER BY settled_at DESC, received_at DESC LIMIT 1
"""


async def refunded(case: Case) -> Outcome | Wait:
    """Money went back to the buyer: what our own refunds do not explain is refunded now where it is owed, else lost."""
    payment = known_payment(case)
    if any(each.kind == "refund_failed" for each in await same_subject(case)):
        return Outcome(bucket="already applied", why="The refund did not reach the buyer.", order=case.place)
    if payment is None:
        return UNKNOWN
    rest = (await gone(case, payment)).unbooked
    if rest <= 0:
        return case.outcome("already applied", "The payment was refunded that much already.")
    return await pay_back(case, payment, rest)


async def gone(case: Case, payment: Instance) -> Gone:
    """What went back of the payment, as its provider reported it and as it is booked."""
    place = payment.ref.store_id, payment.id
    reported = await case.tx.connection.fetchval(REPORTED, case.event.id, *place, case.event.amount)
    taken, by_refunds = await case.tx.connection.fetchrow(TAKEN_BACK, *place) or (0, 0)
    moved = await case.tx.connection.fetchval(MOVED, payment.ref.store_id, payment.order_id, payment.id)
    refunds = payment.context.refunded - payment.context.credited - moved
    return Gone(reported, refunds, taken, by_refunds)


async def pay_back(case: Case, payment: Instance, amount: int) -> Outcome | Wait:
    if case.tx.takes(payment, WinDispute):
        return Wait("The payment is disputed.")
    if amount > payment.context.left:
        return Wait("More was refunded than is left of the payment.")
    if await owed(case.tx) >= amount:
        await case.tx.send(payment.ref, Refund(amount))
        return case.outcome("applied", "The payment was refunded.")
    await case.tx.send(payment.ref, Reverse(amount, case.event.reason or "Its provider refunded it."))
    return case.outcome("applied", "The payment was taken back: nothing was owed to the buyer.")


async def refund_failed(case: Case) -> Outcome | Wait:
    """A refund did not reach the buyer: where it was booked, its money is here and belongs to nothing."""
    others = await same_subject(case)
    booked = [each for each in others if each.kind == "refunded" and each.payment]
    is_known = any(each.kind == "refund_failed" and each.bucket for each in others)
    if is_known or not (booked or await was_noted(case)):
        return case.outcome("ignored", "Nothing was booked for the refund that failed.")
    return await come_back(case, booked, "A refund did not reach the buyer: its money is here still.")


async def was_noted(case: Case) -> bool:
    """Whether a person noted a refund that may be this one: of so much at least no provider says that it went."""
    payment, amount = known_payment(case), case.event.amount or 0
    return payment is not None and 0 < amount <= (await gone(case, payment)).unreported


async def disputed(case: Case) -> Outcome | Wait:
    """The provider holds money until a dispute is decided."""
    others, payment = await same_subject(case), known_payment(case)
    if any(each.kind in ("dispute_won", "dispute_lost") for each in others):
        return Outcome(bucket="already applied", why="The dispute is decided already.", order=case.place)
    if was_booked("disputed", others):
        return case.outcome("already applied", "The dispute was reported before.")
    return await hold_back(case, payment) if payment else UNKNOWN


async def hold_back(case: Case, payment: Instance) -> Outcome | Wait:
    event = case.event
    if case.tx.takes(payment, WinDispute):
        if await disputed_by(case, payment) is None:
            return case.outcome("already applied", "The payment was noted as disputed before.")
        return Wait("Another dispute about the payment lasts.")
    if (event.amount or 0) > payment.context.left:
        return Wait("The dispute is about more than is left of the payment.")
    await case.tx.send(payment.ref, Dispute(event.amount or 0, event.reason or "The buyer disputes the payment."))
    return case.outcome("applied", "The payment is disputed.")


async def dispute_won(case: Case) -> Outcome | Wait:
    """What a dispute held is ours again; where it was reported as lost before, its money has come back."""
    payment, others = case.payment, await same_subject(case)
    is_first = not any(each.kind == "dispute_won" and each.bucket for each in others)
    if was_booked("dispute_lost", others) and is_first:
        return await come_back(case, others, LOST_AND_WON)
    if payment is not None and await is_disputed_here(case, payment):
        await case.tx.send(payment.ref, WinDispute())
        return case.outcome("applied", "The dispute is won.")
    if payment is not None and is_first and 0 < (case.event.amount or 0) <= await lost_before(case, payment):
        return await come_back(case, others, LOST_AND_WON)
    return case.outcome("already applied" if payment else "ignored", "The dispute holds no money.")


async def dispute_lost(case: Case) -> Outcome | Wait:
    """What a dispute was about is gone, whether or not it had been held before."""
    others, payment = await same_subject(case), known_payment(case)
    if was_booked("dispute_lost", others):
        return case.outcome("already applied", "The dispute was reported as lost before.")
    if payment is None:
        return UNKNOWN
    if case.tx.takes(payment, LoseDispute):
        return await lose_held(case, payment)
    rest = (case.event.amount or 0) - await lost_before(case, payment)
    if rest > 0:
        return await lose(case, payment, rest)
    if rest < 0 and was_booked("disputed", others):
        return await case.park("orphan", -rest, "A dispute took less than it had held: the rest is here still.")
    return case.outcome("already applied", "The dispute was noted as lost before.")


async def lose_held(case: Case, payment: Instance) -> Outcome | Wait:
    if not await is_disputed_here(case, payment):
        return Wait("Another dispute about the payment lasts.")
    if case.event.amount != payment.context.disputed:
        return Wait("The provider held another amount than it took.")
    await case.tx.send(payment.ref, LoseDispute())
    return case.outcome("applied", "The dispute is lost.")


async def lose(case: Case, payment: Instance, amount: int) -> Outcome | Wait:
    if amount > payment.context.left:
        return Wait("More was lost than is left of the payment.")
    await case.tx.send(payment.ref, Reverse(amount, case.event.reason or "A dispute was lost."))
    return case.outcome("applied", "The dispute is lost, and the payment was taken back.")


# --------------------------------------------------------------------------------------------------- what is known


def known_payment(case: Case) -> Instance | None:
    """The payment, where it is confirmed and came by the movement of money that the report is about."""
    if case.payment is None or case.payment.context.confirmed_at is None or case.event.is_of_another:
        return None
    return case.payment


def foreign(case: Case) -> str | None:
    """Why what went back is no money of the payment: it is in another currency; None where it is not."""
    payment, currency = known_payment(case), case.event.currency
    if payment is None or currency is None or currency == payment.context.currency:
        return None
    return f"The payment is in {payment.context.currency}, and {currency} went back."


def was_booked(kind: Kind, others: Sequence[Told]) -> bool:
    return any(each.kind == kind and each.bucket == "applied" for each in others)


async def same_subject(case: Case) -> Sequence[Told]:
    """What else was reported of the same refund or dispute."""
    event = case.event
    if event.subject is None:
        return ()
    rows = await case.tx.connection.fetch(SAME_SUBJECT, event.provider, event.subject, event.id)
    return [Told(*row) for row in rows]


async def disputed_by(case: Case, payment: Instance) -> str | None:
    """The dispute that holds the money, where its provider reported it."""
    subject: str | None = await case.tx.connection.fetchval(DISPUTED_BY, payment.ref.store_id, payment.id)
    return subject


async def is_disputed_here(case: Case, payment: Instance) -> bool:
    """Whether this dispute holds the money, or one that nobody named."""
    if not case.tx.takes(payment, WinDispute):
        return False
    return await disputed_by(case, payment) in (None, case.event.subject)


async def come_back(case: Case, told: Sequence[Told], why: str) -> Outcome:
    """Park money that had gone and is here again."""
    amount = case.event.amount or next((each.amount for each in told if each.amount), 0)
    return await case.park("orphan", amount, why)
