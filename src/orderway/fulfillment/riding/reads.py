"""Riders as a viewer may know them: their profiles, where they deliver, and who changed that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from orderway.fulfillment.riding.coverage import Change
from orderway.fulfillment.riding.profiles import Profile
from orderway.fulfillment.riding.record import LOAD, acceptance
from orderway.people.names import names_of
from orderway.people.permissions import RIDER_COVERAGE
from orderway.people.riders import BOUND, known
from orderway.people.scope import Condition, stores
from orderway.people.viewer import Viewer
from orderway.workflow.errors import Invalid, NotFound
from orderway.workflow.kinds import Connection

LARGEST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptProfile(Profile):
    """A profile as it stands, and who set it so."""

    changed_at: datetime
    changed_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A store that riders deliver for. Without coordinates no radius around it counts."""

    id: UUID
    code: str
    name: str
    has_coordinates: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A rider by their name."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownArea:
    """Where a rider delivers; `radius_km` is None where it is all of the store."""

    rider: Named
    store: Place
    radius_km: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rider:
    """A rider with what they have in hand.

    One who is bound to no store delivers for all of them or for none: the settings say which. `areas` are those of the
    viewer's own stores; a rider sees all of theirs. `acceptance_rate` as `record.acceptance` defines it.
    """

    id: UUID
    name: str
    profile: KeptProfile | None
    is_bound: bool
    areas: tuple[KnownArea, ...]
    load: int
    acceptance_rate: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaChange:
    """Who changed where a rider delivers; a radius of None is all of the store, or, where there was none, nothing."""

    id: UUID
    rider: str
    store: str
    kind: Change
    radius_before: float | None
    radius_after: float | None
    at: datetime
    who: str


PROFILE = """
    (SELECT json_build_object('vehicle', r.vehicle, 'phone', r.phone, 'plate', r.plate, 'note', r.note,
        'changed_at', r.changed_at, 'changed_by', coalesce((SELECT w.name FROM person w
            WHERE w.id = substring(r.changed_by FROM '^person:([0-9a-f-]{36})$')::uuid), r.changed_by))
    FROM rider_profile r WHERE r.rider_id = p.id)
"""
"""The profile of the rider `p` as JSON."""

AREA = """
    json_build_object('rider', json_build_object('id', p.id, 'name', p.name), 'radius_km', c.radius_km,
        'store', json_build_object('id', s.id, 'code', s.code, 'name', s.name,
            'has_coordinates', s.latitude IS NOT NULL))
"""
RIDERS = msgspec.json.Decoder(Rider)
AREAS = msgspec.json.Decoder(KnownArea)


ASKED = """
    JOIN person p ON p.id = c.rider_id JOIN store s ON s.id = c.store_id
    WHERE ($1::uuid IS NULL OR c.rider_id = $1) AND ($2::uuid IS NULL OR c.store_id = $2)
"""


async def load_rider(connection: Connection, viewer: Viewer, rider: UUID, *, at: datetime) -> Rider:
    """Return a rider that the viewer knows. Raises NotFound; one statement."""
    found, _ = await read_riders(connection, viewer, at=at, which=Condition("p.id = $2::uuid", (rider,)), limit=1)
    if not found:
        raise NotFound("There is no such rider.", "Choose one from the list of riders.")
    return found[0]


async def list_known_riders(
    connection: Connection, viewer: Viewer, *, at: datetime, after: UUID | None = None, limit: int = 50
) -> tuple[list[Rider], bool]:
    """Return the riders that the viewer knows, by name, and whether more follow. One statement.

    `after` is the last rider of the page before. Raises Invalid for a page that is too large.
    """
    check_page(limit, "riders")
    behind = "($2::uuid IS NULL OR (p.name, p.id) > (SELECT w.name, w.id FROM person w WHERE w.id = $2))"
    return await read_riders(connection, viewer, at=at, which=Condition(behind, (after,)), limit=limit)


async def read_riders(
    connection: Connection, viewer: Viewer, *, at: datetime, which: Condition, limit: int
) -> tuple[list[Rider], bool]:
    """Return those of the riders that the viewer knows, by name; `which` has the parameters from $2 on."""
    values: list[object] = [at, *which.values, limit + 1]
    last = len(values)
    seen = known(viewer, first=last + 1)
    values += seen.values
    mine = own_or_mine(viewer, first=len(values) + 1)
    rows = await connection.fetch(
        f"""
        SELECT json_build_object('id', p.id, 'name', p.name, 'profile', {PROFILE}, 'is_bound', {BOUND}, 'load', {LOAD},
            'acceptance_rate', {acceptance("$1")},
            'areas', coalesce((SELECT json_agg({AREA} ORDER BY s.code)
                FROM rider_coverage c JOIN store s ON s.id = c.store_id
                WHERE c.rider_id = p.id AND {mine.sql}), '[]'))::text
        FROM person p WHERE {which.sql} AND {seen.sql} ORDER BY p.name, p.id LIMIT ${last}
        """,  # noqa: S608  (texts of this module and of the viewer's conditions, which hold no values)
        *values,
        *mine.values,
    )
    return [RIDERS.decode(row[0]) for row in rows[:limit]], len(rows) > limit


async def count_known_riders(connection: Connection, viewer: Viewer) -> int:
    """Return how many riders the viewer knows. One statement."""
    seen = known(viewer, first=1)
    counted: int = await connection.fetchval(f"SELECT count(*) FROM person p WHERE {seen.sql}", *seen.values)  # noqa: S608  (as above)
    return counted


async def list_areas(
    connection: Connection,
    viewer: Viewer,
    *,
    rider: UUID | None = None,
    store: UUID | None = None,
    after: tuple[UUID, UUID] | None = None,
    limit: int = 50,
) -> tuple[list[KnownArea], bool]:
    """Return where riders deliver, of the viewer's stores and of the viewer, and whether more follow. One statement.

    `after` is the rider and the store of the last area of the page before. Raises Invalid for a page that is too large.
    """
    check_page(limit, "areas")
    mine = own_or_mine(viewer, first=6)
    rows = await connection.fetch(
        f"""
        SELECT {AREA}::text FROM rider_coverage c {ASKED}
        AND ($3::uuid IS NULL OR (c.rider_id, c.store_id) > ($3, $4::uuid)) AND {mine.sql}
        ORDER BY c.rider_id, c.store_id LIMIT $5
        """,  # noqa: S608  (as above)
        rider, store, *(after or (None, None)), limit + 1, *mine.values,
    )  # fmt: skip
    return [AREAS.decode(row[0]) for row in rows[:limit]], len(rows) > limit


async def count_areas(
    connection: Connection, viewer: Viewer, *, rider: UUID | None = None, store: UUID | None = None
) -> int:
    """Return how many areas `list_areas` lists in all. One statement."""
    return await _count(connection, viewer, "rider_coverage", rider=rider, store=store)


async def list_changes(
    connection: Connection,
    viewer: Viewer,
    *,
    rider: UUID | None = None,
    store: UUID | None = None,
    after: UUID | None = None,
    limit: int = 50,
) -> tuple[list[AreaChange], bool]:
    """Return who changed where riders deliver, newest first, and whether more follow. At most two statements.

    `after` is the last change of the page before. Raises Invalid for a page that is too large.
    """
    check_page(limit, "changes")
    mine = own_or_mine(viewer, first=5)
    rows = await connection.fetch(
        f"""
        SELECT c.id, c.kind, c.radius_before, c.radius_after, c.at, c.actor, p.name AS rider, s.name AS store
        FROM rider_coverage_change c {ASKED}
        AND ($3::uuid IS NULL OR c.id < $3) AND {mine.sql} ORDER BY c.id DESC LIMIT $4
        """,  # noqa: S608  (as above)
        rider, store, after, limit + 1, *mine.values,
    )  # fmt: skip
    shown = rows[:limit]
    names = await names_of(connection, {row["actor"] for row in shown})
    return [change_from(row, names[row["actor"]]) for row in shown], len(rows) > limit


async def count_changes(
    connection: Connection, viewer: Viewer, *, rider: UUID | None = None, store: UUID | None = None
) -> int:
    """Return how many changes `list_changes` lists in all. One statement."""
    return await _count(connection, viewer, "rider_coverage_change", rider=rider, store=store)


async def _count(connection: Connection, viewer: Viewer, table: str, *, rider: UUID | None, store: UUID | None) -> int:
    mine = own_or_mine(viewer, first=3)
    query = f"SELECT count(*) FROM {table} c {ASKED} AND {mine.sql}"  # noqa: S608  (as above)
    counted: int = await connection.fetchval(query, rider, store, *mine.values)
    return counted


def change_from(row: asyncpg.Record, who: str) -> AreaChange:
    return AreaChange(
        id=row["id"],
        rider=row["rider"],
        store=row["store"],
        kind=row["kind"],
        radius_before=row["radius_before"],
        radius_after=row["radius_after"],
        at=row["at"],
        who=who,
    )


def own_or_mine(viewer: Viewer, *, first: int) -> Condition:
    """Return the condition over a coverage `c` of a `store s`: the viewer's own, or of a store where they edit it."""
    mine = stores(viewer, RIDER_COVERAGE, first=first + 1)
    return Condition(f"(c.rider_id = ${first}::uuid OR {mine.sql})", (viewer.person_id, *mine.values))


def check_page(limit: int, things: str) -> None:
    """Raises Invalid for a page that is too large, or empty."""
    if not 1 <= limit <= LARGEST:
        raise Invalid(f"A page holds 1 to {LARGEST} {things}.", "Ask for fewer, and then for the next page.", "first")
