"""Registering a payment of an order: it waits for its confirmation."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import asyncpg

from orderway.sale.payments.context import LARGEST_PAYMENT, PaidBy, PaymentContext
from orderway.workflow.errors import Invalid
from orderway.workflow.kinds import Connection, Moved, Ref
from orderway.workflow.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPayment:
    """A payment to register: `amount` in minor units of `currency`, (provider, reference) unique in all stores.

    Where no provider gave a reference, as for cash at the counter, the order's number and a count make one.
    """

    amount: int
    currency: str
    method: PaidBy
    provider: str
    reference: str | None = None


OURS = "orderway"
"""Whom a payment is by that Orderway makes itself, out of what another payment has too much."""

ACCOUNT = "account"
"""Whom a payment is by that comes out of the buyer's account."""


class AlreadyRegistered(Invalid):
    """The provider's reference was registered before."""


# The first name that is free, counting from the order's payments on.
FREE_REFERENCE = """
SELECT o.number || '/' || n.count FROM sale_order o
CROSS JOIN LATERAL (SELECT count(*) AS known FROM payment WHERE store_id = o.store_id AND order_id = o.id) p
CROSS JOIN LATERAL generate_series(p.known + 1, p.known + 1000) AS n (count)
WHERE o.store_id = $1 AND o.id = $2
    AND NOT EXISTS (SELECT FROM payment_reference WHERE provider = $3 AND reference = o.number || '/' || n.count)
ORDER BY n.count LIMIT 1
"""

KEEP_REFERENCE = """
INSERT INTO payment_reference (provider, reference, store_id, payment_id) VALUES ($1, $2, $3, $4)
"""

KNOWN = "SELECT store_id, payment_id FROM payment_reference WHERE provider = $1 AND reference = $2"

ORDER = """
SELECT o.currency, c.kind FROM sale_order o JOIN customer c ON c.id = o.customer_id
WHERE o.store_id = $1 AND o.id = $2
"""


async def register(tx: Transaction, payment: NewPayment, *, id: UUID | None = None) -> Moved:
    """Register a payment of the locked order.

    Raises Invalid where the amount is none or absurd, the currency is not the order's or the provider or the reference
    is empty; AlreadyRegistered where the reference is known; Refused for who may not register payments. An import may
    register nothing, as some records hold it.
    """
    tx.require("payment.register", to="register a payment")
    if payment.provider in (OURS, ACCOUNT) and tx.actor.permissions is not None:
        raise Invalid("Only Orderway itself pays by that name.", "Say who brought the money.", "provider")
    ((currency, buyer_kind),) = await tx.connection.fetch(ORDER, tx.store_id, tx.order_id)
    check(payment, currency)
    if payment.amount == 0 and not tx.actor.is_import:
        raise Invalid("The amount of a payment is more than nothing.", "Enter what is to be paid.", "amount")
    reference = payment.reference or await free_reference(tx, payment.provider)
    context = PaymentContext(
        amount=payment.amount,
        currency=payment.currency,
        method=payment.method,
        provider=payment.provider,
        reference=reference,
        buyer_kind=buyer_kind,
    )
    try:
        moved = await tx.open("payment", context, id=id)
        await tx.connection.execute(KEEP_REFERENCE, payment.provider, reference, tx.store_id, moved.ref.id)
    except asyncpg.UniqueViolationError as known:
        raise AlreadyRegistered(
            f"The payment {reference} of {payment.provider} is registered already.",
            "Look for it among the payments.",
            "reference",
        ) from known
    return moved


async def free_reference(tx: Transaction, provider: str) -> str:
    """A reference for a payment that has none of its own."""
    reference: str = await tx.connection.fetchval(FREE_REFERENCE, tx.store_id, tx.order_id, provider)
    return reference


async def find_payment(connection: Connection, *, provider: str, reference: str) -> Ref | None:
    """The payment of a provider's reference, in whichever store; None where none was registered."""
    row = await connection.fetchrow(KNOWN, provider, reference)
    return Ref("payment", row["store_id"], row["payment_id"]) if row else None


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
    if (payment.method == "ACCOUNT_CREDIT") != (payment.provider == ACCOUNT):
        raise Invalid("Nobody brings what is on the buyer's account.", "Say how the money came.", "method")
    for field in ("provider", "reference"):
        if getattr(payment, field) == "":
            raise Invalid(f"A payment needs its {field}.", "Fill it in.", field)
