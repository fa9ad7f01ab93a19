import pytest

from orderway.ui.quotations.sheet import Entered, read_lines
from orderway.ui.typed import basis_points


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
