"""What a fulfillment knows of itself, and what it may look at besides when it decides."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from orderway.delivery.way import FulfillmentType

Condition = Literal["SELLABLE", "DAMAGED", "MISSING"]
CONDITIONS: dict[Condition, str] = {"SELLABLE": "Can be sold again", "DAMAGED": "Damaged", "MISSING": "Did not come"}
"""How goods came back that were asked back, in words."""

RefundTo = Literal["PAYMENT", "ACCOUNT"]
"""Where the money for returned goods goes: back the way it came, or onto the buyer's account."""

PIN_TRIES = 5
"""How often the receiver's PIN may be wrong before a manager has to hand the goods over."""


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """How many pieces of an order line come back; their condition is known once they are received."""

    line: UUID
    quantity: int
    condition: Condition | None = None


@dataclass(frozen=True)
class FulfillmentContext:
    """`part` numbers the fulfillments of an order; `cost` is what the rider asks, in minor units of `currency`.

    `attempts` counts failed deliveries. `pin_hash` is None where no PIN is asked: for carriers, and for
    deliveries that another system recorded. `missing` are the order lines that wait for stock; `return_lines`
    the goods of the return under way. `return_until` ends the return window. `held_by_staff` tells a hold that a
    person wanted from one that follows from the sale.
    """

    type: FulfillmentType
    currency: str
    part: int = 1
    rider: UUID | None = None
    interest: UUID | None = None
    cost: int | None = None
    carrier: str | None = None
    tracking: str | None = None
    attempts: int = 0
    pin_hash: str | None = None
    pin_tries: int = 0
    missing: tuple[UUID, ...] = ()
    scheduled_at: datetime | None = None
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    return_until: datetime | None = None
    return_lines: tuple[ReturnLine, ...] = ()
    held_by_staff: bool = False


LARGEST_COST = 10**12
"""In minor units: more than any delivery costs. What riders earn in all still adds up inside 64 bits."""


@dataclass(frozen=True, slots=True)
class Interest:
    """A rider's offer; `cost` in minor units."""

    id: UUID
    rider: UUID
    cost: int
    is_active: bool
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FulfillmentFacts:
    """Read under lock for each decision. What an event does not need keeps its default, which opens nothing."""

    now: datetime
    actor: str
    by_itself: bool = False
    """It follows from something else that happened: no person sends it."""
    all_held: bool = False
    """Stock is held for every line of the order."""
    splittable: bool = False
    """Some of the goods are held or free, and others are missing."""
    is_last_part: bool = False
    """No other part of the order is under way or delivered."""
    sale_is_over: bool = False
    """The sale has ended."""
    interest: Interest | None = None
    """The offer that is selected; for a rider who is named, their own offer."""
    covering: UUID | None = None
    """The rider who is named, or whose offer is selected, where they cover the store."""
    sale_cleared: bool = False
    """The sale is cleared for fulfillment."""
    address_is_complete: bool = False
    """The address says all that whoever brings the goods needs."""
    attempts_allowed: int = 3
    return_window_days: int = 14
    new_pin_hash: str | None = None
    """The hash of a PIN made for this move; None where the receiver is asked for none."""
    pin_matches: bool = False
    may_skip_pin: bool = False
    """Who acts may hand goods over when the tries of the PIN are used up."""
    returnable: bool = False
    """No more pieces of a line are asked back than were delivered and have not come back."""
    refundable: int = 0
    """What was paid for the goods of the return, in minor units."""
    unpaid: int = 0
    """What of the price of the goods of the return was never paid, in minor units."""
    everything_returned: bool = False
    """With the goods of this return all came back that the fulfillment brought."""
