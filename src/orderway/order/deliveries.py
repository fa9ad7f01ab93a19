"""Deliveries as riders look for them: what one may volunteer for, and what became of their offers.

Before a delivery is theirs a rider reads from which store to which town it goes, how far and what is to be brought:
no name, no phone, no street, no coordinates and, but for their own offers, no money.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from orderway.cursors import cursor_of, read_cursor
from orderway.flags.flags import ALL_ON, Flags
from orderway.flags.slices import RIDER_SELECTION
from orderway.fulfillment.rows import SOUGHT
from orderway.order.reads import life, person
from orderway.order.shape import Interest, Store
from orderway.people.scope import DISTANCE_KM, SOUGHT_WITHIN, UNBOUND, delivers
from orderway.people.viewer import Viewer
from orderway.workflow.errors import Invalid
from orderway.workflow.kinds import Connection

LARGEST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """What is to be brought, in pieces."""

    description: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """A delivery without a word of who receives it.

    `distance_km` is from the store to the address as the crow flies, to a tenth; None where one of them has no
    coordinates. `since` is when it began to stand as it does.
    """

    fulfillment: UUID
    order: UUID
    number: str
    part: int
    currency: str
    store: Store
    city: str
    region: str
    distance_km: float | None
    goods: tuple[Goods, ...]
    since: datetime
    offer: Interest | None

    @property
    def cursor(self) -> str:
        """Where the page ends that ends with this delivery."""
        return cursor_of(self.since, self.fulfillment)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """An offer that the rider made, and what it is for."""

    interest: Interest
    errand: Errand

    @property
    def cursor(self) -> str:
        """Where the page ends that ends with this offer."""
        return cursor_of(self.interest.moved_at, self.interest.id)


INTEREST = life("rider_interest", more=f", 'rider', {person('i.rider_id')}")
OFFER = f"""
    (SELECT {INTEREST} FROM rider_interest i
    WHERE i.store_id = f.store_id AND i.fulfillment_id = f.id AND i.rider_id = $1)
"""  # noqa: S608  (texts of the code alone)


def errand(offer: str) -> str:
    """The delivery `f` of the order `o` from the store `s` as JSON; `offer` is the rider's own for it."""
    return f"""
    json_build_object('fulfillment', f.id, 'order', o.id, 'number', o.number, 'part', f.part, 'currency', o.currency,
        'store', json_build_object('id', s.id, 'code', s.code, 'name', s.name, 'timezone', s.timezone),
        'city', coalesce(d.city, ''), 'region', coalesce(d.region, ''),
        'distance_km', round(({DISTANCE_KM})::numeric, 1), 'since', f.moved_at, 'offer', {offer},
        'goods', coalesce((SELECT json_agg(
                json_build_object('description', l.description, 'quantity', r.quantity) ORDER BY l.position)
            FROM reservation r JOIN order_line l ON l.store_id = r.store_id AND l.id = r.line_id
            WHERE r.store_id = f.store_id AND r.order_id = f.order_id AND r.part = f.part), '[]'))
    """  # noqa: S608  (texts of the code alone)


OF_ORDER = "JOIN sale_order o ON o.store_id = f.store_id AND o.id = f.order_id"
ADDRESS = "LEFT JOIN delivery_address d ON d.store_id = o.store_id AND d.id = o.address_id"
PAGE = """
    AND ($2::timestamptz IS NULL OR (f.moved_at, f.id) < ($2, $3::uuid)) ORDER BY f.moved_at DESC, f.id DESC LIMIT $4
"""

HERE = "f.store_id <> ALL ($6::uuid[])"
"""Riders of its store offer here, and in no former system."""

# Of each store that the rider covers the newest that lie within, or of all stores for one who is bound to none: each
# is read from its end of an index, and never further than a page.
SOUGHT_FOR = f"""
WITH sought AS (
    SELECT f.* FROM rider_coverage c CROSS JOIN LATERAL (
        SELECT f.store_id, f.id, f.moved_at FROM fulfillment f
        WHERE f.store_id = c.store_id AND f.{SOUGHT} AND {SOUGHT_WITHIN} AND {HERE} {PAGE}) f
    WHERE c.rider_id = $1
    UNION ALL (
        SELECT f.store_id, f.id, f.moved_at FROM fulfillment f
        WHERE $5 AND {UNBOUND.replace("?", "$1")} AND f.{SOUGHT} AND {HERE} {PAGE})
), page AS (
    SELECT f.store_id, f.id FROM sought f ORDER BY f.moved_at DESC, f.id DESC LIMIT $4
)
SELECT {errand(OFFER)}::text
FROM page JOIN fulfillment f ON f.store_id = page.store_id AND f.id = page.id
{OF_ORDER} JOIN store s ON s.id = f.store_id {ADDRESS}
ORDER BY f.moved_at DESC, f.id DESC
"""  # noqa: S608  (texts of the code alone)

OFFERS = f"""
SELECT json_build_object('interest', {INTEREST}, 'errand', {errand("NULL::json")})::text
FROM rider_interest i JOIN fulfillment f ON f.store_id = i.store_id AND f.id = i.fulfillment_id
{OF_ORDER} JOIN store s ON s.id = f.store_id {ADDRESS}
WHERE i.rider_id = $1 AND (cardinality($5::text[]) = 0 OR i.state = ANY ($5))
AND ($2::timestamptz IS NULL OR (i.moved_at, i.id) < ($2, $3::uuid)) ORDER BY i.moved_at DESC, i.id DESC LIMIT $4
"""  # noqa: S608  (texts of the code alone)

ERRANDS = msgspec.json.Decoder(Errand)
MADE = msgspec.json.Decoder(Made)


async def list_sought(
    connection: Connection, viewer: Viewer, flags: Flags = ALL_ON, *, after: str = "", limit: int = 20
) -> tuple[list[Errand], bool]:
    """Return the deliveries that the viewer may volunteer for, newest need first, and whether more follow.

    They cover them: of a store without a radius all, of one with a radius those not farther away, and those whose
    distance is not known because the store or the address has no coordinates. Stores whose riders offer in a former
    system, as `flags` say, are left out. One statement. Raises Invalid for a
    cursor that is none, or a page that is too large.
    """
    at, id = place_of(after, limit, "deliveries")
    if not delivers(viewer):
        return [], False
    elsewhere = flags.stores_without(RIDER_SELECTION)
    rows = await connection.fetch(SOUGHT_FOR, viewer.person_id, at, id, limit + 1, viewer.roams, elsewhere)
    return [ERRANDS.decode(row[0]) for row in rows[:limit]], len(rows) > limit


async def count_sought(connection: Connection, viewer: Viewer, flags: Flags = ALL_ON) -> int:
    """Return how many deliveries `list_sought` lists in all. One statement."""
    if not delivers(viewer):
        return 0
    return await _count(connection, SOUGHT_FOR, viewer.person_id, viewer.roams, flags.stores_without(RIDER_SELECTION))


async def list_made(
    connection: Connection, viewer: Viewer, *, states: Sequence[str] = (), after: str = "", limit: int = 20
) -> tuple[list[Made], bool]:
    """Return the viewer's own offers, of these states or of any, the last moved first, and whether more follow.

    One statement. Raises Invalid for a cursor that is none, or a page that is too large.
    """
    at, id = place_of(after, limit, "offers")
    rows = await connection.fetch(OFFERS, viewer.person_id, at, id, limit + 1, list(states))
    return [MADE.decode(row[0]) for row in rows[:limit]], len(rows) > limit


async def count_made(connection: Connection, viewer: Viewer, *, states: Sequence[str] = ()) -> int:
    """Return how many offers `list_made` lists in all. One statement."""
    return await _count(connection, OFFERS, viewer.person_id, list(states))


async def _count(connection: Connection, query: str, rider: UUID, *last: object) -> int:
    """All of a list: its page without a beginning and an end."""
    every = f"SELECT count(*) FROM ({query}) every"  # noqa: S608  (texts of this module)
    counted: int = await connection.fetchval(every, rider, None, None, None, *last)
    return counted


def place_of(after: str, limit: int, things: str) -> tuple[datetime | None, UUID | None]:
    """Where the page begins; raises Invalid for a cursor that is none, or a page that is too large."""
    if not 1 <= limit <= LARGEST:
        raise Invalid(f"A page holds 1 to {LARGEST} {things}.", "Ask for fewer, and then for the next page.", "first")
    return read_cursor(after, things) if after else (None, None)
