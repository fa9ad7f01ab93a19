"""What the outbox told, in words: what somebody did to which thing, as the log says it, or what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderway.ui.language import mark, tr
from orderway.workflow.kinds import Workflow
from orderway.workflow.versions import unmoved

FOLLOWING: Mapping[str, str] = {
    "order.quotation.approved": mark("Both sides approved the quotation"),
    "order.sale.cleared": mark("Cleared the sale for fulfillment"),
    "order.payment.credited": mark("Put the refund on the customer's account"),
    "order.fulfillment.available": mark("Offered the delivery to riders"),
    "order.fulfillment.unclaimed": mark("No rider offers to deliver any more"),
    "order.fulfillment.rider_released": mark("Told the rider that they are released"),
    "order.fulfillment.rider_paid": mark("Paid the rider"),
    "order.fulfillment.pin_made": mark("Made the receiver's PIN"),
    "order.fulfillment.status_changed": mark("Told the sale how the fulfillment stands"),
    "order.return.requested": mark("Asked for a return"),
    "order.return.accepted": mark("Accepted the return"),
    "order.return.rejected": mark("Rejected the return"),
    "order.return.received": mark("Received the returned goods"),
    "order.comment.asked": mark("The buyer wrote a comment"),
    "order.comment.told": mark("Wrote a comment to the buyer"),
    "order.comment.noted": mark("Wrote a comment among colleagues"),
}
"""What is told beside the moves themselves."""


def said(type: str, workflow: Workflow) -> str:
    """An event of the outbox in words: "Captured a payment"; empty for one that is not made any more."""
    if type in FOLLOWING:
        return tr(FOLLOWING[type])
    _, topic, name = type.split(".", 2) if type.count(".") > 1 else ("", "", "")
    for kind in workflow.kinds.values():
        if kind.topic == topic:
            event: Any = kind.newest.every_event.get(name.upper())
            words = tr(event.words.log if event else unmoved(kind.newest, name.upper()))
            return words[:1].upper() + words[1:]
    return ""
