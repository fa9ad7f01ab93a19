"""A stored report with its surroundings: the payment or order that it means, and what earlier reports told of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from orderway.providers.inbox import Bucket, Outcome
from orderway.providers.provider import Kind
from orderway.sale.payments.context import BuyerKind, Method, PaymentContext
from orderway.sale.reconciliation.parking import Kind as Parking
from orderway.sale.reconciliation.parking import Parked, park
from orderway.workflow.kinds import Connection, Instance, Ref
from orderway.workflow.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What a provider reported, in the words of `News`, and what is known beside it when it is looked at.

    `told_before`: an earlier report stands for the same movement of money, in `told_currency`. `ref` is the payment
    that has it, or that has the reference where no movement is told; `is_of_another`: that payment is known to have
    come by another movement, `is_traced`: by some. `is_awaited`: refunds or disputes were parked until this payment is
    known.
    """

    id: UUID
    provider: str
    kind: Kind
    transaction: str | None
    reference: str | None
    order_ref: str | None
    subject: str | None
    amount: int | None
    major: Decimal | None
    total: int | None
    currency: str | None
    method: Method
    reason: str | None
    buyer_kind: BuyerKind | None
    needs_verification: bool
    bucket: Bucket | None
    told_before: bool
    told_currency: str | None
    ref: Ref | None
    is_of_another: bool
    is_traced: bool
    is_awaited: bool

    @property
    def movement(self) -> str:
        """What names the movement of money; where the provider does not, its reference and amount have to."""
        return self.transaction or f"{self.reference} {self.amount} {self.currency}"

    @property
    def named(self) -> str | None:
        """What the report calls the payment, or the order that it is for."""
        return self.reference or self.transaction or self.order_ref


FIELDS = """e.id, e.provider, e.kind, e.transaction, e.reference, e.order_ref, e.subject, e.amount, e.major, e.total,
    e.currency, e.method, e.reason, e.buyer_kind, e.needs_verification, e.bucket"""

# The payment that the money became: by the report of its movement, by the parked item that was attached, or, where
# neither is known, by its reference. One that was archived is not known any more: what is reported of it is parked.
LOOK = f"""
SELECT {FIELDS}, m.id IS NOT NULL AS told_before, m.currency AS told_currency, p.store_id, p.payment_id,
    EXISTS (SELECT FROM webhook_event k WHERE k.store_id = p.store_id AND k.payment_id = p.payment_id
        AND k.movement IS NOT NULL AND k.transaction <> e.transaction)
    OR EXISTS (SELECT FROM parked_money k WHERE k.to_store_id = p.store_id AND k.to_payment_id = p.payment_id
        AND k.kind <> 'early' AND k.transaction <> e.transaction) AS is_of_another,
    EXISTS (SELECT FROM webhook_event k WHERE k.store_id = p.store_id AND k.payment_id = p.payment_id
        AND k.movement IS NOT NULL)
    OR EXISTS (SELECT FROM parked_money k WHERE k.to_store_id = p.store_id AND k.to_payment_id = p.payment_id
        AND k.kind <> 'early') AS is_traced,
    EXISTS (SELECT FROM parked_money w WHERE w.provider = e.provider AND w.reference = e.reference
        AND w.kind = 'early' AND w.resolution IS NULL)
    OR EXISTS (SELECT FROM parked_money w WHERE w.provider = e.provider AND w.reference IS NULL
        AND w.transaction = e.transaction AND w.kind = 'early' AND w.resolution IS NULL) AS is_awaited
FROM webhook_event e
LEFT JOIN webhook_event m ON m.provider = e.provider
    AND m.movement = coalesce(e.transaction, e.reference || ' ' || e.amount::text || ' ' || e.currency)
LEFT JOIN parked_money i ON i.provider = m.provider AND i.reference = m.reference AND i.event_id = m.id AND i.holds
LEFT JOIN payment_reference r ON r.provider = e.provider AND r.reference = e.reference
CROSS JOIN LATERAL (
    SELECT CASE WHEN m.id IS NULL THEN r.store_id WHEN m.payment_id IS NULL THEN i.to_store_id ELSE m.store_id END
            AS store_id,
        CASE WHEN m.id IS NULL THEN r.payment_id ELSE coalesce(m.payment_id, i.to_payment_id) END AS payment_id
) meant
LEFT JOIN LATERAL (
    SELECT l.store_id, l.id AS payment_id FROM payment l WHERE l.store_id = meant.store_id AND l.id = meant.payment_id
) p ON true
WHERE e.id = $1
"""  # noqa: S608  (words of this module)

LOCKED = f"{LOOK} FOR UPDATE OF e"


async def look(connection: Connection, id: UUID) -> Event:
    """The report as it stands, without any lock."""
    return await _read(connection, LOOK, id)


async def claim(connection: Connection, id: UUID) -> Event:
    """The report as it stands, locked. Whoever claims holds the order's lock before, where it means one."""
    return await _read(connection, LOCKED, id)


async def _read(connection: Connection, statement: str, id: UUID) -> Event:
    row = await connection.fetchrow(statement, id)
    if row is None:
        raise LookupError(f"There is no report {id}.")
    known = dict(row)
    store, payment = known.pop("store_id"), known.pop("payment_id")
    return Event(**known, ref=Ref("payment", store, payment) if payment else None)


# An order's number is its store's own: it means an order where one store alone has it.
BY_NUMBER = """
SELECT o.store_id, o.id, c.kind AS buyer_kind FROM sale_order o JOIN customer c ON c.id = o.customer_id
WHERE o.number = $1 AND o.store_id = ANY (ARRAY(SELECT id FROM store)) LIMIT 2
"""

BY_ID = """
SELECT o.store_id, o.id, c.kind AS buyer_kind FROM sale_order o JOIN customer c ON c.id = o.customer_id
WHERE o.id = $1 AND o.store_id = ANY (ARRAY(SELECT id FROM store)) LIMIT 2
"""


@dataclass(frozen=True, slots=True)
class OrderMeant:
    """The order that a report names."""

    store_id: UUID
    id: UUID
    buyer_kind: BuyerKind


async def find_order(connection: Connection, order_ref: str | None) -> OrderMeant | None:
    """The one order of this number or id; None where there is none, or more than one."""
    if not order_ref:
        return None
    rows = await connection.fetch(BY_NUMBER, order_ref)
    if not rows and (id := _as_id(order_ref)) is not None:
        rows = await connection.fetch(BY_ID, id)
    return OrderMeant(*rows[0]) if len(rows) == 1 else None


def _as_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@dataclass(slots=True)
class Case:
    """A report under the locks of what it means: its payment, or else its order, or neither."""

    tx: Transaction
    event: Event
    payment: Instance | None
    order: OrderMeant | None

    @property
    def buyer_kind(self) -> BuyerKind | None:
        """Whose money it is, as far as the report means anyone's."""
        if self.payment is not None:
            context: PaymentContext = self.payment.context
            return context.buyer_kind
        return self.order.buyer_kind if self.order else None

    @property
    def is_misaddressed(self) -> bool:
        """Whether it was reported as the payment of another kind of buyer."""
        return bool(self.event.buyer_kind and self.buyer_kind) and self.event.buyer_kind != self.buyer_kind

    @property
    def currency(self) -> str | None:
        """What the money is in, also where the report does not say so."""
        if self.payment is not None and not self.event.currency:
            context: PaymentContext = self.payment.context
            return context.currency
        return self.event.currency or self.event.told_currency

    @property
    def place(self) -> tuple[UUID, UUID] | None:
        """The store and the id of the order that is meant."""
        if self.payment is not None:
            return self.payment.ref.store_id, self.payment.order_id
        return (self.order.store_id, self.order.id) if self.order else None

    def outcome(self, bucket: Bucket, why: str) -> Outcome:
        """What became of the report, about the payment that it means."""
        payment = self.payment.id if self.payment else None
        return Outcome(bucket=bucket, why=why, order=self.place, payment=payment)

    async def park(self, kind: Parking, amount: int, why: str) -> Outcome:
        """Park money, below nothing where it went out, until a person says what it is for.

        Money that came back is a movement of its own: that of the refund or the dispute.
        """
        event, (store, order) = self.event, self.place or (None, None)
        parked = Parked(
            kind=kind,
            provider=event.provider,
            amount=amount,
            currency=event.currency or "",
            why=why,
            at=self.tx.now,
            transaction=event.transaction if event.kind == "captured" or amount < 0 else event.subject,
            reference=event.reference,
            event=event.id,
            store=store,
            order=order,
            payment=self.payment.id if self.payment else None,
        )
        await park(self.tx.connection, parked)
        return Outcome(bucket="parked", why=why, order=self.place)
