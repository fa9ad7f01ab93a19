"""Monnify: HMAC-SHA512 of the raw body by the client secret; amounts in major units.

Source: developers.monnify.com/docs/webhooks, event types and transaction hash.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from orderway.providers.amounts import known_currency, minor_units, number
from orderway.providers.body import Part, moment, order_ref, own_id, read_json
from orderway.providers.provider import Kind, News
from orderway.providers.signatures import prove_sha512
from orderway.sale.payments.context import Method

SIGNATURE = "monnify-signature"

METHODS: Mapping[str, Method] = {
    "ACCOUNT_TRANSFER": "TRANSFER",
    "CARD": "CARD",
    "CASH": "CASH",
    "DIRECT_DEBIT": "BANK",
    "PHONE_NUMBER": "WALLET",
    "USSD": "TRANSFER",
}
FAILURES = {"FAILED_TRANSACTION", "REJECTED_PAYMENT"}
"""A rejected payment came with the wrong amount and was sent back to the payer by the bank."""
REFUNDS: Mapping[str, Kind] = {"SUCCESSFUL_REFUND": "refunded", "FAILED_REFUND": "refund_failed"}


class Monnify:
    name = "monnify"
    evidence = (SIGNATURE,)

    def verify(self, body: bytes, headers: Mapping[str, str], *, secrets: Sequence[str], now: datetime) -> None:
        """Return when a secret made the signature; the scheme has no timestamp."""
        del now
        prove_sha512(body, headers, SIGNATURE, secrets=secrets, provider=self.name)

    def read(self, body: bytes, headers: Mapping[str, str]) -> News:
        del headers
        whole = read_json(body)
        event = whole.maybe_text("eventType") or ""
        if event == "SUCCESSFUL_TRANSACTION":
            return _paid(event, whole.part("eventData"))
        if event in FAILURES:
            return _failed(event, whole.part("eventData"))
        if event in REFUNDS:
            return _refund(REFUNDS[event], event, whole.part("eventData"))
        return News(event_id=own_id(event, body), kind="other")


def _paid(event: str, data: Part) -> News:
    """What came is `amountPaid`, also where it is less or more than was asked for (PARTIALLY_PAID, OVERPAID)."""
    reference, transaction = data.text("paymentReference"), data.text("transactionReference")
    currency = known_currency(data.value("currency"))
    return News(
        event_id=f"{event}:{transaction}",
        kind="captured",
        transaction=transaction,
        reference=reference,
        order_ref=order_ref(data.value("metaData")) or reference,
        amount=minor_units(data.value("amountPaid"), currency=currency, decimals=0),
        currency=currency,
        method=METHODS.get(data.maybe_text("paymentMethod") or "", "TRANSFER"),
        occurred_at=moment(data.value("paidOn")),
    )


def _failed(event: str, data: Part) -> News:
    reference, transaction = data.text("paymentReference"), data.text("transactionReference")
    return News(
        event_id=f"{event}:{transaction}",
        kind="failed",
        transaction=transaction,
        reference=reference,
        order_ref=order_ref(data.value("metaData")) or reference,
        method=METHODS.get(data.maybe_text("paymentMethod") or "", "TRANSFER"),
        reason=data.maybe_part("paymentRejectionInformation").reason("rejectionReason"),
    )


def _refund(kind: Kind, event: str, data: Part) -> News:
    """A refund names the transaction, and neither its reference nor its currency."""
    refund = data.text("refundReference")
    return News(
        event_id=f"{event}:{refund}",
        kind=kind,
        transaction=data.text("transactionReference"),
        subject=refund,
        major=number(data.value("refundAmount")),
        reason=data.reason("merchantReason"),
    )
