"""A rider's offer as a table: one for each fulfillment and rider, which may be made again after it ended.

So no state of it is final. `expires_at` stays as it is when the offer ends: whether a rejected one may be revived can
be told from it. A change of the offer renews it; one that is revived keeps its time.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from orderway.fulfillment.context import LARGEST_COST
from orderway.statechart import all_of, chart, entry, event, guard, not_, on, state

LONGEST_ETA = 366 * 24 * 60
"""In minutes."""


@dataclass(frozen=True, slots=True)
class RiderInterestContext:
    """`proposed_cost` in minor units of `currency`; `reason` is why the offer was last not taken, or was released.

    It stands from `offered_at` to `expires_at`, or for as long as the settings say where it has no end of its own.
    """

    fulfillment: UUID
    rider: UUID
    proposed_cost: int
    currency: str
    eta_minutes: int
    message: str = ""
    offered_at: datetime | None = None
    expires_at: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class RiderInterestFacts:
    """`expiry_minutes` is the life of an offer, 0 for no end; `fallback_minutes` that of one without an end.

    `is_sought` is whether the delivery looks for a rider, or for another one where an offer is revived; `is_covered`
    whether the rider covers its place.
    """

    now: datetime
    actor: str
    expiry_minutes: int = 0
    fallback_minutes: int = 0
    is_sought: bool = False
    is_covered: bool = False


@dataclass(frozen=True, slots=True)
class OfferGone:
    """An offer is open no longer: where it was the last one, the delivery is open to all riders again."""


@dataclass(frozen=True, slots=True)
class OfferTurnedDown:
    """The same, where one offer was turned down by hand; whoever turns all of them down says what follows."""


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


@event(
    label="Change the offer",
    log="changed the offer",
    permission="rider.volunteer",
    proposed_cost="Your price",
    eta_minutes="Minutes until you are there",
)
class Change:
    proposed_cost: int
    eta_minutes: int
    message: str = ""


@event(label="Withdraw the offer", log="withdrew the offer", permission="rider.volunteer")
class Withdraw:
    pass


@event(label="Assign the offer", log="assigned the offer")
class Assign:
    pass


@event(
    label="Turn the offer down",
    log="turned the offer down",
    permission="rider.assign",
    undo="REVIVE",
    reason_for="buyer",
)
class Reject:
    reason: str


@event(label="Revive the offer", log="revived the offer", permission="rider.assign")
class Revive:
    pass


@event(label="Release the offer", log="released the offer", reason_for="buyer")
class Unassign:
    reason: str


@event(label="Let the offer lapse", log="ended the lapsed offer")
class Expire:
    pass


@guard(remedy="Enter what you want for the delivery, and when you can be there.")
def says_enough(_interest: RiderInterestContext, event: Register | Change) -> bool:
    """The price must be more than nothing, and the minutes not fewer than none."""
    return event.proposed_cost > 0 and event.eta_minutes >= 0


@guard(remedy="Check the price and the minutes.")
def is_believable(_interest: RiderInterestContext, event: Register | Change) -> bool:
    """The price must be one that a delivery can cost, and the minutes no more than those of a year."""
    return event.proposed_cost <= LARGEST_COST and event.eta_minutes <= LONGEST_ETA


@guard(remedy="Look for another delivery.")
def is_sought(_interest: RiderInterestContext, _event: object, facts: RiderInterestFacts) -> bool:
    """The delivery must still look for a rider."""
    return facts.is_sought


@guard(remedy="Ask for the place to be added to where you deliver.", help="rider.coverage")
def is_covered(_interest: RiderInterestContext, _event: object, facts: RiderInterestFacts) -> bool:
    """The rider must deliver for the store, as far as the address."""
    return facts.is_covered


def end_of(interest: RiderInterestContext, fallback_minutes: int) -> datetime | None:
    """When the offer stands no longer: at its own time, or `fallback_minutes` after it was made; 0 is never."""
    if interest.expires_at is not None or interest.offered_at is None or not fallback_minutes:
        return interest.expires_at
    return interest.offered_at + timedelta(minutes=fallback_minutes)


@guard()
def time_is_up(interest: RiderInterestContext, _event: object, facts: RiderInterestFacts) -> bool:
    """The time of the offer must be over."""
    end = end_of(interest, facts.fallback_minutes)
    return end is not None and end <= facts.now


time_is_left = not_(
    time_is_up,
    name="time_is_left",
    says="The time of the offer must not be over.",
    remedy="Ask the rider to offer again.",
    help="rider.volunteer",
)
can_be_offered = all_of(says_enough, is_believable, is_sought, is_covered)
can_be_revived = all_of(time_is_left, is_sought)


def offer(interest: RiderInterestContext, event: Register | Change) -> RiderInterestContext:
    return replace(
        interest,
        proposed_cost=event.proposed_cost,
        eta_minutes=event.eta_minutes,
        message=event.message,
        reason=None,
    )


def start_clock(interest: RiderInterestContext, event: object, facts: RiderInterestFacts) -> RiderInterestContext:
    """The offer stands for as long as the settings say; its ETA is not its lifetime."""
    if isinstance(event, Revive):
        return interest
    until = facts.now + timedelta(minutes=facts.expiry_minutes) if facts.expiry_minutes else None
    return replace(interest, offered_at=facts.now, expires_at=until)


def note_reason(interest: RiderInterestContext, event: Reject | Unassign) -> RiderInterestContext:
    return replace(interest, reason=event.reason)


def forget_reason(interest: RiderInterestContext) -> RiderInterestContext:
    return replace(interest, reason=None)


REGISTERING = on(Register, "ACTIVE", when=can_be_offered, do=offer)

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
            on(Change, "ACTIVE", when=can_be_offered, do=offer, reenter=True),
            on(Withdraw, "WITHDRAWN", emit=OfferGone()),
            on(Assign, "ASSIGNED"),
            on(Reject, "REJECTED", do=note_reason, emit=OfferTurnedDown()),
            on(Expire, "EXPIRED", when=time_is_up, emit=OfferGone(), at="expires_at"),
            label="Offered", tone="waiting", lane="main", row=0,
        ),
        state("ASSIGNED", on(Unassign, "WITHDRAWN", do=note_reason), label="Chosen", tone="good", lane="main", row=2),
        state("WITHDRAWN", REGISTERING, label="Withdrawn", tone="ended", lane="ended", row=2),
        state(
            "REJECTED",
            REGISTERING,
            on(Revive, "ACTIVE", when=can_be_revived, do=forget_reason),
            label="Not chosen", tone="bad", lane="ended", row=0,
        ),
        state("EXPIRED", REGISTERING, label="Lapsed", tone="ended", lane="ended", row=1),
    ],
)  # fmt: skip
