"""Paystack: HMAC-SHA512 of the raw body by the account's secret key; amounts in hundredths.

Source: paystack.com/docs/payments/webhooks, /refunds, /disputes; the samples of the documentation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from orderway.providers.amounts import known_currency, minor_units
from orderway.providers.body import Part, moment, order_ref, own_id, read_json
from orderway.providers.provider import Kind, News
from orderway.providers.signatures import prove_sha512
from orderway.sale.payments.context import Method

SIGNATURE = "x-paystack-signature"

METHODS: Mapping[str, Method] = {
    "card": "CARD",
    "apple_pay": "CARD",
    "bank": "BANK",
    "direct_debit": "BANK",
    "bank_transfer": "TRANSFER",
    "eft": "TRANSFER",
    "ussd": "TRANSFER",
    "mobile_money": "WALLET",
    "qr": "WALLET",
}
CHARGES: Mapping[str, Kind] = {"charge.success": "captured", "charge.failed": "failed"}
REFUNDS: Mapping[str, Kind] = {"refund.processed": "refunded", "refund.failed": "refund_failed"}
DISPUTES = {"charge.dispute.create", "charge.dispute.remind", "charge.dispute.resolve"}
"""A reminder tells of the dispute once more, in case that its first event never came."""
WAITING: Mapping[str, str] = {
    "refund.pending": "A refund was asked for; nothing has moved yet.",
    "refund.processing": "A refund is on its way; nothing has arrived yet.",
    "refund.needs-attention": "A refund waits for the customer's bank account; nothing has moved yet.",
}


class Paystack:
    name = "paystack"
    evidence = (SIGNATURE,)

    def verify(self, body: bytes, headers: Mapping[str, str], *, secrets: Sequence[str], now: datetime) -> None:
        """Return when a secret made the signature; the scheme has no timestamp."""
        del now
        prove_sha512(body, headers, SIGNATURE, secrets=secrets, provider=self.name)

    def read(self, body: bytes, headers: Mapping[str, str]) -> News:
        del headers
        whole = read_json(body)
        event = whole.maybe_text("event") or ""
        if event in CHARGES:
            return _charge(CHARGES[event], event, whole.part("data"))
        if event in REFUNDS:
            return _refund(REFUNDS[event], event, whole.part("data"))
        if event in DISPUTES:
            return _dispute(event, whole.part("data"))
        return News(event_id=_other_id(event, whole, body), kind="other", reason=WAITING.get(event))


def _charge(kind: Kind, event: str, data: Part) -> News:
    reference, currency = data.text("reference"), known_currency(data.value("currency"))
    return News(
        event_id=f"{event}:{data.text('id')}",
        kind=kind,
        transaction=data.text("id"),
        reference=reference,
        order_ref=order_ref(data.value("metadata")) or reference,
        amount=minor_units(data.value("amount"), currency=currency, decimals=2),
        currency=currency,
        method=METHODS.get(data.maybe_text("channel") or "", "CARD"),
        reason=data.reason("gateway_response") if kind == "failed" else None,
        occurred_at=moment(data.value("paid_at")) or moment(data.value("created_at")),
    )


def _refund(kind: Kind, event: str, data: Part) -> News:
    reference, currency = data.text("transaction_reference"), known_currency(data.value("currency"))
    return News(
        event_id=f"{event}:{data.text('refund_reference')}",
        kind=kind,
        reference=reference,
        order_ref=order_ref(data.value("metadata")) or reference,
        subject=data.text("refund_reference"),
        amount=minor_units(data.value("amount"), currency=currency, decimals=2),
        currency=currency,
    )


def _dispute(event: str, data: Part) -> News:
    """What is disputed is `refund_amount`, a part of the transaction or all of it."""
    paid = data.part("transaction")
    reference, currency = paid.text("reference"), known_currency(data.value("currency") or paid.value("currency"))
    amount = data.value("refund_amount") or paid.value("amount")
    kind, reason = _standing(event, data)
    return News(
        event_id=f"{event}:{data.text('id')}",
        kind=kind,
        transaction=paid.text("id"),
        reference=reference,
        order_ref=order_ref(paid.value("metadata")) or reference,
        subject=data.text("id"),
        amount=minor_units(amount, currency=currency, decimals=2),
        currency=currency,
        reason=reason,
        occurred_at=moment(data.value("resolvedAt")) or moment(data.value("created_at")),
    )


def _standing(event: str, data: Part) -> tuple[Kind, str | None]:
    """Who won, and why: declined is the merchant's win, everything accepted (by us or by silence) is a loss."""
    if event != "charge.dispute.resolve":
        return "disputed", data.reason("category")
    resolution = data.text("resolution")
    return ("dispute_won" if resolution == "declined" else "dispute_lost"), resolution


def _other_id(event: str, whole: Part, body: bytes) -> str:
    data = whole.maybe_part("data")
    number = data.whole("id")
    return f"{event}:{number}" if event and number is not None else own_id(event, body)
