"""The moves that an order of the predecessor makes besides those of every import, and the plan that holds them.

All ids are the predecessor's. Every move names in `inferred` what it is inferred from, such as the time of its payment,
and in `confidence` how sure that is: the log keeps it as "Inferred (0.8) from …", for what follows from it too.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final, Literal

from orderway.delivery.way import FulfillmentType
from orderway.legacy.ends import Ends
from orderway.legacy.moves import (
    SYSTEM,
    ApproveForBuyer,
    ApproveForSeller,
    ApproveOverride,
    CancelFulfillment,
    CancelSale,
    CompleteFulfillment,
    ConfirmPayment,
    DeliverPackage,
    FailFulfillment,
    Move,
    ReceiveGoods,
    RequestOverride,
    SelectCarrier,
    SetPaymentMethod,
    ShareQuotation,
    ShipPackage,
    StartFulfillment,
    WithdrawQuotation,
)
from orderway.legacy.predecessor.facts import Place
from orderway.legacy.predecessor.moves_on_the_way import (
    AcceptReturn,
    ChooseOffer,
    ExpireOffer,
    HoldFulfillment,
    NameRider,
    OfferToDeliver,
    PayRider,
    RaiseEarning,
    ReceiveReturn,
    RefundReturn,
    RejectOffer,
    RejectReturn,
    ReleaseRider,
    RequestReturn,
    WithdrawOffer,
)
from orderway.sale.payments.context import Method

IMPORTER: Final = "import:legacy"
DECIDER: Final = "source:legacy"  # decides what the predecessor had decided: never the one who asked (four eyes)
PROVIDER: Final = "legacy"
CURRENCY: Final = "NGN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the order; amounts in minor units. `total` less than `quantity` × `unit_price` is by a discount, more
    by freight: so the lines come to what the order does.
    """

    id: str
    variant: str
    quantity: int
    unit_price: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftQuotation(Move):
    """`buyer` is a "Customer", or a reseller's "User"; `place` and the receiver may be missing, as they were."""

    machine: ClassVar[str] = "quotation"
    event: ClassVar[str | None] = None
    order_id: str
    status: str
    store: str
    buyer: str | None
    biller: str | None
    fulfillment_type: FulfillmentType
    lines: tuple[Line, ...]
    total: int
    receiver: str | None = None
    phone: str | None = None
    place: Place | None = None
    notes: str | None = None
    valid_until: datetime | None = None
    currency: str = CURRENCY


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineQuotation(Move):
    machine: ClassVar[str] = "quotation"
    event: ClassVar[str | None] = "DECLINE"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizePayment(Move):
    """The sale waits for money: PAYMENT_PENDING_CONFIRMATION, though none has come."""

    machine: ClassVar[str] = "sale"
    event: ClassVar[str | None] = "PAYMENT_AUTHORIZED"
    is_help: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireSale(Move):
    """The predecessor let it expire; the actor is the system, as with every timer."""

    machine: ClassVar[str] = "sale"
    event: ClassVar[str | None] = "EXPIRE"
    actor: str | None = SYSTEM


@dataclass(frozen=True, slots=True, kw_only=True)
class DenyOverride(Move):
    """Denies the open request of this kind."""

    machine: ClassVar[str] = "override_request"
    event: ClassVar[str | None] = "DENY"
    kind: Literal["ADMIN", "CREDIT_LIMIT"]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterPayment(Move):
    """Born PENDING. `payment` is its id, `amount` more than 0; (`provider`, `reference`) is unique in all orders, so a
    reference that several bear has the payment's id with it. The moves after it name it by `reference`.
    """

    machine: ClassVar[str] = "payment"
    event: ClassVar[str | None] = None
    payment: str
    reference: str
    method: Method
    amount: int
    currency: str = CURRENCY
    provider: str = PROVIDER


@dataclass(frozen=True, slots=True, kw_only=True)
class FailPayment(Move):
    """Where nothing was captured and no other payment is pending, the sale becomes PAYMENT_FAILED."""

    machine: ClassVar[str] = "payment"
    event: ClassVar[str | None] = "FAIL"
    reference: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundPayment(Move):
    """Money went back: something has to be owed to the buyer, as after a cancellation or what was paid too much.

    `refund` is the id of the predecessor's own negative payment.
    """

    machine: ClassVar[str] = "payment"
    event: ClassVar[str | None] = "REFUND"
    reference: str
    refund: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReversePayment(Move):
    """Money went back that nobody was owed: the sale counts it no longer, and is cleared no longer if nothing has left.

    `refund` is the id of the predecessor's own negative payment.
    """

    machine: ClassVar[str] = "payment"
    event: ClassVar[str | None] = "REVERSE"
    reference: str
    refund: str
    amount: int
    reason: str


AnyMove = (
    DraftQuotation
    | ShareQuotation
    | ApproveForBuyer
    | ApproveForSeller
    | DeclineQuotation
    | WithdrawQuotation
    | ReceiveGoods
    | SetPaymentMethod
    | AuthorizePayment
    | CancelSale
    | ExpireSale
    | RequestOverride
    | ApproveOverride
    | DenyOverride
    | RegisterPayment
    | ConfirmPayment
    | FailPayment
    | RefundPayment
    | ReversePayment
    | StartFulfillment
    | OfferToDeliver
    | WithdrawOffer
    | RejectOffer
    | ExpireOffer
    | ChooseOffer
    | NameRider
    | ReleaseRider
    | SelectCarrier
    | ShipPackage
    | DeliverPackage
    | CompleteFulfillment
    | CancelFulfillment
    | FailFulfillment
    | HoldFulfillment
    | RequestReturn
    | AcceptReturn
    | RejectReturn
    | ReceiveReturn
    | RefundReturn
    | RaiseEarning
    | PayRider
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`moves` in the order of the story, each at its fact's time: times may run backwards. `ends` is where they lead.

    What a plan holds may only grow with the facts: of an order that is in, the moves that were not made yet are made,
    and where one that was made is planned no longer (but a help), the order goes to review as it is. Of goods that had
    left, or were put aside, the plan says `ReceiveGoods` before the sale opens: what is on the shelves is for others.
    """

    order_id: str
    moves: tuple[AnyMove, ...]
    ends: Ends
