"""The plain form: payments in one flat JSON object of our own, for senders who write the request themselves.

docs/operations/payment-webhooks.md tells its fields to them. The sender signs it as its provider signs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import get_args

from orderway.providers.amounts import known_currency, minor_units
from orderway.providers.body import Part, moment, order_ref, read_json
from orderway.providers.provider import BodyBroken, Kind, News, Provider, proven
from orderway.sale.payments.context import METHODS, Method

STATUSES: Mapping[str, Kind] = {kind: kind for kind in get_args(Kind) if kind != "other"}


def read(body: bytes, headers: Mapping[str, str], *, provider: Provider) -> News:
    """Read a body in the plain form that the provider's signature proves. Raises BodyBroken."""
    told = read_json(body)
    status = told.text("status")
    kind = STATUSES.get(status)
    if kind is None:
        raise BodyBroken(f"The status in the body is none of: {', '.join(STATUSES)}.", "Use one of them.")
    # Marked, so that no sender can take an id that the provider itself will use.
    news = payment(told, kind, event_id=f"plain:{told.text('eventId')}")
    return news if proven(provider, headers) else replace(news, needs_verification=True)


def payment(told: Part, kind: Kind, *, event_id: str) -> News:
    """Read the fields that the plain and the generic form share: the amount is a whole number of minor units."""
    reference, currency = told.text("reference"), known_currency(told.value("currency"))
    amount = told.whole("amount")
    if amount is None:
        raise BodyBroken("The amount in the body is no whole number of minor units.", "Write 12.50 as 1250.")
    return News(
        event_id=event_id,
        kind=kind,
        transaction=told.maybe_text("transaction"),
        reference=reference,
        order_ref=order_ref(told, told.value("metadata")) or reference,
        subject=told.maybe_text("subject"),
        amount=minor_units(amount, currency=currency),
        currency=currency,
        method=_method(told),
        reason=told.reason("reason"),
        occurred_at=moment(told.value("occurredAt")),
    )


def _method(told: Part) -> Method:
    found = told.maybe_text("method") or "CARD"
    method = next((known for known in METHODS if known == found), None)
    if method is None:
        raise BodyBroken(f"The method in the body is none of: {', '.join(METHODS)}.", "Use one of them.")
    return method
