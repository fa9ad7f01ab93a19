"""What must hold before a fulfillment moves, each in the sentence that a person reads when it does not."""

from uuid import UUID

from orderway.fulfillment.context import LARGEST_COST, PIN_TRIES, FulfillmentContext, FulfillmentFacts
from orderway.fulfillment.events import (
    PackageDelivered,
    RiderNamed,
    RiderSelected,
    ServiceRescheduled,
    ServiceScheduled,
)
from orderway.statechart import all_of, any_of, guard, not_, sorting


@sorting()
def is_service(fulfillment: FulfillmentContext) -> bool:
    """The order must be for a service."""
    return fulfillment.type == "SERVICE"


@sorting(remedy="Hand the goods over when they are collected.")
def is_delivery(fulfillment: FulfillmentContext) -> bool:
    """The order must be one to deliver."""
    return fulfillment.type == "DELIVERY"


@sorting(remedy="Ship the package first.")
def is_pickup(fulfillment: FulfillmentContext) -> bool:
    """The order must be one to collect."""
    return fulfillment.type == "PICKUP"


@guard(remedy="Receive the missing stock.", help="stock.manage")
def all_held(_fulfillment: FulfillmentContext, _event: object, facts: FulfillmentFacts) -> bool:
    """Stock must be held for every line."""
    return facts.all_held


@guard(remedy="Receive some of the missing stock.", help="stock.manage")
def some_is_there(_fulfillment: FulfillmentContext, _event: object, facts: FulfillmentFacts) -> bool:
    """Some of the goods must be held or free, and some be missing."""
    return facts.splittable


@guard(remedy="Choose another offer, or ask the rider to renew it.", help="rider.volunteer")
def offer_stands(_fulfillment: FulfillmentContext, event: RiderSelected, facts: FulfillmentFacts) -> bool:
    """The rider's offer must be active and not past its expiry."""
    chosen, offer = event.interest, facts.interest
    return (
        offer is not None
        and offer.id == chosen
        and offer.is_active
        and (offer.expires_at is None or facts.now < offer.expires_at)
    )


def chosen(event: RiderSelected | RiderNamed, facts: FulfillmentFacts) -> UUID | None:
    """The rider who is to bring it: whoever is named, or whose offer is selected."""
    if isinstance(event, RiderNamed):
        return event.rider
    return facts.interest.rider if facts.interest else None


@guard(remedy="Name a rider who does, or widen where this one delivers.", help="rider.coverage")
def covers_the_store(
    _fulfillment: FulfillmentContext, event: RiderSelected | RiderNamed, facts: FulfillmentFacts
) -> bool:
    """The rider must deliver for the store, as far as the address."""
    rider = chosen(event, facts)
    return rider is None or facts.covering == rider


@guard(remedy="Release them first, to agree on another price.")
def is_another(fulfillment: FulfillmentContext, event: RiderSelected | RiderNamed, facts: FulfillmentFacts) -> bool:
    """The rider must be another than the one who is assigned."""
    return fulfillment.rider is None or fulfillment.rider != chosen(event, facts)


@guard(remedy="Choose their offer instead.")
def has_no_offer(_fulfillment: FulfillmentContext, event: RiderNamed, facts: FulfillmentFacts) -> bool:
    """The rider must not have offered to deliver this order already."""
    offer = facts.interest
    return offer is None or offer.rider != event.rider or not offer.is_active


@guard(remedy="Enter what the delivery costs, or leave it empty.")
def costs_nothing_negative(_fulfillment: FulfillmentContext, event: RiderNamed) -> bool:
    """The cost must not be negative."""
    return event.cost is None or event.cost >= 0


@guard(remedy="Check the cost.")
def is_believable(_fulfillment: FulfillmentContext, event: RiderNamed) -> bool:
    """The cost must be one that a delivery can have."""
    return event.cost is None or event.cost <= LARGEST_COST


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


@sorting()
def tries_are_left(fulfillment: FulfillmentContext) -> bool:
    """A try of the PIN must be left."""
    return fulfillment.pin_tries < PIN_TRIES


@guard()
def attempts_are_left(fulfillment: FulfillmentContext, _event: object, facts: FulfillmentFacts) -> bool:
    """Another attempt at delivery must be allowed."""
    return fulfillment.attempts + 1 < facts.attempts_allowed


@guard(remedy="Clear the sale first: take a payment, or ask for an override.", help="payment.register")
def sale_is_cleared(_fulfillment: FulfillmentContext, _event: object, facts: FulfillmentFacts) -> bool:
    """The sale must be cleared for fulfillment."""
    return facts.sale_cleared


@guard(help="fulfillment.work")
def hold_is_no_persons(fulfillment: FulfillmentContext, _event: object, facts: FulfillmentFacts) -> bool:
    """A hold that a person wanted must be ended by a person."""
    return not (fulfillment.held_by_staff and facts.by_itself)


@guard(remedy="Choose a time from now on.")
def not_in_the_past(
    _fulfillment: FulfillmentContext, event: ServiceScheduled | ServiceRescheduled, facts: FulfillmentFacts
) -> bool:
    """The service must not be set on a time that is past."""
    return event.at >= facts.now


@guard(remedy="Cancel the whole sale instead.", help="sale.cancel")
def is_last_part(_fulfillment: FulfillmentContext, _event: object, facts: FulfillmentFacts) -> bool:
    """No other part of the order must be under way or delivered."""
    return facts.is_last_part


@guard()
def sale_is_over(_fulfillment: FulfillmentContext, _event: object, facts: FulfillmentFacts) -> bool:
    """The sale must have ended."""
    return facts.sale_is_over


may_go_on = all_of(sale_is_cleared, hold_is_no_persons)
may_end_early = any_of(
    is_last_part,
    sale_is_cleared,
    sale_is_over,
    name="may_end_early",
    says="Of several parts one can be cancelled while the sale is cleared.",
)
some_missing = not_(all_held, name="some_missing", says="Stock must be missing for some line.")
offer_can_be_chosen = all_of(offer_stands, covers_the_store, is_another)
rider_can_be_named = all_of(covers_the_store, is_another, has_no_offer, costs_nothing_negative, is_believable)
handed_over = all_of(is_pickup, receiver_is_known)
pickup_tries_left = all_of(is_pickup, tries_are_left)
