"""An item of the inbox with all that is known of it: the report, the order, its sale, the payment, and look-alikes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from orderway.sale.context import SaleContext
from orderway.sale.machine import SALE
from orderway.sale.payments.context import Method, PaymentContext
from orderway.sale.reconciliation.parking import Kind, Resolution


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """The row itself: `amount` in minor units of `currency`, below nothing where it went out."""

    id: UUID
    kind: Kind
    provider: str
    transaction: str | None
    reference: str | None
    amount: int
    currency: str
    holds: bool
    store_id: UUID | None
    order_id: UUID | None
    payment_id: UUID | None
    parked_at: datetime
    why: str
    resolution: Resolution | None
    resolved_at: datetime | None
    resolved_by: str | None
    reason: str | None
    sent_reference: str | None
    to_payment_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The provider's event that told of it, as it was stored before anything was done with it."""

    id: UUID
    event_id: str
    kind: str
    method: Method
    received_at: datetime
    occurred_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderNamed:
    """An order as far as it takes to tell it from others."""

    store_id: UUID
    id: UUID
    number: str
    currency: str
    store: str
    customer_id: UUID
    customer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleStanding:
    """Where the sale of an order stands."""

    id: UUID
    state: str
    context: SaleContext

    @property
    def takes_money(self) -> bool:
        return "PAYMENT_CAPTURED" in SALE.takes(self.state)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentStanding:
    """Where a payment stands."""

    id: UUID
    state: str
    context: PaymentContext


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A payment that this money may be meant for, or may be a second time: it has its reference or its amount."""

    id: UUID
    state: str
    amount: int
    reference: str
    order: OrderNamed
    same: Literal["reference", "amount"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One item and its evidence. `owed` is what the company owes the buyer of its order, in minor units; `may_settle`
    says whether the viewer may decide what becomes of it.
    """

    money: Money
    may_settle: bool
    report: Report | None
    order: OrderNamed | None
    sale: SaleStanding | None
    payment: PaymentStanding | None
    owed: int
    to_order: OrderNamed | None
    candidates: tuple[Candidate, ...]

    @property
    def is_about_a_payment(self) -> bool:
        """Whether a confirmed payment has the money, and it is owed to the buyer."""
        return self.money.kind in ("late", "surplus")

    @property
    def is_pending(self) -> bool:
        """Whether the payment that it came for waits for its confirmation."""
        return self.payment is not None and self.payment.state in ("PENDING", "FAILED")

    @property
    def usable(self) -> int:
        """What of it can be placed or sent back now, in minor units."""
        if self.money.holds:
            return self.money.amount
        if not self.is_about_a_payment or self.payment is None:
            return 0
        return max(0, min(self.money.amount, self.owed, self.payment.context.left))


@dataclass(frozen=True, slots=True)
class Destination:
    """The order that money is to be attached to."""

    order: OrderNamed
    sale: SaleStanding | None
