"""Where the facts put an order: the states in which its machines rest after the import."""

from dataclasses import dataclass
from datetime import datetime

from orderway.fulfillment.machine import FULFILLMENT
from orderway.legacy.olist.story import Story
from orderway.quotation.machine import QUOTATION
from orderway.sale.machine import SALE


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """None is a machine that was never started."""

    quotation: str
    sale: str | None = None
    fulfillment: str | None = None

    @property
    def in_words(self) -> str:
        """Such as "quotation agreed; sale completed; fulfillment completed"."""
        rests = ((QUOTATION, self.quotation), (SALE, self.sale), (FULFILLMENT, self.fulfillment))
        return "; ".join(
            f"{chart.label.lower()} {chart.node(state).label.lower()}" for chart, state in rests if state is not None
        )


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
