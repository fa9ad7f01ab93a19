"""Prices on the server: what each wanted line costs this buyer. A client sends variants and quantities alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal, Protocol
from uuid import UUID

import asyncpg

from orderway.workflow.errors import Invalid, NotFound
from orderway.workflow.kinds import Connection

Buyer = Literal["CONSUMER", "RESELLER"]

MOST = 1_000_000
"""The largest quantity of one line: with the limit of a variant's price, its amount stays inside 64 bits."""

MOST_LINES = 10_000
"""How many lines an order may have: twice the largest that it is measured with."""

SAID = 10
"""How many lines that can not be priced are named at once."""


class Wanted(Protocol):
    """A line as the buyer wants it."""

    @property
    def variant(self) -> UUID: ...

    @property
    def quantity(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Terms:
    """What prices hang on: the order's currency, who buys, the markup for consumers, and a reseller's tier."""

    currency: str
    buyer: Buyer
    markup_percent: int
    tier: str | None = None


@dataclass(frozen=True, slots=True)
class CataloguePrice:
    """What the catalogue asks for a line: one piece in minor units of the order's currency, tax in basis points."""

    variant: UUID
    description: str
    quantity: int
    unit_price: int
    tax_rate: int = 0


class UnknownVariant(Invalid):
    """No variant has this id."""


class NotForSale(Invalid):
    """The variant, or its product, is not sold any more."""


class WrongCurrency(Invalid):
    """The variant has no price in the order's currency."""


class WrongQuantity(Invalid):
    """The quantity is below one or above what a line may hold."""


class TooManyLines(Invalid):
    """The order has more lines than an order may have."""


# The credit account of a reseller opens in the lowest tier, so who has none yet is priced as one of it.
BUYER = """
    SELECT c.kind, CASE
        WHEN c.kind = 'CONSUMER' THEN NULL WHEN p.customer_id IS NULL THEN 'BRONZE' ELSE p.tier
    END AS tier
    FROM customer c LEFT JOIN credit_profile p ON p.customer_id = c.id AND p.currency = $1
    WHERE c.id =
"""
"""Who buys: completed by the customer. Parameter: the currency."""

PRICES = """
    SELECT v.id, v.price, v.currency, v.active AND p.active AS active, v.tax_rate, l.price AS list_price,
        p.name || CASE WHEN v.name = '' THEN '' ELSE ', ' || v.name END AS title
    FROM variant v JOIN product p ON p.id = v.product_id
    LEFT JOIN price_list t ON t.tier = $2 AND t.currency = $3
    LEFT JOIN list_price l ON l.list_id = t.id AND l.variant_id = v.id
    WHERE v.id = ANY ($1::uuid[])
"""


async def terms_of(connection: Connection, customer: UUID, *, currency: str, markup_percent: int) -> Terms:
    """Return what this customer's prices hang on. Raises NotFound."""
    row = await connection.fetchrow(f"{BUYER} $2", currency, customer)
    return terms_from(row, currency=currency, markup_percent=markup_percent)


def terms_from(row: asyncpg.Record | None, *, currency: str, markup_percent: int) -> Terms:
    """Read a row of BUYER. Raises NotFound where there is none."""
    if row is None:
        raise NotFound("There is no such customer.", "Check the id.")
    return Terms(currency, row["kind"], markup_percent, row["tier"])


async def price_lines(connection: Connection, wanted: Sequence[Wanted], terms: Terms) -> tuple[CataloguePrice, ...]:
    """Price the lines in their order. One statement, however many they are.

    A consumer pays the variant's price and the markup; a reseller what the list of their tier says, or else the price.
    Raises UnknownVariant, NotForSale, WrongCurrency or WrongQuantity, naming each line that can not be priced, and
    TooManyLines.
    """
    if len(wanted) > MOST_LINES:
        raise TooManyLines(
            f"An order has at most {MOST_LINES:,} lines, and this one has {len(wanted):,}.", "Part it.", "lines"
        )
    rows = await connection.fetch(PRICES, [line.variant for line in wanted], terms.tier, terms.currency)
    variants = {row["id"]: row for row in rows}
    priced: list[CataloguePrice] = []
    wrong: list[Invalid] = []
    for position, line in enumerate(wanted, start=1):
        try:
            priced.append(_priced(line, variants.get(line.variant), position=position, terms=terms))
        except Invalid as error:
            wrong.append(error)
    if wrong:
        raise _together(wrong)
    return tuple(priced)


def price_for(terms: Terms, *, price: int, currency: str, list_price: int | None) -> int | None:
    """What one piece costs by a variant's price and its price on the list of the buyer's tier, in minor units.

    None where there is none in the currency.
    """
    if list_price is not None:
        return list_price
    if currency != terms.currency:
        return None
    return marked_up(price, terms.markup_percent) if terms.buyer == "CONSUMER" else price


def marked_up(price: int, percent: Decimal | int) -> int:
    """Return the price and a percentage of it, rounded half-even to whole minor units."""
    return round(price * (100 + Fraction(percent)) / 100)


def _priced(line: Wanted, row: asyncpg.Record | None, *, position: int, terms: Terms) -> CataloguePrice:
    field = f"lines[{position - 1}].variant"
    if row is None:
        raise UnknownVariant(
            f"Line {position} asks for a variant that is not in the catalogue.", "Choose one from the catalogue.", field
        )
    if not row["active"]:
        raise NotForSale(
            f"Line {position}: {row['title']} is not sold any more.",
            "Choose another variant or take the line out.",
            field,
        )
    price = price_for(terms, price=row["price"], currency=row["currency"], list_price=row["list_price"])
    if price is None:
        raise WrongCurrency(
            f"Line {position}: {row['title']} has a price in {row['currency']}, and the order is in {terms.currency}.",
            f"Choose a variant priced in {terms.currency}.",
            field,
        )
    if not 1 <= line.quantity <= MOST:
        raise WrongQuantity(
            f"Line {position} asks for {line.quantity} pieces.",
            f"Ask for a whole number from 1 to {MOST:,}.",
            f"lines[{position - 1}].quantity",
        )
    return CataloguePrice(line.variant, row["title"], line.quantity, price, row["tax_rate"])


def _together(wrong: Sequence[Invalid]) -> Invalid:
    """The first of the errors, with what the others say as well."""
    first, said = wrong[0], [error.message for error in wrong[:SAID]]
    if len(wrong) > SAID:
        said.append(f"So it is with {len(wrong) - SAID:,} more.")
    return type(first)(" ".join(said), first.remedy, first.field)
