"""The moves of riders who offer to bring an order of the predecessor, and of goods that come back. Ids are its own.

The predecessor asked no rider whether they cover the place: of its riders who were chosen, most do not.
"""

from dataclasses import dataclass
from typing import ClassVar

from orderway.fulfillment.context import Condition
from orderway.fulfillment.payouts.ledger import PayoutMethod
from orderway.legacy.moves import SYSTEM, Move


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferToDeliver(Move):
    """`offer` is the id of the interest; `actor` is the rider by itself. The fulfillment has to look for a rider."""

    machine: ClassVar[str] = "rider_interest"
    event: ClassVar[str | None] = "REGISTER"
    offer: str
    rider: str
    cost: int
    eta_minutes: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawOffer(Move):
    machine: ClassVar[str] = "rider_interest"
    event: ClassVar[str | None] = "WITHDRAW"
    offer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectOffer(Move):
    machine: ClassVar[str] = "rider_interest"
    event: ClassVar[str | None] = "REJECT"
    offer: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireOffer(Move):
    """`at` is not before the offer's end, which is its registering plus the setting for how long offers stand."""

    machine: ClassVar[str] = "rider_interest"
    event: ClassVar[str | None] = "EXPIRE"
    actor: str | None = SYSTEM
    offer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseOffer(Move):
    """The rider of an offer brings it; all other open offers are turned down by it."""

    machine: ClassVar[str] = "fulfillment"
    event: ClassVar[str | None] = "RIDER_SELECTED"
    offer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NameRider(Move):
    """For a rider who has no open offer; `cost` in minor units."""

    machine: ClassVar[str] = "fulfillment"
    event: ClassVar[str | None] = "RIDER_NAMED"
    rider: str
    cost: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldFulfillment(Move):
    """It goes no further until a person has looked: the rows do not say whether the goods are still to be brought."""

    machine: ClassVar[str] = "fulfillment"
    event: ClassVar[str | None] = "HOLD"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseRider(Move):
    machine: ClassVar[str] = "fulfillment"
    event: ClassVar[str | None] = "RIDER_UNASSIGNED"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Pieces of a variant that come back, in what condition once they are there."""

    variant: str
    quantity: int
    condition: Condition = "SELLABLE"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestReturn(Move):
    """`record` is the id of the "SalesReturn". The goods are away: SHIPPED, or DELIVERED inside the return window."""

    machine: ClassVar[str] = "fulfillment"
    event: ClassVar[str | None] = "RETURN_REQUESTED"
    record: str
    pieces: tuple[Piece, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptReturn(Move):
    machine: ClassVar[str] = "fulfillment"
    event: ClassVar[str | None] = "RETURN_ACCEPTED"
    record: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectReturn(Move):
    machine: ClassVar[str] = "fulfillment"
    event: ClassVar[str | None] = "RETURN_REJECTED"
    record: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveReturn(Move):
    machine: ClassVar[str] = "fulfillment"
    event: ClassVar[str | None] = "RETURN_RECEIVED"
    record: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundReturn(Move):
    """What of the price of the returned goods goes back, in minor units: at most what was paid for them, perhaps 0."""

    machine: ClassVar[str] = "fulfillment"
    event: ClassVar[str | None] = "REFUND_ISSUED"
    record: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseEarning(Move):
    """More was paid for the delivery than was agreed for it: by so much, in minor units, before that payment."""

    machine: ClassVar[str] = "fulfillment"
    event: ClassVar[str | None] = None
    payout: str
    amount: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PayRider(Move):
    """`payout` is the id of the "FulfillmentPayment". The goods are there, and so much is due to who brought them."""

    machine: ClassVar[str] = "fulfillment"
    event: ClassVar[str | None] = None
    payout: str
    amount: int
    method: PayoutMethod
    reference: str | None
