"""Prices on the server: what each wanted line costs this buyer. A client sends variants and quantities alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal, Protocol
from uuid import UUID

import asyncpg

from orderway.workflow.errors import Invalid
from orderway.workflow.kinds import Connection

Buyer = Literal["CONSUMER", "RESELLER"]

MOST = 1_000_000
"""The largest quantity of one line: with the limit of a variant's price, its amount stays inside 64 bits."""


class Wanted(Protocol):
    """A line as the buyer wants it."""

    @property
    def variant(self) -> UUID: ...

    @property
    def quantity(self) -> int: ...


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line with the price of one piece, its discount, tax and freight: all in minor units of the order's currency."""

    variant: UUID
    description: str
    quantity: int
    unit_price: int
    discount: int = 0
    tax: int = 0
    freight: int = 0


class UnknownVariant(Invalid):
    """No variant has this id."""


class NotForSale(Invalid):
    """The variant is not sold any more."""


class WrongCurrency(Invalid):
    """The variant has no price in the order's currency."""


class WrongQuantity(Invalid):
    """The quantity is below one or above what a line may hold."""


PRICES = """
    SELECT v.id, v.price, v.currency, v.active, p.name || CASE WHEN v.name = '' THEN '' ELSE ', ' || v.name END AS title
    FROM variant v JOIN product p ON p.id = v.product_id
    WHERE v.id = ANY ($1::uuid[])
"""


async def price_lines(
    connection: Connection, wanted: Sequence[Wanted], *, currency: str, buyer: Buyer, markup_percent: Decimal
) -> tuple[PricedLine, ...]:
    """Price the lines in their order: a consumer pays the variant's price and the markup, a reseller the price.

    `markup_percent` is the setting CONSUMER_PRICE_MARKUP_PERCENT.
    Raises UnknownVariant, NotForSale, WrongCurrency or WrongQuantity for the first line that can not be priced.
    """
    rows = await connection.fetch(PRICES, [line.variant for line in wanted])
    variants = {row["id"]: row for row in rows}
    markup = markup_percent if buyer == "CONSUMER" else Decimal(0)
    priced = []
    for position, line in enumerate(wanted, start=1):
        row = _sellable(variants.get(line.variant), position=position, currency=currency)
        _check_quantity(line.quantity, position)
        price = marked_up(row["price"], markup)
        priced.append(PricedLine(line.variant, row["title"], line.quantity, price))
    return tuple(priced)


def marked_up(price: int, percent: Decimal) -> int:
    """Return the price and a percentage of it, rounded half-even to whole minor units."""
    return round(price * (100 + Fraction(percent)) / 100)


def _sellable(row: asyncpg.Record | None, *, position: int, currency: str) -> asyncpg.Record:
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
    if row["currency"] != currency:
        raise WrongCurrency(
            f"Line {position}: {row['title']} has a price in {row['currency']}, and the order is in {currency}.",
            f"Choose a variant priced in {currency}.",
            field,
        )
    return row


def _check_quantity(quantity: int, position: int) -> None:
    if not 1 <= quantity <= MOST:
        raise WrongQuantity(
            f"Line {position} asks for {quantity} pieces.",
            f"Ask for a whole number from 1 to {MOST:,}.",
            f"lines[{position - 1}].quantity",
        )
