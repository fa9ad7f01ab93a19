"""The former system's own words for where something stands, and for how it was paid, as people read them."""

from __future__ import annotations

from collections.abc import Mapping

from orderway.ui.language import mark, tr

WORDS: Mapping[str, str] = {
    "ACCEPTED": mark("Accepted"),
    "ACTIVE": mark("Active"),
    "ALLOCATING_STOCK": mark("Allocating stock"),
    "APPROVED": mark("Approved"),
    "ASSIGNED": mark("Assigned"),
    "AWAITING_COST_CONFIRMATION": mark("Awaiting cost confirmation"),
    "AWAITING_PAYMENT_METHOD": mark("Awaiting payment method"),
    "AWAITING_RIDER_SELECTION": mark("Awaiting rider selection"),
    "AWAITING_SETTLEMENT": mark("Awaiting settlement"),
    "BANK": mark("Bank"),
    "CANCELLED": mark("Cancelled"),
    "CARD": mark("Card"),
    "CASH": mark("Cash"),
    "CLEARED_FOR_FULFILMENT": mark("Cleared for fulfillment"),
    "COMPLETED": mark("Completed"),
    "CONFIRMED": mark("Confirmed"),
    "DELIVERED": mark("Delivered"),
    "EXPIRED": mark("Expired"),
    "FAILED": mark("Failed"),
    "FULFILLED": mark("Fulfilled"),
    "IN_TRANSIT": mark("On its way"),
    "OVERRIDE_REVIEW": mark("Override review"),
    "PAID": mark("Paid"),
    "PAYMENT_FAILED": mark("Payment failed"),
    "PAYMENT_INITIATED": mark("Payment initiated"),
    "PAYMENT_PENDING_CONFIRMATION": mark("Payment pending confirmation"),
    "PENDING": mark("Pending"),
    "QUOTATION_DRAFT": mark("Quotation draft"),
    "READY_FOR_SHIPMENT": mark("Ready for shipment"),
    "REJECTED": mark("Rejected"),
    "RETURN_REQUESTED": mark("Return requested"),
    "RIDER_ASSIGNED": mark("Rider assigned"),
    "SALE_EXPIRED": mark("Sale expired"),
    "SHIPPED": mark("Shipped"),
    "TRANSFER": mark("Transfer"),
    "WALLET": mark("Wallet"),
    "WITHDRAWN": mark("Withdrawn"),
}
"""Inside a sentence that was stored they stand as they were there: a catalogue has words for them as well."""


def theirs(word: str) -> str:
    """A word of the former system as people read it; one that is not known here, as it stood there."""
    return tr(WORDS[word]) if word in WORDS else word.replace("_", " ").capitalize()
