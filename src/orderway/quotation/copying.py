"""Copying an order into a new one: the same buyer, way and goods, at the prices of today."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from orderway.delivery.address import Delivery
from orderway.delivery.keeping import READ
from orderway.quotation.events import Edit, LineWanted
from orderway.quotation.guards import TEN_YEARS
from orderway.quotation.opening import NewOrder, place
from orderway.workflow.errors import NotFound
from orderway.workflow.kinds import Moved
from orderway.workflow.transaction import Transaction

# A biller who has left the store does not bill the copy; what was promised of the first order is not of the second.
ORIGINAL = f"""
SELECT o.number, o.customer_id, o.currency, o.fulfillment_type,
    (SELECT ({READ}::jsonb - 'promised_at')::text FROM delivery_address d
     WHERE d.store_id = o.store_id AND d.id = o.address_id) AS delivery,
    (SELECT p.id FROM person p JOIN person_store s ON s.person_id = p.id AND s.store_id = o.store_id
     WHERE p.id = o.biller_id AND p.disabled_at IS NULL) AS biller_id,
    (q.context ->> 'valid_until')::timestamptz - q.created_at AS valid_for,
    coalesce((SELECT json_agg(json_build_object('variant', variant_id, 'quantity', quantity) ORDER BY position)
     FROM order_line WHERE store_id = o.store_id AND order_id = o.id), '[]')::text AS lines
FROM sale_order o JOIN quotation q ON q.store_id = o.store_id AND q.order_id = o.id
WHERE o.store_id = $1 AND o.id = $2
"""  # noqa: S608  (texts of the code alone)

DELIVERY = msgspec.json.Decoder(Delivery)
LINES = msgspec.json.Decoder(tuple[LineWanted, ...])


async def copy(tx: Transaction, store_id: UUID, order_id: UUID, *, biller: UUID | None) -> Moved:
    """Place a new order like this one, in whatever state that is, and edit its goods in as anyone would.

    The catalogue prices it anew: what was set by hand, discounts and freight belong to the first offer alone. It is
    valid for as long as the first was, from now on. `biller` is who bills it instead of who billed the first.
    Raises NotFound, what `place` raises, and NotForSale, which names each line that is not sold any more.
    """
    first = await tx.connection.fetchrow(ORIGINAL, store_id, order_id)
    if first is None:
        raise NotFound("There is no such order.")
    order = NewOrder(
        store_id=store_id,
        customer_id=first["customer_id"],
        currency=first["currency"],
        fulfillment_type=first["fulfillment_type"],
        biller_id=biller or first["biller_id"],
        delivery=DELIVERY.decode(first["delivery"]) if first["delivery"] else None,
        valid_until=_valid_until(first["valid_for"], now=tx.now),
        copied_from=order_id,
        reason=f"A copy of {first['number']}.",
    )
    placed = await place(tx, order)
    lines = LINES.decode(first["lines"])
    return await tx.send(placed.ref, Edit(lines)) if lines else placed


def _valid_until(valid_for: timedelta | None, *, now: datetime) -> datetime | None:
    """The end of a validity as long as the first one, of a day at least; none where that had none."""
    if valid_for is None:
        return None
    return now + min(max(valid_for, timedelta(days=1)), timedelta(days=TEN_YEARS))
