"""A rider's offer as a table: one for each fulfillment and rider, which may be made again after it ended.

So no state of it is final. `expires_at` stays as it is when the offer ends: whether a rejected one had not yet
expired can be told from it.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from orderway.statechart import all_of, chart, entry, event, guard, on, state


@dataclass(frozen=True, slots=True)
class RiderInterestContext:
    """`proposed_cost` in minor units of `currency`; `reason` is why the offer was last not taken, or was released."""

    fulfillment: UUID
    rider: UUID
    proposed_cost: int
    currency: str
    eta_minutes: int
    message: str = ""
    expires_at: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class RiderInterestFacts:
    """`expiry_minutes` is the life of an offer, 0 for no end; `is_sought` whether the delivery looks for a rider.

    `is_stale` is whether an offer has stood as long as one without an end may.
    """

    now: datetime
    actor: str
    expiry_minutes: int = 0
    is_sought: bool = False
    is_stale: bool = False


@event(
    label="Offer to deliver",
    log="offered to deliver",
    permission="rider.volunteer",
    proposed_cost="Your price",
    eta_minutes="Minutes until you are there",
)
class Register:
    proposed_cost: int
    eta_minutes: int
    message: str = ""


@event(label="Withdraw the offer", log="withdrew the offer", permission="rider.volunteer")
class Withdraw:
    pass


@event(label="Assign the offer", log="assigned the offer")
class Assign:
    pass


@event(label="Turn the offer down", log="turned the offer down", permission="rider.assign")
class Reject:
    reason: str


@event(label="Release the offer", log="released the offer")
class Unassign:
    reason: str


@event(label="Let the offer lapse", log="let the offer lapse")
class Expire:
    pass


@guard(remedy="Enter what you want for the delivery, and when you can be there.")
def says_enough(_interest: RiderInterestContext, event: Register) -> bool:
    """The price must be more than nothing, and the minutes not fewer than none."""
    return event.proposed_cost > 0 and event.eta_minutes >= 0


@guard(remedy="Look for another delivery.")
def is_sought(_interest: RiderInterestContext, _event: object, facts: RiderInterestFacts) -> bool:
    """The delivery must still look for a rider."""
    return facts.is_sought


@guard()
def time_is_up(interest: RiderInterestContext, _event: object, facts: RiderInterestFacts) -> bool:
    """The time of the offer must be over."""
    return facts.is_stale if interest.expires_at is None else interest.expires_at <= facts.now


can_be_registered = all_of(says_enough, is_sought)


def register(interest: RiderInterestContext, event: Register) -> RiderInterestContext:
    return replace(
        interest,
        proposed_cost=event.proposed_cost,
        eta_minutes=event.eta_minutes,
        message=event.message,
        reason=None,
    )


def start_clock(interest: RiderInterestContext, _event: object, facts: RiderInterestFacts) -> RiderInterestContext:
    """The offer stands for as long as the settings say; its ETA is not its lifetime."""
    until = facts.now + timedelta(minutes=facts.expiry_minutes) if facts.expiry_minutes else None
    return replace(interest, expires_at=until)


def note_reason(interest: RiderInterestContext, event: Reject | Unassign) -> RiderInterestContext:
    return replace(interest, reason=event.reason)


REGISTERING = on(Register, "ACTIVE", when=can_be_registered, do=register)

RIDER_INTEREST = chart(
    "rider_interest",
    version=1,
    label="Offer",
    born="offered to deliver",
    context=RiderInterestContext,
    facts=RiderInterestFacts,
    lanes=("main", "ended"),
    states=[
        state(
            "ACTIVE",
            entry(do=start_clock),
            on(Withdraw, "WITHDRAWN"),
            on(Assign, "ASSIGNED"),
            on(Reject, "REJECTED", do=note_reason),
            on(Expire, "EXPIRED", when=time_is_up, at="expires_at"),
            label="Offered", tone="waiting", lane="main", row=0,
        ),
        state("ASSIGNED", on(Unassign, "WITHDRAWN", do=note_reason), label="Chosen", tone="good", lane="main", row=2),
        state("WITHDRAWN", REGISTERING, label="Withdrawn", tone="ended", lane="ended", row=2),
        state("REJECTED", REGISTERING, label="Not chosen", tone="bad", lane="ended", row=0),
        state("EXPIRED", REGISTERING, label="Lapsed", tone="ended", lane="ended", row=1),
    ],
)  # fmt: skip
