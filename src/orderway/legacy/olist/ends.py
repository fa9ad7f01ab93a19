"""Where the facts put an order: the states in which its machines rest after the import."""

from datetime import datetime

from orderway.legacy.ends import Ends
from orderway.legacy.olist.story import Story


def ends(story: Story, completed_at: datetime | None) -> Ends:
    if not story.has_sale:
        withdrawn = story.order.status in {"canceled", "unavailable"}
        return Ends(quotation="CANCELLED" if withdrawn else "DRAFT")
    if not story.released:
        return Ends(quotation="MUTUALLY_APPROVED", sale=_uncleared(story))
    fulfillment = _fulfillment(story, completed_at)
    sale = "CLEARED_FOR_FULFILLMENT"
    if fulfillment in {"CANCELLED", "FAILED"}:
        sale = "CANCELLED"
    elif fulfillment == "COMPLETED":
        sale = "AWAITING_SETTLEMENT" if story.unpaid > 0 else "COMPLETED"
    return Ends(quotation="MUTUALLY_APPROVED", sale=sale, fulfillment=fulfillment)


def _uncleared(story: Story) -> str:
    if story.canceled:
        return "CANCELLED"
    if story.confirmed:
        return "PAYMENT_PENDING_CONFIRMATION"
    has_method = any(payment.kind != "not_defined" for payment in story.order.payments)
    return "PAYMENT_INITIATED" if has_method else "AWAITING_PAYMENT_METHOD"


def _fulfillment(story: Story, completed_at: datetime | None) -> str:
    if story.shipped is None:
        if story.canceled:
            return "CANCELLED"
        # Invoiced and processing alike: the goods are held, and no fact says that they were packed.
        return "PICK_PACK" if story.has_goods else "BACKORDERED"
    if story.canceled:
        return "FAILED"
    if completed_at:
        return "COMPLETED"
    return "DELIVERED" if story.order.delivered_at else "SHIPPED"
