"""What a sale knows of itself, and what it may look at besides when it decides. Money is in minor units."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

PaymentMethod = Literal["CASH", "CARD", "TRANSFER", "BANK", "WALLET", "MIXED", "INVOICE", "PURCHASE_ORDER"]
PAYMENT_METHODS: Mapping[PaymentMethod, str] = {
    "CASH": "Cash",
    "CARD": "Card",
    "TRANSFER": "Bank transfer",
    "BANK": "Bank deposit",
    "WALLET": "Wallet",
    "MIXED": "Several ways",
    "INVOICE": "Invoice",
    "PURCHASE_ORDER": "Purchase order",
}
"""How a sale can be paid, in words."""

ON_ACCOUNT: frozenset[PaymentMethod] = frozenset({"INVOICE", "PURCHASE_ORDER"})
"""The ways to pay that give the goods before the money."""

LARGEST_SUM = 2**63 - 1
"""In minor units: more than that is no number that PostgreSQL adds up."""

OverrideKind = Literal["ADMIN", "CREDIT_LIMIT"]
Standing = Literal["none", "requested", "granted", "used", "denied", "revoked"]
ReviewedFrom = Literal["AWAITING_PAYMENT_METHOD", "PAYMENT_INITIATED", "PAYMENT_PENDING_CONFIRMATION"]
ClearedBy = Literal["payment", "credit", "override"]


@dataclass(frozen=True, slots=True)
class CreditFacts:
    """The customer's credit account, locked: `exposure` is what all their other sales owe on it."""

    tier: str
    limit: int
    exposure: int
    earned: int


@dataclass(frozen=True, slots=True)
class Credit:
    """The credit account as it stood at a decision; `overage` is how far the sale would have gone over the limit."""

    tier: str
    limit: int
    exposure: int
    earned: int
    overage: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Override:
    """Where an override stands. It holds for `approved_amount` (still to pay, or over the limit) and no more.

    One that is used has cleared the sale: it clears it no second time, and can still be revoked.
    """

    status: Standing = "none"
    request: UUID | None = None
    approved_amount: int | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """The review that is open: the state to go back to, who asked for it, and why."""

    opened_from: ReviewedFrom
    asked_by: str
    reason: str


@dataclass(frozen=True)
class SaleContext:
    """The money of one sale.

    `reversed_total` is what of the captured money providers took back, or hold while a dispute lasts.
    `returned_total` is the price of goods that came back: what was refunded for them and what of it had never
    been paid. `allowance` is what was let go of a payment that came short. `exposed` is what the sale owes on the
    credit account since it cleared. `expires_at` is set while the sale is uncleared and nothing is paid.
    """

    grand_total: int
    currency: str
    captured_total: int = 0
    refunded_total: int = 0
    reversed_total: int = 0
    returned_total: int = 0
    allowance: int = 0
    written_off: int = 0
    payment_method: PaymentMethod | None = None
    credit: Credit | None = None
    admin: Override = Override()
    credit_override: Override = Override()
    review: Review | None = None
    exposed: int = 0
    cleared_by: ClearedBy | None = None
    cleared_at: datetime | None = None
    is_held: bool = False
    """A fulfillment is on hold until the sale is cleared again."""
    expires_at: datetime | None = None

    @property
    def paid(self) -> int:
        """What the company holds of the buyer's money for this sale."""
        return self.captured_total - self.refunded_total - self.reversed_total

    @property
    def worth(self) -> int:
        """What the buyer is to pay in all: the total, less the goods that came back and what was let go."""
        return max(0, self.grand_total - self.returned_total - self.allowance)

    @property
    def outstanding(self) -> int:
        """What is still to pay."""
        return max(0, self.worth - self.paid)

    def unpaid_of(self, price: int) -> int:
        """What of a price was never paid: it is still owed, or was let go."""
        return min(price, max(self.outstanding, price - self.paid))

    @property
    def surplus(self) -> int:
        """What was paid too much."""
        return max(0, self.paid - self.worth)

    @property
    def overage(self) -> int:
        """How far what is still to pay goes over the limit; a customer without a credit account has a limit of 0."""
        exposure, limit = (self.credit.exposure, self.credit.limit) if self.credit else (0, 0)
        return max(0, exposure + self.outstanding - limit)

    @property
    def overrides(self) -> tuple[Override, Override]:
        return self.admin, self.credit_override

    @property
    def is_asking(self) -> bool:
        """Whether a request for an override waits for its decision."""
        return any(each.status == "requested" for each in self.overrides)


@dataclass(frozen=True, slots=True)
class SaleFacts:
    """Read under lock for each decision; `expiry_minutes` 0 means that a sale does not expire."""

    now: datetime
    actor: str
    expiry_minutes: int = 0
    credit: CreditFacts | None = None
    pending_payments: int = 0
    """Payments of the order that await confirmation, or the end of a dispute."""
    surplus_paid_out: int = 0
    """What was paid back of money that had come too much, and that no refund counts yet."""
    short_percent: int = 0
    """How much of its total a sale may be paid short, in percent."""
    dispatched: bool = False
    """The fulfillment can no longer be put on hold: goods left, or a service began."""
    everything_returned: bool = False
    """All goods of the order came back."""
    credit_checked: bool = True
    """What is still to pay has to fit into the credit limit: not where a former system looked at none, and still does
    not (0056)."""
    fulfilled_elsewhere: bool = False
    """A former system fulfills what is cleared."""
