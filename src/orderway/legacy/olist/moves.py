"""The moves an imported order makes: a small closed set, each with its event, values, time and actor.

A move is sent through the one door as if its actor had made it then. What follows from it by the
machines and the coordinator alone (the sale opening, a capture after a confirmation, the hold on
stock, the fulfillment starting, the refund due) is no move.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final, Literal

from orderway.legacy.olist.facts import CURRENCY, Customer, Status

IMPORTER: Final = "import:olist"
SOURCE: Final = "source:olist"  # decides what the source had decided: never the one who asked (four eyes)
SYSTEM: Final = "system"
PROVIDER: Final = "olist"
INFERRED: Final = "Inferred: "  # opens the reason of every log row whose time is not a fact of the data
CARRIER: Final = "Olist logistics"

Method = Literal["CARD", "BANK", "WALLET"]
SaleMethod = Literal["CARD", "BANK", "WALLET", "MIXED"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """`event` is None where an instance is born or goods move.

    `inferred` says why the time is not a fact of the data, and is None where it is one; `note` is
    the reason that the log keeps for it.
    """

    machine: ClassVar[str]
    event: ClassVar[str | None]
    at: datetime
    actor: str = IMPORTER
    on_behalf_of: str | None = None
    inferred: str | None = None

    @property
    def note(self) -> str | None:
        return self.inferred and INFERRED + self.inferred


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One piece of one product; money in minor units, `total` = `unit_price` + `freight`."""

    position: int
    product_id: str
    description: str
    seller: str
    unit_price: int
    freight: int
    total: int
    quantity: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    product_id: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftQuotation(Move):
    """`valid_until` is None where there is nothing to offer; `promised_at` is the delivery day promised."""

    machine: ClassVar[str] = "quotation"
    event: ClassVar[str | None] = None
    order_id: str
    status: Status
    customer: Customer
    lines: tuple[Line, ...]
    total: int
    valid_until: datetime | None
    promised_at: datetime | None
    currency: str = CURRENCY


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareQuotation(Move):
    machine: ClassVar[str] = "quotation"
    event: ClassVar[str | None] = "SHARE"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveForBuyer(Move):
    machine: ClassVar[str] = "quotation"
    event: ClassVar[str | None] = "BUYER_APPROVES"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveForSeller(Move):
    """Opens the sale, which holds stock for its lines."""

    machine: ClassVar[str] = "quotation"
    event: ClassVar[str | None] = "SELLER_APPROVES"


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawQuotation(Move):
    machine: ClassVar[str] = "quotation"
    event: ClassVar[str | None] = "WITHDRAW"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveGoods(Move):
    """Movement PURCHASE: a marketplace keeps no stock, so an order's goods come in for it alone."""

    machine: ClassVar[str] = "stock"
    event: ClassVar[str | None] = None
    goods: tuple[Goods, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPaymentMethod(Move):
    machine: ClassVar[str] = "sale"
    event: ClassVar[str | None] = "SET_PAYMENT_METHOD"
    method: SaleMethod


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelSale(Move):
    machine: ClassVar[str] = "sale"
    event: ClassVar[str | None] = "CANCEL_REQUESTED"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestOverride(Move):
    """Asks for an ADMIN override of the sale."""

    machine: ClassVar[str] = "sale"
    event: ClassVar[str | None] = "ADMIN_OVERRIDE_REQUESTED"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveOverride(Move):
    """Approves the open request of this kind for as much as it asks, without expiry.

    The one of kind CREDIT_LIMIT is sent only where the sale opened such a request: whether the
    customer has credit left is a fact of the database, not of the files.
    """

    machine: ClassVar[str] = "override_request"
    event: ClassVar[str | None] = "APPROVE"
    kind: Literal["ADMIN", "CREDIT_LIMIT"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterPayment(Move):
    """Born PENDING. `amount` is minor units and may be 0; (`provider`, `reference`) is unique."""

    machine: ClassVar[str] = "payment"
    event: ClassVar[str | None] = None
    reference: str
    sequence: int
    method: Method
    amount: int
    currency: str = CURRENCY
    provider: str = PROVIDER


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmPayment(Move):
    """Captures the payment on the order's sale; without a sale it is money to be returned."""

    machine: ClassVar[str] = "payment"
    event: ClassVar[str | None] = "CONFIRM"
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StartFulfillment(Move):
    machine: ClassVar[str] = "fulfillment"
    event: ClassVar[str | None] = "FULFILLMENT_STARTED"


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectCarrier(Move):
    """The data names no tracking number."""

    machine: ClassVar[str] = "fulfillment"
    event: ClassVar[str | None] = "CARRIER_SELECTED"
    carrier: str = CARRIER


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipPackage(Move):
    machine: ClassVar[str] = "fulfillment"
    event: ClassVar[str | None] = "PACKAGE_SHIPPED"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverPackage(Move):
    machine: ClassVar[str] = "fulfillment"
    event: ClassVar[str | None] = "PACKAGE_DELIVERED"


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteFulfillment(Move):
    """What the timer sends when the return window has passed."""

    machine: ClassVar[str] = "fulfillment"
    event: ClassVar[str | None] = "COMPLETE"
    actor: str = SYSTEM


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelFulfillment(Move):
    machine: ClassVar[str] = "fulfillment"
    event: ClassVar[str | None] = "CANCEL"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FailFulfillment(Move):
    machine: ClassVar[str] = "fulfillment"
    event: ClassVar[str | None] = "FAIL"
    reason: str


AnyMove = (
    DraftQuotation
    | ShareQuotation
    | ApproveForBuyer
    | ApproveForSeller
    | WithdrawQuotation
    | ReceiveGoods
    | SetPaymentMethod
    | CancelSale
    | RequestOverride
    | ApproveOverride
    | RegisterPayment
    | ConfirmPayment
    | StartFulfillment
    | SelectCarrier
    | ShipPackage
    | DeliverPackage
    | CompleteFulfillment
    | CancelFulfillment
    | FailFulfillment
)
