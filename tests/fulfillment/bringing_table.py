"""How goods are brought, as cases: the way and the address changed, carriers, and the receiver's PIN."""

from dataclasses import replace
from uuid import UUID

from tests.fulfillment.fulfillment_table import (
    ASSIGNED,
    AT_THE_DOOR,
    DELIVERY,
    EARLIER,
    FACTS,
    NEW_PIN,
    NO_ONE,
    OFFER,
    ON_ITS_WAY,
    READY,
    RIDER,
    RIGHT_PIN,
    SERVICE,
)
from tests.tables import Refused, Taken

from orderway.fulfillment.effects import CloseInterests, ReleaseRider, SendPin, TellRiders
from orderway.fulfillment.events import (
    CarrierReleased,
    FulfillmentStarted,
    NewPin,
    PackageDelivered,
    PreferencesChanged,
    TrackingSet,
)

ADDRESS = UUID("018f0000-0000-7000-8000-0000000000f1")
WHY = "The buyer has moved."
COMPLETE = replace(FACTS, address_is_complete=True)
MANAGER = replace(NEW_PIN, may_skip_pin=True)
ELSEWHERE = PreferencesChanged("DELIVERY", ADDRESS, True, WHY)
SAME_PLACE = PreferencesChanged("DELIVERY", ADDRESS, False, WHY)
COLLECTED = PreferencesChanged("PICKUP", ADDRESS, False, WHY)
BY_CARRIER = replace(DELIVERY, carrier="Post", tracking="NG-1")
SENT = replace(BY_CARRIER, shipped_at=EARLIER)
TRIED = replace(ON_ITS_WAY, pin_tries=2)

TAKEN = [
    Taken("PICK_PACK", FulfillmentStarted(), "AWAITING_RIDER_SELECTION", DELIVERY, COMPLETE, effects=(TellRiders(),)),
    Taken("ALLOCATING_STOCK BACKORDERED PICK_PACK", ELSEWHERE, context=DELIVERY, facts=FACTS),
    Taken("ALLOCATING_STOCK BACKORDERED PICK_PACK", COLLECTED, context=DELIVERY, facts=FACTS,
          changed={"type": "PICKUP"}),
    Taken("AWAITING_RIDER_SELECTION", ELSEWHERE, context=DELIVERY, facts=COMPLETE,
          effects=(CloseInterests("The address has changed."), TellRiders())),
    Taken("AWAITING_RIDER_SELECTION", SAME_PLACE, context=DELIVERY, facts=COMPLETE),
    Taken("AWAITING_RIDER_SELECTION", COLLECTED, "PICK_PACK", DELIVERY, FACTS, changed={"type": "PICKUP"},
          effects=(CloseInterests("The goods go another way."),)),
    # An offer that was revived may stand beside the one that was chosen.
    Taken("RIDER_ASSIGNED", ELSEWHERE, context=ASSIGNED, facts=COMPLETE,
          effects=(CloseInterests("The address has changed."),)),
    Taken("RIDER_ASSIGNED", SAME_PLACE, context=ASSIGNED, facts=COMPLETE),
    Taken("RIDER_ASSIGNED", COLLECTED, "PICK_PACK", ASSIGNED, FACTS, changed={**NO_ONE, "type": "PICKUP"},
          effects=(ReleaseRider(RIDER, OFFER, WHY), CloseInterests("The goods go another way."))),
    Taken("READY_FOR_SHIPMENT", ELSEWHERE, context=BY_CARRIER, facts=COMPLETE),
    Taken("READY_FOR_SHIPMENT", COLLECTED, "PICK_PACK", BY_CARRIER, FACTS,
          changed={"type": "PICKUP", "carrier": None, "tracking": None},
          effects=(CloseInterests("The goods go another way."),)),
    # The address of who collects the goods is nobody's to reach.
    Taken("READY_FOR_SHIPMENT", COLLECTED, context=READY, facts=FACTS),
    Taken("READY_FOR_SHIPMENT", SAME_PLACE, "PICK_PACK", replace(READY, pin_tries=3), FACTS,
          changed={"type": "DELIVERY", "pin_hash": None, "pin_tries": 0},
          effects=(CloseInterests("The goods go another way."),)),
    Taken("SCHEDULING IN_PROGRESS", PreferencesChanged("SERVICE", ADDRESS, True, WHY), context=SERVICE, facts=FACTS),
    Taken("READY_FOR_SHIPMENT", CarrierReleased("It never came."), "AWAITING_RIDER_SELECTION", BY_CARRIER, FACTS,
          changed={"carrier": None, "tracking": None}, effects=(TellRiders(),)),
    Taken("READY_FOR_SHIPMENT", TrackingSet("NG-2"), context=BY_CARRIER, facts=FACTS, changed={"tracking": "NG-2"}),
    Taken("SHIPPED", TrackingSet("NG-2"), context=SENT, facts=FACTS, changed={"tracking": "NG-2"}),
    # Whoever is no manager sends a new PIN, but gives no new tries.
    Taken("SHIPPED", NewPin(), context=replace(TRIED, pin_hash="hash of 1234"), facts=NEW_PIN,
          changed={"pin_hash": "hash of 4711"}, effects=(SendPin(),)),
    Taken("READY_FOR_SHIPMENT", NewPin(), context=replace(READY, pin_hash="hash of 1234", pin_tries=5), facts=MANAGER,
          changed={"pin_hash": "hash of 4711", "pin_tries": 0}, effects=(SendPin(),)),
    # It was sent out in vain, and is collected now: the goods leave the stock no second time.
    Taken("READY_FOR_SHIPMENT", PackageDelivered(), "DELIVERED", replace(READY, attempts=1, shipped_at=EARLIER),
          RIGHT_PIN, changed=AT_THE_DOOR),
]  # fmt: skip

INCOMPLETE = {
    "address_is_complete": "The address must name the receiver, a telephone number, the street and the city.",
}
SAME_WAY = {"type_changes": "The goods must go another way than before."}
NO_CARRIER = {"by_carrier": "A carrier must bring the goods."}
NO_PIN = {"asks_pin": "The receiver must be asked for a PIN."}
A_CARRIER = {"by_no_carrier": "The goods must not go by a carrier: none asks for a PIN."}
NO_TRY = {
    "tries_are_left_or_a_manager_acts": (
        "A try of the PIN must be left; when they are used up, a manager must send a new one."
    )
}

REFUSED = [
    Refused("PICK_PACK", FulfillmentStarted(), INCOMPLETE, DELIVERY, FACTS),
    Refused("AWAITING_RIDER_SELECTION", ELSEWHERE, {**INCOMPLETE, **SAME_WAY}, DELIVERY, FACTS),
    Refused("AWAITING_RIDER_SELECTION", SAME_PLACE,
            {**INCOMPLETE, **SAME_WAY, "goes_elsewhere": "The goods must go to another place than before."},
            DELIVERY, FACTS),
    Refused("RIDER_ASSIGNED", ELSEWHERE, {**INCOMPLETE, **SAME_WAY}, ASSIGNED, FACTS),
    Refused("READY_FOR_SHIPMENT", ELSEWHERE, {**INCOMPLETE, **SAME_WAY}, BY_CARRIER, FACTS),
    Refused("ON_HOLD SHIPPED DELIVERED RETURN_REQUESTED COMPLETED CANCELLED", ELSEWHERE, {}, ON_ITS_WAY, COMPLETE),
    Refused("READY_FOR_SHIPMENT", CarrierReleased("It never came."), NO_CARRIER, READY, FACTS),
    Refused("RIDER_ASSIGNED SHIPPED", CarrierReleased("It never came."), {}, BY_CARRIER, FACTS),
    Refused("READY_FOR_SHIPMENT SHIPPED", TrackingSet("NG-2"), NO_CARRIER, ON_ITS_WAY, FACTS),
    Refused("AWAITING_RIDER_SELECTION DELIVERED", TrackingSet("NG-2"), {}, BY_CARRIER, FACTS),
    Refused("READY_FOR_SHIPMENT SHIPPED", NewPin(), NO_PIN, replace(ON_ITS_WAY, pin_hash=None), MANAGER),
    Refused("READY_FOR_SHIPMENT SHIPPED", NewPin(), {**A_CARRIER, **NO_PIN}, BY_CARRIER, MANAGER),
    Refused("READY_FOR_SHIPMENT SHIPPED", NewPin(), NO_TRY, replace(ON_ITS_WAY, pin_tries=5), NEW_PIN),
    Refused("RIDER_ASSIGNED DELIVERED ON_HOLD", NewPin(), {}, ON_ITS_WAY, MANAGER),
]  # fmt: skip
