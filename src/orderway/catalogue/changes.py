"""Changing the catalogue: each change is checked, made, and entered in a log that is only ever added to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from orderway.catalogue.checks import checked_currency, checked_name, checked_price, checked_rate, checked_sku
from orderway.catalogue.commands import (
    Alteration,
    Command,
    CreatePriceList,
    CreateProduct,
    CreateVariant,
    RemoveListPrice,
    RenameProduct,
    RenameVariant,
    RestoreProduct,
    RestoreVariant,
    RetireProduct,
    RetireVariant,
    SetListPrice,
    SetVariantPrice,
    SetVariantTax,
)
from orderway.ids import new_id
from orderway.workflow.errors import Invalid, NotFound
from orderway.workflow.transaction import Transaction

WORDS = {
    "CREATED": "created it",
    "NAME": "changed its name",
    "ACTIVE": "changed whether it is sold",
    "PRICE": "changed its price",
    "TAX_RATE": "changed its tax",
}
"""What can have changed, and how it continues the name of who did it."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What a command was about."""

    product: UUID | None = None
    variant: UUID | None = None
    price_list: UUID | None = None


@dataclass(frozen=True, slots=True)
class Altered:
    """What was to be so, and is: made by now or long before."""

    altered: Changed


class SkuTaken(Invalid):
    """Another variant has this SKU."""


class ListThere(Invalid):
    """The tier has a list in this currency."""


class UnknownTier(Invalid):
    """No reseller can be of this tier."""


async def change(tx: Transaction, command: Command) -> Changed:
    """Change the catalogue as the command says; a change that changes nothing is not logged.

    Raises Refused for who may not, NotFound for what is not there, and Invalid for what can not be.
    """
    tx.require("catalogue.manage", to="change the catalogue")
    match command:
        case CreateProduct():
            return await _create_product(tx, command)
        case CreateVariant():
            return await _create_variant(tx, command)
        case CreatePriceList():
            return await _create_list(tx, command)
        case SetListPrice():
            return await _set_list_price(tx, command, checked_price(command.price))
        case RemoveListPrice():
            return await _set_list_price(tx, command, None)
        case _:
            return await _set(tx, _setting(command))


@dataclass(frozen=True, slots=True)
class Setting:
    """A column of a product or a variant, and what it is to be."""

    table: Literal["product", "variant"]
    id: UUID
    column: Literal["name", "active", "price", "tax_rate"]
    value: str | int


def _setting(command: Alteration) -> Setting:
    match command:
        case RenameProduct():
            made = Setting("product", command.product, "name", checked_name(command.name))
        case RetireProduct() | RestoreProduct():
            made = Setting("product", command.product, "active", isinstance(command, RestoreProduct))
        case RenameVariant():
            made = Setting("variant", command.variant, "name", command.name.strip())
        case RetireVariant() | RestoreVariant():
            made = Setting("variant", command.variant, "active", isinstance(command, RestoreVariant))
        case SetVariantPrice():
            made = Setting("variant", command.variant, "price", checked_price(command.price))
        case SetVariantTax():
            made = Setting("variant", command.variant, "tax_rate", checked_rate(command.tax_rate))
    return made


async def _create_product(tx: Transaction, command: CreateProduct) -> Changed:
    id, name = new_id(), checked_name(command.name)
    await tx.connection.execute(
        "INSERT INTO product (id, name, category) VALUES ($1, $2, $3)", id, name, command.category.strip()
    )
    return await _log(tx, Changed(product=id), "CREATED", became=name)


async def _create_variant(tx: Transaction, command: CreateVariant) -> Changed:
    id, sku, currency = new_id(), checked_sku(command.sku), checked_currency(command.currency)
    price, tax_rate = checked_price(command.price), checked_rate(command.tax_rate)
    if not await tx.connection.fetchval("SELECT EXISTS (SELECT FROM product WHERE id = $1)", command.product):
        raise NotFound("There is no such product.", "Check its id.")
    made = await tx.connection.fetchval(
        "INSERT INTO variant (id, product_id, sku, name, price, currency, tax_rate) VALUES ($1, $2, $3, $4, $5, $6, $7)"
        " ON CONFLICT (sku) DO NOTHING RETURNING id",
        id, command.product, sku, command.name.strip(), price, currency, tax_rate,
    )  # fmt: skip
    if made is None:
        raise SkuTaken(f"Another variant has the SKU “{sku}”.", "Each has its own.", "sku")
    changed = Changed(product=command.product, variant=id)
    await _log(tx, changed, "CREATED", became=sku)
    await _log(tx, changed, "PRICE", became=price)
    return await _log(tx, changed, "TAX_RATE", became=tax_rate) if tax_rate else changed


async def _set(tx: Transaction, to: Setting) -> Changed:
    """Set a column; what it was is read under lock."""
    product = "id" if to.table == "product" else "product_id"
    row = await tx.connection.fetchrow(
        f"SELECT {product}, {to.column} FROM {to.table} WHERE id = $1 FOR UPDATE",  # noqa: S608  (names of ours)
        to.id,
    )
    if row is None:
        raise NotFound(f"There is no such {to.table}.", "Check its id.")
    changed, was = Changed(product=row[0], variant=to.id if to.table == "variant" else None), row[1]
    if was == to.value:
        return changed
    await tx.connection.execute(f"UPDATE {to.table} SET {to.column} = $2 WHERE id = $1", to.id, to.value)  # noqa: S608  (as above)
    return await _log(tx, changed, to.column.upper(), was=was, became=to.value)


TIERS = "SELECT name FROM credit_tier UNION SELECT tier FROM credit_profile WHERE tier IS NOT NULL ORDER BY 1"


async def _create_list(tx: Transaction, command: CreatePriceList) -> Changed:
    currency, tier = checked_currency(command.currency), command.tier.strip().upper()
    tiers = [row[0] for row in await tx.connection.fetch(TIERS)]
    if tier not in tiers:
        raise UnknownTier(f"There is no tier “{command.tier}”.", f"There are {', '.join(tiers)}.", "tier")
    made = await tx.connection.fetchval(
        "INSERT INTO price_list (id, tier, currency) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING id",
        new_id(), tier, currency,
    )  # fmt: skip
    if made is None:
        raise ListThere(f"There is a price list of {tier} in {currency}.", "Set prices on that one.", "tier")
    return await _log(tx, Changed(price_list=made), "CREATED", became=f"{tier} {currency}")


WAS = "SELECT price FROM list_price WHERE list_id = $1 AND variant_id = $2"
REMOVE = "DELETE FROM list_price WHERE list_id = $1 AND variant_id = $2"
SET = """
INSERT INTO list_price (list_id, variant_id, price) VALUES ($1, $2, $3)
ON CONFLICT (list_id, variant_id) DO UPDATE SET price = EXCLUDED.price
"""


async def _set_list_price(tx: Transaction, command: SetListPrice | RemoveListPrice, price: int | None) -> Changed:
    """Set the price of a variant on a list, or remove it. Whoever changes a list holds its row."""
    connection, ids = tx.connection, (command.price_list, command.variant)
    if await connection.fetchval("SELECT id FROM price_list WHERE id = $1 FOR UPDATE", ids[0]) is None:
        raise NotFound("There is no such price list.", "Check its id.")
    product = await connection.fetchval("SELECT product_id FROM variant WHERE id = $1", ids[1])
    if product is None:
        raise NotFound("There is no such variant.", "Check its id.")
    changed = Changed(product=product, variant=ids[1], price_list=ids[0])
    was = await connection.fetchval(WAS, *ids)
    if was == price:
        return changed
    await (connection.execute(REMOVE, *ids) if price is None else connection.execute(SET, *ids, price))
    return await _log(tx, changed, "PRICE", was=was, became=price)


LOG = """
INSERT INTO catalogue_change (what, product_id, variant_id, list_id, was, became, at, actor)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""


async def _log(
    tx: Transaction, changed: Changed, what: str, *, was: str | int | None = None, became: str | int | None = None
) -> Changed:
    ids = (changed.product, changed.variant, changed.price_list)
    await tx.connection.execute(LOG, what, *ids, _said(was), _said(became), tx.now, tx.actor.id)
    return changed


def _said(value: str | int | None) -> str | None:
    if isinstance(value, bool):
        return "sold" if value else "retired"
    return None if value is None else f"{value}"
