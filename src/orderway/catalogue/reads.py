"""What is sold and what it costs: products with their variants, price lists, and who changed what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from orderway.catalogue.prices import Terms, price_for
from orderway.workflow.errors import Invalid
from orderway.workflow.kinds import Connection

LARGEST = 100
"""The longest page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """What is ordered. `price` is the reseller's own, in minor units of `currency` and without tax, for the seller.

    `tax_rate` in basis points on top of it. `customer_price` is what the customer who was asked for pays for a piece,
    in minor units of `customer_currency`, before tax; both are empty where there is no price in what was asked for.
    `available` is whether the store that was asked for has any that are not held for orders; `free` is how many, for
    the seller.
    """

    id: UUID
    product: UUID
    sku: str
    name: str
    title: str
    active: bool
    tax_rate: int
    price: int | None
    currency: str | None
    customer_price: int | None = None
    customer_currency: str | None = None
    available: bool | None = None
    free: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """`active` is whether it is sold; its variants stand in the order of their SKUs."""

    id: UUID
    name: str
    category: str
    active: bool
    variants: tuple[Variant, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Eyes:
    """With what eyes the catalogue is looked at: whose price is asked for, in which store, and whether the seller
    looks.
    """

    terms: Terms | None = None
    store: UUID | None = None
    seller: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row(Variant):
    """A variant as the database has it, with its price on the list of the buyer's tier."""

    price: int
    currency: str
    list_price: int | None

    def seen(self, eyes: Eyes) -> Variant:
        asked = None
        if eyes.terms:
            asked = price_for(eyes.terms, price=self.price, currency=self.currency, list_price=self.list_price)
        return Variant(
            id=self.id, product=self.product, sku=self.sku, name=self.name, title=self.title, active=self.active,
            tax_rate=self.tax_rate, price=self.price if eyes.seller else None,
            currency=self.currency if eyes.seller else None, customer_price=asked,
            customer_currency=eyes.terms.currency if eyes.terms and asked is not None else None,
            available=None if self.free is None else self.free > 0, free=self.free if eyes.seller else None,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A product as the database has it."""

    id: UUID
    name: str
    category: str
    active: bool
    variants: tuple[Row, ...]

    def seen(self, eyes: Eyes) -> Product:
        variants = tuple(row.seen(eyes) for row in self.variants if row.active or eyes.seller)
        return Product(id=self.id, name=self.name, category=self.category, active=self.active, variants=variants)


VARIANT = """
    json_build_object('id', v.id, 'product', v.product_id, 'sku', v.sku, 'name', v.name,
        'title', p.name || CASE WHEN v.name = '' THEN '' ELSE ', ' || v.name END, 'active', v.active AND p.active,
        'tax_rate', v.tax_rate, 'price', v.price, 'currency', v.currency, 'list_price', l.price,
        'free', CASE WHEN $3::uuid IS NOT NULL THEN coalesce(k.quantity - k.reserved, 0) END)
"""
LISTED = """
    LEFT JOIN price_list t ON t.tier = $1 AND t.currency = $2
    LEFT JOIN list_price l ON l.list_id = t.id AND l.variant_id = v.id
    LEFT JOIN stock k ON k.store_id = $3 AND k.variant_id = v.id
"""
PRODUCT = f"""
    SELECT json_build_object('id', p.id, 'name', p.name, 'category', p.category, 'active', p.active,
        'variants', coalesce((SELECT json_agg({VARIANT} ORDER BY v.sku) FROM variant v {LISTED}
            WHERE v.product_id = p.id), '[]'))::text
    FROM product p
"""  # noqa: S608  (texts of this module)
FOUND = """
    WHERE ($4 OR p.active) AND ($5 = '' OR strpos(lower(p.name), lower($5)) > 0
        OR EXISTS (SELECT FROM variant v WHERE v.product_id = p.id AND starts_with(lower(v.sku), lower($5))))
    AND ($6::uuid IS NULL OR (p.name, p.id) > (SELECT name, id FROM product WHERE id = $6))
    ORDER BY p.name, p.id LIMIT $7
"""
DECODER = msgspec.json.Decoder(Whole)
ONE = msgspec.json.Decoder(Row)


@dataclass(frozen=True, slots=True)
class Page:
    """Some products in the order of their names, and whether more come after them."""

    products: tuple[Product, ...]
    has_more: bool


async def load_products(
    connection: Connection, eyes: Eyes, *, search: str = "", after: UUID | None = None, limit: int = 50
) -> Page:
    """Return the products whose name holds the text, or of which a variant's SKU begins with it. One statement.

    The seller sees what is retired as well. `after` is the last product of the page before. Raises Invalid.
    """
    check_page(limit)
    rows = await connection.fetch(
        PRODUCT + FOUND, *_asked(eyes), eyes.seller, search.replace("\0", "").strip(), after, limit + 1
    )
    return Page(tuple(DECODER.decode(row[0]).seen(eyes) for row in rows[:limit]), len(rows) > limit)


async def count_products(connection: Connection, eyes: Eyes, *, search: str = "") -> int:
    """Return how many products `load_products` finds in all. One statement."""
    counted: int = await connection.fetchval(
        f"SELECT count(*) FROM ({PRODUCT} {FOUND}) every",  # noqa: S608  (as above)
        *_asked(eyes), eyes.seller, search.replace("\0", "").strip(), None, None,
    )  # fmt: skip
    return counted


async def load_product(connection: Connection, eyes: Eyes, id: UUID) -> Product | None:
    """Return one product; None where there is none, or none any more for who is not the seller."""
    text = await connection.fetchval(f"{PRODUCT} WHERE p.id = $4 AND ($5 OR p.active)", *_asked(eyes), id, eyes.seller)
    return DECODER.decode(text).seen(eyes) if text else None


async def load_variant(connection: Connection, eyes: Eyes, *, id: UUID | None, sku: str) -> Variant | None:
    """Return the variant of that id, or of that SKU; None as for a product."""
    text = await connection.fetchval(
        f"SELECT {VARIANT}::text FROM variant v JOIN product p ON p.id = v.product_id {LISTED}"  # noqa: S608  (texts of this module)
        " WHERE (v.id = $4 OR $4 IS NULL AND v.sku = $5) AND ($6 OR v.active AND p.active)",
        *_asked(eyes), id, sku.replace("\0", ""), eyes.seller,
    )  # fmt: skip
    return ONE.decode(text).seen(eyes) if text else None


async def load_variants(connection: Connection, eyes: Eyes, ids: Sequence[UUID]) -> dict[UUID, Variant]:
    """Return those of the variants that are there, by their ids, with what is retired as well. One statement."""
    rows = await connection.fetch(
        f"SELECT {VARIANT}::text FROM variant v JOIN product p ON p.id = v.product_id {LISTED} WHERE v.id = ANY ($4)",  # noqa: S608  (as above)
        *_asked(eyes), list(ids),
    )  # fmt: skip
    found = [ONE.decode(row[0]).seen(eyes) for row in rows]
    return {variant.id: variant for variant in found}


def check_page(limit: int) -> None:
    """Raises Invalid for a page that is none, or too long."""
    if not 1 <= limit <= LARGEST:
        raise Invalid(f"A page holds 1 to {LARGEST} entries.", "Ask for fewer, and then for the next page.", "first")


def _asked(eyes: Eyes) -> tuple[str | None, str | None, UUID | None]:
    return (eyes.terms.tier, eyes.terms.currency, eyes.store) if eyes.terms else (None, None, eyes.store)


# ------------------------------------------------------------------------------------------ price lists, and changes


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceList:
    """What resellers of a tier pay in a currency (ISO 4217), where it differs from the variants' own prices."""

    id: UUID
    tier: str
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPrice:
    """The price of a variant on a list, in minor units of the list's currency."""

    variant: UUID
    sku: str
    title: str
    price: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of the catalogue: prices in minor units, tax in basis points, as text."""

    id: UUID
    what: str
    product: UUID | None
    variant: UUID | None
    price_list: UUID | None
    was: str | None
    became: str | None
    at: datetime
    actor: str


async def load_price_lists(connection: Connection, *, id: UUID | None = None) -> list[PriceList]:
    """Return every price list, or that one, by tier and currency."""
    rows = await connection.fetch(
        "SELECT id, tier, currency FROM price_list WHERE $1::uuid IS NULL OR id = $1 ORDER BY tier, currency", id
    )
    return [PriceList(**row) for row in rows]


PRICES = """
    SELECT v.id AS variant, v.sku, p.name || CASE WHEN v.name = '' THEN '' ELSE ', ' || v.name END AS title, l.price
    FROM list_price l JOIN variant v ON v.id = l.variant_id JOIN product p ON p.id = v.product_id
    WHERE l.list_id = $1 AND v.sku > $2 ORDER BY v.sku LIMIT $3
"""


async def load_list_prices(
    connection: Connection, id: UUID, *, after: str = "", limit: int = 50
) -> tuple[list[ListedPrice], bool]:
    """Return the prices on a list by SKU, those behind the SKU `after`, and whether more follow. Raises Invalid."""
    check_page(limit)
    rows = await connection.fetch(PRICES, id, after.replace("\0", ""), limit + 1)
    return [ListedPrice(**row) for row in rows[:limit]], len(rows) > limit


async def count_list_prices(connection: Connection, id: UUID) -> int:
    """Return how many prices a list has."""
    counted: int = await connection.fetchval("SELECT count(*) FROM list_price WHERE list_id = $1", id)
    return counted


CHANGES = """
    SELECT id, what, product_id AS product, variant_id AS variant, list_id AS price_list, was, became, at, actor
    FROM catalogue_change
    WHERE ($1::uuid IS NULL OR id < $1) AND ($2::uuid IS NULL OR $2 IN (product_id, variant_id, list_id))
    ORDER BY id DESC LIMIT $3
"""


async def load_changes(
    connection: Connection, *, of: UUID | None = None, after: UUID | None = None, limit: int = 50
) -> tuple[Sequence[Change], bool]:
    """Return what was changed, newest first, and whether more follows: of all, or of one product, variant or list.

    `after` is the last change of the page before. Raises Invalid.
    """
    check_page(limit)
    rows = await connection.fetch(CHANGES, after, of, limit + 1)
    return [Change(**row) for row in rows[:limit]], len(rows) > limit


async def count_changes(connection: Connection, *, of: UUID | None = None) -> int:
    """Return how many changes `load_changes` finds in all."""
    every = f"SELECT count(*) FROM ({CHANGES}) every"  # noqa: S608  (as above)
    counted: int = await connection.fetchval(every, None, of, None)
    return counted
