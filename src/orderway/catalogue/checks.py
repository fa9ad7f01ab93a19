"""What a value of the catalogue may be: each check gives the value as it is kept, or raises Invalid for its field."""

from __future__ import annotations

from orderway.money import UnknownCurrency, exponent
from orderway.workflow.errors import Invalid

LARGEST_PRICE = 10**12
"""In minor units: with the largest quantity of a line, its amount stays inside 64 bits."""

LONGEST_SKU = 100
LONGEST_NAME = 300


class WrongPrice(Invalid):
    """The price is below nothing, or above what a line can count."""


class WrongRate(Invalid):
    """The rate lies outside 0 to 10,000 basis points."""


class WrongName(Invalid):
    """The name or the SKU is empty, or has no end."""


class WrongCode(Invalid):
    """The currency is none of ISO 4217."""


def checked_price(price: int) -> int:
    """A price in minor units; nothing is one as well: samples and gifts stand on orders too."""
    if not 0 <= price <= LARGEST_PRICE:
        raise WrongPrice(
            f"A price of {price:,} can not be.", f"It is a whole number of minor units from 0 to {LARGEST_PRICE:,}.",
            "price",
        )  # fmt: skip
    return price


def checked_rate(rate: int) -> int:
    """A tax in basis points."""
    if not 0 <= rate <= 10_000:
        raise WrongRate(
            f"A tax of {rate:,} basis points can not be.", "750 is 7.5 %; it goes from 0 to 10,000.", "tax_rate"
        )
    return rate


def checked_currency(code: str) -> str:
    """The code of a currency that has minor units."""
    try:
        exponent(code)
    except UnknownCurrency as unknown:
        raise WrongCode(unknown.message, unknown.remedy, "currency") from None
    return code


def checked_name(name: str) -> str:
    """The name of a product."""
    kept = name.strip()
    if not 1 <= len(kept) <= LONGEST_NAME:
        raise WrongName(f"The name has {len(kept):,} characters.", f"It has 1 to {LONGEST_NAME}.", "name")
    return kept


def checked_sku(sku: str) -> str:
    """The mark by which a variant is ordered and kept on shelves."""
    kept = sku.strip()
    if not 1 <= len(kept) <= LONGEST_SKU or any(sign.isspace() for sign in kept):
        raise WrongName(
            f"“{kept[:LONGEST_SKU]}” can not be a SKU.", f"It has 1 to {LONGEST_SKU} characters, and no space.", "sku"
        )
    return kept
