"""Any other sender: Standard Webhooks, that is HMAC-SHA256 over id, timestamp and raw body.

Source: github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md. The scheme stands here in a few
lines because the library of it takes no clock.
"""

from __future__ import annotations

import binascii
import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from orderway.providers.amounts import known_currency, minor_units
from orderway.providers.body import Part, is_plain, moment, order_ref, read_json
from orderway.providers.plain import STATUSES, payment
from orderway.providers.provider import BodyBroken, Kind, News, NoSecret
from orderway.providers.signatures import header, match, near, need_secrets, unix_time

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"

TYPES: Mapping[str, Kind] = {f"payment.{status}": kind for status, kind in STATUSES.items()}


class Generic:
    name = "generic"
    evidence = (ID, TIMESTAMP, SIGNATURE)

    def verify(self, body: bytes, headers: Mapping[str, str], *, secrets: Sequence[str], now: datetime) -> None:
        keys = [_key(secret) for secret in need_secrets(secrets, provider=self.name)]
        id, signed_at = header(headers, ID), header(headers, TIMESTAMP)
        given = [one.removeprefix("v1,") for one in header(headers, SIGNATURE).split() if one.startswith("v1,")]
        signed = f"{id}.{signed_at}.".encode("utf-8", "replace") + body
        expected = [b64encode(hmac.new(key, signed, "sha256").digest()).decode() for key in keys]
        match(given, expected, provider=self.name)
        near(unix_time(signed_at), now)

    def read(self, body: bytes, headers: Mapping[str, str]) -> News:
        event_id = headers.get(ID, "")
        if not is_plain(event_id):
            raise BodyBroken(f"The header {ID} is no text of 1 to 200 characters.", "Give each event an id of its own.")
        whole = read_json(body)
        kind = TYPES.get(whole.maybe_text("type") or "")
        if kind is None:
            return _other(whole.maybe_part("data"), event_id)
        news = payment(whole.part("data"), kind, event_id=event_id)
        return replace(news, occurred_at=news.occurred_at or moment(whole.value("timestamp")))


def _key(secret: str) -> bytes:
    """The bytes of a secret: Base64, with or without the prefix whsec_."""
    try:
        key = b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not key:
        raise NoSecret(
            "A secret of Standard Webhooks is Base64 after whsec_, and one that is set is not.",
            "Correct ORDERWAY_WEBHOOK_SECRET_GENERIC and start again.",
        )
    return key


def _other(data: Part, event_id: str) -> News:
    """Events of other types change nothing; the order and the amount they name are kept, to be found by."""
    news = News(event_id=event_id, kind="other", order_ref=order_ref(data))
    try:
        currency = known_currency(data.value("currency"))
        return replace(news, amount=minor_units(data.whole("capturedTotalMinor"), currency=currency), currency=currency)
    except BodyBroken:
        return news
