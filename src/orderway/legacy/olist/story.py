"""What the facts of an order say together: what happened to it and when, and which times are inferred."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from orderway.legacy.olist.facts import Order, Payment

_PAID_BY_STATUS = frozenset({"approved", "invoiced", "processing", "shipped", "delivered"})
_SHIPPED_BY_STATUS = frozenset({"shipped", "delivered"})


class Moment(NamedTuple):
    """A time of the story. `inferred` says from what it was taken, and is None where the data states it."""

    at: datetime
    inferred: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """`paid` is when its payments were approved, `shipped` when the carrier took its goods.

    Each is None where the facts say that it did not happen. A delivery counts only with its time.
    `latest` is the last time the data knows of it, `confirmed` the payments that were approved.
    """

    order: Order
    latest: datetime
    paid: Moment | None
    shipped: Moment | None
    confirmed: tuple[Payment, ...]

    @property
    def has_sale(self) -> bool:
        """Only a quotation with lines can be shared and agreed."""
        return bool(self.order.items)

    @property
    def has_goods(self) -> bool:
        """Its goods came in. An order that the source calls unavailable waits for them."""
        return self.order.status != "unavailable" or self.shipped is not None

    @property
    def confirmed_total(self) -> int:
        return sum(payment.amount for payment in self.confirmed)

    @property
    def unpaid(self) -> int:
        """What the confirmed payments leave of the total, in minor units; 0 or less clears the sale."""
        return self.order.total - self.confirmed_total

    @property
    def released(self) -> bool:
        """Its goods may leave: the money is there, or they left all the same (by an override)."""
        return self.unpaid <= 0 or self.shipped is not None

    @property
    def canceled(self) -> bool:
        """It ends cancelled. What the customer has received can not be cancelled, only returned."""
        return self.order.status == "canceled" and self.order.delivered_at is None


def tell(order: Order) -> Story:
    known = (order.purchased_at, order.approved_at, order.carrier_at, order.delivered_at)
    latest = max(time for time in known if time is not None)
    paid = _paid(order)
    return Story(
        order=order,
        latest=latest,
        paid=paid,
        shipped=_shipped(order, latest),
        confirmed=tuple(payment for payment in order.payments if paid and can_confirm(payment)),
    )


def can_confirm(payment: Payment) -> bool:
    """A payment of nothing, or of no defined kind, confirms nothing."""
    return payment.amount > 0 and payment.kind != "not_defined"


def _paid(order: Order) -> Moment | None:
    if order.approved_at:
        return Moment(order.approved_at)
    handed_over = order.carrier_at or order.delivered_at
    if handed_over:
        return Moment(handed_over, "the data names no time of approval; by this time the goods had left.")
    if order.status in _PAID_BY_STATUS:
        return Moment(order.purchased_at, f"the data names no time of approval; its status is {order.status}.")
    return None


def _shipped(order: Order, latest: datetime) -> Moment | None:
    if order.carrier_at:
        return Moment(order.carrier_at)
    if order.delivered_at:
        return Moment(order.delivered_at, "the data names no handover; by this time the goods had arrived.")
    if order.status in _SHIPPED_BY_STATUS:
        return Moment(latest, f"the data names no handover; its status is {order.status}.")
    return None
