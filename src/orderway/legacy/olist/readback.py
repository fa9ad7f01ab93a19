"""What came of an import, read back from the database and its log: never from the plan."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final
from uuid import UUID

import msgspec
from msgspec import Struct

from orderway.legacy.moves import INFERRED
from orderway.legacy.olist.findings import Kind
from orderway.legacy.olist.ground import SOURCE
from orderway.legacy.olist.moves import IMPORTER
from orderway.legacy.olist.totals import LoggedOrder, Totals
from orderway.workflow.kinds import Connection

EXAMPLES: Final = 3
"""How many orders are named for each kind of finding."""
WINDOW: Final = 500

# One JSON for each order, in the form of LoggedOrder. A time counts where the import told it as a fact of the source;
# what people did with an order since is not the source's. The approval is a payment's confirmation before an override.
LOGGED: Final = """
SELECT json_build_object(
    'order_id', o.source_ref,
    'status', i.status,
    'placed_at', o.placed_at,
    'promised_at', (SELECT promised_at FROM delivery_address WHERE store_id = o.store_id AND id = o.address_id),
    'approved_at', told.approved_at,
    'carrier_at', told.carrier_at,
    'customer_at', told.customer_at,
    'lines', line.count,
    'total', line.total,
    'payments', paid.payments,
    'cleared_by', (
        SELECT substring(p.reference FROM '[0-9]+$')::int FROM payment p
        WHERE p.store_id = o.store_id AND p.id = told.cleared_by
    ),
    'ends', json_build_object('quotation', q.state, 'sale', s.state, 'fulfillment', f.state)
)
FROM sale_order o
JOIN imported_order i ON i.store_id = o.store_id AND i.order_id = o.id
JOIN quotation q ON q.store_id = o.store_id AND q.order_id = o.id
LEFT JOIN sale s ON s.store_id = o.store_id AND s.order_id = o.id
LEFT JOIN fulfillment f ON f.store_id = o.store_id AND f.order_id = o.id AND f.part = 1
CROSS JOIN LATERAL (
    SELECT count(*) AS count, coalesce(sum(total), 0)::bigint AS total FROM order_line
    WHERE store_id = o.store_id AND order_id = o.id
) line
CROSS JOIN LATERAL (
    SELECT
        (coalesce(
            array_agg(stated) FILTER (WHERE event = 'CONFIRM'),
            array_agg(stated) FILTER (WHERE event = 'ADMIN_OVERRIDE_REQUESTED')
        ))[1] AS approved_at,
        min(stated) FILTER (WHERE event = 'PACKAGE_SHIPPED') AS carrier_at,
        min(stated) FILTER (WHERE event = 'PACKAGE_DELIVERED') AS customer_at,
        (min(payload ->> 'payment') FILTER (
            WHERE event = 'PAYMENT_CAPTURED' AND to_state = 'CLEARED_FOR_FULFILLMENT' AND from_state <> to_state
        ))::uuid AS cleared_by
    FROM (
        SELECT event, payload, from_state, to_state, CASE WHEN starts_with(reason, $3) THEN NULL ELSE at END AS stated
        FROM transition_log WHERE store_id = o.store_id AND order_id = o.id AND actor = $4 ORDER BY at, step
    ) l
) told
CROSS JOIN LATERAL (
    SELECT coalesce(json_agg(json_build_object(
        'sequence', substring(p.reference FROM '[0-9]+$')::int,
        'amount', p.amount,
        'captured', (
            SELECT coalesce(sum((l.payload ->> 'amount')::bigint), 0)::bigint FROM transition_log l
            WHERE l.store_id = p.store_id AND l.instance_id = s.id AND l.event = 'PAYMENT_CAPTURED'
                AND l.payload ->> 'payment' = p.id::text
        ),
        'returnable', (
            SELECT coalesce(sum(b.amount), 0)::bigint FROM payable b
            WHERE b.store_id = p.store_id AND b.payment_id = p.id AND b.kind = 'UNALLOCATED'
        )
    ) ORDER BY substring(p.reference FROM '[0-9]+$')::int), '[]') AS payments
    FROM payment p WHERE p.store_id = o.store_id AND p.order_id = o.id
) paid
WHERE o.store_id = $1 AND o.source = $2
"""

FOUND: Final = """
SELECT f.kind, count(*) AS orders, sum(f.amount)::bigint AS amount,
    (array_agg(o.source_ref ORDER BY o.placed_at, o.source_ref))[1:$2] AS examples
FROM import_finding f JOIN sale_order o ON o.store_id = f.store_id AND o.id = f.order_id
WHERE f.store_id = $1 GROUP BY f.kind
"""


class Found(Struct, frozen=True, kw_only=True):
    """A kind of finding: how many orders have it, the money concerned in minor units, and the first of them."""

    kind: Kind
    orders: int
    amount: int
    examples: tuple[str, ...]


async def read_totals(connection: Connection, store_id: UUID) -> Totals:
    """Add up every imported order of the store, in one view of the database."""
    totals = Totals()
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        async for order in read_back(connection, store_id):
            totals.add(order)
    return totals


async def read_back(connection: Connection, store_id: UUID) -> AsyncIterator[LoggedOrder]:
    """Yield every imported order of the store, in no order. In the caller's transaction."""
    decoder = msgspec.json.Decoder(LoggedOrder)
    async for row in connection.cursor(LOGGED, store_id, SOURCE, INFERRED, IMPORTER, prefetch=WINDOW):
        yield decoder.decode(row[0])


async def read_findings(connection: Connection, store_id: UUID) -> list[Found]:
    """Every kind of finding that an order has, in the order in which the kinds are declared."""
    found = {row["kind"]: row for row in await connection.fetch(FOUND, store_id, EXAMPLES)}
    return [
        Found(kind=kind, orders=row["orders"], amount=row["amount"], examples=tuple(row["examples"]))
        for kind in Kind
        if (row := found.get(kind.name))
    ]
