"""What a line comes to: whole minor units, discount and tax rounded half-even once each, for the whole line."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.quotation.quotation_table import NOW

from orderway.catalogue.prices import MOST, CataloguePrice, marked_up
from orderway.money import Money
from orderway.quotation.changes import revise
from orderway.quotation.context import PricedLine, QuotationContext, QuotationFacts
from orderway.quotation.events import Edit, LineWanted
from orderway.quotation.guards import LARGEST_TOTAL, makes_sense
from orderway.quotation.lines import line

TEA = UUID("018f0000-0000-7000-8000-000000000001")


def one(
    quantity: int, price: int, tax_rate: int = 0, *, by_hand: int | None = None, off: int | None = None,
    rate: int | None = None,
) -> PricedLine:  # fmt: skip
    return line(CataloguePrice(TEA, "Tea", quantity, price, tax_rate), LineWanted(TEA, quantity, by_hand, off, rate))


@pytest.mark.parametrize(
    ("currency", "asked", "comes", "read"),
    [
        ("NGN", (3, 1_250, 0, 750), (0, 281, 4_031), "NGN 40.31"),  # tax 281.25
        ("NGN", (1, 100, 250, 0), (2, 0, 98), "NGN 0.98"),  # 2.5 off: the even neighbour below
        ("NGN", (3, 100, 250, 0), (8, 0, 292), "NGN 2.92"),  # 7.5 off: the even neighbour above
        ("NGN", (1, 20, 0, 750), (0, 2, 22), "NGN 0.22"),  # tax 1.5
        ("NGN", (1, 60, 0, 750), (0, 4, 64), "NGN 0.64"),  # tax 4.5
        ("NGN", (1, 1_000, 5_000, 750), (500, 38, 538), "NGN 5.38"),  # tax 37.5, on what the discount left
        ("NGN", (2, 999, 3_333, 1_900), (666, 253, 1_585), "NGN 15.85"),  # 665.9334 off, tax 253.08
        ("UGX", (7, 1_500, 0, 1_800), (0, 1_890, 12_390), "UGX 12,390"),
        ("UGX", (1, 25, 0, 1_800), (0, 4, 29), "UGX 29"),  # tax 4.5
        ("UGX", (1, 75, 0, 1_800), (0, 14, 89), "UGX 89"),  # tax 13.5
        ("KWD", (1, 12_345, 0, 500), (0, 617, 12_962), "KWD 12.962"),  # tax 617.25
        ("KWD", (1, 12_350, 0, 500), (0, 618, 12_968), "KWD 12.968"),  # tax 617.5
        ("KWD", (1, 12_370, 0, 500), (0, 618, 12_988), "KWD 12.988"),  # tax 618.5
        ("UYW", (1, 123_456, 0, 2_200), (0, 27_160, 150_616), "UYW 15.0616"),  # tax 27160.32
        ("UYW", (1, 25, 1_000, 0), (2, 0, 23), "UYW 0.0023"),  # 2.5 off
        ("CLF", (2, 380_001, 125, 1_900), (9_500, 142_595, 893_097), "CLF 89.3097"),  # 9500.025 off, tax 142595.38
        ("CLF", (1, 35, 1_000, 0), (4, 0, 31), "CLF 0.0031"),  # 3.5 off
        ("NGN", (5, 0, 0, 750), (0, 0, 0), "NGN 0.00"),
        ("NGN", (1, 999, 10_000, 750), (999, 0, 0), "NGN 0.00"),
    ],
)
def test_a_line_in_the_minor_units_of_its_currency(
    currency: str, asked: tuple[int, int, int, int], comes: tuple[int, int, int], read: str
):
    """Asked: pieces, price of one, discount and tax in basis points. It comes to: discount, tax and total."""
    quantity, price, rate, tax_rate = asked
    found = one(quantity, price, tax_rate, rate=rate)
    assert (found.discount, found.tax, found.total) == comes
    assert Money(found.total, currency).format().replace("\xa0", " ") == read


def test_an_amount_off_is_taken_as_it_is_and_a_price_by_hand_keeps_what_the_catalogue_asked():
    found = one(3, 1_000, 750, by_hand=900, off=701)
    assert found == PricedLine(
        TEA, "Tea", quantity=3, unit_price=900, discount=701, tax=150, freight=0, total=2_149, list_price=1_000,
        tax_rate=750,
    )  # fmt: skip


PRICES = st.integers(0, 10**12)
RATES = st.integers(0, 10_000)
LINES = st.builds(one, st.integers(1, MOST), PRICES, RATES, by_hand=st.none() | PRICES, rate=RATES)


@given(LINES)
def test_a_line_is_the_sum_of_its_parts(found: PricedLine):
    goods = found.quantity * found.unit_price
    assert found.total == goods - found.discount + found.tax + found.freight
    assert 0 <= found.discount <= goods
    assert 0 <= found.tax <= goods - found.discount


@given(st.integers(1, 1000), PRICES, RATES, RATES)
def test_discount_and_tax_are_half_a_unit_off_at_most(quantity: int, price: int, rate: int, tax_rate: int):
    found, goods = one(quantity, price, tax_rate, rate=rate), quantity * price
    assert abs(found.discount * 10_000 - goods * rate) <= 5_000
    assert abs(found.tax * 10_000 - (goods - found.discount) * tax_rate) <= 5_000


@given(st.lists(LINES, max_size=20))
def test_the_total_is_the_sum_of_the_lines_and_fits_where_it_is_taken(lines: list[PricedLine]):
    context = QuotationContext(currency="NGN", valid_until=NOW)
    event = Edit(tuple(LineWanted(each.variant, each.quantity) for each in lines))
    facts = QuotationFacts(now=NOW, actor="person:biller", priced=tuple(lines), may_price=True)
    total = sum(each.quantity * each.unit_price - each.discount + each.tax for each in lines)
    assert revise(context, event, facts).total == total
    if makes_sense(context, event, facts):
        assert total <= LARGEST_TOTAL
        assert all(each.quantity * each.unit_price <= LARGEST_TOTAL < 2**63 for each in lines)
    else:
        assert max(total, *(each.quantity * each.unit_price for each in lines)) > LARGEST_TOTAL


@given(PRICES, st.integers(0, 1000))
def test_the_markup_stands_in_the_price_so_that_pieces_times_price_is_what_is_read(price: int, percent: int):
    unit = marked_up(price, percent)
    assert one(7, unit).total == 7 * unit
