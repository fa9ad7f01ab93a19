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
    CataloguePrice,
    NotForSale,
    Terms,
    TooManyLines,
    UnknownVariant,
    WrongCurrency,
    WrongQuantity,
    marked_up,
    price_lines,
    terms_of,
)
from orderway.workflow.errors import Invalid, NotFound

COFFEE = UUID("00000000-0000-7000-8000-000000000001")
TEA = UUID("00000000-0000-7000-8000-000000000002")
OLD = UUID("00000000-0000-7000-8000-000000000003")
ABROAD = UUID("00000000-0000-7000-8000-000000000004")
NOWHERE = UUID("00000000-0000-7000-8000-000000000099")
NAIRA_RESELLER = Terms("NGN", "RESELLER", 5, "GOLD")
NAIRA_CONSUMER = Terms("NGN", "CONSUMER", 5)


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
        priced = await price_lines(connection, [Line(TEA, 3), Line(COFFEE, 1), Line(TEA, 2)], NAIRA_RESELLER)
    assert priced == (
        CataloguePrice(TEA, "Black tea", 3, 990),
        CataloguePrice(COFFEE, "Arabica, 1 kg", 1, 12_450),
        CataloguePrice(TEA, "Black tea", 2, 990),
    )


async def test_a_consumer_pays_the_markup_rounded_half_even(shop: asyncpg.Pool):
    async with shop.acquire() as connection:
        priced = await price_lines(connection, [Line(COFFEE, 2), Line(TEA, 1)], NAIRA_CONSUMER)
    # 12450 and 5 % are 13072.5, 990 and 5 % are 1039.5: the even neighbours.
    assert [line.unit_price for line in priced] == [13_072, 1_040]


async def test_no_line_has_no_price(shop: asyncpg.Pool):
    async with shop.acquire() as connection:
        assert await price_lines(connection, [], NAIRA_CONSUMER) == ()


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
            await price_lines(connection, [Line(COFFEE, 1), line], NAIRA_RESELLER)
    assert no.value.field == field
    assert sentence in str(no.value)


async def test_every_line_that_can_not_be_priced_is_named(shop: asyncpg.Pool):
    async with shop.acquire() as connection:
        with pytest.raises(NotForSale) as no:
            await price_lines(connection, [Line(OLD, 1), Line(TEA, 1), Line(ABROAD, 1), Line(OLD, 2)], NAIRA_RESELLER)
        with pytest.raises(UnknownVariant) as many:
            await price_lines(connection, [Line(NOWHERE, 1)] * 12, NAIRA_RESELLER)
    assert str(no.value) == (
        "Line 1: Arabica, 5 kg is not sold any more. Line 3: Arabica, 1 kg abroad has a price in BRL, and the order is "
        "in NGN. Line 4: Arabica, 5 kg is not sold any more. Choose another variant or take the line out."
    )
    assert "Line 10 asks for" in str(many.value)
    assert "Line 11" not in str(many.value)
    assert "So it is with 2 more." in str(many.value)


async def test_a_retired_product_has_no_variant_for_sale(shop: asyncpg.Pool):
    await shop.execute("UPDATE product SET active = false WHERE id = $1", TEA)
    async with shop.acquire() as connection:
        with pytest.raises(NotForSale, match="Line 1: Black tea is not sold any more"):
            await price_lines(connection, [Line(TEA, 1)], NAIRA_RESELLER)


async def test_an_order_has_an_end(shop: asyncpg.Pool):
    async with shop.acquire() as connection:
        with pytest.raises(TooManyLines) as no:
            await price_lines(connection, [Line(TEA, 1)] * 10_001, NAIRA_RESELLER)
    assert str(no.value) == "An order has at most 10,000 lines, and this one has 10,001. Part it."


LISTS = [
    (1, "GOLD", "NGN"),
    (2, "BRONZE", "NGN"),
    (3, "GOLD", "KWD"),
    (4, "GOLD", "UGX"),
]
LISTED = [(1, COFFEE, 11_000), (2, COFFEE, 12_000), (3, COFFEE, 2_505), (3, ABROAD, 601), (4, TEA, 0)]


@pytest.fixture
async def listed(shop: asyncpg.Pool) -> asyncpg.Pool:
    """The same with price lists."""
    await shop.executemany(
        "INSERT INTO price_list (id, tier, currency) VALUES ($1, $2, $3)",
        [(UUID(int=id), *rest) for id, *rest in LISTS],
    )
    await shop.executemany(
        "INSERT INTO list_price (list_id, variant_id, price) VALUES ($1, $2, $3)",
        [(UUID(int=id), *rest) for id, *rest in LISTED],
    )
    return shop


@pytest.mark.parametrize(
    ("terms", "variant", "price"),
    [
        (Terms("NGN", "RESELLER", 5, "GOLD"), COFFEE, 11_000),
        (Terms("NGN", "RESELLER", 5, "BRONZE"), COFFEE, 12_000),
        (Terms("NGN", "RESELLER", 5, "SILVER"), COFFEE, 12_450),  # no list: the variant's own
        (Terms("NGN", "RESELLER", 5), COFFEE, 12_450),
        (Terms("NGN", "RESELLER", 5, "GOLD"), TEA, 990),  # a list that does not name it
        (Terms("KWD", "RESELLER", 5, "GOLD"), COFFEE, 2_505),  # a list in another currency than the variant's
        (Terms("KWD", "RESELLER", 5, "GOLD"), ABROAD, 601),
        (Terms("BRL", "RESELLER", 5, "GOLD"), ABROAD, 2_990),
        (Terms("UGX", "RESELLER", 5, "GOLD"), TEA, 0),  # nothing is a price
        (Terms("NGN", "CONSUMER", 5), COFFEE, 13_072),  # 13072.5
    ],
)
async def test_a_list_is_for_a_tier_and_a_currency(listed: asyncpg.Pool, terms: Terms, variant: UUID, price: int):
    async with listed.acquire() as connection:
        [line] = await price_lines(connection, [Line(variant, 1)], terms)
    assert line.unit_price == price


@pytest.mark.parametrize(
    ("terms", "variant", "sentence"),
    [
        (Terms("KWD", "RESELLER", 5, "GOLD"), TEA, "Black tea has a price in NGN, and the order is in KWD."),
        (Terms("KWD", "RESELLER", 5, "BRONZE"), COFFEE, "Arabica, 1 kg has a price in NGN, and the order is in KWD."),
        (Terms("KWD", "CONSUMER", 5), COFFEE, "Arabica, 1 kg has a price in NGN, and the order is in KWD."),
    ],
)
async def test_currencies_do_not_mix(listed: asyncpg.Pool, terms: Terms, variant: UUID, sentence: str):
    async with listed.acquire() as connection:
        with pytest.raises(WrongCurrency) as no:
            await price_lines(connection, [Line(variant, 1)], terms)
    assert sentence in str(no.value)


@pytest.mark.parametrize(
    ("kind", "profile", "tier"),
    [
        ("RESELLER", None, "BRONZE"),
        ("RESELLER", ("NGN", "FIXED", "GOLD"), "GOLD"),
        ("RESELLER", ("KWD", "FIXED", "GOLD"), "BRONZE"),  # in another currency
        ("RESELLER", ("NGN", "EARNED", None), None),
        ("CONSUMER", None, None),
        ("CONSUMER", ("NGN", "FIXED", "GOLD"), None),
    ],
)
async def test_a_resellers_tier_is_that_of_their_credit(
    shop: asyncpg.Pool, kind: str, profile: tuple[str, str, str | None] | None, tier: str | None
):
    await shop.execute("INSERT INTO customer (id, kind, name, currency) VALUES ($1, $2, 'Buyer', 'NGN')", TEA, kind)
    if profile:
        await shop.execute(
            "INSERT INTO credit_profile (customer_id, currency, policy, tier) VALUES ($1, $2, $3, $4)", TEA, *profile
        )
    async with shop.acquire() as connection:
        found = await terms_of(connection, TEA, currency="NGN", markup_percent=5)
        assert found == Terms("NGN", kind, 5, tier)  # type: ignore[arg-type]  # a text out of the table above
        with pytest.raises(NotFound, match="There is no such customer"):
            await terms_of(connection, COFFEE, currency="NGN", markup_percent=5)


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
