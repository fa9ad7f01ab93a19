"""The table of a rider's interest as cases."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from tests.tables import Refused, Taken

from orderway.fulfillment.interests.machine import (
    Assign,
    Expire,
    Register,
    Reject,
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

FACTS = RiderInterestFacts(now=NOW, actor="person:rider", expiry_minutes=45, is_sought=True)
OFFER = RiderInterestContext(DELIVERY, RIDER, proposed_cost=800, currency="NGN", eta_minutes=15, message="Near by")
ACTIVE = replace(OFFER, expires_at=SOON)
TURNED_DOWN = replace(ACTIVE, reason="Another rider was chosen.")
AGAIN = Register(proposed_cost=700, eta_minutes=10)
RENEWED = {"proposed_cost": 700, "eta_minutes": 10, "message": "", "expires_at": IN_45_MINUTES}

TAKEN = [
    Taken("ACTIVE", Withdraw(), "WITHDRAWN", ACTIVE, FACTS),
    Taken("ACTIVE", Assign(), "ASSIGNED", ACTIVE, FACTS),
    Taken("ACTIVE", Reject("Another rider was chosen."), "REJECTED", ACTIVE, FACTS,
          changed={"reason": "Another rider was chosen."}),
    Taken("ACTIVE", Expire(), "EXPIRED", replace(ACTIVE, expires_at=NOW), FACTS),
    Taken("ACTIVE", Expire(), "EXPIRED", OFFER, replace(FACTS, is_stale=True)),
    Taken("WITHDRAWN EXPIRED", AGAIN, "ACTIVE", ACTIVE, FACTS, changed=RENEWED),
    Taken("REJECTED", AGAIN, "ACTIVE", TURNED_DOWN, FACTS, changed={**RENEWED, "reason": None}),
    Taken("REJECTED", Register(800, 0, "Near by"), "ACTIVE", TURNED_DOWN, replace(FACTS, expiry_minutes=0),
          changed={"eta_minutes": 0, "expires_at": None, "reason": None}),
    Taken("ASSIGNED", Unassign("Puncture"), "WITHDRAWN", ACTIVE, FACTS, changed={"reason": "Puncture"}),
]  # fmt: skip

TOO_LITTLE = {"says_enough": "The price must be more than nothing, and the minutes not fewer than none."}

REFUSED = [
    Refused("WITHDRAWN REJECTED ASSIGNED EXPIRED", Withdraw(), {}, ACTIVE, FACTS),
    Refused("WITHDRAWN REJECTED ASSIGNED EXPIRED", Assign(), {}, ACTIVE, FACTS),
    Refused("WITHDRAWN REJECTED ASSIGNED EXPIRED", Reject("No"), {}, ACTIVE, FACTS),
    Refused("ACTIVE", Expire(), {"time_is_up": "The time of the offer must be over."}, ACTIVE, FACTS),
    Refused("ACTIVE", Expire(), {"time_is_up": "The time of the offer must be over."}, OFFER, FACTS),
    Refused("ACTIVE", Expire(), {"time_is_up": "The time of the offer must be over."}, ACTIVE,
            replace(FACTS, is_stale=True)),
    Refused("WITHDRAWN REJECTED ASSIGNED EXPIRED", Expire(), {}, replace(ACTIVE, expires_at=NOW), FACTS),
    Refused("WITHDRAWN REJECTED EXPIRED", Register(0, 10), TOO_LITTLE, ACTIVE, FACTS),
    Refused("WITHDRAWN", Register(700, -1), TOO_LITTLE, ACTIVE, FACTS),
    Refused("WITHDRAWN REJECTED EXPIRED", AGAIN, {"is_sought": "The delivery must still look for a rider."}, ACTIVE,
            replace(FACTS, is_sought=False)),
    Refused("ACTIVE ASSIGNED", AGAIN, {}, ACTIVE, FACTS),
    Refused("ACTIVE WITHDRAWN REJECTED EXPIRED", Unassign("Puncture"), {}, ACTIVE, FACTS),
]  # fmt: skip
