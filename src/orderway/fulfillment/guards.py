"""What must hold before a fulfillment moves, each in the sentence that a person reads when it does not."""

from collections import Counter

from orderway.fulfillment.context import PIN_TRIES, FulfillmentContext, FulfillmentFacts
from orderway.fulfillment.events import (
    PackageDelivered,
    RefundIssued,
    ReturnReceived,
    ReturnRequested,
    RiderNamed,
    RiderSelected,
    ServiceRescheduled,
    ServiceScheduled,
)
from orderway.statechart import Amount, all_of, guard, not_


@guard()
def is_service(fulfillment: FulfillmentContext) -> bool:
    """The order must be for a service."""
    return fulfillment.type == "SERVICE"


@guard(remedy="Hand the goods over when they are collected.")
def is_delivery(fulfillment: FulfillmentContext) -> bool:
    """The order must be one to deliver."""
    return fulfillment.type == "DELIVERY"


@guard(remedy="Ship the package first.")
def is_pickup(fulfillment: FulfillmentContext) -> bool:
    """The order must be one to collect."""
    return fulfillment.type == "PICKUP"


@guard(remedy="Receive the missing stock.", help="stock.manage")
def all_held(_fulfillment: FulfillmentContext, _event: object, facts: FulfillmentFacts) -> bool:
    """Stock must be held for every line."""
    return facts.all_held


@guard(remedy="Choose another offer, or ask the rider to renew it.", help="rider.volunteer")
def offer_stands(_fulfillment: FulfillmentContext, event: RiderSelected, facts: FulfillmentFacts) -> bool:
    """The rider's offer must be active and not past its expiry."""
    chosen, offer = event.interest, facts.interest
    return (
        offer is not None
        and offer.id == chosen
        and offer.is_active
        and (offer.expires_at is None or facts.now <= offer.expires_at)
    )


@guard(remedy="Name a rider who covers the store, or add the store to their coverage.", help="rider.coverage")
def covers_the_store(_fulfillment: FulfillmentContext, event: RiderNamed, facts: FulfillmentFacts) -> bool:
    """The rider must cover the store."""
    return facts.covering == event.rider


@guard(remedy="Choose their offer instead.")
def has_no_offer(_fulfillment: FulfillmentContext, event: RiderNamed, facts: FulfillmentFacts) -> bool:
    """The rider must not have offered to deliver this order already."""
    offer = facts.interest
    return offer is None or offer.rider != event.rider or not offer.is_active


@guard(remedy="Enter what the delivery costs, or leave it empty.")
def costs_nothing_negative(_fulfillment: FulfillmentContext, event: RiderNamed) -> bool:
    """The cost must not be negative."""
    return event.cost is None or event.cost >= 0


def tries(fulfillment: FulfillmentContext) -> dict[str, object]:
    return {"tries": fulfillment.pin_tries, "of": PIN_TRIES}


@guard(
    detail="{tries} of {of} tries are used.",
    numbers=tries,
    remedy="Let a manager hand the goods over.",
    help="delivery.skip_pin",
)
def receiver_is_known(fulfillment: FulfillmentContext, event: PackageDelivered, facts: FulfillmentFacts) -> bool:
    """The receiver's PIN must match; when its tries are used up, a manager must hand the goods over."""
    if fulfillment.pin_hash is None:
        return True
    if fulfillment.pin_tries >= PIN_TRIES:
        return facts.may_skip_pin
    # The PIN itself is blanked before anything is decided: the facts tell what it said.
    return event.pin is None and facts.pin_matches


@guard()
def tries_are_left(fulfillment: FulfillmentContext) -> bool:
    """A try of the PIN must be left."""
    return fulfillment.pin_tries < PIN_TRIES


@guard()
def attempts_are_left(fulfillment: FulfillmentContext, _event: object, facts: FulfillmentFacts) -> bool:
    """Another attempt at delivery must be allowed."""
    return fulfillment.attempts + 1 < facts.attempts_allowed


def window(fulfillment: FulfillmentContext) -> dict[str, object]:
    return {"until": fulfillment.return_until}


@guard(detail="Returns were possible until {until}.", numbers=window)
def inside_return_window(fulfillment: FulfillmentContext, _event: object, facts: FulfillmentFacts) -> bool:
    """The return window must be open."""
    return fulfillment.return_until is None or facts.now <= fulfillment.return_until


@guard(remedy="Check the goods and their numbers.")
def goods_can_come_back(_fulfillment: FulfillmentContext, event: ReturnRequested, facts: FulfillmentFacts) -> bool:
    """Some goods must be named, and no more of each than were delivered and have not come back."""
    return bool(event.lines) and all(line.quantity >= 1 for line in event.lines) and facts.returnable


@guard(remedy="Check the goods and their numbers.")
def goods_were_asked_back(fulfillment: FulfillmentContext, event: ReturnReceived) -> bool:
    """Some goods must be received, and no more of each than the return names."""
    asked, received = Counter[object](), Counter[object]()
    for line in fulfillment.return_lines:
        asked[line.line] += line.quantity
    for came in event.lines:
        received[came.line] += came.quantity
    return bool(event.lines) and all(line.quantity >= 1 for line in event.lines) and received <= asked


def paid(fulfillment: FulfillmentContext, _event: object, facts: FulfillmentFacts) -> dict[str, object]:
    return {"paid": Amount(facts.refundable, fulfillment.currency)}


@guard(detail="{paid} was paid for them.", numbers=paid, remedy="Refund less.")
def refund_fits(_fulfillment: FulfillmentContext, event: RefundIssued, facts: FulfillmentFacts) -> bool:
    """The refund must not be more than what was paid for the returned goods."""
    return 0 <= event.amount <= facts.refundable


@guard()
def everything_returned(_fulfillment: FulfillmentContext, _event: object, facts: FulfillmentFacts) -> bool:
    """For the order to end as refunded, all its goods must have come back."""
    return facts.everything_returned


@guard(remedy="Clear the sale first: take a payment, or ask for an override.", help="payment.register")
def sale_is_cleared(_fulfillment: FulfillmentContext, _event: object, facts: FulfillmentFacts) -> bool:
    """The sale must be cleared for fulfillment."""
    return facts.sale_cleared


@guard(remedy="Choose a time from now on.")
def not_in_the_past(
    _fulfillment: FulfillmentContext, event: ServiceScheduled | ServiceRescheduled, facts: FulfillmentFacts
) -> bool:
    """The service must not be set on a time that is past."""
    return event.at >= facts.now


some_missing = not_(all_held, name="some_missing", says="Stock must be missing for some line.")
rider_can_be_named = all_of(covers_the_store, has_no_offer, costs_nothing_negative)
handed_over = all_of(is_pickup, receiver_is_known)
pickup_tries_left = all_of(is_pickup, tries_are_left)
may_come_back = all_of(inside_return_window, goods_can_come_back)
refund_ends_it = all_of(refund_fits, everything_returned)
