"""Stripe: HMAC-SHA256 over timestamp and raw body; amounts in Stripe's own smallest units.

Source: docs.stripe.com/webhooks/signatures, /api/events/types, /currencies.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from orderway.money import exponent
from orderway.providers.amounts import known_currency, minor_units
from orderway.providers.body import Part, order_ref, read_json, unix_moment
from orderway.providers.provider import BodyBroken, Kind, News, SignatureRefused
from orderway.providers.signatures import header, match, near, need_secrets, unix_time
from orderway.sale.payments.context import Method

SIGNATURE = "stripe-signature"

# Stripe's units are hundredths unless the currency stands here; ISO 4217 differs for MGA (2), ISK and UGX (0 each).
# HUF and TWD are whole in payouts alone: what is charged, refunded and disputed counts in hundredths.
WHOLE = "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF"
HUNDREDTHS = "ISK UGX"
THOUSANDTHS = "BHD JOD KWD OMR TND"

_METHODS: Mapping[Method, str] = {
    "BANK": "acss_debit au_becs_debit bacs_debit nz_bank_account sepa_debit us_bank_account",
    "TRANSFER": "bancontact blik customer_balance eps fpx ideal multibanco p24 pix promptpay",
    "WALLET": "alipay amazon_pay cashapp grabpay link mobilepay paypal revolut_pay wechat_pay",
}
METHODS: Mapping[object, Method] = {name: method for method, names in _METHODS.items() for name in names.split()}
INTENTS: Mapping[str, tuple[Kind, str]] = {
    "payment_intent.succeeded": ("captured", "amount_received"),
    "payment_intent.amount_capturable_updated": ("authorized", "amount_capturable"),
    "payment_intent.processing": ("pending", "amount"),
    "payment_intent.partially_funded": ("pending", "amount"),
    "payment_intent.payment_failed": ("failed", "amount"),
    "payment_intent.canceled": ("failed", "amount"),
}
CHARGES: Mapping[str, tuple[Kind, str]] = {
    "charge.succeeded": ("captured", "amount"),
    "charge.captured": ("captured", "amount_captured"),
    "charge.pending": ("pending", "amount"),
    "charge.failed": ("failed", "amount"),
    "charge.expired": ("failed", "amount"),
}
REFUNDS = {"refund.created", "refund.updated", "refund.failed", "charge.refund.updated"}
OUTCOMES: Mapping[str, Kind] = {"succeeded": "refunded", "failed": "refund_failed", "canceled": "refund_failed"}
CLOSED: Mapping[str, Kind] = {"won": "dispute_won", "lost": "dispute_lost"}


class Stripe:
    name = "stripe"
    evidence = (SIGNATURE,)

    def verify(self, body: bytes, headers: Mapping[str, str], *, secrets: Sequence[str], now: datetime) -> None:
        keys = need_secrets(secrets, provider=self.name)
        signed_at, given = _parts(header(headers, SIGNATURE))
        signed = f"{signed_at}.".encode() + body
        match(given, [hmac.new(key.encode(), signed, "sha256").hexdigest() for key in keys], provider=self.name)
        near(unix_time(signed_at), now)

    def read(self, body: bytes, headers: Mapping[str, str]) -> News:
        del headers
        whole = read_json(body)
        event_id, type_ = whole.text("id"), whole.maybe_text("type") or ""
        read = _reader(type_)
        if read is None:
            return News(event_id=event_id, kind="other")
        return read(Event(whole, event_id, type_))


class Event:
    """A Stripe event around the object that it tells of."""

    def __init__(self, whole: Part, id: str, type: str) -> None:
        self.id = id
        self.type = type
        self.occurred_at = unix_moment(whole.value("created"))
        self.subject = whole.part("data").part("object")
        self.before = whole.part("data").maybe_part("previous_attributes")

    def other(self, reason: str) -> News:
        return News(event_id=self.id, kind="other", reason=reason, occurred_at=self.occurred_at)

    def news(
        self, kind: Kind, *, amount: object, intent: str | None, charge: str | None, reason: str | None = None
    ) -> News:
        """Return the news of an object with its own currency and metadata, and an intent, a charge or both."""
        told = self.subject
        if not (intent or charge):
            raise BodyBroken("The body names neither a payment intent nor a charge.", "Look the event up at Stripe.")
        currency = known_currency(told.value("currency"))
        return News(
            event_id=self.id,
            kind=kind,
            transaction=charge or intent,
            reference=intent or charge,
            order_ref=order_ref(told.value("metadata")),
            amount=stripe_units(amount, currency),
            currency=currency,
            method=_method(told),
            reason=reason,
            occurred_at=self.occurred_at,
        )


def stripe_units(amount: object, currency: str) -> int:
    """Return an amount of Stripe's units in minor units of ISO 4217. Raises BodyBroken where they do not go in."""
    if not isinstance(amount, int):
        raise BodyBroken("The amount in the body is no whole number.", "Stripe counts in smallest units.")
    if currency in THOUSANDTHS.split():
        decimals = 3
    elif currency in WHOLE.split():
        decimals = 0
    elif exponent(currency) == 2 or currency in HUNDREDTHS.split():
        decimals = 2
    else:
        raise BodyBroken(f"Stripe does not say how it counts {currency}.", "Look the payment up at Stripe.")
    return minor_units(amount, currency=currency, decimals=decimals)


def _reader(type_: str) -> Callable[[Event], News] | None:
    if type_ in INTENTS:
        return _intent
    if type_ in CHARGES:
        return _charge
    if type_ in REFUNDS:
        return _refund
    if type_ == "charge.refunded":
        return _refunded
    return _dispute if type_.startswith("charge.dispute.") else None


def _intent(event: Event) -> News:
    kind, field = INTENTS[event.type]
    told = event.subject
    error = told.maybe_part("last_payment_error")
    why = error.reason("decline_code") or error.reason("code") or told.reason("cancellation_reason")
    reason = why if kind == "failed" else None
    intent, charge = told.text("id"), told.maybe_text("latest_charge")
    return event.news(kind, amount=told.value(field), intent=intent, charge=charge, reason=reason)


def _charge(event: Event) -> News:
    """A charge without a payment intent, as Stripe's older interface makes; any other is told by its intent."""
    kind, field = CHARGES[event.type]
    told = event.subject
    if told.value("payment_intent") is not None:
        return event.other("The payment intent of the charge tells the same.")
    if event.type == "charge.succeeded" and told.value("captured") is False:
        kind = "authorized"
    charge, reason = told.text("id"), told.reason("failure_code")
    return event.news(kind, amount=told.value(field), intent=None, charge=charge, reason=reason)


def _refunded(event: Event) -> News:
    """A charge and all that was paid back of it; what came to it now is the difference from before."""
    told = event.subject
    currency = known_currency(told.value("currency"))
    total = stripe_units(told.value("amount_refunded"), currency)
    before = event.before.whole("amount_refunded") or 0
    intent, charge = told.maybe_text("payment_intent"), told.text("id")
    news = event.news("refunded", amount=told.whole("amount_refunded"), intent=intent, charge=charge)
    earlier = stripe_units(before, currency) if before > 0 else 0
    if earlier >= total:
        return event.other("Less is paid back than before; the refund that failed tells it itself.")
    return replace(news, amount=total - earlier, total=total)


def _refund(event: Event) -> News:
    told = event.subject
    kind = OUTCOMES.get(told.text("status"))
    if kind is None:
        return event.other("A refund is on its way; nothing has arrived yet.")
    why = told.reason("failure_reason") or told.reason("reason")
    intent, charge = told.maybe_text("payment_intent"), told.maybe_text("charge")
    news = event.news(kind, amount=told.value("amount"), intent=intent, charge=charge, reason=why)
    return replace(news, subject=told.text("id"))


def _dispute(event: Event) -> News:
    """Money moves with a dispute, not with the inquiry before it, whose states begin with warning_."""
    told = event.subject
    status = told.text("status")
    kinds: dict[str, Kind | None] = {
        "charge.dispute.created": None if status.startswith("warning_") else "disputed",
        "charge.dispute.funds_withdrawn": "disputed",
        "charge.dispute.funds_reinstated": "dispute_won",
        "charge.dispute.closed": CLOSED.get(status),
    }
    kind = kinds.get(event.type)
    if kind is None:
        return event.other(f"The dispute is {status.replace('_', ' ')}; no money has moved.")
    intent, charge, reason = told.maybe_text("payment_intent"), told.text("charge"), told.reason("reason")
    news = event.news(kind, amount=told.value("amount"), intent=intent, charge=charge, reason=reason)
    return replace(news, subject=told.text("id"))


def _method(told: Part) -> Method:
    types = told.value("payment_method_types")
    only = types[0] if isinstance(types, list) and len(types) == 1 else None
    name = told.maybe_part("payment_method_details").value("type") or only
    return METHODS.get(name, "CARD") if isinstance(name, str) else "CARD"


def _parts(text: str) -> tuple[str, list[str]]:
    """Return the timestamp and the signatures v1 of a header t=…,v1=…,v1=…; other schemes are passed over."""
    pairs = [one.strip().partition("=") for one in text.split(",")]
    times = [value for name, _, value in pairs if name == "t"]
    if len(times) != 1:
        raise SignatureRefused(f"The header {SIGNATURE} has no single timestamp.", "Send it as Stripe signs it.")
    return times[0], [value for name, _, value in pairs if name == "v1"]
