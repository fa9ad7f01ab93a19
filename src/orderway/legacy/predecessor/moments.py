"""When what happened to an order of the predecessor, from what that is known, and how sure it is."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple

from orderway.legacy.predecessor.facts import Fulfilled, Logged, Order
from orderway.legacy.predecessor.money import coming

WRITTEN: Final = 0.9
"""The time was written down for just this: in a log, or when a row was made or a payment received."""
CHANGED: Final = 0.6
"""A row was changed then, and last by this, as far as can be told."""
LATEST: Final = 0.4
"""No row says when: it had happened by then."""


class Moment(NamedTuple):
    """`source` completes “Inferred from …”."""

    at: datetime
    source: str
    confidence: float

    @property
    def is_written(self) -> bool:
        """Whether it keeps its time, though what came before it in the story was later."""
        return self.confidence >= WRITTEN


def drafted(order: Order) -> Moment:
    if order.quotation:
        return Moment(order.quotation.created_at, "the creation of its quotation", WRITTEN)
    return Moment(order.created_at, "the creation of the order, which has no quotation", WRITTEN)


def decided(order: Order) -> Moment:
    """When a quotation that led to no sale was shared, or answered."""
    if order.quotation:
        return Moment(order.quotation.updated_at, "the last change of its quotation", CHANGED)
    return Moment(order.updated_at, "the last change of the order", CHANGED)


def agreed(order: Order) -> Moment:
    if order.sale:
        return Moment(order.sale.created_at, "the creation of its sale", WRITTEN)
    return decided(order)


def let_through(order: Order) -> Moment:
    """When an order that was not paid could go on: on credit, by an override, or because nothing stopped it."""
    if order.sale and order.sale.approved_at:
        return Moment(order.sale.approved_at, "the approval of its sale", WRITTEN)
    if order.fulfillment:
        return Moment(order.fulfillment.created_at, "the creation of its fulfillment", WRITTEN)
    return Moment(order.updated_at, "the last change of the order", CHANGED)


def ended(order: Order) -> Moment:
    """When it was cancelled, or expired."""
    rows = [*order.log, *(order.fulfillment.log if order.fulfillment else ())]
    written = logged(rows, "CANCELLED", "SALE_EXPIRED")
    return written or Moment(order.stood, f"its status {order.status}, at the latest time that its rows name", LATEST)


def cleared(order: Order) -> Moment:
    """When enough had come to pay for it or, if that never was, when it could go on all the same."""
    came, opened = 0, agreed(order)
    if order.total <= 0:
        return opened
    for payment in coming(order):
        came += payment.amount if payment.status == "CONFIRMED" else 0
        if came >= order.total:
            return Moment(max(payment.received_at, opened.at), "the time of its payment", WRITTEN)
    through = let_through(order)
    return through._replace(at=max(through.at, opened.at))


def arrived(order: Order, there: Fulfilled) -> Moment:
    """When its goods were delivered: where no log says, not before they could leave."""
    known = delivered(there)
    return known if known.is_written else known._replace(at=max(known.at, cleared(order).at))


def packed(there: Fulfilled) -> Moment:
    """When its goods were picked: before any rider can offer to bring them."""
    written = logged(there.log, "AWAITING_RIDER_SELECTION", "READY_FOR_SHIPMENT", "RIDER_ASSIGNED")
    if written:
        return written
    first = min((each.created_at for each in there.interests), default=None)
    if first:
        return Moment(first, "the first offer of a rider", CHANGED)
    return Moment(there.created_at, f"the status {there.status} of its fulfillment", LATEST)


def chosen(there: Fulfilled) -> Moment:
    """When it was settled who brings it."""
    written = logged(there.log, "RIDER_ASSIGNED", "READY_FOR_SHIPMENT")
    if written:
        return written
    taken = max((each.updated_at for each in there.interests if each.status == "ASSIGNED"), default=None)
    if taken:
        return Moment(taken, "the last change of the offer that was taken", CHANGED)
    return Moment(there.created_at, f"the status {there.status} of its fulfillment", LATEST)


def shipped(there: Fulfilled) -> Moment:
    written = logged(there.log, "SHIPPED")
    if written:
        return written
    if there.status == "IN_TRANSIT":
        return Moment(there.updated_at, "the last change of its fulfillment", CHANGED)
    return Moment(delivered(there).at, "its delivery: no row says when it left", LATEST)


def delivered(there: Fulfilled) -> Moment:
    written = logged(there.log, "DELIVERED")
    return written or Moment(there.updated_at, "the last change of its fulfillment", CHANGED)


def logged(rows: Iterable[Logged], *states: str) -> Moment | None:
    """The first row of a log that enters one of the states."""
    found = min((row for row in rows if row.to_state in states), key=lambda row: row.at, default=None)
    return Moment(found.at, f"its log, which enters {found.to_state}", WRITTEN) if found else None
