"""How a fulfillment's context changes."""

from datetime import timedelta

from orderway.fulfillment.context import FulfillmentContext, FulfillmentFacts
from orderway.fulfillment.events import (
    CarrierSelected,
    ReserveMiss,
    RiderNamed,
    ServiceRescheduled,
    ServiceScheduled,
)
from orderway.statechart import replace


def miss(fulfillment: FulfillmentContext, event: ReserveMiss) -> FulfillmentContext:
    return replace(fulfillment, missing=event.missing)


def miss_nothing(fulfillment: FulfillmentContext) -> FulfillmentContext:
    return replace(fulfillment, missing=())


def make_pin(fulfillment: FulfillmentContext, _event: object, facts: FulfillmentFacts) -> FulfillmentContext:
    """A new PIN, with all its tries."""
    return replace(fulfillment, pin_hash=facts.new_pin_hash, pin_tries=0)


def count_try(fulfillment: FulfillmentContext) -> FulfillmentContext:
    return replace(fulfillment, pin_tries=fulfillment.pin_tries + 1)


def choose_nobody(fulfillment: FulfillmentContext) -> FulfillmentContext:
    """Who brings it is open again; the PIN of a failed attempt opens nothing."""
    return replace(
        fulfillment,
        rider=None,
        interest=None,
        cost=None,
        carrier=None,
        tracking=None,
        pin_hash=None,
        pin_tries=0,
    )


def choose_offer(fulfillment: FulfillmentContext, _event: object, facts: FulfillmentFacts) -> FulfillmentContext:
    """The rider brings it for what they proposed."""
    offer = facts.interest
    return replace(fulfillment, rider=offer.rider, interest=offer.id, cost=offer.cost) if offer else fulfillment


def choose_rider(fulfillment: FulfillmentContext, event: RiderNamed) -> FulfillmentContext:
    return replace(fulfillment, rider=event.rider, interest=None, cost=event.cost)


def choose_carrier(fulfillment: FulfillmentContext, event: CarrierSelected) -> FulfillmentContext:
    return replace(fulfillment, carrier=event.carrier, tracking=event.tracking)


def ship(fulfillment: FulfillmentContext, _event: object, facts: FulfillmentFacts) -> FulfillmentContext:
    return replace(fulfillment, shipped_at=facts.now)


def count_attempt(fulfillment: FulfillmentContext) -> FulfillmentContext:
    return replace(fulfillment, attempts=fulfillment.attempts + 1)


def arrive(fulfillment: FulfillmentContext, _event: object, facts: FulfillmentFacts) -> FulfillmentContext:
    """The goods are with the buyer; the return window opens when they first get there. The PIN has served."""
    delivered_at = fulfillment.delivered_at or facts.now
    until = fulfillment.return_until or delivered_at + timedelta(days=facts.return_window_days)
    return replace(fulfillment, delivered_at=delivered_at, return_until=until, pin_hash=None, pin_tries=0)


def schedule(fulfillment: FulfillmentContext, event: ServiceScheduled | ServiceRescheduled) -> FulfillmentContext:
    return replace(fulfillment, scheduled_at=event.at)


def hold(fulfillment: FulfillmentContext, _event: object, facts: FulfillmentFacts) -> FulfillmentContext:
    return replace(fulfillment, held_by_staff=not facts.by_itself)


def go_on(fulfillment: FulfillmentContext) -> FulfillmentContext:
    return replace(fulfillment, held_by_staff=False)
