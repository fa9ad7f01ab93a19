import pytest

from orderway.money import NotAnAmount
from orderway.ui.language import speaking
from orderway.ui.quotations.sheet import Entered, read_lines
from orderway.ui.typed import amount, basis_points, plain


@pytest.mark.parametrize(("text", "kept"), [("7.5", 750), ("0", 0), ("100", 10_000), ("2.50", 250), (".25", 25)])
def test_a_percentage_is_kept_in_basis_points(text: str, kept: int):
    assert basis_points(text) == kept


@pytest.mark.parametrize("text", ["", ".", "1.2.3", "-1", "100.01", "7.505", "1/2", "1e0", "1e-1", "1_0", "٣", "nan"])
def test_what_is_no_plain_percentage_is_none(text: str):
    """An exponent above all: the nine characters of 1e9999999 would keep the server busy for half a minute."""
    assert basis_points(text) is None


def test_a_line_whose_number_is_longer_than_any_of_ours_is_none():
    assert read_lines({"variant.0": "a", "quantity.0": "2", f"variant.{'9' * 5000}": "b", "variant.٣": "c"}) == [
        Entered("a", "2")
    ]


@pytest.mark.parametrize(
    ("spoken", "text", "read"),
    [
        ("en", "1,000", "1000"), ("en", "1,234,567.25", "1234567.25"), ("en", "1.5", "1.5"), ("en", " 12 ", "12"),
        ("en", "1.000", "1.000"), ("en", "1 000", "1000"), ("en", "-3", "-3"),
        ("fr", "1,5", "1.5"), ("fr", "1,000", "1.000"), ("fr", "1 000", "1000"), ("fr", ",5", ".5"),
        ("fr", "1\u202f234\xa0567,25", "1234567.25"),
        ("fr", "1.5", "1.5"), ("fr", "1234.500", "1234.500"), ("fr", "0.125", "0.125"),
    ],
)  # fmt: skip
def test_a_number_is_read_as_the_language_of_its_reader_writes_it(spoken: str, text: str, read: str):
    with speaking(spoken):
        assert plain(text) == read


@pytest.mark.parametrize(
    ("spoken", "text"),
    [
        ("en", "1,5"), ("en", "1,0000"), ("en", "1,000 000"), ("en", "12,34,567"), ("en", "1,000,5"), ("en", "1.2.3"),
        ("fr", "1.000"), ("fr", "12.500"), ("fr", "1,000.5"), ("fr", "1.000,5"), ("fr", "1 00"),
        ("en", "1e3"), ("en", "nan"), ("en", "٣"), ("en", "1" * 41), ("en", "--1"),
    ],
)  # fmt: skip
def test_what_is_no_number_or_may_be_two_is_refused(spoken: str, text: str):
    with speaking(spoken), pytest.raises(ValueError, match=r".*"):
        plain(text)


def test_an_amount_is_read_in_the_language_of_its_reader_and_as_programs_write_it():
    assert amount("12,400.50", "NGN") == 1_240_050
    with speaking("fr"):
        assert [amount(text, "NGN") for text in ("12 400,50", "12400.50")] == [1_240_050, 1_240_050]
        assert amount("1.500", "TND") == 1_500
        with pytest.raises(NotAnAmount, match="more decimals than NGN"):
            amount("1.500", "NGN")
    with pytest.raises(NotAnAmount, match="“1,5” is not an amount"):
        amount("1,5", "NGN")


def test_a_percentage_with_a_comma_is_one_in_french():
    assert basis_points("7,5") is None
    with speaking("fr"):
        assert basis_points("7,5") == 750
