"""Every address that an order had: for the seller's people, who are asked where a parcel was to go last Tuesday."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from orderway.delivery.address import Delivery
from orderway.delivery.keeping import READ
from orderway.order.shape import Order
from orderway.order.sight import Sight
from orderway.people.names import names_of
from orderway.people.viewer import Viewer
from orderway.workflow.kinds import Connection

DECODER = msgspec.json.Decoder(Delivery)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAddress:
    """An address from when it counted on, and who gave it; the log names it by its `id`."""

    id: UUID
    delivery: Delivery
    at: datetime
    who: str


async def load_addresses(connection: Connection, viewer: Viewer, order: Order) -> tuple[KeptAddress, ...]:
    """Return the order's addresses, newest first; none for those who do not look at it for the seller."""
    sight = Sight(viewer, order.store_id, order.id)
    rows = await connection.fetch(
        f"""
        SELECT d.id, {READ}::text AS delivery, d.at, d.actor
        FROM delivery_address d JOIN sale_order o ON o.store_id = d.store_id AND o.id = d.order_id
        WHERE o.store_id = $1 AND o.id = $2 AND {sight.staff()} ORDER BY d.at DESC, d.id DESC
        """,  # noqa: S608  (texts of the code, and conditions that hold no values)
        *sight.values,
    )
    names = await names_of(connection, {row["actor"] for row in rows})
    return tuple(
        KeptAddress(id=row["id"], delivery=DECODER.decode(row["delivery"]), at=row["at"], who=names[row["actor"]])
        for row in rows
    )


RECENT = 50
"""How many of a customer's latest orders are looked through for where they went."""


async def list_used(connection: Connection, viewer: Viewer, customer_id: UUID) -> list[Delivery]:
    """Return where the latest orders of a customer went, the last first and each place once, as far as it is told.

    What was promised of those orders is not said again. One statement.
    """
    sight = Sight(viewer, customer_id, RECENT)
    rows = await connection.fetch(
        f"""
        SELECT ({READ}::jsonb - 'promised_at')::text FROM (
            SELECT o.* FROM sale_order o WHERE o.customer_id = $1 AND {sight.order()} AND {sight.address()}
            ORDER BY o.placed_at DESC, o.id DESC LIMIT $2
        ) o JOIN delivery_address d ON d.store_id = o.store_id AND d.id = o.address_id
        ORDER BY o.placed_at DESC, o.id DESC
        """,  # noqa: S608  (as above)
        *sight.values,
    )
    return [DECODER.decode(text) for text in dict.fromkeys(row[0] for row in rows)]
