"""Amounts become minor units of ISO 4217 exactly, or are refused."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderway.money import EXPONENTS, Money
from orderway.providers.amounts import in_currency, known_currency, minor_units
from orderway.providers.provider import BodyBroken, News

currencies = st.sampled_from(sorted(EXPONENTS))


@given(minor=st.integers(1, 10**18), currency=currencies)
def test_what_is_written_in_major_units_is_read_as_it_was(minor: int, currency: str):
    major = Decimal(minor).scaleb(-EXPONENTS[currency])
    assert minor_units(major, currency=currency, decimals=0) == minor
    assert (
        minor_units(format(major, "f"), currency=currency, decimals=0)
        == Money.parse(format(major, "f"), currency).minor
    )


@given(minor=st.integers(1, 10**18), currency=currencies)
def test_what_is_written_in_minor_units_is_the_same(minor: int, currency: str):
    assert minor_units(minor, currency=currency) == minor


@given(amount=st.decimals(allow_nan=False, allow_infinity=False), currency=currencies, decimals=st.integers(0, 4))
def test_no_amount_is_rounded(amount: Decimal, currency: str, decimals: int):
    try:
        minor = minor_units(amount, currency=currency, decimals=decimals)
    except BodyBroken:
        return
    assert Decimal(minor).scaleb(decimals - EXPONENTS[currency]) == amount


@pytest.mark.parametrize(
    ("value", "currency", "decimals", "minor"),
    [
        (1, "UYW", 0, 10_000),
        (Decimal("1.2500"), "NGN", 0, 125),
        (Decimal("1E+3"), "NGN", 0, 100_000),
        (Decimal("1000000000000000.000"), "KWD", 0, 10**18),
        (Decimal("0.01"), "NGN", 0, 1),
        ("007.50", "NGN", 0, 750),
        (10**18, "UGX", 0, 10**18),
    ],
)
def test_exactly(value: object, currency: str, decimals: int, minor: int):
    assert minor_units(value, currency=currency, decimals=decimals) == minor


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("0", "not above 0"),
        (-1, "not above 0"),
        ("0.001", "finer than NGN, which has 2 decimals"),
        (Decimal("1e-30"), "finer than NGN"),
        (Decimal("1e-999999"), "finer than any currency"),
        ("10000000000000000.01", "larger than any payment"),
        (Decimal("1e999999"), "larger than any payment"),
        (10**4000, "larger than any payment"),
    ],
)
def test_why_an_amount_is_refused(value: object, why: str):
    with pytest.raises(BodyBroken, match=why):
        minor_units(value, currency="NGN", decimals=0)


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), 1.5, b"1", object()])
def test_what_is_no_number_is_refused(value: object):
    with pytest.raises(BodyBroken, match="missing or no number"):
        minor_units(value, currency="NGN")


def test_a_code_is_known_in_small_letters_too():
    assert known_currency("ngn") == "NGN"


def test_news_without_a_currency_learn_it_from_their_payment():
    news = News(event_id="e", kind="refunded", transaction="t", subject="s", major=Decimal("10.25"))
    told = in_currency(news, "NGN")
    assert (told.amount, told.currency, told.major) == (1025, "NGN", None)


@pytest.mark.parametrize(
    ("major", "currency", "why"),
    [
        ("10.25", "UGX", "finer than UGX"),
        ("1e30", "NGN", "larger than any payment"),
        ("1", "naira", "none of ISO 4217"),
    ],
)
def test_news_that_do_not_go_into_the_currency_are_refused(major: str, currency: str, why: str):
    with pytest.raises(BodyBroken, match=why):
        in_currency(News(event_id="e", kind="refunded", transaction="t", major=Decimal(major)), currency)


def test_news_with_a_currency_keep_it():
    news = News(event_id="e", kind="captured", reference="r", amount=5, currency="KES")
    assert in_currency(news, "NGN") is news
