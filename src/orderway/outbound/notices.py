"""Who is told of what, and in which words: the whole of it, as one table.

An event that is told of has its notices here; every other one stands in SILENT, with the reason why nobody is told. A
person whom several notices of an event are for gets the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from orderway.workflow.versions import BETWEEN_VERSIONS

Audience = Literal["biller", "manager", "buyer", "asker", "rider", "riders"]
"""Who an event may concern.

The order's biller (where it has none, the managers of its store); those managers; the person who signs in for the
buyer; whoever asked for the override; the rider who is assigned or has offered; and all riders who may deliver it.
"""

When = Literal["always", "by a person", "by the buyer", "of their own"]
"""A notice "by a person" is left out where the event follows from another one, which is told of; one "by the buyer"
where somebody else did it. One "of their own" is also for who did it, whom the others leave out."""


@dataclass(frozen=True, slots=True)
class Notice:
    """For whom, and the words: {number}, {customer}, {store}, {amount}, {reason}, {who}, {rider}, {wish}, {at}.

    An amount stands in `text` alone: whoever may not see money gets the title without it. `into` names the state that
    the event must have led to, where it may lead to several.
    """

    to: tuple[Audience, ...]
    title: str
    text: str = ""
    when: When = "always"
    into: str = ""


WHY = "The reason: {reason}"

NOTICES: Mapping[str, tuple[Notice, ...]] = MappingProxyType({
    # ------------------------------------------------------------------------------------------------- quotation
    "order.quotation.share": (
        Notice(("buyer",), "Your quotation {number} is ready", "Accept it or decline it."),
        Notice(("biller",), "{customer} asks you to approve the quotation {number}", when="by the buyer"),
    ),
    "order.quotation.buyer_approves": (Notice(("biller",), "{customer} accepted the quotation {number}"),),
    "order.quotation.seller_approves": (Notice(("buyer",), "{store} approved your quotation {number}"),),
    "order.quotation.biller_named": (Notice(("biller",), "You now bill the quotation {number} of {customer}", WHY),),
    "order.quotation.decline": (Notice(("biller",), "{customer} declined the quotation {number}", WHY),),
    "order.quotation.withdraw": (Notice(("buyer",), "Your quotation {number} was withdrawn", WHY),),
    "order.quotation.expire": (
        Notice(("biller",), "The quotation {number} of {customer} expired"),
        Notice(("buyer",), "Your quotation {number} expired"),
    ),
    "order.quotation.approved": (
        Notice(("biller", "manager"), "The sale of order {number} is open", "{customer} is to pay {amount}."),
        Notice(("buyer",), "Your order {number} is agreed", "{amount} is to be paid."),
    ),
    # --------------------------------------------------------------------------------------------------- comment
    "order.comment.noted": (Notice(("biller",), "A note was added to order {number}"),),
    "order.comment.told": (Notice(("buyer",), "{store} wrote about your order {number}"),),
    "order.comment.asked": (Notice(("biller", "manager"), "{customer} wrote about order {number}"),),
    # ------------------------------------------------------------------------------------------------------ sale
    "order.sale.biller_named": (Notice(("biller",), "You now bill the order {number} of {customer}", WHY),),
    "order.sale.cleared": (
        Notice(("biller",), "Order {number} is cleared for fulfillment"),
        Notice(("buyer",), "Your order {number} is being prepared"),
    ),
    "order.sale.expire": (
        Notice(("biller", "manager"), "Order {number} of {customer} expired", "It was not paid in time."),
        Notice(("buyer",), "Your order {number} expired", "It was not paid in time."),
    ),
    "order.sale.cancel_requested": (
        Notice(("biller", "manager"), "Order {number} of {customer} was cancelled", WHY),
        Notice(("buyer",), "Your order {number} was cancelled", WHY),
    ),
    "order.sale.payment_failed": (
        Notice(("biller",), "The payment of order {number} failed", WHY, "by a person"),
        Notice(("buyer",), "The payment of your order {number} failed", WHY, "by a person"),
    ),
    "order.sale.payment_expired": (
        Notice(("biller",), "The payment of order {number} expired"),
        Notice(("buyer",), "The payment of your order {number} expired", "Start it again."),
    ),
    # --------------------------------------------------------------------------------------------------- payment
    "order.payment.born": (
        Notice(("biller",), "A payment for order {number} was registered", "{amount}, to be confirmed."),
        Notice(("buyer",), "A payment for your order {number} was registered", "{amount}, to be confirmed."),
    ),
    "order.payment.confirm": (
        Notice(("biller",), "A payment for order {number} came", "{amount} came from {customer}."),
        Notice(("buyer",), "Your payment for order {number} came", "{amount}. Thank you."),
    ),
    "order.payment.fail": (
        Notice(("biller",), "A payment for order {number} failed", WHY),
        Notice(("buyer",), "Your payment for order {number} failed", WHY),
    ),
    "order.payment.refund": (
        Notice(("biller",), "A payment for order {number} was refunded", "{amount} goes back to {customer}."),
        Notice(("buyer",), "A payment for your order {number} was refunded", "{amount} goes back to you."),
    ),
    "order.payment.dispute": (Notice(("biller", "manager"), "A payment for order {number} is disputed", "{amount}"),),
    "order.payment.reverse": (
        Notice(("biller", "manager"), "A payment for order {number} was taken back", "{amount}"),
    ),
    # -------------------------------------------------------------------------------------------------- override
    "order.override.born": (
        Notice(("manager",), "An override is asked for order {number}", "Asked by {who}: {wish}, {amount}. {reason}"),
    ),
    "order.override.approve": (
        Notice(("asker", "biller"), "The override of order {number} was granted", "It was granted: {wish}, {amount}."),
    ),
    "order.override.deny": (Notice(("asker", "biller"), "The override of order {number} was declined", WHY),),
    "order.override.revoke": (Notice(("asker", "biller"), "The override of order {number} was revoked", WHY),),
    "order.override.expire": (Notice(("asker", "biller", "manager"), "The override of order {number} lapsed"),),
    # ----------------------------------------------------------------------------------------------- fulfillment
    "order.fulfillment.born": (Notice(("biller", "manager"), "The fulfillment of order {number} began"),),
    "order.fulfillment.reserve_miss": (
        Notice(("biller", "manager"), "Order {number} waits for goods"),
        Notice(("buyer",), "Your order {number} waits for goods", "They are not in stock yet."),
    ),
    "order.fulfillment.available": (
        Notice(("riders",), "Order {number} looks for a rider", "It is to be brought from {store}."),
    ),
    "order.fulfillment.unclaimed": (
        Notice(("biller",), "No rider offers to deliver order {number} any more", "Name one, or choose a carrier."),
    ),
    "order.fulfillment.rider_selected": (
        Notice(("biller",), "{rider} is to deliver order {number}"),
        Notice(("buyer",), "A rider is to bring your order {number}"),
    ),
    "order.fulfillment.rider_named": (
        Notice(("rider",), "You are to deliver order {number}"),
        Notice(("biller",), "{rider} is to deliver order {number}"),
        Notice(("buyer",), "A rider is to bring your order {number}"),
    ),
    "order.fulfillment.rider_unassigned": (Notice(("biller",), "Order {number} looks for another rider", WHY),),
    "order.fulfillment.rider_released": (Notice(("rider",), "Order {number} is no longer yours to deliver", WHY),),
    # It comes with no move of its own, and the one before was perhaps the rider's.
    "order.fulfillment.rider_paid": (
        Notice(("rider",), "You were paid for delivering order {number}", "{amount}", "of their own"),
    ),
    "order.fulfillment.preferences_changed": (
        Notice(("rider",), "How order {number} is brought has changed", "Look at it before you leave."),
    ),
    "order.fulfillment.package_shipped": (
        Notice(("biller",), "Order {number} has left"),
        Notice(("buyer",), "Your order {number} is on its way", "Have your PIN ready."),
    ),
    "order.fulfillment.package_delivered": (
        Notice(("biller",), "Order {number} was delivered", into="DELIVERED"),
        Notice(("buyer",), "Your order {number} was delivered", into="DELIVERED"),
    ),
    "order.fulfillment.delivery_failed": (
        Notice(("biller",), "Order {number} could not be delivered", WHY),
        Notice(("buyer",), "Your order {number} could not be delivered", WHY),
    ),
    "order.fulfillment.fail": (
        Notice(("biller", "manager"), "The fulfillment of order {number} failed", WHY),
        Notice(("buyer",), "Your order {number} can not be fulfilled", WHY),
    ),
    "order.fulfillment.cancel": (
        Notice(("biller", "manager"), "The fulfillment of order {number} was cancelled", WHY, "by a person"),
        Notice(("buyer",), "The fulfillment of your order {number} was cancelled", WHY, "by a person"),
    ),
    "order.fulfillment.service_scheduled": (Notice(("buyer",), "The service of order {number} is on {at}"),),
    "order.fulfillment.service_rescheduled": (Notice(("buyer",), "The service of order {number} is now on {at}", WHY),),
    # -------------------------------------------------------------------------------------------------- goods back
    "order.return.requested": (Notice(("biller", "manager"), "{customer} wants to return goods of {number}", WHY),),
    "order.return.accepted": (Notice(("buyer",), "You may send back the goods of order {number}"),),
    "order.return.received": (
        Notice(("biller",), "Goods of order {number} came back"),
        Notice(("buyer",), "The goods that you sent back of order {number} came"),
    ),
    "order.return.rejected": (Notice(("buyer",), "The return of order {number} was turned down", WHY),),
    # ---------------------------------------------------------------------------------------------------- offers
    "order.rider_interest.born": (
        Notice(("rider",), "Your offer to deliver order {number} is in", when="of their own"),
        Notice(("biller",), "{rider} offers to deliver order {number}", "For a price of {amount}."),
    ),
    "order.rider_interest.register": (
        Notice(("rider",), "Your offer to deliver order {number} is in", when="of their own"),
        Notice(("biller",), "{rider} offers to deliver order {number}", "For a price of {amount}."),
    ),
    "order.rider_interest.withdraw": (Notice(("biller",), "{rider} no longer offers to deliver order {number}"),),
    "order.rider_interest.assign": (Notice(("rider",), "Your offer was chosen: deliver order {number}"),),
    "order.rider_interest.reject": (Notice(("rider",), "Your offer to deliver {number} was not chosen", WHY),),
    "order.rider_interest.revive": (Notice(("rider",), "Your offer to deliver order {number} stands again"),),
    "order.rider_interest.expire": (Notice(("rider",), "Your offer to deliver order {number} lapsed"),),
})  # fmt: skip
"""Every event that is told of. Source: the list of notifications that the domain asks for."""

FOLLOWS = "What it follows from, or what follows from it, is told."
INSIDE = "It is the seller's own work, and changes nothing for anyone who waits."
STANDS = "It stands where it stood, in the words of another version of its workflow."
BY_MESSAGE = "The PIN reaches the receiver by a message of its own: no list of notifications holds it."

SILENT: Mapping[str, str] = MappingProxyType({
    **dict.fromkeys((
        "order.quotation.born", "order.quotation.edit", "order.quotation.extend_validity",
        "order.quotation.preferences_changed", "order.sale.preferences_changed",
        "order.sale.set_payment_method", "order.sale.initiate_payment", "order.sale.payment_authorized",
        "order.sale.accept_short", "order.sale.write_off", "order.payment.win_dispute", "order.payment.lose_dispute",
        "order.fulfillment.fulfillment_started", "order.fulfillment.carrier_selected",
        "order.fulfillment.carrier_released", "order.fulfillment.tracking_set", "order.fulfillment.hold",
        "order.fulfillment.resume", "order.fulfillment.complete", "order.fulfillment.split",
        "order.fulfillment.reserve_ok", "order.fulfillment.service_completed", "order.rider_interest.change",
    ), INSIDE),
    **dict.fromkeys((
        "order.sale.born", "order.sale.payment_captured", "order.sale.payment_reversed", "order.sale.payment_restored",
        "order.sale.admin_override_requested", "order.sale.admin_override_granted",
        "order.sale.credit_override_granted", "order.sale.admin_override_denied", "order.sale.credit_override_denied",
        "order.sale.override_revoked", "order.sale.fulfillment_completed", "order.sale.fulfillment_cancelled",
        "order.sale.fulfillment_failed", "order.sale.fulfillment_refunded", "order.payment.credited",
        "order.fulfillment.status_changed", "order.fulfillment.return_requested", "order.fulfillment.return_accepted",
        "order.fulfillment.return_received", "order.fulfillment.return_rejected", "order.fulfillment.refund_issued",
        "order.rider_interest.unassign",
    ), FOLLOWS),
    **dict.fromkeys((
        f"order.{topic}.{name.lower()}" for name in BETWEEN_VERSIONS
        for topic in ("quotation", "sale", "payment", "override", "fulfillment", "rider_interest")
    ), STANDS),
    **dict.fromkeys(("order.fulfillment.pin_made", "order.fulfillment.new_pin"), BY_MESSAGE),
})  # fmt: skip
"""Every event that nobody is told of, and why."""
