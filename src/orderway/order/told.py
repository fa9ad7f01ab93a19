"""What the outbox told the world of orders, as those may list it who look after that: the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from orderway.cursors import cursor_of, read_cursor
from orderway.people.scope import stores_of
from orderway.people.viewer import Viewer
from orderway.workflow.errors import Invalid
from orderway.workflow.kinds import Connection

SEES = "outbox.see"
LARGEST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One event: `number` rises by one for each order, `type` is as "order.sale.payment_captured"."""

    id: UUID
    order_id: UUID
    order_number: str
    number: int
    type: str
    at: datetime

    @property
    def cursor(self) -> str:
        """Where the page ends that ends with this event."""
        return f"{cursor_of(self.at, self.order_id)}:{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldFilters:
    """Of one store, of one order, and told `since` a time and before the time `until`."""

    store_id: UUID | None = None
    order_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


WITHIN = """
    b.store_id = s.id AND ($2::uuid IS NULL OR b.order_id = $2) AND ($3::timestamptz IS NULL OR b.at >= $3)
    AND ($4::timestamptz IS NULL OR b.at < $4)
"""
STORES = "FROM store s WHERE ($1::uuid[] IS NULL OR s.id = ANY ($1))"
# Of each store one page is read, from the end of its index; and of all of them one page is what comes first.
PAGE = f"""
    SELECT b.id, b.order_id, o.number AS order_number, b.number, b.type, b.at
    FROM (SELECT s.id {STORES}) s CROSS JOIN LATERAL (
        SELECT b.* FROM outbox b WHERE {WITHIN}
            AND ($5::timestamptz IS NULL OR (b.at, b.order_id, b.number) < ($5, $6::uuid, $7::integer))
        ORDER BY b.at DESC, b.order_id DESC, b.number DESC LIMIT $8
    ) b JOIN sale_order o ON o.store_id = b.store_id AND o.id = b.order_id
    ORDER BY b.at DESC, b.order_id DESC, b.number DESC LIMIT $8
"""  # noqa: S608  (texts of this module)
COUNT = f"SELECT count(*) FROM (SELECT s.id {STORES}) s JOIN outbox b ON {WITHIN}"  # noqa: S608  (as above)


async def list_told(
    connection: Connection, viewer: Viewer, *, filters: ToldFilters, after: str = "", limit: int = 20
) -> tuple[list[Told], bool]:
    """Return what the outbox told of orders of the stores whose outbox the viewer sees, and whether more follows.

    `after` is the cursor of the last event of the page before. One statement. Raises Invalid.
    """
    if not 1 <= limit <= LARGEST:
        raise Invalid(f"A page holds 1 to {LARGEST} events.", "Ask for fewer, and then for the next page.", "first")
    place = read_told(after) if after else (None, None, None)
    rows = await connection.fetch(PAGE, *asked(viewer, filters), *place, limit + 1)
    return [Told(**row) for row in rows[:limit]], len(rows) > limit


async def count_told(connection: Connection, viewer: Viewer, *, filters: ToldFilters) -> int:
    """Return how many events `list_told` lists in all. One statement."""
    counted: int = await connection.fetchval(COUNT, *asked(viewer, filters))
    return counted


def asked(viewer: Viewer, filters: ToldFilters) -> tuple[object, ...]:
    """The stores of a list, and its filters."""
    within, store = stores_of(viewer, SEES), filters.store_id
    if store is not None:
        within = frozenset({store} if within is None or store in within else ())
    stores = None if within is None else list(within)
    return stores, filters.order_id, filters.since, filters.until


def read_told(cursor: str) -> tuple[datetime, UUID, int]:
    """Read where a page ended: "<time and order>:<number>"; raises Invalid."""
    place, _, number = cursor.partition(":")
    at, order = read_cursor(place, "events")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise Invalid("This is no place in the list of events.", "Send the cursor of a page as it was given.", "after")
    return at, order, int(number)
