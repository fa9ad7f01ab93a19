"""An event of the outbox as it leaves the house."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

EVENT = "b.store_id, b.order_id, b.number, b.id, b.type, b.data::text, b.at, b.traceparent"
"""The columns of an event of the outbox `b`, as `Event` takes them."""


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to an order: `number` rises by one for each order, `data` is JSON, `type` as
    "order.sale.payment_captured". `traceparent` is of the trace in which it happened (W3C), where there was one.
    """

    store_id: UUID
    order_id: UUID
    number: int
    id: UUID
    type: str
    data: str
    at: datetime
    traceparent: str | None = None
