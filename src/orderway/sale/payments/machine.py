"""The payment as a table: confirmed or failed once, then paid back in parts or whole; its amount never changes."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from orderway.statechart import Amount, all_of, always, chart, event, final, guard, on, state

Method = Literal["CASH", "CARD", "TRANSFER", "BANK", "WALLET", "MIXED"]
METHODS: dict[Method, str] = {
    "CASH": "Cash",
    "CARD": "Card",
    "TRANSFER": "Bank transfer",
    "BANK": "Bank deposit",
    "WALLET": "Wallet",
    "MIXED": "Several ways",
}
"""How money moves, in words."""

BuyerKind = Literal["CONSUMER", "RESELLER"]


@dataclass(frozen=True, slots=True)
class PaymentContext:
    """`amount` and `refunded` in minor units of `currency`; (provider, reference) is unique."""

    amount: int
    currency: str
    method: Method
    provider: str
    reference: str
    buyer_kind: BuyerKind
    refunded: int = 0
    confirmed_at: datetime | None = None

    @property
    def left(self) -> int:
        """What of it has not been paid back."""
        return self.amount - self.refunded


@dataclass(frozen=True, slots=True)
class PaymentFacts:
    """`owed` is what the company owes the buyer of the order, in minor units."""

    now: datetime
    actor: str
    owed: int = 0


@event(label="Confirm the payment", log="confirmed the payment", permission="payment.confirm")
class Confirm:
    pass


@event(label="Report the payment as failed", log="reported the payment as failed", permission="payment.confirm")
class Fail:
    reason: str


@event(label="Refund the payment", log="refunded the payment", permission="payment.confirm")
class Refund:
    amount: int


@dataclass(frozen=True, slots=True)
class Captured:
    """The sale is to hear of the money, in minor units; where no sale lives, it is owed to the buyer."""

    amount: int


@dataclass(frozen=True, slots=True)
class Failed:
    """The sale is to hear that the money does not come."""

    reason: str


@dataclass(frozen=True, slots=True)
class PaidOut:
    """What was owed to the buyer falls by this, in minor units."""

    amount: int


def amounts(payment: PaymentContext, _event: object, facts: PaymentFacts) -> dict[str, object]:
    return {"left": Amount(payment.left, payment.currency), "owed": Amount(facts.owed, payment.currency)}


@guard(remedy="Enter an amount above nothing.")
def refunds_something(_payment: PaymentContext, event: Refund) -> bool:
    """The refund must be more than nothing."""
    return event.amount > 0


@guard(
    detail="{left} of this payment is left.",
    numbers=amounts,
    remedy="Refund less, and the rest from another payment.",
)
def within_payment(payment: PaymentContext, event: Refund) -> bool:
    """The refund must not be more than is left of the payment."""
    return event.amount <= payment.left


@guard(remedy="First take the goods back or cancel the sale.")
def something_is_owed(_payment: PaymentContext, _event: object, facts: PaymentFacts) -> bool:
    """Something must be owed to the buyer."""
    return facts.owed > 0


@guard(detail="{owed} is owed.", numbers=amounts, remedy="Refund less.")
def is_owed(_payment: PaymentContext, event: Refund, facts: PaymentFacts) -> bool:
    """The refund must not be more than is owed to the buyer."""
    return facts.owed <= 0 or event.amount <= facts.owed  # where nothing is, the rule before says so


@guard(detail="{left} of it is left.", numbers=amounts)
def is_paid_back(payment: PaymentContext) -> bool:
    """All of the payment must have been paid back."""
    return payment.left == 0


can_be_refunded = all_of(refunds_something, within_payment, something_is_owed, is_owed)


def confirm(payment: PaymentContext, _event: object, facts: PaymentFacts) -> PaymentContext:
    return replace(payment, confirmed_at=facts.now)


def refund(payment: PaymentContext, event: Refund) -> PaymentContext:
    return replace(payment, refunded=payment.refunded + event.amount)


def tell_captured(payment: PaymentContext) -> Captured | None:
    """A payment of nothing, as some records hold it, captures nothing."""
    return Captured(payment.amount) if payment.amount > 0 else None


def tell_failed(_payment: PaymentContext, event: Fail) -> Failed:
    return Failed(event.reason)


def pay_out(_payment: PaymentContext, event: Refund) -> PaidOut:
    return PaidOut(event.amount)


PAYMENT = chart(
    "payment",
    version=1,
    label="Payment",
    context=PaymentContext,
    facts=PaymentFacts,
    lanes=("main", "ended"),
    states=[
        state(
            "PENDING",
            on(Confirm, "CONFIRMED", do=confirm, emit=tell_captured),
            on(Fail, "FAILED", emit=tell_failed),
            label="Waiting for confirmation", tone="waiting", lane="main", row=0,
        ),
        state(
            "CONFIRMED",
            on(Refund, "PARTIALLY_REFUNDED", when=can_be_refunded, do=refund, emit=pay_out),
            label="Confirmed", tone="good", lane="main", row=1,
        ),
        state(
            "PARTIALLY_REFUNDED",
            always("REFUNDED", when=is_paid_back),
            on(Refund, when=can_be_refunded, do=refund, emit=pay_out),
            label="Partly refunded", tone="active", lane="main", row=2,
        ),
        final("FAILED", label="Failed", tone="bad", lane="ended", row=0),
        final("REFUNDED", label="Refunded", tone="ended", lane="main", row=3),
    ],
)  # fmt: skip
