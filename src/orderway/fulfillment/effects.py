"""What a fulfillment asks to be done. Amounts are minor units of the order's currency."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from orderway.fulfillment.context import FulfillmentContext, FulfillmentFacts, RefundTo, ReturnLine
from orderway.fulfillment.events import (
    Cancel,
    DeliveryFailed,
    Fail,
    PreferencesChanged,
    RefundIssued,
    ReturnReceived,
    ReturnRejected,
    ReturnRequested,
    RiderNamed,
    RiderSelected,
    RiderUnassigned,
)

TURNED_DOWN = ANOTHER, OTHER_WAY, MOVED, BY_CARRIER, LEFT = (
    "Another rider was chosen.",
    "The goods go another way.",
    "The address has changed.",
    "A carrier was chosen.",
    "The delivery has left.",
)
"""Why an offer to deliver comes to nothing where nobody gave a reason."""

Rest = Literal["FULFILLMENT_COMPLETED", "FULFILLMENT_CANCELLED", "FULFILLMENT_FAILED", "FULFILLMENT_REFUNDED"]


@dataclass(frozen=True, slots=True)
class AllocateStock:
    """Hold stock for every line that has none yet, and answer with RESERVE_OK, or RESERVE_MISS when first asked."""


@dataclass(frozen=True, slots=True)
class SplitOff:
    """What is missing becomes the next part of the order, which waits for it; what is there is held for this one."""


@dataclass(frozen=True, slots=True)
class CommitStock:
    """The held goods leave: quantity and reserved fall."""


@dataclass(frozen=True, slots=True)
class ReleaseStock:
    """The held goods are free again."""


@dataclass(frozen=True, slots=True)
class TakeBackStock:
    """All goods that had left come back into stock."""


@dataclass(frozen=True, slots=True)
class Restock:
    """Returned goods that can be sold again come back into stock."""

    lines: tuple[ReturnLine, ...]


@dataclass(frozen=True, slots=True)
class TellRiders:
    """The riders who cover the store hear that a delivery is open."""


@dataclass(frozen=True, slots=True)
class AssignInterest:
    """This offer is assigned, the others are rejected with a reason."""

    interest: UUID


@dataclass(frozen=True, slots=True)
class CloseInterests:
    """The offers that are open are rejected."""

    reason: str


@dataclass(frozen=True, slots=True)
class ReleaseRider:
    """The rider hears that the delivery is no longer theirs; `interest` is None where they were named."""

    rider: UUID
    interest: UUID | None
    reason: str


@dataclass(frozen=True, slots=True)
class Earn:
    """The rider earned this much, in minor units of the order's currency."""

    rider: UUID
    amount: int


@dataclass(frozen=True, slots=True)
class SendPin:
    """The receiver gets the PIN that was made for this move."""


@dataclass(frozen=True, slots=True)
class OpenReturn:
    lines: tuple[ReturnLine, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class AcceptReturn:
    lines: tuple[ReturnLine, ...]


@dataclass(frozen=True, slots=True)
class ReceiveReturn:
    """What came, and what is missing."""

    lines: tuple[ReturnLine, ...]


@dataclass(frozen=True, slots=True)
class RejectReturn:
    reason: str


@dataclass(frozen=True, slots=True)
class SettleReturn:
    """The price of what came is judged: this goes back of it."""

    amount: int
    to: RefundTo = "PAYMENT"


@dataclass(frozen=True, slots=True)
class PayBack:
    """Pay this back to the buyer, the way they paid or onto their account; told after the sale has heard of it."""

    amount: int
    to: RefundTo = "PAYMENT"


@dataclass(frozen=True, slots=True)
class TellSale:
    """The sale is to hear this; `amount` and `waived` belong to FULFILLMENT_REFUNDED."""

    event: Rest
    amount: int = 0
    waived: int = 0


def allocate_stock(fulfillment: FulfillmentContext) -> AllocateStock | None:
    return None if fulfillment.type == "SERVICE" else AllocateStock()


def allocate_missing_stock(fulfillment: FulfillmentContext) -> AllocateStock | None:
    """Stock may have arrived while the fulfillment was on hold."""
    return AllocateStock() if fulfillment.missing else None


def commit_stock_once(fulfillment: FulfillmentContext) -> CommitStock | None:
    """After a failed attempt the goods go out again, but have left the stock already."""
    return None if fulfillment.attempts else CommitStock()


def give_back_stock(fulfillment: FulfillmentContext) -> ReleaseStock | TakeBackStock:
    return TakeBackStock() if fulfillment.shipped_at else ReleaseStock()


def send_pin(fulfillment: FulfillmentContext) -> SendPin | None:
    return SendPin() if fulfillment.pin_hash else None


def assign_interest(fulfillment: FulfillmentContext) -> AssignInterest | None:
    return AssignInterest(fulfillment.interest) if fulfillment.interest else None


def release_former(fulfillment: FulfillmentContext, event: object) -> ReleaseRider | None:
    """Another rider takes the place of the one who is assigned."""
    if fulfillment.rider is None or not isinstance(event, RiderSelected | RiderNamed):
        return None
    return ReleaseRider(fulfillment.rider, fulfillment.interest, ANOTHER)


def earn(fulfillment: FulfillmentContext) -> Earn | None:
    """The rider earned what was agreed when the goods first got there."""
    if fulfillment.delivered_at is not None or fulfillment.rider is None or not fulfillment.cost:
        return None
    return Earn(fulfillment.rider, fulfillment.cost)


def release_rider(
    fulfillment: FulfillmentContext, event: RiderUnassigned | DeliveryFailed | Cancel | Fail | PreferencesChanged
) -> ReleaseRider | None:
    if fulfillment.rider is None:
        return None
    return ReleaseRider(fulfillment.rider, fulfillment.interest, event.reason)


def close_interests(fulfillment: FulfillmentContext, event: DeliveryFailed | Cancel | Fail) -> CloseInterests | None:
    return CloseInterests(event.reason) if fulfillment.type == "DELIVERY" else None


def open_return(fulfillment: FulfillmentContext, event: ReturnRequested) -> OpenReturn:
    return OpenReturn(fulfillment.return_lines, event.reason)


def accept_return(fulfillment: FulfillmentContext) -> AcceptReturn:
    return AcceptReturn(fulfillment.return_lines)


def receive_return(_fulfillment: FulfillmentContext, event: ReturnReceived) -> ReceiveReturn:
    return ReceiveReturn(tuple(ReturnLine(each.line, each.quantity, each.condition) for each in event.lines))


def reject_return(_fulfillment: FulfillmentContext, event: ReturnRejected) -> RejectReturn:
    return RejectReturn(event.reason)


def restock(fulfillment: FulfillmentContext) -> Restock | None:
    sellable = tuple(line for line in fulfillment.return_lines if line.condition == "SELLABLE")
    return Restock(sellable) if sellable else None


def settle_return(_fulfillment: FulfillmentContext, event: RefundIssued) -> SettleReturn:
    return SettleReturn(event.amount, event.to)


def tell_refunded(_fulfillment: FulfillmentContext, event: RefundIssued, facts: FulfillmentFacts) -> TellSale:
    return TellSale("FULFILLMENT_REFUNDED", event.amount, facts.unpaid)


def pay_back(_fulfillment: FulfillmentContext, event: RefundIssued) -> PayBack | None:
    return PayBack(event.amount, event.to) if event.amount else None
