"""An order as its viewer may see it: frozen and typed, with None where something is not for their eyes or not there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar
from uuid import UUID

from orderway.delivery.address import Delivery
from orderway.delivery.way import FulfillmentType
from orderway.fulfillment.context import FulfillmentContext
from orderway.fulfillment.interests.machine import RiderInterestContext
from orderway.fulfillment.machine import FULFILLMENT
from orderway.fulfillment.parts import DROPPED
from orderway.order.returns import SalesReturn
from orderway.quotation.context import QuotationContext
from orderway.sale.context import SaleContext
from orderway.sale.overrides.machine import OverrideRequestContext
from orderway.sale.payments.context import BuyerKind, PaymentContext

Phase = Literal["QUOTATION", "SALE", "FULFILLMENT"]
ContentType = Literal["image/png", "image/jpeg", "image/webp", "application/pdf"]
ReservationStatus = Literal["MISSING", "HELD", "COMMITTED", "RELEASED"]
RESERVATION_STATUSES: dict[ReservationStatus, str] = {
    "MISSING": "Waiting for stock",
    "HELD": "Held",
    "COMMITTED": "Has left the store",
    "RELEASED": "No longer held",
}
"""Where the goods of a part are, in words."""
Context = TypeVar("Context")


@dataclass(frozen=True, slots=True, kw_only=True)
class Life(Generic[Context]):
    """An instance of a machine. Its labels are those of the chart of that version: `Workflow.kind(machine).charts`.

    Secrets of the context (the hash of a delivery's PIN) are left out of it for everyone.
    """

    machine: str
    store_id: UUID
    order_id: UUID
    id: UUID
    version: int
    step: int
    state: str
    context: Context
    due_at: datetime | None
    due_event: str | None
    created_at: datetime
    moved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    id: UUID
    code: str
    name: str
    timezone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """Whom the order is for; `email` is for those who see its money."""

    id: UUID
    kind: BuyerKind
    name: str
    phone: str | None
    email: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    id: UUID
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What a line costs, in minor units; discount, tax and freight of the whole line.

    `list_price` is what the catalogue asked for one piece, if it was asked: a `unit` that differs was set by hand.
    `tax_rate` in basis points of what the line costs after its discount.
    """

    unit: int
    list_price: int | None
    tax_rate: int
    discount: int
    tax: int
    freight: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    id: UUID
    position: int
    variant_id: UUID
    sku: str
    description: str
    quantity: int
    price: Price | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """The pieces of a line that one fulfillment brings, and where they are: missing, held or away, or free again."""

    line: UUID
    quantity: int
    status: ReservationStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Fulfillment(Life[FulfillmentContext]):
    """How goods or a service reach the buyer: all of the order, or one part of it."""

    rider: Person | None
    lines: tuple[Portion, ...]
    """Empty for a service."""

    @property
    def is_over(self) -> bool:
        return FULFILLMENT.is_final(self.state)

    @property
    def is_dropped(self) -> bool:
        """It ended without anything for the buyer."""
        return self.state in DROPPED


@dataclass(frozen=True, slots=True, kw_only=True)
class Interest(Life[RiderInterestContext]):
    """A rider's offer to deliver."""

    rider: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A picture or PDF that shows a payment. `size` in bytes, `sha256` in hexadecimal digits.

    It lies under `key` in `bucket`, which is "local folder" where no storage is configured.
    """

    id: UUID
    content_type: ContentType
    size: int
    sha256: str
    bucket: str
    key: str
    uploaded_by: str
    uploaded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment(Life[PaymentContext]):
    """Money that was registered for the order, with its receipts, the newest first."""

    receipts: tuple[Receipt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Override(Life[OverrideRequestContext]):
    """A request for an override; who asked and who decided, by name."""

    asked_by: str
    decided_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Sums of the order in minor units of its currency. `outstanding` is what the buyer still has to pay.

    `reversed` is what providers took back or hold over a dispute, `allowance` what was let go of a short payment.
    """

    goods: int
    discount: int
    tax: int
    freight: int
    total: int
    captured: int
    refunded: int
    reversed: int
    allowance: int
    written_off: int
    outstanding: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One order from draft onward.

    Riders see a customer, and of `delivery` more than the town, once it is theirs to bring.
    Without `sees_money` there is no quotation, sale or payment, and no price; without `sees_notes` none of what the
    seller's people keep among themselves.
    """

    store_id: UUID
    id: UUID
    number: str
    phase: Phase
    placed_at: datetime
    currency: str
    fulfillment_type: FulfillmentType
    delivery: Delivery | None
    source: str | None
    source_ref: str | None
    copied_from: UUID | None
    sees_money: bool
    sees_notes: bool
    store: Store
    customer: Customer | None
    biller: Person | None
    lines: tuple[Line, ...]
    quotation: Life[QuotationContext] | None
    sale: Life[SaleContext] | None
    fulfillments: tuple[Fulfillment, ...]
    payments: tuple[Payment, ...]
    overrides: tuple[Override, ...]
    interests: tuple[Interest, ...]
    returns: tuple[SalesReturn, ...]

    @property
    def fulfillment(self) -> Fulfillment | None:
        """The first part that is under way; or else the last that brought something, or the last of all."""
        return min(self.fulfillments, key=_place, default=None)

    @property
    def rider(self) -> Person | None:
        return self.fulfillment.rider if self.fulfillment else None

    @property
    def current(self) -> Life[Any] | None:
        """The instance of the order's phase; None where the viewer does not see it."""
        return {"QUOTATION": self.quotation, "SALE": self.sale, "FULFILLMENT": self.fulfillment}[self.phase]

    @property
    def lives(self) -> tuple[Life[Any], ...]:
        """Every instance that the viewer sees."""
        main = (self.quotation, self.sale, *self.fulfillments)
        return (*(life for life in main if life), *self.payments, *self.overrides, *self.interests)

    @property
    def totals(self) -> Totals | None:
        """The sums, for those who see money; before there is a sale nothing is outstanding."""
        if not self.sees_money:
            return None
        prices = [(line.quantity, line.price) for line in self.lines if line.price]
        sale = self.sale.context if self.sale else None
        return Totals(
            goods=sum(quantity * price.unit for quantity, price in prices),
            discount=sum(price.discount for _, price in prices),
            tax=sum(price.tax for _, price in prices),
            freight=sum(price.freight for _, price in prices),
            total=sum(price.total for _, price in prices),
            captured=sale.captured_total if sale else 0,
            refunded=sale.refunded_total if sale else 0,
            reversed=sale.reversed_total if sale else 0,
            allowance=sale.allowance if sale else 0,
            written_off=sale.written_off if sale else 0,
            outstanding=sale.outstanding if sale else 0,
        )


def _place(part: Fulfillment) -> tuple[bool, bool, int]:
    number = part.context.part
    return part.is_over, part.is_dropped, -number if part.is_over else number
