"""Flutterwave: version 4 signs the raw body by HMAC-SHA256; version 3 sends a shared word, so that it is asked back.

Amounts are in major units. Source: developer.flutterwave.com/docs/webhooks, and /v3.0/docs/webhooks.
"""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from orderway.providers.amounts import known_currency, minor_units, number
from orderway.providers.body import Part, moment, order_ref, own_id, read_json, unix_moment
from orderway.providers.provider import Kind, News, proven
from orderway.providers.signatures import header, match, need_secrets
from orderway.sale.payments.context import Method

SIGNATURE, WORD = "flutterwave-signature", "verif-hash"

METHODS: Mapping[str, Method] = {
    "account": "BANK",
    "bank_account": "BANK",
    "bank_transfer": "TRANSFER",
    "banktransfer": "TRANSFER",
    "ussd": "TRANSFER",
    "mobile_money": "WALLET",
    "mpesa": "WALLET",
    "opay": "WALLET",
}
CHARGES: Mapping[str, Kind] = {
    "successful": "captured",
    "succeeded": "captured",
    "failed": "failed",
    "cancelled": "failed",
    "voided": "failed",
    "pending": "pending",
    "authorized": "authorized",
}
"""What the state of a charge means, in both versions."""
CHARGED = {"charge.completed", "charge.failed", "order.authorization"}
REFUNDED = {"refund.completed", "refund.failed"}


class Flutterwave:
    name = "flutterwave"
    evidence = (SIGNATURE,)

    def verify(self, body: bytes, headers: Mapping[str, str], *, secrets: Sequence[str], now: datetime) -> None:
        """Return when a secret made the signature, or is the shared word; neither scheme has a timestamp."""
        del now
        keys = need_secrets(secrets, provider=self.name)
        if headers.get(WORD) and not proven(self, headers):
            match([headers[WORD]], keys, provider=self.name)
            return
        given = header(headers, SIGNATURE)
        expected = [b64encode(hmac.new(key.encode(), body, "sha256").digest()).decode() for key in keys]
        match([given], expected, provider=self.name)

    def read(self, body: bytes, headers: Mapping[str, str]) -> News:
        whole = read_json(body)
        event = whole.maybe_text("event") or whole.maybe_text("type") or ""
        news = None
        if event in CHARGED:
            news = _charge(event, whole)
        elif event in REFUNDED:
            news = _refund(event, whole)
        if news is None:
            return News(event_id=_sent_as(whole) or own_id(event, body), kind="other")
        return news if proven(self, headers) else replace(news, needs_verification=True)


def _charge(event: str, whole: Part) -> News | None:
    data = whole.part("data")
    status = data.text("status")
    kind = CHARGES.get(status)
    if kind is None:
        return None
    reference = data.text("tx_ref" if whole.value("event") else "reference")
    currency = known_currency(data.value("currency"))
    method = data.maybe_text("payment_type") or data.maybe_part("payment_method").maybe_text("type") or ""
    return News(
        event_id=_sent_as(whole) or f"{event}:{data.text('id')}:{status}",
        kind=kind,
        transaction=data.text("id"),
        reference=reference,
        order_ref=order_ref(data.value("meta"), whole.value("meta_data")) or reference,
        amount=minor_units(data.value("amount"), currency=currency, decimals=0),
        currency=currency,
        method=_method(method),
        reason=_reason(data) if kind == "failed" else None,
        occurred_at=_when(whole, data),
    )


def _refund(event: str, whole: Part) -> News | None:
    """A refund names the charge, and neither its reference nor its currency."""
    data = whole.part("data")
    status = data.text("status")
    kind = refund_kind(status)
    if kind is None:
        return None
    return News(
        event_id=_sent_as(whole) or f"{event}:{data.text('id')}:{status}",
        kind=kind,
        transaction=data.maybe_text("charge_id") or data.text("TransactionId"),
        subject=data.text("id"),
        major=number(data.value("amount_refunded") or data.value("AmountRefunded")),
        reason=data.reason("reason") or data.reason("comments"),
        occurred_at=_when(whole, data),
    )


def refund_kind(status: str) -> Kind | None:
    """What the state of a refund means: version 3 says by which way too, as in completed-bank-transfer."""
    if status == "succeeded" or status.partition("-")[0] == "completed":
        return "refunded"
    return "refund_failed" if status in {"failed", "cancelled"} else None


def _sent_as(whole: Part) -> str | None:
    """The id of the event that version 4 gives, by either of its two names."""
    return None if whole.value("event") else whole.maybe_text("webhook_id") or whole.maybe_text("id")


def _method(name: str) -> Method:
    return "WALLET" if name.startswith("mobilemoney") else METHODS.get(name, "CARD")


def _reason(data: Part) -> str | None:
    return data.reason("processor_response") or data.maybe_part("processor_response").reason("type")


def _when(whole: Part, data: Part) -> datetime | None:
    return (
        unix_moment(whole.value("timestamp"), per_second=1000)
        or moment(data.value("created_at"))
        or moment(data.value("createdAt"))
    )
