"""The rules of how goods are brought: which way and where, by which carrier, and against which PIN."""

from orderway.fulfillment.context import PIN_TRIES, FulfillmentContext, FulfillmentFacts
from orderway.fulfillment.events import PreferencesChanged, TrackingSet
from orderway.fulfillment.guards import is_delivery, tries
from orderway.statechart import all_of, guard, not_, replace, sorting


@guard(remedy="Complete the address of the order.", help="fulfillment.work")
def address_is_complete(_fulfillment: FulfillmentContext, _event: object, facts: FulfillmentFacts) -> bool:
    """The address must name the receiver, a telephone number, the street and the city."""
    return facts.address_is_complete


@guard()
def type_changes(fulfillment: FulfillmentContext, event: PreferencesChanged) -> bool:
    """The goods must go another way than before."""
    return fulfillment.type != event.type


@guard()
def goes_elsewhere(_fulfillment: FulfillmentContext, event: PreferencesChanged) -> bool:
    """The goods must go to another place than before."""
    return event.is_elsewhere


@sorting()
def by_carrier(fulfillment: FulfillmentContext) -> bool:
    """A carrier must bring the goods."""
    return fulfillment.carrier is not None


@guard(remedy="Hand the goods over without one.")
def asks_pin(fulfillment: FulfillmentContext) -> bool:
    """The receiver must be asked for a PIN."""
    return fulfillment.pin_hash is not None


@guard(
    detail="{tries} of {of} tries are used.",
    numbers=tries,
    remedy="Let a manager send the new PIN.",
    help="delivery.skip_pin",
)
def tries_are_left_or_a_manager_acts(fulfillment: FulfillmentContext, _event: object, facts: FulfillmentFacts) -> bool:
    """A try of the PIN must be left; when they are used up, a manager must send a new one."""
    return fulfillment.pin_tries < PIN_TRIES or facts.may_skip_pin


can_be_brought = all_of(is_delivery, address_is_complete)
moves_to_known_place = all_of(goes_elsewhere, address_is_complete)
by_no_carrier = not_(by_carrier, name="by_no_carrier", says="The goods must not go by a carrier: none asks for a PIN.")
pin_can_be_renewed = all_of(by_no_carrier, asks_pin, tries_are_left_or_a_manager_acts)


def take_type(fulfillment: FulfillmentContext, event: PreferencesChanged) -> FulfillmentContext:
    return replace(fulfillment, type=event.type)


def set_tracking(fulfillment: FulfillmentContext, event: TrackingSet) -> FulfillmentContext:
    return replace(fulfillment, tracking=event.tracking)


def renew_pin(fulfillment: FulfillmentContext, _event: object, facts: FulfillmentFacts) -> FulfillmentContext:
    """A new PIN. Its tries are all there only where a manager sends it: others could try by force, five at a time."""
    tries_used = 0 if facts.may_skip_pin else fulfillment.pin_tries
    return replace(fulfillment, pin_hash=facts.new_pin_hash, pin_tries=tries_used)
