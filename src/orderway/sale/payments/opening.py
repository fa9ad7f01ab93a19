"""Registering a payment of an order: it waits for its confirmation."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import asyncpg

from orderway.sale.payments.machine import Method, PaymentContext
from orderway.workflow.errors import Invalid
from orderway.workflow.kinds import Moved
from orderway.workflow.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPayment:
    """A payment to register: `amount` in minor units of `currency`, (provider, reference) unique in the store."""

    amount: int
    currency: str
    method: Method
    provider: str
    reference: str


LARGEST_PAYMENT = 10**18
"""In minor units: what the largest order comes to. Several of them still add up inside 64 bits."""


class AlreadyRegistered(Invalid):
    """The provider's reference was registered before."""


ORDER = """
SELECT o.currency, c.kind FROM sale_order o JOIN customer c ON c.id = o.customer_id
WHERE o.store_id = $1 AND o.id = $2
"""


async def register(tx: Transaction, payment: NewPayment, *, id: UUID | None = None) -> Moved:
    """Register a payment of the locked order.

    Raises Invalid where the amount is negative or absurd, the currency is not the order's or the provider or the
    reference is missing; AlreadyRegistered where the reference is known; Refused for who may not register payments.
    """
    tx.require("payment.register", to="register a payment")
    ((currency, buyer_kind),) = await tx.connection.fetch(ORDER, tx.store_id, tx.order_id)
    check(payment, currency)
    context = PaymentContext(
        amount=payment.amount,
        currency=payment.currency,
        method=payment.method,
        provider=payment.provider,
        reference=payment.reference,
        buyer_kind=buyer_kind,
    )
    try:
        return await tx.open("payment", context, id=id)
    except asyncpg.UniqueViolationError as known:
        raise AlreadyRegistered(
            f"The payment {payment.reference} of {payment.provider} is registered already.",
            "Look for it among the store's payments.",
            "reference",
        ) from known


def check(payment: NewPayment, currency: str) -> None:
    """Raise Invalid for what no payment of an order in this currency can be."""
    if payment.amount < 0:
        raise Invalid("The amount of a payment is never negative.", "Correct the amount.", "amount")
    if payment.amount > LARGEST_PAYMENT:
        raise Invalid("The amount is more than any payment.", "Correct the amount.", "amount")
    if payment.currency != currency:
        raise Invalid(
            f"The order is in {currency}, and the payment in {payment.currency}.", f"Pay in {currency}.", "currency"
        )
    for field in ("provider", "reference"):
        if not getattr(payment, field):
            raise Invalid(f"A payment needs its {field}.", "Fill it in.", field)
