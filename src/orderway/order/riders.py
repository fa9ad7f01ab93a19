"""Riders for a delivery as staff choose among them: who covers its address, and who offered to bring it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from orderway.fulfillment.riding.reads import PROFILE, KeptProfile, check_page
from orderway.fulfillment.riding.record import LOAD, acceptance
from orderway.order.deliveries import INTEREST
from orderway.order.shape import Interest, Person
from orderway.order.sight import EVERY_STORE, Sight
from orderway.people.permissions import RIDER_ASSIGN
from orderway.people.riders import IS_RIDER, RIDES
from orderway.people.scope import DISTANCE_KM, NEEDED_KM, within
from orderway.people.viewer import Viewer
from orderway.settings import RIDERS_WITHOUT_COVERAGE_SEE_ALL, Settings
from orderway.workflow.errors import NotFound
from orderway.workflow.kinds import Connection

# How far it goes is reckoned once, and compared with an index of radii.
NEEDED = f"""
    (SELECT {NEEDED_KM} FROM sale_order o JOIN store s ON s.id = o.store_id WHERE o.store_id = $1 AND o.id = $2)
"""  # noqa: S608  (texts of the code alone)

# Everyone whose coverage takes in the order, and, where the settings let them, whoever is bound to no store.
COVERING = f"""
    SELECT c.rider_id FROM rider_coverage c WHERE c.store_id = $1 AND {within(NEEDED)}
    UNION SELECT h.person_id FROM person_role h
    WHERE $3 AND {RIDES} AND NOT EXISTS (SELECT FROM rider_coverage c WHERE c.rider_id = h.person_id)
"""  # noqa: S608  (texts of the code alone)
CAN_GO = f"SELECT p.id, p.name FROM ({COVERING}) covering JOIN person p ON p.id = covering.rider_id WHERE {IS_RIDER}"  # noqa: S608
RIDERS = f"{CAN_GO} ORDER BY p.name, p.id"


async def list_riders(connection: Connection, settings: Settings, *, store_id: UUID, order_id: UUID) -> list[Person]:
    """Return who covers the address of the order, by name; the settings say whether one bound to no store does."""
    rows = await connection.fetch(RIDERS, store_id, order_id, settings[RIDERS_WITHOUT_COVERAGE_SEE_ALL])
    return [Person(id=row["id"], name=row["name"]) for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A rider for a delivery, with their offer where they made one.

    `covers` is whether they may be assigned; `distance_km` from the store to the address, to a tenth, None where one of
    them has no coordinates; `load` how many deliveries they have in hand; `acceptance_rate` as
    `riding.record.acceptance` defines it.
    """

    rider: Person
    profile: KeptProfile | None
    covers: bool
    distance_km: float | None
    load: int
    acceptance_rate: float | None
    offer: Interest | None


def candidate(covers: str) -> str:
    """The rider `p` with their offer `i` as JSON; `covers` is whether they may be assigned."""
    return f"""
    json_build_object('rider', json_build_object('id', p.id, 'name', p.name), 'profile', {PROFILE},
        'covers', {covers}, 'load', {LOAD}, 'acceptance_rate', {acceptance("$5")},
        'distance_km', round(({DISTANCE_KM})::numeric, 1),
        'offer', CASE WHEN i.id IS NOT NULL THEN {INTEREST} END)
    """


ITS_PLACE = "JOIN sale_order o ON o.store_id = $1 AND o.id = $2 JOIN store s ON s.id = o.store_id"

# Who is on the page comes first, and only of them what staff look at.
CANDIDATES = f"""
WITH page AS (
    {CAN_GO} AND ($6::uuid IS NULL OR (p.name, p.id) > (SELECT w.name, w.id FROM person w WHERE w.id = $6))
    ORDER BY p.name, p.id LIMIT $7
)
SELECT {candidate("true")}::text FROM page p {ITS_PLACE}
LEFT JOIN rider_interest i ON i.store_id = $1 AND i.fulfillment_id = $4 AND i.rider_id = p.id
ORDER BY p.name, p.id
"""  # noqa: S608  (texts of the code alone)

# Those that can be chosen come first, the cheapest before the others.
RANK = "i.state <> 'ACTIVE', (i.context ->> 'proposed_cost')::bigint, i.id"
OFFERS = f"""
SELECT {candidate(f"{IS_RIDER} AND covering.rider_id IS NOT NULL")}::text
FROM rider_interest i JOIN person p ON p.id = i.rider_id {ITS_PLACE}
LEFT JOIN ({COVERING}) covering ON covering.rider_id = p.id
WHERE i.store_id = $1 AND i.fulfillment_id = $4
AND ($6::uuid IS NULL OR ({RANK}) > (SELECT {RANK} FROM rider_interest i WHERE i.store_id = $1 AND i.id = $6))
ORDER BY {RANK} LIMIT $7
"""  # noqa: S608  (texts of the code alone)
DECODER = msgspec.json.Decoder(Candidate)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choosing:
    """A page of riders for a delivery: `at` is the time, `after` the last of the page before."""

    fulfillment: UUID
    at: datetime
    after: UUID | None = None
    limit: int = 20


async def list_candidates(
    connection: Connection, viewer: Viewer, settings: Settings, *, choosing: Choosing
) -> tuple[list[Candidate], bool]:
    """Return who may be assigned to a delivery, by name, and whether more follow; `after` is a rider.

    Two statements. Raises NotFound for a delivery to which the viewer may assign nobody, and Invalid for a page that is
    too large.
    """
    return await _list(connection, CANDIDATES, await _asked(connection, viewer, settings, choosing=choosing))


async def count_candidates(connection: Connection, viewer: Viewer, settings: Settings, *, choosing: Choosing) -> int:
    """Return how many may be assigned in all. Raises what `list_candidates` does."""
    return await _count(connection, CANDIDATES, await _asked(connection, viewer, settings, choosing=choosing))


async def list_offers(
    connection: Connection, viewer: Viewer, settings: Settings, *, choosing: Choosing
) -> tuple[list[Candidate], bool]:
    """Return who offered to bring a delivery, open offers first, the cheapest first; `after` is an offer.

    Raises what `list_candidates` does.
    """
    return await _list(connection, OFFERS, await _asked(connection, viewer, settings, choosing=choosing))


async def count_offers(connection: Connection, viewer: Viewer, settings: Settings, *, choosing: Choosing) -> int:
    """Return how many offers there are in all. Raises what `list_candidates` does."""
    return await _count(connection, OFFERS, await _asked(connection, viewer, settings, choosing=choosing))


Asked = tuple[UUID, UUID, bool, UUID, datetime, UUID | None, int]


async def _asked(connection: Connection, viewer: Viewer, settings: Settings, *, choosing: Choosing) -> Asked:
    """The values of a query for this page."""
    check_page(choosing.limit, "riders")
    sight = Sight(viewer, choosing.fulfillment)
    found = await connection.fetchrow(
        f"""
        SELECT f.store_id, f.order_id FROM fulfillment f
        JOIN sale_order o ON o.store_id = f.store_id AND o.id = f.order_id
        WHERE f.id = $1 AND f.store_id = {EVERY_STORE} AND {sight.order()} AND {sight.may(RIDER_ASSIGN)}
        """,  # noqa: S608  (texts of this module and of the viewer's conditions, which hold no values)
        *sight.values,
    )
    if found is None:
        raise NotFound("There is no such delivery.", "Check its id, or look for its order in the list of orders.")
    return (
        found["store_id"], found["order_id"], settings[RIDERS_WITHOUT_COVERAGE_SEE_ALL], choosing.fulfillment,
        choosing.at, choosing.after, choosing.limit,
    )  # fmt: skip


async def _list(connection: Connection, query: str, asked: Asked) -> tuple[list[Candidate], bool]:
    *values, limit = asked
    rows = await connection.fetch(query, *values, limit + 1)
    return [DECODER.decode(row[0]) for row in rows[:limit]], len(rows) > limit


async def _count(connection: Connection, query: str, asked: Asked) -> int:
    """All of a list: its page without a beginning and an end."""
    every = f"SELECT count(*) FROM ({query}) every"  # noqa: S608  (texts of this module)
    counted: int = await connection.fetchval(every, *asked[:-2], None, None)
    return counted
