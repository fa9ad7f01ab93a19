"""What the orders stand on: their store, their buyers and their goods, written in bulk and each once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from orderway.legacy.olist.facts import CURRENCY, Customer, Item, Order
from orderway.legacy.olist.tables import OlistError
from orderway.workflow.kinds import Connection

SOURCE: Final = "olist"
STORE: Final = "Olist marketplace"
CODE: Final = "OLIST"


@dataclass(frozen=True, slots=True)
class Ground:
    """The store, and by the source's own ids its customers and the variants of its products."""

    store_id: UUID
    customers: Mapping[str, UUID]
    variants: Mapping[str, UUID]


OPEN_STORE = """
INSERT INTO store (id, name, code, currency) VALUES (orderway_id(), $1, $2, $3) ON CONFLICT (code) DO NOTHING
"""
FIND_STORE = "SELECT id, name, currency FROM store WHERE code = $1"
CUSTOMERS = """
INSERT INTO customer (id, kind, name, currency, default_store_id, source, source_ref)
SELECT orderway_id(), 'CONSUMER', name, $3, $4, $5, reference
FROM unnest($1::text[], $2::text[]) AS g (reference, name)
ON CONFLICT (source, source_ref) DO NOTHING
"""
PRODUCTS = """
INSERT INTO product (id, name, category, source, source_ref)
SELECT orderway_id(), name, category, $4, reference
FROM unnest($1::text[], $2::text[], $3::text[]) AS g (reference, name, category)
ON CONFLICT (source, source_ref) DO NOTHING
"""
# One variant for each product: the source tells no more of it. Its price is that of its last sale.
VARIANTS = """
INSERT INTO variant (id, product_id, sku, price, currency, source_ref)
SELECT orderway_id(), p.id, 'OLIST-' || reference, g.price, $3, reference
FROM unnest($1::text[], $2::bigint[]) AS g (reference, price)
JOIN product p ON p.source = $4 AND p.source_ref = reference
ON CONFLICT (product_id, source_ref) DO NOTHING
"""
OF_CUSTOMERS = "SELECT source_ref, id FROM customer WHERE source = $1"
OF_VARIANTS = """
SELECT v.source_ref, v.id FROM variant v JOIN product p ON p.id = v.product_id WHERE p.source = $1
"""
ALREADY = """
SELECT source_ref FROM sale_order WHERE store_id = $1 AND source = $2
UNION ALL SELECT source_ref FROM archived_order WHERE store_id = $1 AND source = $2
"""


async def lay(connection: Connection, orders: Iterable[Order]) -> Ground:
    """Write what is missing of it, in one transaction. Raises OlistError where the store is of another currency."""
    customers: dict[str, Customer] = {}
    items: dict[str, Item] = {}
    for order in orders:
        customers.setdefault(order.customer.id, order.customer)
        items.update({item.product_id: item for item in order.items})
    async with connection.transaction():
        store_id = await _store(connection)
        names = [each.name for each in customers.values()]
        await connection.execute(CUSTOMERS, list(customers), names, CURRENCY, store_id, SOURCE)
        titles, categories = [], []
        for item in items.values():
            titles.append(item.title)
            categories.append(item.category_english or item.category)
        await connection.execute(PRODUCTS, list(items), titles, categories, SOURCE)
        await connection.execute(VARIANTS, list(items), [each.price for each in items.values()], CURRENCY, SOURCE)
        return Ground(
            store_id=store_id,
            customers=await _ids(connection, OF_CUSTOMERS),
            variants=await _ids(connection, OF_VARIANTS),
        )


async def already(connection: Connection, store_id: UUID) -> frozenset[str]:
    """The source's ids of the orders that are in."""
    return frozenset(row["source_ref"] for row in await connection.fetch(ALREADY, store_id, SOURCE))


async def _ids(connection: Connection, query: str) -> dict[str, UUID]:
    return {row["source_ref"]: row["id"] for row in await connection.fetch(query, SOURCE)}


async def _store(connection: Connection) -> UUID:
    await connection.execute(OPEN_STORE, STORE, CODE, CURRENCY)
    ((store_id, name, currency),) = await connection.fetch(FIND_STORE, CODE)
    if currency != CURRENCY:
        raise OlistError(
            f"The store {name} (code {CODE}) is in {currency}, and the orders are in {CURRENCY}.",
            f"Give that store another code; the import opens its own in {CURRENCY}.",
        )
    found: UUID = store_id
    return found
