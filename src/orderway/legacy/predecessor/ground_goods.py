"""Goods of the predecessor: products with their variants and prices, and what resellers of each tier pay.

A variant of no product is one by itself. Its SKU is the code that its business knows it by: the article code, else the
barcode, else its id. A price for a tier comes before the one for all resellers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from orderway.catalogue.checks import LARGEST_PRICE, LONGEST_NAME, LONGEST_SKU
from orderway.ids import new_id
from orderway.legacy.predecessor.laying import CURRENCY, IMPORT, SOURCE, Laying, Row, one_line

PRODUCT: Final = "Product"
VARIANT: Final = "ProductVariant"
ALONE: Final = "variant:"
"""How the product of a variant is called at its source that had none."""

PRODUCTS: Final = """
WITH came AS (SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[]) AS g (id, theirs, name)), made AS (
    INSERT INTO product (id, name, source, source_ref) SELECT id, name, $4, theirs FROM came
)
INSERT INTO catalogue_change (what, product_id, became, at, actor) SELECT 'CREATED', id, name, $5, $6 FROM came
"""
VARIANTS: Final = """
WITH came AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::bigint[])
        AS g (id, product, theirs, sku, name, price)
), made AS (
    INSERT INTO variant (id, product_id, sku, name, price, currency, source_ref)
    SELECT id, product, sku, name, price, $7, theirs FROM came
)
INSERT INTO catalogue_change (what, product_id, variant_id, became, at, actor)
SELECT what, product, id, became, $8, $9
FROM came, LATERAL (VALUES ('CREATED', sku), ('PRICE', price::text)) AS said (what, became)
"""
LISTS: Final = """
WITH made AS (
    INSERT INTO price_list (id, tier, currency)
    SELECT orderway_id(), name, currency FROM credit_tier WHERE currency = $1
    ON CONFLICT DO NOTHING RETURNING id, tier
)
INSERT INTO catalogue_change (what, list_id, became, at, actor) SELECT 'CREATED', id, tier, $2, $3 FROM made
"""
PRICES: Final = """
WITH made AS (
    INSERT INTO list_price (list_id, variant_id, price)
    SELECT l.id, g.variant, g.price FROM unnest($1::text[], $2::uuid[], $3::bigint[]) AS g (tier, variant, price)
    JOIN price_list l ON l.tier = g.tier AND l.currency = $4 ON CONFLICT DO NOTHING
    RETURNING list_id, variant_id, price
)
INSERT INTO catalogue_change (what, product_id, variant_id, list_id, became, at, actor)
SELECT 'PRICE', v.product_id, v.id, m.list_id, m.price::text, $5, $6 FROM made m JOIN variant v ON v.id = m.variant_id
"""
TIERS: Final = "SELECT name FROM credit_tier WHERE currency = $1"
SKUS: Final = "SELECT sku FROM variant WHERE sku = ANY ($1)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A variant to be written; `reseller` is what resellers pay whose tier has no price of its own."""

    id: UUID
    product: UUID
    theirs: str
    sku: str
    name: str
    price: int
    reseller: int


async def lay_goods(laying: Laying) -> dict[str, UUID]:
    """Write the goods that are new, with their prices; gives all variants by their ids."""
    known = await laying.known(VARIANT)
    columns = ("productId", "barcode", "price", "resellerPrice", "name", "legacyArticleCode")
    rows = [row for row in await laying.rows(VARIANT, *columns) if row["id"] not in known]
    products = await _products(laying, rows)
    skus = await _skus(laying, rows)
    made = [
        Variant(
            id=new_id(),
            product=products[row["productId"] if row["productId"] in products else ALONE + row["id"]],
            theirs=row["id"],
            sku=skus[row["id"]],
            name=one_line(row["name"], LONGEST_NAME) if row["productId"] in products else "",
            price=_price(laying, row["id"], row["price"]),
            reseller=_price(laying, row["id"], row["resellerPrice"]),
        )
        for row in rows
    ]
    fields = ("id", "product", "theirs", "sku", "name", "price")
    values = [[getattr(each, name) for each in made] for name in fields]
    await laying.connection.execute(VARIANTS, *values, CURRENCY, laying.at, IMPORT.id)
    ours = {each.theirs: each.id for each in made}
    await laying.keep(VARIANT, ours)
    await _prices(laying, made)
    return known | ours


async def _products(laying: Laying, variants: Sequence[Row]) -> dict[str, UUID]:
    """Write the products that are new, and one for each variant that has none; gives all by what they are called."""
    known = await laying.known(PRODUCT)
    names = {row["id"]: row["name"] for row in await laying.rows(PRODUCT, "name")}
    for row in variants:
        if row["productId"] not in names:
            names[ALONE + row["id"]] = row["name"] or ""
    made = {theirs: new_id() for theirs in names if theirs not in known}
    titles = [one_line(names[theirs], LONGEST_NAME) or f"Product {theirs.removeprefix(ALONE)[:8]}" for theirs in made]
    await laying.connection.execute(
        PRODUCTS, list(made.values()), list(made), titles, SOURCE, laying.at, IMPORT.id
    )  # fmt: skip
    await laying.keep(PRODUCT, made)
    return known | made


async def _skus(laying: Laying, rows: Sequence[Row]) -> dict[str, str]:
    """The SKU of each variant: the first of its codes that no other has, here or there."""
    codes = {row["id"]: [*_codes(row), f"{SOURCE.upper()}-{row['id']}"[:LONGEST_SKU]] for row in rows}
    every = [code for several in codes.values() for code in several]
    taken = {row["sku"] for row in await laying.connection.fetch(SKUS, every)}
    found = {}
    for id_, several in codes.items():
        found[id_] = sku = next((code for code in several if code not in taken), several[-1])
        if sku != several[0]:
            laying.note(VARIANT, id_, f"Another variant has the code {several[0]}: its SKU is {sku}.")
        taken.add(sku)
    return found


def _codes(row: Row) -> list[str]:
    plain = (one_line(row[name], LONGEST_NAME) for name in ("legacyArticleCode", "barcode"))
    return list(dict.fromkeys(code for code in plain if 0 < len(code) <= LONGEST_SKU))


async def _prices(laying: Laying, made: Sequence[Variant]) -> None:
    """Write what resellers of each tier pay for them, where it is not their own price."""
    await laying.connection.execute(LISTS, CURRENCY, laying.at, IMPORT.id)
    tiers = [row["name"] for row in await laying.connection.fetch(TIERS, CURRENCY)]
    ours = {each.theirs: each for each in made}
    given: dict[tuple[str, UUID], int] = {
        (tier, each.id): each.reseller for each in made for tier in tiers if each.reseller != each.price
    }
    for row in await laying.rows("ProductVariantTierPrice", "productVariantId", "tier", "price"):
        if (variant := ours.get(row["productVariantId"])) is None:
            continue
        if row["tier"] in tiers:
            given[row["tier"], variant.id] = _price(laying, variant.theirs, row["price"])
        else:
            said = f"The tier {row['tier']} is none of here: nobody pays by it."
            laying.note("ProductVariantTierPrice", row["id"], said)
    columns = [tier for tier, _ in given], [variant for _, variant in given], list(given.values())
    await laying.connection.execute(PRICES, *columns, CURRENCY, laying.at, IMPORT.id)


def _price(laying: Laying, id_: str, price: int) -> int:
    if 0 <= price <= LARGEST_PRICE:
        return price
    laying.note(VARIANT, id_, f"A price of {price:,} minor units can not be: it is 0 until somebody sets it.")
    return 0
