"""What can happen to a payment, and what is then to be heard elsewhere. Amounts are minor units of its currency."""

from dataclasses import dataclass

from orderway.sale.payments.context import RefundTo
from orderway.statechart import event


@event(
    label="Confirm the payment", log="confirmed the payment", permission="payment.confirm", amount="Amount that came"
)
class Confirm:
    """Without `amount` (minor units) just what was announced has come."""

    amount: int | None = None


@event(
    label="Report the payment as failed",
    log="reported the payment as failed",
    permission="payment.confirm",
    reason_for="buyer",
)
class Fail:
    reason: str


@event(label="Refund the payment", log="refunded the payment", permission="payment.confirm", to="Where it goes")
class Refund:
    amount: int
    to: RefundTo = "PAYMENT"


@event(
    label="Note a dispute",
    log="noted that the payment is disputed",
    permission="payment.confirm",
    amount="Amount held",
    reason_for="seller",
)
class Dispute:
    """The provider holds `amount` (minor units) until the dispute is decided."""

    amount: int
    reason: str


@event(
    label="Note the dispute as won", log="noted the dispute as won", permission="payment.confirm", reason_for="seller"
)
class WinDispute:
    pass


@event(
    label="Note the dispute as lost", log="noted the dispute as lost", permission="payment.confirm", reason_for="seller"
)
class LoseDispute:
    pass


@event(
    label="Note a reversal",
    log="noted that the provider took money back",
    permission="payment.confirm",
    amount="Amount taken back",
    reason_for="seller",
)
class Reverse:
    """The provider took `amount` (minor units) back for good: a chargeback, or a refund that nobody here made."""

    amount: int
    reason: str


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


@dataclass(frozen=True, slots=True)
class Spent:
    """The buyer's account holds this less, in minor units."""

    amount: int


@dataclass(frozen=True, slots=True)
class Credited:
    """What is paid out comes onto the buyer's account, in minor units."""

    amount: int


@dataclass(frozen=True, slots=True)
class Reversed:
    """The sale is to hear that money was taken back, in minor units; where none lives that counts it, it is lost."""

    amount: int
    why: str


@dataclass(frozen=True, slots=True)
class DisputeLost:
    """What the dispute had held is gone for good."""


@dataclass(frozen=True, slots=True)
class Restored:
    """The sale is to hear that what a dispute had held is back, in minor units."""

    amount: int
