"""One receipt, where the viewer may see the payment that it shows."""

from __future__ import annotations

from uuid import UUID

import msgspec

from orderway.order.archived import find_archived
from orderway.order.reads import RECEIPT
from orderway.order.shape import Receipt
from orderway.order.sight import EVERY_STORE, Sight
from orderway.people.viewer import Viewer
from orderway.workflow.errors import NotFound
from orderway.workflow.kinds import Connection

DECODER = msgspec.json.Decoder(Receipt)


async def load_receipt(connection: Connection, viewer: Viewer, id: str) -> Receipt:
    """Return the receipt. Raises NotFound, or Archived; one statement."""
    missing = NotFound("There is no such receipt.", "Open it again from the order's page.")
    try:
        sight = Sight(viewer, UUID(id))
    except ValueError:
        raise missing from None
    found = await connection.fetchval(
        f"""
        SELECT {RECEIPT}::text FROM payment_receipt r
        JOIN payment i ON i.store_id = r.store_id AND i.id = r.payment_id
        JOIN sale_order o ON o.store_id = r.store_id AND o.id = r.order_id
        WHERE r.id = $1 AND r.store_id = {EVERY_STORE} AND {sight.order()} AND {sight.instance("payment")}
        """,  # noqa: S608  (texts of this program, and conditions that hold no values)
        *sight.values,
    )
    if found is None:
        raise await find_archived(connection, viewer, id=UUID(id), part="receipt") or missing
    return DECODER.decode(found)
