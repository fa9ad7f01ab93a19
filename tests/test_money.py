"""Money is whole minor units of one currency, read and written without loss."""

import json
import os
from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderway.money import (
    EXPONENTS,
    LARGEST,
    CurrenciesMixed,
    Money,
    NotAnAmount,
    UnknownCurrency,
    UnknownLocale,
    exponent,
)

DATA = Path(os.environ.get("ORDERWAY_DATA", Path(__file__).parents[2] / "shared" / "data"))


def test_exponents_are_those_of_iso_4217():
    facts = DATA / "iso4217_minor_units.json"
    if not facts.exists():
        pytest.skip(f"{facts} is missing. Set ORDERWAY_DATA to the folder that holds it.")
    listed = json.loads(facts.read_text())
    assert {code: fact["iso"] for code, fact in listed.items() if fact["iso"] is not None} == EXPONENTS


@pytest.mark.parametrize(
    ("currency", "decimals"), [("NGN", 2), ("BRL", 2), ("UGX", 0), ("KWD", 3), ("CLF", 4), ("AFN", 2)]
)
def test_exponent(currency: str, decimals: int):
    assert exponent(currency) == decimals


@pytest.mark.parametrize("code", ["XAU", "XXX", "ngn", "NAIRA", "", "₦"])
def test_what_has_no_minor_units_is_no_currency(code: str):
    with pytest.raises(UnknownCurrency, match="is not a currency of ISO 4217"):
        Money(1, code)


@pytest.mark.parametrize(
    ("minor", "currency", "locale", "written"),
    [
        (1_240_050, "NGN", "en", "NGN 12,400.50"),
        (-1_240_050, "NGN", "en-NG", "-NGN 12,400.50"),
        (1_284_500, "UGX", "en", "UGX 1,284,500"),
        (12_345, "KWD", "en", "KWD 12.345"),
        (1_240_050, "BRL", "pt_BR", "BRL 12.400,50"),
        (1_240_050, "EUR", "de", "12.400,50 EUR"),
        (124_001_250, "INR", "hi", "INR 12,40,012.50"),
        (0, "NGN", "en", "NGN 0.00"),
        (12_345, "AFN", "en", "AFN 123"),  # ISO 4217 keeps hundredths that people do not write
        (12_350, "AFN", "en", "AFN 124"),
        (12_250, "AFN", "en", "AFN 122"),
        (LARGEST, "NGN", "en", "NGN 92,233,720,368,547,758.07"),
    ],
)
def test_written_as_the_locale_does(minor: int, currency: str, locale: str, written: str):
    assert Money(minor, currency).format(locale).replace("\xa0", " ") == written


def test_an_unknown_locale_is_an_error():
    with pytest.raises(UnknownLocale, match="“klingon” is not a known locale"):
        Money(1, "NGN").format("klingon")


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12400.50", "NGN", 1_240_050),
        ("12400.5", "NGN", 1_240_050),
        ("12400", "NGN", 1_240_000),
        (" 00.07 ", "NGN", 7),
        ("-0.50", "NGN", -50),
        ("1284500", "UGX", 1_284_500),
        ("0.001", "KWD", 1),
        ("92233720368547758.07", "NGN", LARGEST),
        ("0" * 5000 + "1", "NGN", 100),
    ],
)
def test_read_from_major_units(text: str, currency: str, minor: int):
    assert Money.parse(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "currency", "sentence"),
    [
        ("12.345", "NGN", "“12.345” has more decimals than NGN, which has 2."),
        ("1.0", "UGX", "“1.0” has more decimals than UGX, which has none."),
        ("12,400.50", "NGN", "“12,400.50” is not an amount. Write digits, with a point before the decimals"),
        ("1e5", "NGN", "is not an amount"),
        ("NaN", "NGN", "is not an amount"),
        ("١٢", "NGN", "is not an amount"),
        ("", "NGN", "is not an amount"),
        (".5", "NGN", "is not an amount"),
        ("5.", "NGN", "is not an amount"),
        ("--5", "NGN", "is not an amount"),
        ("92233720368547758.08", "NGN", "is larger than any amount of NGN"),
        ("9" * 5000, "NGN", "is larger than any amount of NGN"),
    ],
)
def test_what_is_no_amount_is_refused(text: str, currency: str, sentence: str):
    with pytest.raises(NotAnAmount) as no:
        Money.parse(text, currency)
    assert sentence in str(no.value)
    assert len(str(no.value)) < 200


def test_sums_and_comparisons():
    assert Money(150, "NGN") + Money(50, "NGN") == Money(200, "NGN")
    assert Money(150, "NGN") - Money(200, "NGN") == Money(-50, "NGN")
    assert Money(1, "NGN") < Money(2, "NGN")
    assert Money(2, "NGN") > Money(1, "NGN")
    assert Money(2, "NGN") <= Money(2, "NGN")
    assert Money(2, "NGN") != Money(2, "UGX")


@pytest.mark.parametrize("mix", [
    lambda naira, shillings: naira + shillings,
    lambda naira, shillings: naira - shillings,
    lambda naira, shillings: naira < shillings,
    lambda naira, shillings: naira >= shillings,
])  # fmt: skip
def test_currencies_do_not_mix(mix: Callable[[Money, Money], object]):
    with pytest.raises(CurrenciesMixed, match="are of two currencies"):
        mix(Money(100, "NGN"), Money(100, "UGX"))


@given(st.integers(-LARGEST, LARGEST), st.sampled_from(sorted(EXPONENTS)))
def test_every_amount_is_read_back_as_it_was_written(minor: int, currency: str):
    assert Money.parse(Money(minor, currency).digits(), currency).minor == minor


@pytest.mark.parametrize(
    ("minor", "currency", "typed"),
    [(1_240_050, "NGN", "12400.50"), (-5, "NGN", "-0.05"), (1_284_500, "UGX", "1284500"), (1, "KWD", "0.001")],
)
def test_an_amount_as_one_types_it(minor: int, currency: str, typed: str):
    assert Money(minor, currency).digits() == typed


@given(st.text())
def test_any_text_is_an_amount_or_a_sentence(text: str):
    try:
        read = Money.parse(text, "NGN")
    except NotAnAmount:
        return
    assert Decimal(text.strip()).quantize(Decimal("0.01"), ROUND_HALF_EVEN) * 100 == read.minor
