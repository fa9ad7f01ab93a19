"""Amounts as providers write them, turned into minor units of ISO 4217 without losing or inventing one."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from orderway.money import UnknownCurrency, exponent
from orderway.providers.provider import BodyBroken, News
from orderway.sale.payments.context import LARGEST_PAYMENT

_NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?", re.ASCII)
CHECK = "Look the payment up at the provider."


def known_currency(value: object) -> str:
    """Return the code in capitals. Raises BodyBroken where it is none of ISO 4217."""
    code = value.upper() if isinstance(value, str) and len(value) == 3 else ""
    try:
        exponent(code)
    except UnknownCurrency:
        raise BodyBroken("The currency in the body is none of ISO 4217.", CHECK) from None
    return code


def number(value: object) -> Decimal:
    """Return an amount as it is written: a JSON number, or a text of one above 0. Raises BodyBroken for all else."""
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        value = Decimal(value)
    if isinstance(value, int) and not isinstance(value, bool):
        value = Decimal(value)
    if not isinstance(value, Decimal) or not value.is_finite():
        raise BodyBroken("The amount in the body is missing or no number.", CHECK)
    if value <= 0:
        raise BodyBroken("The amount in the body is not above 0.", CHECK)
    # By its power of ten: a number of a billion digits is quickly written and slowly reckoned with.
    if value.adjusted() > 18:
        raise BodyBroken("The amount in the body is larger than any payment.", CHECK)
    if int(value.as_tuple().exponent) < -30:
        raise BodyBroken("The amount in the body is finer than any currency.", CHECK)
    return value


def minor_units(value: object, *, currency: str, decimals: int | None = None) -> int:
    """Return an amount in minor units of a currency of ISO 4217.

    `decimals` says in which unit `value` counts: 0 in the major unit, 2 in its hundredths; none: in the minor unit.
    Raises BodyBroken where it is no number, not above 0, larger than any payment, or finer than the currency.
    """
    own = exponent(currency)
    amount = number(value)
    shift = own - (own if decimals is None else decimals)
    _, digits, power = amount.as_tuple()
    text, places = "".join(map(str, digits)), int(power) + shift
    whole, rest = (text + "0" * places, "") if places >= 0 else (text[:places], text[places:])
    if rest.strip("0"):
        raise BodyBroken(f"The amount in the body is finer than {currency}, which has {own or 'no'} decimals.", CHECK)
    if int(whole) > LARGEST_PAYMENT:
        raise BodyBroken("The amount in the body is larger than any payment.", CHECK)
    return int(whole)


def in_currency(news: News, currency: str) -> News:
    """Return the news with `major` as `amount` in the currency of its transaction, where the event names none.

    Raises BodyBroken where the amount is finer than the currency or larger than any payment.
    """
    if news.major is None:
        return news
    amount = minor_units(news.major, currency=known_currency(currency), decimals=0)
    return replace(news, amount=amount, currency=currency, major=None)
