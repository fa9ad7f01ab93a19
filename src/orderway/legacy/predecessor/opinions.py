"""Three opinions on where an order stands, in the predecessor's own words: they are kept apart, and disagree.

`stored` is what its workflow wrote, though its guards never ran. `status` is what its enums come to. `evidence` asks
money and goods alone: that goods are on their way counts as cleared there, which releases nothing by itself.
"""

from dataclasses import dataclass

from orderway.legacy.predecessor.facts import Order
from orderway.legacy.predecessor.money import count

BY_STATUS = {
    "PENDING": "AWAITING_PAYMENT_METHOD",
    "APPROVED": "PAYMENT_PENDING_CONFIRMATION",
    "PAID": "CLEARED_FOR_FULFILMENT",
    "FULFILLED": "CLEARED_FOR_FULFILMENT",
    "CANCELLED": "CANCELLED",
}
BY_FULFILLMENT = {
    "PENDING": "AWAITING_COST_CONFIRMATION",
    "ASSIGNED": "READY_FOR_SHIPMENT",
    "IN_TRANSIT": "SHIPPED",
    "DELIVERED": "DELIVERED",
    "CANCELLED": "CANCELLED",
}
CLEARED = "CLEARED_FOR_FULFILMENT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinions:
    """`stored` is None where the workflow wrote nothing; those of the fulfillment where there is none, too."""

    stored: str | None
    status: str
    evidence: str
    stored_fulfillment: str | None
    status_fulfillment: str | None


def opinions(order: Order) -> Opinions:
    fulfillment = order.fulfillment
    return Opinions(
        stored=order.workflow_state,
        status=BY_STATUS.get(order.status, order.status),
        evidence=evidence(order),
        stored_fulfillment=fulfillment.workflow_state if fulfillment else None,
        status_fulfillment=BY_FULFILLMENT.get(fulfillment.status, fulfillment.status) if fulfillment else None,
    )


def evidence(order: Order) -> str:
    if order.phase == "QUOTATION":
        return "QUOTATION_DRAFT"
    if order.status == "CANCELLED":
        return "CANCELLED"
    if has_live_fulfillment(order) or count(order).is_paid:
        return CLEARED
    return by_money(order)


def by_money(order: Order) -> str:
    """Where an order stands that is neither paid nor brought."""
    statuses = {payment.status for payment in order.payments}
    if count(order).captured > 0 or "PENDING" in statuses:
        return "PAYMENT_PENDING_CONFIRMATION"
    return "PAYMENT_FAILED" if "FAILED" in statuses else "AWAITING_PAYMENT_METHOD"


def has_live_fulfillment(order: Order) -> bool:
    """Whether it has a fulfillment that was not cancelled, be the goods there or not even packed."""
    return order.fulfillment is not None and order.fulfillment.status != "CANCELLED"
