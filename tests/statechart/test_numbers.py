from datetime import datetime, timedelta, timezone

import pytest

from orderway.statechart import Amount
from orderway.statechart.numbers import filled, plain


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (Amount(1_240_000, "NGN"), "NGN 12,400.00"),
        (Amount(5, "NGN"), "NGN 0.05"),
        (Amount(-1_205, "EUR"), "EUR -12.05"),
        (Amount(1_284_500, "UGX"), "UGX 1,284,500"),
        (Amount(12_345, "KWD"), "KWD 12.345"),
        (Amount(12_345, "CLF"), "CLF 1.2345"),
    ],
)
def test_an_amount_is_written_with_the_decimals_of_its_currency(amount: Amount, written: str):
    assert str(amount) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (datetime(2026, 3, 2, 13, 5, tzinfo=timezone(timedelta(hours=1))), "2026-03-02 12:05 UTC"),
        (None, "nothing"),
        (True, "yes"),
        (False, "no"),
        (1_234_567, "1,234,567"),
        (Amount(100, "NGN"), "NGN 1.00"),
        ("a word", "a word"),
    ],
)
def test_a_value_is_written_plainly(value: object, written: str):
    assert plain(value) == written


def test_a_template_takes_its_numbers_and_leaves_open_what_nobody_gave():
    assert filled("{count} of {all}.", {"count": 3}, plain) == "3 of …."
