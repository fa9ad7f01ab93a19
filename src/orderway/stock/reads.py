"""What lies on the shelves, what is low, how it came and went: a page at a time, in stores that somebody manages."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from orderway.stock.checks import Stores, reaches
from orderway.workflow.errors import Invalid
from orderway.workflow.kinds import Connection

LARGEST = 100
"""The longest page."""

Kind = Literal["PURCHASE", "SALE", "RETURN_SALE", "TRANSFER", "ADJUSTMENT"]

KINDS: dict[Kind, str] = {
    "PURCHASE": "Received",
    "SALE": "Sold",
    "RETURN_SALE": "Came back",
    "TRANSFER": "Moved between stores",
    "ADJUSTMENT": "Adjusted",
}
"""The kinds of movements, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """A store, as people call it."""

    id: UUID
    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantNamed:
    """A variant, as people call it."""

    id: UUID
    sku: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """What lies on a shelf: `reserved` of the `quantity` is held for orders, the rest is `free`. `missing` is what
    orders still wait for. It is low when no more than `reorder_point` pieces are free.
    """

    store: Store
    variant: VariantNamed
    quantity: int
    reserved: int
    free: int
    missing: int
    reorder_point: int | None
    low: bool

    @property
    def cursor(self) -> str:
        """Where the page ends that ends with this shelf."""
        return f"{self.store.id}{self.variant.sku}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """Pieces that came to a shelf or, below nothing, went from it; `note` tells why, or where they came from."""

    id: UUID
    store: Store
    variant: VariantNamed
    kind: Kind
    quantity: int
    at: datetime
    who: str
    note: str | None
    order: UUID | None
    order_number: str | None
    transfer: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReorderPointChange:
    """From how many free pieces on it was time to order more, and from how many it is since; null is never."""

    id: UUID
    store: Store
    variant: VariantNamed
    was: int | None
    became: int | None
    at: datetime
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What to list: of some stores, of some variants, and what the text finds as in the catalogue; empty is all."""

    stores: tuple[UUID, ...] = ()
    variants: tuple[UUID, ...] = ()
    search: str = ""


EVERYTHING = Filters()

NAMED = """
    'store', json_build_object('id', t.id, 'code', t.code, 'name', t.name),
    'variant', json_build_object('id', v.id, 'sku', v.sku,
        'title', p.name || CASE WHEN v.name = '' THEN '' ELSE ', ' || v.name END)
"""
JOINED = "JOIN variant v ON v.id = s.variant_id JOIN product p ON p.id = v.product_id JOIN store t ON t.id = s.store_id"
# Of one store, of several, or of all: an index that begins with the store serves each.
IN_STORES = "s.store_id = ANY (coalesce($1::uuid[], ARRAY(SELECT id FROM store)))"

SHELVES = f"""
    SELECT json_build_object({NAMED}, 'quantity', s.quantity, 'reserved', s.reserved,
        'free', s.quantity - s.reserved, 'reorder_point', s.reorder_point,
        'low', coalesce(s.quantity - s.reserved <= s.reorder_point, false),
        'missing', (SELECT coalesce(sum(r.quantity), 0)::bigint FROM reservation r
            WHERE r.store_id = s.store_id AND r.variant_id = s.variant_id AND r.status = 'MISSING'))::text
    FROM {{shelves}} s {JOINED}
    WHERE {IN_STORES} AND ($2::uuid[] IS NULL OR s.variant_id = ANY ($2))
        AND ($3 = '' OR starts_with(lower(v.sku), lower($3)) OR strpos(lower(p.name), lower($3)) > 0)
        AND v.sku >= $4 AND (v.sku, s.store_id) > ($4, $5::uuid)
    ORDER BY v.sku, s.store_id LIMIT $6
"""  # noqa: S608  (texts of this module)
# Few shelves are low: they are picked first (OFFSET 0 keeps it so), and then put in the order of the page.
LOW = f"""(
    SELECT s.* FROM stock s WHERE {IN_STORES} AND s.reorder_point IS NOT NULL
        AND s.quantity - s.reserved <= s.reorder_point OFFSET 0
)"""  # noqa: S608  (as above)
START = UUID(int=0)
SHELF = msgspec.json.Decoder(Shelf)
MOVEMENT = msgspec.json.Decoder(Movement)
POINT = msgspec.json.Decoder(ReorderPointChange)


async def list_shelves(
    connection: Connection, *, within: Stores, filters: Filters = EVERYTHING, after: str = "", limit: int = 50
) -> list[Shelf]:
    """Return shelves by SKU, and of one SKU by store, from behind the cursor `after` on. Raises Invalid."""
    return await _shelves(
        connection, SHELVES.format(shelves="stock"), within=within, filters=filters, after=after, limit=limit
    )


async def list_low_shelves(
    connection: Connection, *, within: Stores, filters: Filters = EVERYTHING, after: str = "", limit: int = 50
) -> list[Shelf]:
    """The same, of those that are low."""
    return await _shelves(
        connection, SHELVES.format(shelves=LOW), within=within, filters=filters, after=after, limit=limit
    )


async def count_shelves(connection: Connection, *, within: Stores, filters: Filters = EVERYTHING) -> int:
    """Return how many shelves `list_shelves` lists in all. One statement."""
    return await _count_shelves(connection, SHELVES.format(shelves="stock"), within=within, filters=filters)


async def count_low_shelves(connection: Connection, *, within: Stores, filters: Filters = EVERYTHING) -> int:
    """The same, of those that are low."""
    return await _count_shelves(connection, SHELVES.format(shelves=LOW), within=within, filters=filters)


async def _count_shelves(connection: Connection, statement: str, *, within: Stores, filters: Filters) -> int:
    stores, variants = _stores(within, filters.stores), filters.variants or None
    return await _count(connection, statement, stores, variants, _searched(filters.search), "", START, None)


async def _count(connection: Connection, statement: str, *values: object) -> int:
    """All of a list: its page without a beginning and an end."""
    counted: int = await connection.fetchval(f"SELECT count(*) FROM ({statement}) every", *values)  # noqa: S608  (as above)
    return counted


async def _shelves(
    connection: Connection, statement: str, *, within: Stores, filters: Filters, after: str, limit: int
) -> list[Shelf]:
    store, sku = _read_cursor(after) if after else (START, "")
    rows = await connection.fetch(
        statement,
        _stores(within, filters.stores),
        filters.variants or None,
        _searched(filters.search),
        sku,
        store,
        limit,
    )
    return [SHELF.decode(row[0]) for row in rows]


MOVEMENTS = f"""
    SELECT json_build_object({NAMED}, 'id', s.id, 'kind', s.kind, 'quantity', s.quantity, 'at', s.at, 'who', s.actor,
        'note', s.note, 'order', s.order_id, 'order_number', o.number, 'transfer', s.transfer_id)::text
    FROM movement s {JOINED} LEFT JOIN sale_order o ON o.store_id = s.store_id AND o.id = s.order_id
"""  # noqa: S608  (as above)
LISTED = """
    WHERE s.store_id = $1 AND ($2::uuid IS NULL OR s.variant_id = $2)
        AND ($3::text[] IS NULL OR s.kind = ANY ($3)) AND ($4::uuid IS NULL OR s.id < $4)
    ORDER BY s.id DESC LIMIT $5
"""
THESE = "WHERE s.store_id = ANY ($1::uuid[]) AND s.id = ANY ($2::uuid[]) ORDER BY s.quantity, v.sku"


async def list_movements(
    connection: Connection, store: UUID, *, variant: UUID | None = None, kinds: tuple[Kind, ...] = (),
    after: UUID | None = None, limit: int = 50,
) -> list[Movement]:  # fmt: skip
    """Return what came and went in a store, in the order in which it was entered, newest first.

    `after` is the last movement of the page before.
    """
    rows = await connection.fetch(MOVEMENTS + LISTED, store, variant, kinds or None, after, limit)
    return [MOVEMENT.decode(row[0]) for row in rows]


async def count_movements(
    connection: Connection, store: UUID, *, variant: UUID | None = None, kinds: tuple[Kind, ...] = ()
) -> int:
    """Return how many movements `list_movements` lists in all. One statement."""
    return await _count(connection, MOVEMENTS + LISTED, store, variant, kinds or None, None, None)


async def load_movements(
    connection: Connection, ids: Collection[UUID], *, stores: tuple[UUID, ...], within: Stores
) -> list[Movement]:
    """Return these movements of these stores, as far as the stores are in reach."""
    rows = await connection.fetch(MOVEMENTS + THESE, _stores(within, stores), list(ids)) if ids else []
    return [MOVEMENT.decode(row[0]) for row in rows]


POINTS = f"""
    SELECT json_build_object({NAMED}, 'id', s.id, 'was', s.was, 'became', s.became, 'at', s.at, 'who', s.actor)::text
    FROM reorder_point_change s {JOINED}
    WHERE s.store_id = $1 AND ($2::uuid IS NULL OR s.variant_id = $2) AND ($3::uuid IS NULL OR s.id < $3)
    ORDER BY s.id DESC LIMIT $4
"""  # noqa: S608  (as above)


async def list_reorder_point_changes(
    connection: Connection, store: UUID, *, variant: UUID | None = None, after: UUID | None = None, limit: int = 50
) -> list[ReorderPointChange]:
    """Return who changed reorder points of a store, newest first; `after` is the last change of the page before."""
    rows = await connection.fetch(POINTS, store, variant, after, limit)
    return [POINT.decode(row[0]) for row in rows]


async def count_reorder_point_changes(connection: Connection, store: UUID, *, variant: UUID | None = None) -> int:
    """Return how many changes `list_reorder_point_changes` lists in all. One statement."""
    return await _count(connection, POINTS, store, variant, None, None)


WAITED_FOR = """
    SELECT variant_id FROM reservation WHERE store_id = $1 AND variant_id = ANY ($2::uuid[]) AND status = 'MISSING'
    GROUP BY variant_id ORDER BY min(asked_at) LIMIT $3
"""


async def load_waited_for(
    connection: Connection, store: UUID, variants: Collection[UUID], *, limit: int
) -> tuple[UUID, ...]:
    """Return those of the variants that orders of the store wait for, whoever asked first coming first."""
    rows = await connection.fetch(WAITED_FOR, store, list(variants), limit)
    return tuple(row["variant_id"] for row in rows)


def _stores(within: Stores, asked: tuple[UUID, ...]) -> list[UUID] | None:
    """The stores to list: those that were asked for, as far as they are in reach, or all that are."""
    if asked:
        return [each for each in asked if reaches(within, each)]
    return None if within is None else list(within)


def _searched(text: str) -> str:
    return text.replace("\0", "").strip()


def _read_cursor(cursor: str) -> tuple[UUID, str]:
    """Read where a page ended; raises Invalid."""
    try:
        return UUID(cursor[:36]), cursor[36:].replace("\0", "")
    except ValueError:
        raise Invalid(
            "This is no place in a list of shelves.", "Send the cursor of a page as it was given.", "after"
        ) from None
