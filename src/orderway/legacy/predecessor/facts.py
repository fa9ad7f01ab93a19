"""The facts of the predecessor's orders: its rows as they were read, money in minor units, times in UTC.

A fact that could not be read (a missing row, a value of no known kind) is None, and named among the `oddities`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

SaleType = Literal["CONSUMER", "RESELLER"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A line of a quotation or a sale; `unit_price` in minor units."""

    id: str
    variant: str
    quantity: int
    unit_price: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """The row of "Quotation" with its items; `total` in minor units."""

    id: str
    status: str
    total: int
    created_at: datetime
    updated_at: datetime
    channel: str | None
    store: str | None
    biller: str | None
    reseller: str | None
    consumer: str | None
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sold:
    """The row of "ConsumerSale" or "ResellerSale" with its items; `total` in minor units.

    `buyer` is the id of a "Customer" or of the reseller's "User"; `approved_by` is known for resellers alone.
    """

    id: str
    status: str
    total: int
    created_at: datetime
    updated_at: datetime
    store: str | None
    biller: str | None
    buyer: str | None
    approved_by: str | None
    approved_at: datetime | None
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """The row of "ConsumerPayment" or "ResellerPayment"; `amount` in minor units, negative for a refund.

    `order` is what its own "saleOrderId" names, `sale` the sale it names: they may differ. `exact` is the amount as the
    predecessor kept it, as PostgreSQL writes a double: what float noise is told by.
    """

    id: str
    order: str | None
    sale: str | None
    amount: int
    exact: str
    method: str
    status: str
    reference: str | None
    received_at: datetime
    received_by: str | None
    receipt_bucket: str | None
    receipt_key: str | None
    receipt_url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """A row of "SaleOrderTransitionLog" or "FulfillmentTransitionLog"; `metadata` is JSON text as it was kept."""

    id: str
    from_state: str | None
    to_state: str
    event: str | None
    metadata: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Volunteered:
    """A row of "FulfillmentRiderInterest"; `cost` in minor units."""

    id: str
    rider: str
    status: str
    message: str | None
    eta_minutes: int | None
    cost: int | None
    expires_at: datetime | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidOut:
    """A row of "FulfillmentPayment": what was paid for the delivery; `amount` in minor units."""

    id: str
    amount: int
    method: str | None
    reference: str | None
    received_at: datetime | None
    received_by: str | None
    notes: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A row of "Address"; degrees, WGS 84."""

    id: str
    formatted: str
    street: str | None
    street_2: str | None
    city: str | None
    state: str | None
    postcode: str | None
    country: str
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fulfilled:
    """The row of "Fulfillment", with what hangs on it; `cost` in minor units."""

    id: str
    type: str
    status: str
    rider: str | None
    cost: int | None
    cost_status: str
    payment_status: str
    pin: str | None
    address: str | None
    place: Place | None
    receiver: str | None
    receiver_phone: str | None
    notes: str | None
    created_at: datetime
    updated_at: datetime
    workflow_state: str | None
    workflow_context: str | None
    interests: tuple[Volunteered, ...]
    payouts: tuple[PaidOut, ...]
    log: tuple[Logged, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """A row of "SalesReturn" with its items (`condition` by the id of each item)."""

    id: str
    status: str
    location: str | None
    is_approved_late: bool
    returned_by: str | None
    received_by: str | None
    approved_by: str | None
    created_at: datetime
    updated_at: datetime
    items: tuple[Item, ...]
    conditions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Oddity:
    """What could not be read as it should: where it stands, and what is wrong there, in a sentence."""

    where: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """All that the predecessor knows of one order; `total` in minor units of `currency`.

    `workflow_context` is JSON text as it was kept: it may hold an array, a string or null. `payments` are those whose
    own order is this one; `payments_of_sale` those that name its sale, but another order. `shared_references` are
    references of its payments that payments of other orders bear too. `knows_store` is False where `store` points
    nowhere; `stood` is the latest time at which any row of it changed.
    """

    id: str
    store: str
    knows_store: bool
    biller: str | None
    type: SaleType
    status: str
    phase: str
    total: int
    exact_total: str
    currency: str
    created_at: datetime
    updated_at: datetime
    stood: datetime
    workflow_state: str | None
    workflow_context: str | None
    fulfillment_type: str | None
    address: str | None
    place: Place | None
    receiver: str | None
    receiver_phone: str | None
    notes: str | None
    quotation: Quoted | None
    sale: Sold | None
    payments: tuple[Paid, ...]
    payments_of_sale: tuple[Paid, ...]
    shared_references: tuple[str, ...]
    log: tuple[Logged, ...]
    fulfillment: Fulfilled | None
    returns: tuple[Returned, ...]
    oddities: tuple[Oddity, ...]
