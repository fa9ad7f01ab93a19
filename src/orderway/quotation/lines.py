"""The lines of an order: priced by the server, written, and replaced while the quotation is edited."""

from __future__ import annotations

from collections.abc import Sequence

from orderway.catalogue.prices import CataloguePrice, Terms, price_lines
from orderway.money import portion
from orderway.quotation.context import PricedLine, ReplaceLines
from orderway.quotation.events import LineWanted
from orderway.workflow.kinds import Connection, Instance
from orderway.workflow.transaction import Transaction

COLUMNS = (
    "variant", "description", "quantity", "unit_price", "discount", "tax", "freight", "list_price", "tax_rate",
)  # fmt: skip


async def priced(connection: Connection, wanted: Sequence[LineWanted], terms: Terms) -> tuple[PricedLine, ...]:
    """Price the lines by the catalogue, or by hand where a price is given; raises Invalid where one can not be."""
    prices = await price_lines(connection, wanted, terms)
    return tuple(line(price, asked) for asked, price in zip(wanted, prices, strict=True))


def line(price: CataloguePrice, asked: LineWanted) -> PricedLine:
    """The line with its amounts: discount and tax are rounded half-even once each, for the whole line."""
    unit_price = price.unit_price if asked.unit_price is None else asked.unit_price
    goods = price.quantity * unit_price
    discount = portion(goods, asked.discount_rate or 0) if asked.discount is None else asked.discount
    tax = portion(goods - discount, price.tax_rate)
    return PricedLine(
        variant=price.variant,
        description=price.description,
        quantity=price.quantity,
        unit_price=unit_price,
        discount=discount,
        tax=tax,
        freight=0,
        total=goods - discount + tax,
        list_price=price.unit_price,
        tax_rate=price.tax_rate,
    )


# A line keeps its id while its place is taken; what stands behind the last place goes.
WRITE = """
WITH cut AS (
    DELETE FROM order_line WHERE store_id = $1 AND order_id = $2 AND position > cardinality($3::uuid[])
)
INSERT INTO order_line (store_id, order_id, position, variant_id, description, quantity, unit_price, discount, tax,
    freight, list_price, tax_rate)
SELECT $1, $2, g.position, g.variant_id, g.description, g.quantity, g.unit_price, g.discount, g.tax, g.freight,
    g.list_price, g.tax_rate
FROM unnest($3::uuid[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[],
        $10::bigint[], $11::int[])
    WITH ORDINALITY
    AS g (variant_id, description, quantity, unit_price, discount, tax, freight, list_price, tax_rate, position)
ON CONFLICT (store_id, order_id, position) DO UPDATE
SET variant_id = EXCLUDED.variant_id, description = EXCLUDED.description, quantity = EXCLUDED.quantity,
    unit_price = EXCLUDED.unit_price, discount = EXCLUDED.discount, tax = EXCLUDED.tax, freight = EXCLUDED.freight,
    list_price = EXCLUDED.list_price, tax_rate = EXCLUDED.tax_rate
"""

READ = """
SELECT variant_id AS variant, description, quantity, unit_price, discount, tax, freight, total, list_price, tax_rate
FROM order_line WHERE store_id = $1 AND order_id = $2 ORDER BY position
"""


MANY = 500
"""Lines of an order from which on it matters by which index each of them is found."""

KNOWN = "SELECT reltuples < 20000 FROM pg_class WHERE oid = 'order_line'::regclass"


async def write_lines(tx: Transaction, lines: Sequence[PricedLine]) -> None:
    """The lines of the order become these.

    A young database knows nothing of its tables, and keeps plans that were made for a handful of lines, those of the
    foreign keys too: thousands of lines would each look at all the others. So it is made to look.
    """
    values = [[getattr(each, name) for each in lines] for name in COLUMNS]
    await tx.connection.execute(WRITE, tx.store_id, tx.order_id, *values)
    if len(lines) >= MANY and await tx.connection.fetchval(KNOWN):
        await tx.connection.execute("ANALYZE (SKIP_LOCKED) order_line")


async def read_lines(tx: Transaction) -> tuple[PricedLine, ...]:
    """The lines of the order as they were written."""
    return tuple(PricedLine(**row) for row in await tx.connection.fetch(READ, tx.store_id, tx.order_id))


async def replace_lines(tx: Transaction, _quotation: Instance, effect: ReplaceLines) -> None:
    """Perform ReplaceLines."""
    await write_lines(tx, effect.lines)
