"""What moves of imported orders have in common, whatever system they come from, and those that all of them make.

A move is sent through the one door as if its actor had made it then. What follows from it by the machines and the
coordinator alone (the sale opening, a capture after a confirmation, the hold on stock, the refund due) is no move.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final, Literal

from orderway.sale.context import PaymentMethod

SYSTEM: Final = "system"
INFERRED: Final = "Inferred"  # opens the reason of every log row whose time, or more, is not a fact of the data


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """`event` is None where an instance is born or goods move. Without an `actor` the import itself acts.

    `inferred` says why the time is not a fact of the data, and is None where it is one. Where a `confidence` is given,
    how sure that is from 0 to 1, it names what it is inferred from. `is_help` is a move that no fact tells of: it makes
    the way free for one that happened.
    """

    machine: ClassVar[str]
    event: ClassVar[str | None]
    is_help: ClassVar[bool] = False
    at: datetime
    actor: str | None = None
    on_behalf_of: str | None = None
    inferred: str | None = None
    confidence: float | None = None

    @property
    def note(self) -> str | None:
        """The reason that the log keeps for it."""
        if self.inferred is None:
            return None
        if self.confidence is None:
            return f"Inferred: {self.inferred}"
        return f"Inferred ({self.confidence:g}) from {self.inferred}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """So many pieces of a product, by the source's own id."""

    product_id: str
    quantity: int


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
    """Where the buyer approved before, it opens the sale, which holds stock for its lines."""

    machine: ClassVar[str] = "quotation"
    event: ClassVar[str | None] = "SELLER_APPROVES"


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawQuotation(Move):
    machine: ClassVar[str] = "quotation"
    event: ClassVar[str | None] = "WITHDRAW"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveGoods(Move):
    """Movement PURCHASE: goods that came in for this order alone; the source keeps no stock, or has them no more."""

    machine: ClassVar[str] = "stock"
    event: ClassVar[str | None] = None
    is_help: ClassVar[bool] = True
    goods: tuple[Goods, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPaymentMethod(Move):
    machine: ClassVar[str] = "sale"
    event: ClassVar[str | None] = "SET_PAYMENT_METHOD"
    is_help: ClassVar[bool] = True
    method: PaymentMethod


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
    is_help: ClassVar[bool] = True
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveOverride(Move):
    """Approves the open request of this kind for as much as it asks, without expiry.

    The one of kind CREDIT_LIMIT is sent only where the sale opened such a request: whether the customer has credit left
    is a fact of the database, not of the source.
    """

    machine: ClassVar[str] = "override_request"
    event: ClassVar[str | None] = "APPROVE"
    is_help: ClassVar[bool] = True
    kind: Literal["ADMIN", "CREDIT_LIMIT"]


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
    machine: ClassVar[str] = "fulfillment"
    event: ClassVar[str | None] = "CARRIER_SELECTED"
    carrier: str


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
    actor: str | None = SYSTEM


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
