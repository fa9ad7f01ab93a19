"""The riders who may be named for a delivery of a store."""

from __future__ import annotations

from uuid import UUID

from orderway.order.shape import Person
from orderway.people.permissions import RIDER_VOLUNTEER
from orderway.settings import RIDERS_WITHOUT_COVERAGE_SEE_ALL, Settings
from orderway.workflow.kinds import Connection

RIDERS = """
    SELECT DISTINCT p.name, p.id FROM person p
    JOIN person_role pr ON pr.person_id = p.id JOIN role r ON r.id = pr.role_id
    WHERE p.disabled_at IS NULL AND $2 = ANY (r.permissions) AND (
        EXISTS (SELECT FROM rider_coverage c WHERE c.rider_id = p.id AND c.store_id = $1)
        OR $3 AND NOT EXISTS (SELECT FROM rider_coverage c WHERE c.rider_id = p.id))
    ORDER BY p.name, p.id
"""


async def list_riders(connection: Connection, store_id: UUID, settings: Settings) -> list[Person]:
    """Return who delivers for the store, by name; the settings say whether one without a coverage does."""
    rows = await connection.fetch(RIDERS, store_id, RIDER_VOLUNTEER, settings[RIDERS_WITHOUT_COVERAGE_SEE_ALL])
    return [Person(id=row["id"], name=row["name"]) for row in rows]
