"""Goods of the predecessor: products with their variants and prices, and what resellers of each tier pay.

A variant of no product is one by itself. Its SKU is the code that its business knows it by: the article code, else the
barcode, else its id. A price for a tier comes before the one for all resellers.

Names and prices are followed; prices no longer, once Orderway sells in a store: one price is that of all stores. The
SKU of a variant, and of which product it is, stay as they were laid.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final
from uuid import UUID

from orderway.catalogue.changes import change
from orderway.catalogue.checks import LARGEST_PRICE, LONGEST_NAME, LONGEST_SKU
from orderway.catalogue.commands import (
    Command,
    RemoveListPrice,
    RenameProduct,
    RenameVariant,
    SetListPrice,
    SetVariantPrice,
)
from orderway.ids import new_id
from orderway.legacy.predecessor.following import Laid, Value, Values, plain
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
TIERS: Final = """
SELECT l.tier, l.id FROM price_list l JOIN credit_tier t ON t.name = l.tier AND t.currency = l.currency
WHERE l.currency = $1
"""
NAMES: Final = "SELECT p.id, p.name FROM product p JOIN legacy_id i ON i.ours = p.id WHERE i.kind = $1"
STANDING: Final = """
SELECT v.id, v.name, v.price, l.tier, e.price AS list_price FROM legacy_id i JOIN variant v ON v.id = i.ours
LEFT JOIN (list_price e JOIN price_list l ON l.id = e.list_id AND l.currency = $2) ON e.variant_id = v.id
WHERE i.kind = $1
"""
SKUS: Final = "SELECT sku FROM variant WHERE sku = ANY ($1)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A variant to be written."""

    id: UUID
    product: UUID
    theirs: str
    sku: str
    name: Value
    price: Value


async def lay_goods(laying: Laying, selling: Collection[UUID]) -> dict[str, UUID]:
    """Write the goods that are new, with their prices; gives all variants by their ids. `selling` are the stores in
    which Orderway sells.
    """
    known = await laying.known(VARIANT)
    columns = ("productId", "barcode", "price", "resellerPrice", "name", "legacyArticleCode")
    rows = {row["id"]: row for row in await laying.rows(VARIANT, *columns)}
    new = [row for row in rows.values() if row["id"] not in known]
    products, skus = await _products(laying, rows, known), await _skus(laying, new)
    await laying.connection.execute(LISTS, CURRENCY, laying.at, IMPORT.id)
    lists = {row["tier"]: row["id"] for row in await laying.connection.fetch(TIERS, CURRENCY)}
    said = await _said(laying, rows, products=products, tiers=list(lists))
    await _follow(laying, said, lists=lists, selling=selling)
    made = [
        Variant(
            id=new_id(),
            product=products[row["productId"] if row["productId"] in products else ALONE + row["id"]],
            theirs=row["id"],
            sku=skus[row["id"]],
            name=said[row["id"]]["name"],
            price=said[row["id"]]["price"],
        )
        for row in new
    ]
    fields = ("id", "product", "theirs", "sku", "name", "price")
    values = [[getattr(each, name) for each in made] for name in fields]
    await laying.connection.execute(VARIANTS, *values, CURRENCY, laying.at, IMPORT.id)
    ours = {each.theirs: each.id for each in made}
    await laying.keep(VARIANT, ours, said)
    given = [
        (tier, id_, price)
        for theirs, id_ in ours.items()
        for tier in lists
        if (price := said[theirs][f"price:{tier}"]) is not None
    ]
    by_tier = [[each[column] for each in given] for column in range(3)]
    await laying.connection.execute(PRICES, *by_tier, CURRENCY, laying.at, IMPORT.id)
    return known | ours


async def _products(laying: Laying, variants: Mapping[str, Row], laid: Collection[str]) -> dict[str, UUID]:
    """Write the products that are new, and one for each new variant that has none; gives all by what they are called.
    `laid` are the variants that have theirs.
    """
    known = await laying.known(PRODUCT)
    names = {row["id"]: row["name"] for row in await laying.rows(PRODUCT, "name")}
    for id_, row in variants.items():
        if row["productId"] not in names and (id_ not in laid or ALONE + id_ in known):
            names[ALONE + id_] = row["name"] or ""
    said = {
        theirs: {"name": one_line(name, LONGEST_NAME) or f"Product {theirs.removeprefix(ALONE)[:8]}"}
        for theirs, name in names.items()
    }
    await _rename(laying, said)
    made = {theirs: new_id() for theirs in names if theirs not in known}
    titles = [said[theirs]["name"] for theirs in made]
    await laying.connection.execute(PRODUCTS, list(made.values()), list(made), titles, SOURCE, laying.at, IMPORT.id)
    await laying.keep(PRODUCT, made, said)
    return known | made


async def _rename(laying: Laying, said: Mapping[str, Values]) -> None:
    here = {row["id"]: row["name"] for row in await laying.connection.fetch(NAMES, PRODUCT)}

    async def make(laid: Laid, new: Values) -> None:
        await change(laying.transaction, RenameProduct(product=laid.ours, name=f"{new['name']}"))

    for laid in await laying.still(PRODUCT, said):
        await laying.follow(laid, partial(make, laid), here={"name": here[laid.ours]}, there=said[laid.theirs])


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


async def _said(
    laying: Laying, rows: Mapping[str, Row], *, products: Mapping[str, UUID], tiers: Sequence[str]
) -> dict[str, Values]:
    """What the rows of variants say: their names and prices, and what resellers of each tier pay where it differs."""
    said: dict[str, dict[str, Value]] = {}
    for id_, row in rows.items():
        price, reseller = (_price(laying, id_, row[name]) for name in ("price", "resellerPrice"))
        name = one_line(row["name"], LONGEST_NAME) if row["productId"] in products else ""
        by_tier = {f"price:{tier}": reseller if reseller != price else None for tier in tiers}
        said[id_] = {"name": name, "price": price, **by_tier}
    for row in await laying.rows("ProductVariantTierPrice", "productVariantId", "tier", "price"):
        if (variant := row["productVariantId"]) not in said:
            continue
        if row["tier"] in tiers:
            said[variant][f"price:{row['tier']}"] = _price(laying, variant, row["price"])
        else:
            said_of_it = f"The tier {row['tier']} is none of here: nobody pays by it."
            laying.note("ProductVariantTierPrice", row["id"], said_of_it)
    return dict(said)


async def _follow(
    laying: Laying, said: Mapping[str, Values], *, lists: Mapping[str, UUID], selling: Collection[UUID]
) -> None:
    here: dict[UUID, dict[str, Value]] = {}
    for row in await laying.connection.fetch(STANDING, VARIANT, CURRENCY):
        stands = here.setdefault(row["id"], {"name": row["name"], "price": row["price"]})
        if row["tier"]:
            stands[f"price:{row['tier']}"] = row["list_price"]

    async def make(laid: Laid, new: Values) -> None:
        for name, value in new.items():
            await change(laying.transaction, _command(laid.ours, name, value, lists=lists))

    for laid in await laying.still(VARIANT, said):
        there = said[laid.theirs]
        prices = [name for name in there if plain(name) == "price"]
        await laying.follow(
            laid, partial(make, laid), here=here[laid.ours], there=there, ours=prices if selling else ()
        )  # fmt: skip


def _command(variant: UUID, name: str, value: Value, *, lists: Mapping[str, UUID]) -> Command:
    """What the page of prices sends for it."""
    tier = name.partition(":")[2]
    match value:
        case str():
            return RenameVariant(variant=variant, name=value)
        case int() if tier:
            return SetListPrice(price_list=lists[tier], variant=variant, price=value)
        case int():
            return SetVariantPrice(variant=variant, price=value)
        case _:
            return RemoveListPrice(price_list=lists[tier], variant=variant)


def _price(laying: Laying, id_: str, price: int) -> int:
    if 0 <= price <= LARGEST_PRICE:
        return price
    laying.note(VARIANT, id_, f"A price of {price:,} minor units can not be: it is 0 until somebody sets it.")
    return 0
