"""Asking Flutterwave whether news are true: the word that version 3 sends along proves nothing about the body.

Source: developer.flutterwave.com/v3.0/docs/transaction-verification, and its reference of refunds.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import replace

import httpx

from orderway.providers.amounts import in_currency, known_currency, minor_units
from orderway.providers.body import Part, order_ref, read_json
from orderway.providers.flutterwave import CHARGES, refund_kind
from orderway.providers.provider import BodyBroken, News, Unreachable, Unverified

API, USUAL_API = "ORDERWAY_FLUTTERWAVE_API", "https://api.flutterwave.com"
KEY = "ORDERWAY_FLUTTERWAVE_SECRET_KEY"
TIMEOUT = 10.0
"""Seconds for each answer."""

COMPARED = ("kind", "transaction", "reference", "amount", "currency")
BY_HAND = "Look the payment up at Flutterwave."

_NUMBER = re.compile(r"[0-9]{1,20}", re.ASCII)


async def confirm(news: News, environ: Mapping[str, str]) -> News:
    """Return news that need verification without that mark, once Flutterwave says the same.

    State, number, reference, amount and currency have to be the same there. The order is the one that Flutterwave
    names: nothing proves the body's. What a refund does not tell (reference and currency) comes from its charge.
    Raises Unverified where Flutterwave says otherwise, does not know of it, or no key is set; Unreachable where it does
    not answer.
    """
    of_refund = news.kind in {"refunded", "refund_failed"}
    async with _client(environ) as client:
        charge = await _ask(client, f"/v3/transactions/{_number(news.transaction)}/verify")
        refund = await _ask(client, f"/v3/refunds/{_number(news.subject)}") if of_refund else None
    try:
        there = _refund(refund, charge) if refund else _charge(charge)
        here = in_currency(replace(news, reference=news.reference or there.reference), there.currency or "")
    except BodyBroken as broken:
        raise Unverified(f"What Flutterwave says can not be compared: {broken.message}", BY_HAND) from broken
    wrong = [field for field in COMPARED if getattr(here, field) != getattr(there, field)]
    if wrong:
        raise Unverified(f"Flutterwave says otherwise about the payment's {' and '.join(wrong)}.", BY_HAND)
    return replace(here, order_ref=there.order_ref, needs_verification=False)


def _client(environ: Mapping[str, str]) -> httpx.AsyncClient:
    key = environ.get(KEY, "").strip()
    if not key or not key.isascii():
        raise Unverified(
            "Flutterwave's word in the header proves nothing, and there is no key to ask it.", f"Set {KEY}."
        )
    address = environ.get(API, "").strip() or USUAL_API
    try:
        return httpx.AsyncClient(base_url=address, headers={"Authorization": f"Bearer {key}"}, timeout=TIMEOUT)
    except httpx.InvalidURL as error:
        raise Unreachable("The address of Flutterwave is no address.", f"Correct {API}.") from error


async def _ask(client: httpx.AsyncClient, path: str) -> Part:
    """Return the data of the answer."""
    try:
        async with asyncio.timeout(TIMEOUT):
            answer = await client.get(path)
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
        raise Unreachable("Flutterwave does not answer.", f"Try again later, or correct {API}.") from error
    status = answer.status_code
    if status in {401, 403}:
        raise Unverified("Flutterwave does not take the key.", f"Correct {KEY}.")
    if status in {408, 429} or status >= 500:
        raise Unreachable(f"Flutterwave answers with status {status}.", "Try again later.")
    try:
        whole = read_json(answer.content)
        return whole.part("data")
    except BodyBroken as broken:
        raise Unverified(f"Flutterwave does not know of the payment (status {status}).", BY_HAND) from broken


def _charge(charge: Part) -> News:
    currency = known_currency(charge.value("currency"))
    reference = charge.text("tx_ref")
    return News(
        event_id="",
        kind=CHARGES.get(charge.text("status"), "other"),
        transaction=charge.text("id"),
        reference=reference,
        order_ref=order_ref(charge.value("meta")) or reference,
        amount=minor_units(charge.value("amount"), currency=currency, decimals=0),
        currency=currency,
    )


def _refund(refund: Part, charge: Part) -> News:
    of = _charge(charge)
    return replace(
        of,
        kind=refund_kind(refund.text("status")) or "other",
        transaction=refund.text("tx_id"),
        amount=minor_units(refund.value("amount_refunded"), currency=of.currency or "", decimals=0),
    )


def _number(id: str | None) -> str:
    """The number that version 3 gives a charge or a refund, safe in an address."""
    if id is None or not _NUMBER.fullmatch(id):
        raise Unverified("Flutterwave can be asked about its numbers of payments alone, and this has none.", BY_HAND)
    return id
