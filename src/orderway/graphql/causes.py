"""What makes the system send its own events: the answer to a person who tries to send one by hand."""

from __future__ import annotations

from collections.abc import Mapping

CAUSES: Mapping[tuple[str, str], str] = {
    ("quotation", "EXPIRE"): "when the quotation's validity ends",
    ("quotation", "PREFERENCES_CHANGED"): "when somebody changes how the order is brought",
    ("quotation", "BILLER_NAMED"): "when somebody says who bills the order",
    ("sale", "BILLER_NAMED"): "when somebody says who bills the order",
    ("sale", "PREFERENCES_CHANGED"): "when somebody changes how the order is brought",
    ("fulfillment", "PREFERENCES_CHANGED"): "when somebody changes how the order is brought",
    ("sale", "EXPIRE"): "when nobody has paid in time",
    ("sale", "PAYMENT_CAPTURED"): "when a payment of the order is confirmed",
    ("sale", "PAYMENT_REVERSED"): "when a provider takes money back, or holds it over a dispute",
    ("sale", "PAYMENT_RESTORED"): "when a dispute over a payment is won",
    ("sale", "ADMIN_OVERRIDE_GRANTED"): "when the request for an override is approved",
    ("sale", "ADMIN_OVERRIDE_DENIED"): "when the request for an override is declined",
    ("sale", "CREDIT_OVERRIDE_GRANTED"): "when the request to go over the credit limit is approved",
    ("sale", "CREDIT_OVERRIDE_DENIED"): "when the request to go over the credit limit is declined",
    ("sale", "OVERRIDE_REVOKED"): "when an approved override is revoked",
    ("sale", "FULFILLMENT_COMPLETED"): "when the fulfillment completes",
    ("sale", "FULFILLMENT_CANCELLED"): "when the fulfillment is cancelled",
    ("sale", "FULFILLMENT_FAILED"): "when the fulfillment fails",
    ("sale", "FULFILLMENT_REFUNDED"): "when returned goods are refunded, or a part of the order will not be brought",
    ("fulfillment", "RESERVE_OK"): "when stock is there for every line",
    ("fulfillment", "RESERVE_MISS"): "when stock is missing for a line",
    ("rider_interest", "ASSIGN"): "when the rider is assigned to the delivery",
    ("rider_interest", "UNASSIGN"): "when the rider is released from the delivery",
    ("rider_interest", "EXPIRE"): "when the time of the offer is over",
    ("override_request", "EXPIRE"): "when the time of the override is over",
}


def system_sends(machine: str, event: str) -> str:
    """Why nobody sends this event by hand, as a sentence."""
    return f"Orderway sends this by itself, {CAUSES[machine, event]}."
