"""Lists of orders: a page at a time by key, each row as its viewer may see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import msgspec

from orderway.cursors import cursor_of, read_place
from orderway.delivery.way import FulfillmentType
from orderway.fulfillment.machine import FULFILLMENT
from orderway.fulfillment.parts import DROPPED
from orderway.order.filters import EVERYTHING, PHASES, Filters, listing_of, of_order
from orderway.order.shape import Person, Phase, Store
from orderway.order.sight import Sight
from orderway.order.walks import Place, Walk
from orderway.order.worklist import NOTHING, Behind, OrderFilters, Worklist, passing, worth
from orderway.people.viewer import Viewer
from orderway.workflow.errors import Invalid
from orderway.workflow.kinds import Connection

LARGEST = 100
ALL = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an instance stands; its label is that of the chart of its version."""

    id: UUID
    version: int
    step: int
    state: str
    moved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One order of a list. `total` in minor units, the quotation and the sale are there for those who see money.

    A rider sees the customer once the order is theirs to deliver.
    """

    at: datetime
    """What it is listed by: when it was placed, or since when it has stood where it stands."""
    store_id: UUID
    id: UUID
    number: str
    phase: Phase
    placed_at: datetime
    currency: str
    fulfillment_type: FulfillmentType
    store: Store
    customer: Person | None
    biller: Person | None
    total: int | None
    quotation: Standing | None
    sale: Standing | None
    fulfillment: Standing | None
    """Of several the first that is under way; or else the last that brought something, or the last of all."""

    @property
    def tells(self) -> bool:
        """Whether the viewer sees where it stands: who sees no money does once there are goods to bring."""
        return bool(self.quotation or self.sale or self.fulfillment)

    @property
    def cursor(self) -> str:
        """Where the page ends that ends with this row."""
        return cursor_of(self.at, self.id)


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and whether more come after them."""

    rows: tuple[Row, ...]
    has_more: bool


DECODER = msgspec.json.Decoder(Row)
OF_ORDER = of_order("fulfillment", "f")
OVER = f"f.state IN ({', '.join(repr(name) for name in FULFILLMENT.every_leaf if FULFILLMENT.is_final(name))})"
GONE = f"f.state IN ({', '.join(map(repr, sorted(DROPPED)))})"
FIRST = f"ORDER BY {OVER}, {GONE}, CASE WHEN {OVER} THEN -f.part ELSE f.part END LIMIT 1"
PHASE = "CASE " + " ".join(f"WHEN {test} THEN '{phase}'" for phase, test in PHASES.items()) + " END"


def standing(table: str, alias: str) -> str:
    """Where the only instance of the order `o` stands, as JSON."""
    return f"(SELECT {stands(alias)} {of_order(table, alias)})"


def stands(alias: str) -> str:
    return f"""json_build_object('id', {alias}.id, 'version', {alias}.version, 'step', {alias}.step,
        'state', {alias}.state, 'moved_at', {alias}.moved_at)"""


def row(money: str, address: str) -> str:
    """A row of the list as JSON; `money` is the condition of what tells of money, `address` of who gets the goods.

    What belongs to the order is looked up for each by its key: of a join PostgreSQL would seek the best order first.
    """
    return f"""json_build_object(
        'at', page.at, 'store_id', o.store_id, 'id', o.id, 'number', o.number, 'placed_at', o.placed_at,
        'currency', o.currency, 'fulfillment_type', o.fulfillment_type, 'phase', {PHASE},
        'store', (SELECT json_build_object('id', s.id, 'code', s.code, 'name', s.name, 'timezone', s.timezone)
            FROM store s WHERE s.id = o.store_id),
        'customer', CASE WHEN {address} THEN (SELECT json_build_object('id', c.id, 'name', c.name)
            FROM customer c WHERE c.id = o.customer_id) END,
        'biller', (SELECT json_build_object('id', p.id, 'name', p.name) FROM person p WHERE p.id = o.biller_id),
        'total', CASE WHEN {money} THEN (SELECT coalesce(sum(l.total), 0)::bigint FROM order_line l
            WHERE l.store_id = o.store_id AND l.order_id = o.id) END,
        'quotation', CASE WHEN {money} THEN {standing("quotation", "q")} END,
        'sale', CASE WHEN {money} THEN {standing("sale", "a")} END,
        'fulfillment', (SELECT {stands("f")} {OF_ORDER} {FIRST}))"""  # noqa: S608


async def list_orders(
    connection: Connection, viewer: Viewer, *, filters: Filters = EVERYTHING, after: str = "", limit: int = 50
) -> Page:
    """Return the orders that the viewer sees, the newest or the oldest first, from behind the cursor `after` on.

    One statement. Raises Invalid for a cursor that is none, or a limit outside 1 to LARGEST.
    """
    if not 1 <= limit <= LARGEST:
        raise Invalid(f"A page holds 1 to {LARGEST} orders.", "Ask for fewer, and then for the next page.", "first")
    sight = Sight(viewer)
    page = page_of(sight, filters, after=after, limit=limit + 1)
    direction = "ASC" if filters.sort == "oldest" or is_longest_first(filters) else "DESC"
    rows = await _rows(connection, sight, page, direction)
    return Page(rows[:limit], len(rows) > limit)


async def list_these(connection: Connection, viewer: Viewer, ids: Sequence[UUID]) -> tuple[Row, ...]:
    """Return those of some orders that the viewer sees, the newest first. One statement."""
    sight = Sight(viewer, ids)
    page = f"""SELECT o.placed_at AS at, o.id, o.store_id FROM sale_order o
        WHERE o.id = ANY ($1::uuid[]) AND o.store_id = ANY (ARRAY(SELECT id FROM store)) AND {sight.order()}"""  # noqa: S608  (as below)
    return await _rows(connection, sight, page, "DESC")


async def _rows(connection: Connection, sight: Sight, page: str, direction: str) -> tuple[Row, ...]:
    rows = await connection.fetch(
        f"""
        SELECT {row(sight.money(), sight.address())}::text
        FROM ({page}) page
        JOIN sale_order o ON o.store_id = page.store_id AND o.id = page.id
        ORDER BY page.at {direction}, o.id {direction}
        """,  # noqa: S608  (texts of this module and of the viewer's conditions, which hold no values)
        *sight.values,
    )
    return tuple(DECODER.decode(each[0]) for each in rows)


def page_of(sight: Sight, filters: Filters, *, after: str = "", limit: int) -> str:
    """The query of one page: (at, id, store_id). Raises Invalid for a cursor that is none."""
    at, ids = read_place(after, "orders", ids=1) if after else (None, ())
    if isinstance(filters, OrderFilters) and filters.is_about_now:
        return Worklist(sight, filters, Behind(limit=limit, at=at, ids=ids)).page(sight.viewer)
    ways = filters.ways(sight.viewer)
    if not ways:
        return NOTHING
    listing = listing_of(sight, filters)
    listing = replace(listing, where=(*listing.where, *worth(sight, filters)))
    place = Place(limit=limit, at=at, ids=ids, sort=filters.sort, since=filters.since, until=filters.until)
    return Walk(sight, listing, place).page(ways)


def some_of(sight: Sight, filters: Filters, *, most: int) -> str:
    """The query of some orders, as many as that where there are so many."""
    if isinstance(filters, OrderFilters) and filters.is_about_now:
        return Worklist(sight, filters, Behind(limit=most)).some(sight.viewer)
    return page_of(sight, filters, limit=most)


def is_longest_first(filters: Filters) -> bool:
    return isinstance(filters, OrderFilters) and filters.longest_first


async def count_orders(connection: Connection, viewer: Viewer, filters: Filters = EVERYTHING) -> int:
    """Return how many orders the viewer sees that pass the filters. One statement."""
    sight = Sight(viewer)
    if isinstance(filters, OrderFilters) and filters.is_about_now:
        source = f"({page_of(sight, filters, limit=ALL)}) o"
    else:
        source = f"sale_order o WHERE {sight.listed()} AND {passing(sight, filters)}"
    counted: int = await connection.fetchval(f"SELECT count(*) FROM {source}", *sight.values)  # noqa: S608  (as above)
    return counted


async def count_some(connection: Connection, viewer: Viewer, *wanted: tuple[Filters, int]) -> list[int]:
    """Return for each of some lists how many orders are in it, counting no further than as said. One statement."""
    sight = Sight(viewer)
    counts = [f"(SELECT count(*) FROM ({some_of(sight, each, most=most)}) p)" for each, most in wanted]  # noqa: S608  (as above)
    return list(await connection.fetchrow(f"SELECT {', '.join(counts)}", *sight.values) or ())
