"""What happened to orders since somebody looked, as the one who asks may see it at this moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from orderway.order.filters import Filters
from orderway.order.sight import EVERY_STORE, MONEY, STAFF, Sight
from orderway.order.timeline import Entry, entry_of
from orderway.order.worklist import passing
from orderway.people.names import named
from orderway.people.viewer import Viewer
from orderway.streams.batches import cut
from orderway.streams.place import Place
from orderway.streams.snapshot import read_snapshot
from orderway.workflow.errors import NotFound
from orderway.workflow.history import in_words
from orderway.workflow.kinds import Connection, Workflow

PAGE = 50
"""Events that are read at once."""


@dataclass(frozen=True, slots=True)
class Change:
    """One event of an order: `type` is its name as the outbox tells it, `place` where it stands among all orders'."""

    order_id: UUID
    type: str
    entry: Entry
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Eyes:
    """How much of an order's notes the viewer reads."""

    customer: object | None
    sees_notes: bool


EVENT = f"""b.order_id, b.number, b.type, l.machine, l.instance_id, l.step, l.version, l.event, l.from_state,
    l.to_state, l.actor, l.on_behalf_of, l.reason, l.at,
    {named("l.actor")} AS actor_name, {named("l.on_behalf_of")} AS behind_name"""

LOGGED = "JOIN transition_log l ON l.store_id = b.store_id AND l.instance_id = b.instance_id AND l.step = b.step"

# A move is told of once: what the outbox says of the same step besides is for other programs.
FIRST = """NOT EXISTS (SELECT FROM outbox e WHERE e.store_id = b.store_id AND e.instance_id = b.instance_id
    AND e.step = b.step AND e.number < b.number)"""


def eyes(sight: Sight) -> str:
    """What the viewer may read of the order `o`, as columns of `m`."""
    return f"""CROSS JOIN LATERAL (SELECT {sight.money()} AS money, {sight.staff()} AS staff,
        {sight.address()} AS door) m"""


def seen(sight: Sight) -> str:
    """Whether the viewer sees what moved, given that they see its order."""
    return f"""CASE WHEN l.machine IN ({listed(MONEY)}) THEN m.money WHEN l.machine IN ({listed(STAFF)}) THEN m.staff
        WHEN l.machine = 'rider_interest' THEN EXISTS (SELECT FROM rider_interest i
            WHERE i.store_id = b.store_id AND i.id = b.instance_id AND {sight.interest()}) ELSE true END"""


def listed(machines: Sequence[str]) -> str:
    return ", ".join(f"'{machine}'" for machine in machines)


@dataclass(frozen=True, slots=True)
class OrderNews:
    """What happened to one order; `read_to` is the number up to which nothing was left out."""

    changes: list[Change]
    read_to: int


async def changes_of(
    connection: Connection, workflow: Workflow, viewer: Viewer, *, order_id: UUID, after: int | None
) -> OrderNews:
    """Return the order's events numbered above `after`, oldest first, at most PAGE: none without an `after`.

    Raises NotFound where the viewer does not see the order. One statement.
    """
    sight = Sight(viewer, order_id, after, PAGE)
    rows = await connection.fetch(
        f"""
        SELECT o.outbox_number, m.staff, m.door, e.*
        FROM sale_order o {eyes(sight)}
        LEFT JOIN LATERAL (
            SELECT {EVENT} FROM outbox b {LOGGED}
            WHERE b.store_id = o.store_id AND b.order_id = o.id AND b.number > $2::int AND {FIRST} AND {seen(sight)}
            ORDER BY b.number LIMIT $3
        ) e ON true
        WHERE o.id = $1 AND o.store_id = {EVERY_STORE} AND {sight.order()}
        ORDER BY e.number
        """,  # noqa: S608  (texts of the code alone)
        *sight.values,
    )
    if not rows:
        raise NotFound("There is no such order.", "Check its number, or look for it in the list of orders.")
    found = [_change(workflow, row) for row in rows if row["number"] is not None]
    full = len(found) == PAGE
    return OrderNews(found, found[-1].entry.what.number if full else max(rows[0]["outbox_number"], after or 0))


@dataclass(frozen=True, slots=True)
class News:
    """What happened to all orders; `read_to` is the place up to which nothing was left out."""

    changes: list[Change]
    read_to: Place


async def changes_since(
    connection: Connection, workflow: Workflow, viewer: Viewer, *, place: Place, filters: Filters
) -> News:
    """Return what happened since `place` to the orders that pass the filters now, in the order of each.

    It comes in batches: all that ended between two moments, sorted by order. A batch of which somebody read a part is
    made again in the same way.
    """
    until = place.until
    rows, now = await _read(connection, viewer, place, filters=filters)
    if until is None and len(rows) > PAGE:
        until = await cut(connection, place.seen, PAGE)
        rows, _ = await _read(connection, viewer, Place(place.database, place.seen, until), filters=filters)
    until = until or read_snapshot(now)
    read_to = Place(place.database, until)
    places = [Place(place.database, place.seen, until, (row["order_id"], row["number"])) for row in rows[:-1]]
    changes = [_change(workflow, row, where) for row, where in zip(rows, [*places, read_to], strict=False)]
    return News(changes, read_to)


async def _read(
    connection: Connection, viewer: Viewer, place: Place, *, filters: Filters
) -> tuple[list[asyncpg.Record], str]:
    """Read a batch, or where its end is not known yet at most one event more than a page; and the moment of reading.

    Transactions above that moment are none of this database's: they came in a dump of another.
    """
    order, number = place.behind or (None, None)
    limit = None if place.until else PAGE + 1
    sight = Sight(viewer, str(place.seen), str(place.until) if place.until else None, order, number, limit)
    rows = await connection.fetch(
        f"""
        SELECT s.now::text AS now, e.* FROM (SELECT pg_current_snapshot() AS now) s
        LEFT JOIN LATERAL (
            SELECT {EVENT}, m.staff, m.door
            FROM outbox b {LOGGED}
            JOIN sale_order o ON o.store_id = b.store_id AND o.id = b.order_id
            {eyes(sight)}
            WHERE b.xid >= pg_snapshot_xmin($1::text::pg_snapshot)
                AND NOT pg_visible_in_snapshot(b.xid, $1::text::pg_snapshot)
                AND b.xid < pg_snapshot_xmax(s.now)
                AND ($2::text IS NULL OR pg_visible_in_snapshot(b.xid, $2::text::pg_snapshot))
                AND ($3::uuid IS NULL OR (b.order_id, b.number) > ($3::uuid, $4::int))
                AND {FIRST} AND {passing(sight, filters)} AND {seen(sight)}
            ORDER BY b.order_id, b.number LIMIT $5::int
        ) e ON true
        ORDER BY e.order_id, e.number
        """,  # noqa: S608  (texts of the code alone)
        *sight.values,
    )
    return [row for row in rows if row["number"] is not None], rows[0]["now"]


def _change(workflow: Workflow, row: asyncpg.Record, place: Place | None = None) -> Change:
    return Change(
        row["order_id"], row["type"], entry_of(in_words(workflow, row), Eyes(row["door"] or None, row["staff"])), place
    )
