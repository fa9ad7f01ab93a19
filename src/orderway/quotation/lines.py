"""The lines of an order: priced by the server, written, and replaced while the quotation is edited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from orderway.catalogue.prices import Buyer, price_lines
from orderway.catalogue.prices import PricedLine as CataloguePrice
from orderway.quotation.context import PricedLine, ReplaceLines
from orderway.workflow.kinds import Connection, Instance
from orderway.workflow.transaction import Transaction


class Wanted(Protocol):
    """A line as it is asked for; with a `unit_price` it is set by hand (minor units)."""

    @property
    def variant(self) -> UUID: ...

    @property
    def quantity(self) -> int: ...

    @property
    def unit_price(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Terms:
    """What prices hang on: the order's currency, who buys, and the markup for consumers in percent."""

    currency: str
    buyer: Buyer
    markup_percent: int


async def priced(connection: Connection, wanted: Sequence[Wanted], terms: Terms) -> tuple[PricedLine, ...]:
    """Price the lines by the catalogue, or by hand where a price is given; raises Invalid where one can not be."""
    prices = await price_lines(
        connection,
        wanted,
        currency=terms.currency,
        buyer=terms.buyer,
        markup_percent=Decimal(terms.markup_percent),
    )
    return tuple(
        line(price if asked.unit_price is None else replace(price, unit_price=asked.unit_price))
        for asked, price in zip(wanted, prices, strict=True)
    )


def line(price: CataloguePrice) -> PricedLine:
    """The line with its total."""
    return PricedLine(
        variant=price.variant,
        description=price.description,
        quantity=price.quantity,
        unit_price=price.unit_price,
        discount=price.discount,
        tax=price.tax,
        freight=price.freight,
        total=price.quantity * price.unit_price - price.discount + price.tax + price.freight,
    )


# A line keeps its id while its place is taken; what stands behind the last place goes.
WRITE = """
WITH cut AS (
    DELETE FROM order_line WHERE store_id = $1 AND order_id = $2 AND position > cardinality($3::uuid[])
)
INSERT INTO order_line (store_id, order_id, position, variant_id, description, quantity, unit_price, discount, tax,
    freight)
SELECT $1, $2, g.position, g.variant_id, g.description, g.quantity, g.unit_price, g.discount, g.tax, g.freight
FROM unnest($3::uuid[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[])
    WITH ORDINALITY AS g (variant_id, description, quantity, unit_price, discount, tax, freight, position)
ON CONFLICT (store_id, order_id, position) DO UPDATE
SET variant_id = EXCLUDED.variant_id, description = EXCLUDED.description, quantity = EXCLUDED.quantity,
    unit_price = EXCLUDED.unit_price, discount = EXCLUDED.discount, tax = EXCLUDED.tax, freight = EXCLUDED.freight
"""


async def write_lines(tx: Transaction, lines: Sequence[PricedLine]) -> None:
    """The lines of the order become these."""
    columns = ("variant", "description", "quantity", "unit_price", "discount", "tax", "freight")
    values = [[getattr(each, name) for each in lines] for name in columns]
    await tx.connection.execute(WRITE, tx.store_id, tx.order_id, *values)


async def replace_lines(tx: Transaction, _quotation: Instance, effect: ReplaceLines) -> None:
    """Perform ReplaceLines."""
    await write_lines(tx, effect.lines)
