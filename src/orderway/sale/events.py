"""What can happen to a sale. Amounts are minor units of its currency."""

from datetime import datetime
from uuid import UUID

from orderway.delivery.way import FulfillmentType
from orderway.sale.context import PaymentMethod
from orderway.statechart import event


@event(label="Choose how to pay", log="chose how to pay", permission="sale.work", method="Way to pay")
class SetPaymentMethod:
    method: PaymentMethod


@event(label="Start the payment", log="started the payment again", permission="sale.work")
class InitiatePayment:
    pass


@event(label="Note the payment as authorized", log="noted the payment as authorized", permission="payment.register")
class PaymentAuthorized:
    pass


@event(label="Capture the payment", log="captured a payment")
class PaymentCaptured:
    """Sent when the payment is confirmed."""

    payment: UUID
    amount: int


@event(label="Reverse the payment", log="reversed a payment", reason_for="seller")
class PaymentReversed:
    """Sent when a provider takes money back, or holds it while a dispute lasts."""

    payment: UUID
    amount: int


@event(label="Restore the payment", log="restored a payment")
class PaymentRestored:
    """Sent when a dispute is won."""

    payment: UUID
    amount: int


@event(
    label="Accept the short payment",
    log="accepted that the payment came short",
    permission="payment.reconcile",
    reason_for="seller",
)
class AcceptShort:
    """What is still to pay is let go."""

    reason: str


@event(
    label="Report the payment as failed",
    log="reported the payment as failed",
    permission="payment.confirm",
    reason_for="buyer",
)
class PaymentFailed:
    reason: str


@event(label="Report the payment as expired", log="reported the payment as expired", permission="payment.confirm")
class PaymentExpired:
    pass


@event(label="Ask for an override", log="asked for an override", permission="override.ask", reason_for="seller")
class AdminOverrideRequested:
    reason: str


@event(label="Grant the override", log="granted the override", reason_for="seller")
class AdminOverrideGranted:
    """`approved_amount` is how much may still be to pay."""

    request: UUID
    approved_amount: int
    expires_at: datetime | None = None


@event(label="Grant the credit override", log="granted the credit override", reason_for="seller")
class CreditOverrideGranted:
    """`approved_amount` is how far over the limit the sale may go."""

    request: UUID
    approved_amount: int
    expires_at: datetime | None = None


@event(label="Decline the override", log="declined the override", reason_for="seller")
class AdminOverrideDenied:
    request: UUID
    reason: str


@event(label="Decline the credit override", log="declined the credit override", reason_for="seller")
class CreditOverrideDenied:
    request: UUID
    reason: str


@event(label="Revoke the override", log="revoked the override", reason_for="seller")
class OverrideRevoked:
    request: UUID
    reason: str


@event(label="Cancel the sale", log="cancelled the sale", permission="sale.cancel", reason_for="buyer")
class CancelRequested:
    reason: str


@event(label="Let the sale expire", log="ended the expired sale")
class Expire:
    pass


@event(label="Note the fulfillment as completed", log="noted the fulfillment as completed")
class FulfillmentCompleted:
    pass


@event(label="Note the fulfillment as cancelled", log="noted the fulfillment as cancelled")
class FulfillmentCancelled:
    pass


@event(label="Note the fulfillment as failed", log="noted the fulfillment as failed")
class FulfillmentFailed:
    pass


@event(label="Take goods off the sale", log="took goods off the sale", waived="No longer owed")
class FulfillmentRefunded:
    """They came back, or a part of the order brings them no more.

    `amount` goes back to the buyer; `waived` is what of the price of the goods had never been paid.
    """

    amount: int
    waived: int = 0


@event(label="Write off the balance", log="wrote off the balance", permission="sale.write_off", reason_for="seller")
class WriteOff:
    reason: str


@event(label="Change how the order is brought", log="changed how the order is brought", reason_for="buyer")
class PreferencesChanged:
    """`address` names the row of the address, whose words stand in no log."""

    type: FulfillmentType
    address: UUID | None
    reason: str


@event(label="Say who bills the order", log="said who bills the order", reason_for="seller")
class BillerNamed:
    """`biller` is a person of the order's store, who is answerable for it from now on."""

    biller: UUID
    reason: str
