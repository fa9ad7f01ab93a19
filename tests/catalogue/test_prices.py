"""The server prices lines: the variant's price to a reseller, with the markup to a consumer."""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from uuid import UUID

import asyncpg
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from orderway.catalogue.prices import (
    MOST,
    NotForSale,
    PricedLine,
    UnknownVariant,
    WrongCurrency,
    WrongQuantity,
    marked_up,
    price_lines,
)
from orderway.workflow.errors import Invalid

COFFEE = UUID("00000000-0000-7000-8000-000000000001")
TEA = UUID("00000000-0000-7000-8000-000000000002")
OLD = UUID("00000000-0000-7000-8000-000000000003")
ABROAD = UUID("00000000-0000-7000-8000-000000000004")
NOWHERE = UUID("00000000-0000-7000-8000-000000000099")
FIVE = Decimal(5)


@dataclass(frozen=True)
class Line:
    variant: UUID
    quantity: int


@pytest.fixture
async def shop(pool: asyncpg.Pool) -> asyncpg.Pool:
    """A catalogue of four variants."""
    await pool.execute("INSERT INTO product (id, name) VALUES ($1, 'Arabica'), ($2, 'Black tea')", COFFEE, TEA)
    await pool.executemany(
        "INSERT INTO variant (id, product_id, sku, name, price, currency, active) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        [
            (COFFEE, COFFEE, "A-1", "1 kg", 12_450, "NGN", True),
            (TEA, TEA, "T-1", "", 990, "NGN", True),
            (OLD, COFFEE, "A-5", "5 kg", 60_000, "NGN", False),
            (ABROAD, COFFEE, "A-9", "1 kg abroad", 2_990, "BRL", True),
        ],
    )
    return pool


async def test_a_reseller_pays_the_price(shop: asyncpg.Pool):
    async with shop.acquire() as connection:
        priced = await price_lines(
            connection,
            [Line(TEA, 3), Line(COFFEE, 1), Line(TEA, 2)],
            currency="NGN",
            buyer="RESELLER",
            markup_percent=FIVE,
        )
    assert priced == (
        PricedLine(TEA, "Black tea", 3, 990, 0, 0, 0),
        PricedLine(COFFEE, "Arabica, 1 kg", 1, 12_450, 0, 0, 0),
        PricedLine(TEA, "Black tea", 2, 990, 0, 0, 0),
    )


async def test_a_consumer_pays_the_markup_rounded_half_even(shop: asyncpg.Pool):
    async with shop.acquire() as connection:
        priced = await price_lines(
            connection,
            [Line(COFFEE, 2), Line(TEA, 1)],
            currency="NGN",
            buyer="CONSUMER",
            markup_percent=FIVE,
        )
    # 12450 and 5 % are 13072.5, 990 and 5 % are 1039.5: the even neighbours.
    assert [line.unit_price for line in priced] == [13_072, 1_040]


async def test_no_line_has_no_price(shop: asyncpg.Pool):
    async with shop.acquire() as connection:
        assert await price_lines(connection, [], currency="NGN", buyer="CONSUMER", markup_percent=FIVE) == ()


@pytest.mark.parametrize(
    ("line", "error", "field", "sentence"),
    [
        (
            Line(NOWHERE, 1),
            UnknownVariant,
            "lines[1].variant",
            "Line 2 asks for a variant that is not in the catalogue.",
        ),
        (Line(OLD, 1), NotForSale, "lines[1].variant", "Line 2: Arabica, 5 kg is not sold any more."),
        (
            Line(ABROAD, 1),
            WrongCurrency,
            "lines[1].variant",
            "Line 2: Arabica, 1 kg abroad has a price in BRL, and the order is in NGN.",
        ),
        (Line(TEA, 0), WrongQuantity, "lines[1].quantity", "Line 2 asks for 0 pieces."),
        (Line(TEA, -1), WrongQuantity, "lines[1].quantity", "Line 2 asks for -1 pieces."),
        (Line(TEA, MOST + 1), WrongQuantity, "lines[1].quantity", "Ask for a whole number from 1 to 1,000,000."),
    ],
)
async def test_a_line_without_a_price_is_refused(
    shop: asyncpg.Pool, line: Line, error: type[Invalid], field: str, sentence: str
):
    async with shop.acquire() as connection:
        with pytest.raises(error) as no:
            await price_lines(
                connection, [Line(COFFEE, 1), line], currency="NGN", buyer="RESELLER", markup_percent=FIVE
            )
    assert no.value.field == field
    assert sentence in str(no.value)


@pytest.mark.parametrize(
    ("price", "percent", "marked"),
    [
        (100, "5", 105),
        (10, "5", 10),  # 10.5
        (30, "5", 32),  # 31.5
        (50, "5", 52),  # 52.5
        (70, "5", 74),  # 73.5
        (1, "0", 1),
        (0, "5", 0),
        (200, "2.25", 204),  # 204.5
        (10**12, "100", 2 * 10**12),
    ],
)
def test_marked_up(price: int, percent: str, marked: int):
    assert marked_up(price, Decimal(percent)) == marked


@given(st.integers(0, 10**12), st.decimals(0, 100, places=2))
@example(10**12 - 1, Decimal("99.99"))
def test_a_markup_is_the_exact_one_rounded_half_even(price: int, percent: Decimal):
    exact = Decimal(price) * (100 + percent) / 100
    assert marked_up(price, percent) == int(exact.quantize(Decimal(1), ROUND_HALF_EVEN))


@given(st.integers(0, 10**12), st.integers(0, 10**12), st.decimals(0, 100, places=2))
def test_who_costs_less_costs_less_with_the_markup(one: int, other: int, percent: Decimal):
    low, high = sorted((one, other))
    assert low <= marked_up(low, percent) <= marked_up(high, percent)


@pytest.mark.parametrize(
    ("column", "value"), [("price", -1), ("price", 10**12 + 1), ("currency", "ngn"), ("sku", ""), ("sku", "A-1")]
)
async def test_the_database_refuses_a_broken_variant(shop: asyncpg.Pool, column: str, value: object):
    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await shop.execute(f"UPDATE variant SET {column} = $1 WHERE id = $2", value, TEA)
