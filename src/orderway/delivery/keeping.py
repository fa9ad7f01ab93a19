"""Keeping the address of an order: a new row for each one that it gets, and the order's row names the last."""

from __future__ import annotations

from uuid import UUID

from orderway.delivery.address import Delivery
from orderway.ids import new_id
from orderway.workflow.transaction import Transaction

KEEP = """
WITH kept AS (
    INSERT INTO delivery_address (store_id, id, order_id, receiver, phone, address, city, region, postcode, country,
        latitude, longitude, notes, promised_at, at, actor)
    VALUES ($1, $3, $2, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
)
UPDATE sale_order SET address_id = $3, latitude = $11, longitude = $12 WHERE store_id = $1 AND id = $2
"""

READ = """json_build_object('receiver', d.receiver, 'phone', d.phone, 'address', d.address, 'city', d.city,
    'region', d.region, 'postcode', d.postcode, 'country', d.country, 'latitude', d.latitude,
    'longitude', d.longitude, 'notes', d.notes, 'promised_at', d.promised_at)"""
"""The address `d` as the JSON of a Delivery."""

IS_COMPLETE = """
SELECT EXISTS (
    SELECT FROM sale_order o JOIN delivery_address d ON d.store_id = o.store_id AND d.id = o.address_id
    WHERE o.store_id = $1 AND o.id = $2
        AND d.receiver <> '' AND d.phone <> '' AND d.address <> '' AND d.city <> ''
)
"""


async def keep(tx: Transaction, delivery: Delivery) -> UUID:
    """Keep a checked address as the one of the locked order from now on; gives its id."""
    id = new_id()
    await tx.connection.execute(
        KEEP, tx.store_id, tx.order_id, id, delivery.receiver, delivery.phone, delivery.address, delivery.city,
        delivery.region, delivery.postcode, delivery.country, delivery.latitude, delivery.longitude, delivery.notes,
        delivery.promised_at, tx.now, tx.actor.author,
    )  # fmt: skip
    return id


async def is_complete(tx: Transaction) -> bool:
    """Whether the address of the locked order says all that whoever brings it needs."""
    complete: bool = await tx.connection.fetchval(IS_COMPLETE, tx.store_id, tx.order_id)
    return complete
