"""The table of a rider's interest as cases."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from tests.tables import Refused, Taken

from orderway.fulfillment.interests.machine import (
    Assign,
    Change,
    Expire,
    OfferGone,
    OfferTurnedDown,
    Register,
    Reject,
    Revive,
    RiderInterestContext,
    RiderInterestFacts,
    Unassign,
    Withdraw,
)

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
SOON = datetime(2026, 3, 10, 12, 20, tzinfo=UTC)
IN_45_MINUTES = datetime(2026, 3, 10, 12, 45, tzinfo=UTC)
RIDER = UUID("018f0000-0000-7000-8000-0000000000c1")
DELIVERY = UUID("018f0000-0000-7000-8000-0000000000f1")

FACTS = RiderInterestFacts(now=NOW, actor="person:rider", expiry_minutes=45, is_sought=True, is_covered=True)
OFFER = RiderInterestContext(DELIVERY, RIDER, proposed_cost=800, currency="NGN", eta_minutes=15, message="Near by")
EARLIER = datetime(2026, 3, 10, 11, 35, tzinfo=UTC)
ACTIVE = replace(OFFER, offered_at=EARLIER, expires_at=SOON)
ENDLESS = replace(OFFER, offered_at=EARLIER)
AN_HOUR = replace(FACTS, fallback_minutes=60)
STALE = replace(FACTS, fallback_minutes=25)
TURNED_DOWN = replace(ACTIVE, reason="Another rider was chosen.")
AGAIN = Register(proposed_cost=700, eta_minutes=10)
CHANGED = Change(proposed_cost=700, eta_minutes=10)
RENEWED = {
    "proposed_cost": 700, "eta_minutes": 10, "message": "", "offered_at": NOW, "expires_at": IN_45_MINUTES,
}  # fmt: skip
GONE = (OfferGone(),)

TAKEN = [
    Taken("ACTIVE", CHANGED, "ACTIVE", ACTIVE, FACTS, changed=RENEWED),
    # Whose time is over but was not swept yet is renewed as well.
    Taken("ACTIVE", CHANGED, "ACTIVE", replace(ACTIVE, expires_at=EARLIER), FACTS, changed=RENEWED),
    Taken("ACTIVE", Change(10**12, 527_040, "Near by"), "ACTIVE", ACTIVE, FACTS,
          changed={"proposed_cost": 10**12, "eta_minutes": 527_040, "offered_at": NOW, "expires_at": IN_45_MINUTES}),
    Taken("ACTIVE", Withdraw(), "WITHDRAWN", ACTIVE, FACTS, effects=GONE),
    Taken("ACTIVE", Assign(), "ASSIGNED", ACTIVE, FACTS),
    Taken("ACTIVE", Reject("Another rider was chosen."), "REJECTED", ACTIVE, FACTS,
          changed={"reason": "Another rider was chosen."}, effects=(OfferTurnedDown(),)),
    Taken("ACTIVE", Expire(), "EXPIRED", replace(ACTIVE, expires_at=NOW), FACTS, effects=GONE),
    Taken("ACTIVE", Expire(), "EXPIRED", ENDLESS, STALE, effects=GONE),
    Taken("REJECTED", Revive(), "ACTIVE", TURNED_DOWN, FACTS, changed={"reason": None}),
    Taken("REJECTED", Revive(), "ACTIVE", replace(TURNED_DOWN, expires_at=None), AN_HOUR, changed={"reason": None}),
    Taken("WITHDRAWN EXPIRED", AGAIN, "ACTIVE", ACTIVE, FACTS, changed=RENEWED),
    Taken("REJECTED", AGAIN, "ACTIVE", TURNED_DOWN, FACTS, changed={**RENEWED, "reason": None}),
    Taken("REJECTED", Register(800, 0, "Near by"), "ACTIVE", TURNED_DOWN, replace(FACTS, expiry_minutes=0),
          changed={"eta_minutes": 0, "offered_at": NOW, "expires_at": None, "reason": None}),
    Taken("ASSIGNED", Unassign("Puncture"), "WITHDRAWN", ACTIVE, FACTS, changed={"reason": "Puncture"}),
]  # fmt: skip

OVER = {"time_is_left": "The time of the offer must not be over."}
NOT_SOUGHT = {"is_sought": "The delivery must still look for a rider."}
FAR_AWAY = {"is_covered": "The rider must deliver for the store, as far as the address."}
TOO_LITTLE = {"says_enough": "The price must be more than nothing, and the minutes not fewer than none."}
TOO_MUCH = {
    "is_believable": "The price must be one that a delivery can cost, and the minutes no more than those of a year."
}

REFUSED = [
    Refused("WITHDRAWN REJECTED ASSIGNED EXPIRED", Withdraw(), {}, ACTIVE, FACTS),
    Refused("WITHDRAWN REJECTED ASSIGNED EXPIRED", Assign(), {}, ACTIVE, FACTS),
    Refused("WITHDRAWN REJECTED ASSIGNED EXPIRED", Reject("No"), {}, ACTIVE, FACTS),
    Refused("ACTIVE", Expire(), {"time_is_up": "The time of the offer must be over."}, ACTIVE, FACTS),
    Refused("ACTIVE", Expire(), {"time_is_up": "The time of the offer must be over."}, ENDLESS, FACTS),
    Refused("ACTIVE", Expire(), {"time_is_up": "The time of the offer must be over."}, ENDLESS, AN_HOUR),
    Refused("ACTIVE", Expire(), {"time_is_up": "The time of the offer must be over."}, ACTIVE, STALE),
    Refused("REJECTED", Revive(), OVER, replace(TURNED_DOWN, expires_at=NOW), FACTS),
    Refused("REJECTED", Revive(), OVER, replace(TURNED_DOWN, expires_at=None), STALE),
    Refused("REJECTED", Revive(), NOT_SOUGHT, TURNED_DOWN, replace(FACTS, is_sought=False)),
    Refused("ACTIVE ASSIGNED WITHDRAWN EXPIRED", Revive(), {}, ACTIVE, FACTS),
    Refused("ACTIVE", Change(0, 10), TOO_LITTLE, ACTIVE, FACTS),
    Refused("ACTIVE", CHANGED, NOT_SOUGHT, ACTIVE, replace(FACTS, is_sought=False)),
    Refused("ACTIVE", CHANGED, FAR_AWAY, ACTIVE, replace(FACTS, is_covered=False)),
    Refused("ASSIGNED WITHDRAWN REJECTED EXPIRED", CHANGED, {}, ACTIVE, FACTS),
    Refused("WITHDRAWN REJECTED ASSIGNED EXPIRED", Expire(), {}, replace(ACTIVE, expires_at=NOW), FACTS),
    Refused("WITHDRAWN REJECTED EXPIRED", Register(0, 10), TOO_LITTLE, ACTIVE, FACTS),
    Refused("WITHDRAWN", Register(700, -1), TOO_LITTLE, ACTIVE, FACTS),
    Refused("WITHDRAWN REJECTED EXPIRED", Register(10**12 + 1, 10), TOO_MUCH, ACTIVE, FACTS),
    Refused("ACTIVE", Change(700, 527_041), TOO_MUCH, ACTIVE, FACTS),
    Refused("WITHDRAWN REJECTED EXPIRED", AGAIN, NOT_SOUGHT, ACTIVE, replace(FACTS, is_sought=False)),
    Refused("WITHDRAWN REJECTED EXPIRED", AGAIN, FAR_AWAY, ACTIVE, replace(FACTS, is_covered=False)),
    Refused("ACTIVE ASSIGNED", AGAIN, {}, ACTIVE, FACTS),
    Refused("ACTIVE WITHDRAWN REJECTED EXPIRED", Unassign("Puncture"), {}, ACTIVE, FACTS),
]  # fmt: skip
