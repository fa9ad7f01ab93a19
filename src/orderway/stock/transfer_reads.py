"""Transfers of stock as they stand: of each store that somebody manages, at whichever end it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from orderway.stock.checks import Stores
from orderway.stock.reads import Store, VariantNamed
from orderway.stock.transfers import Status
from orderway.workflow.kinds import Connection

STATUSES: dict[Status, str] = {"REQUESTED": "Waits for the other end", "CONFIRMED": "Moved", "DECLINED": "Declined"}
"""Where a transfer can stand, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsNamed:
    """So many pieces of a variant that go along."""

    variant: VariantNamed
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """Goods that one store is to give to another, gave it or did not; `deciding_store` is the end that did not ask."""

    id: UUID
    from_store: Store
    to_store: Store
    deciding_store: UUID
    status: Status
    note: str | None
    goods: tuple[GoodsNamed, ...]
    requested_at: datetime
    requested_by: str
    decided_at: datetime | None
    decided_by: str | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferFilters:
    """What to list: where a store is at either end, and how the transfers stand."""

    store: UUID | None = None
    statuses: tuple[Status, ...] = ()


EVERY_TRANSFER = TransferFilters()

TRANSFERS = """
    SELECT json_build_object('id', x.id,
        'from_store', json_build_object('id', f.id, 'code', f.code, 'name', f.name),
        'to_store', json_build_object('id', t.id, 'code', t.code, 'name', t.name),
        'deciding_store', CASE x.asking_store_id WHEN f.id THEN t.id ELSE f.id END, 'status', x.status,
        'note', x.note, 'requested_at', x.requested_at, 'requested_by', x.requested_by, 'decided_at', x.decided_at,
        'decided_by', x.decided_by, 'reason', x.reason,
        'goods', (SELECT json_agg(json_build_object('quantity', l.quantity, 'variant', json_build_object('id', v.id,
                'sku', v.sku, 'title', p.name || CASE WHEN v.name = '' THEN '' ELSE ', ' || v.name END)) ORDER BY v.sku)
            FROM stock_transfer_line l JOIN variant v ON v.id = l.variant_id JOIN product p ON p.id = v.product_id
            WHERE l.transfer_id = x.id))::text
    FROM stock_transfer x JOIN store f ON f.id = x.from_store_id JOIN store t ON t.id = x.to_store_id
    WHERE ($1::uuid[] IS NULL OR x.from_store_id = ANY ($1) OR x.to_store_id = ANY ($1))
        AND ($2::uuid IS NULL OR $2 IN (x.from_store_id, x.to_store_id))
        AND ($3::text[] IS NULL OR x.status = ANY ($3)) AND ($4::uuid IS NULL OR x.id = $4)
        AND ($5::uuid IS NULL OR x.id < $5)
    ORDER BY x.id DESC LIMIT $6
"""
DECODER = msgspec.json.Decoder(Transfer)


async def list_transfers(
    connection: Connection, *, within: Stores, filters: TransferFilters = EVERY_TRANSFER, after: UUID | None = None,
    limit: int = 50,
) -> list[Transfer]:  # fmt: skip
    """Return transfers, newest first, from behind the transfer `after` on."""
    stores, statuses = None if within is None else list(within), filters.statuses or None
    rows = await connection.fetch(TRANSFERS, stores, filters.store, statuses, None, after, limit)
    return [DECODER.decode(row[0]) for row in rows]


async def count_transfers(connection: Connection, *, within: Stores, filters: TransferFilters = EVERY_TRANSFER) -> int:
    """Return how many transfers `list_transfers` lists in all. One statement."""
    stores, statuses = None if within is None else list(within), filters.statuses or None
    every = f"SELECT count(*) FROM ({TRANSFERS}) every"  # noqa: S608  (texts of this module)
    counted: int = await connection.fetchval(every, stores, filters.store, statuses, None, None, None)
    return counted


async def find_transfer(connection: Connection, id: UUID, *, within: Stores) -> Transfer | None:
    """Return one transfer; None where there is none, or none in reach."""
    stores = None if within is None else list(within)
    text = await connection.fetchval(TRANSFERS, stores, None, None, id, None, 1)
    return DECODER.decode(text) if text else None
