"""The viewer: the person who looks and acts, with what their roles grant them, read once for each request."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

import asyncpg
import msgspec

from orderway.people.permissions import RIDER_VOLUNTEER
from orderway.people.roles import Role
from orderway.workflow.actor import Actor
from orderway.workflow.kinds import Connection

# Who may sign in, with what they hold. What is selected by follows.
VIEWER = """
    SELECT p.id, p.name,
        (SELECT json_agg(json_build_object('label', r.label, 'permissions', r.permissions) ORDER BY r.label)
         FROM person_role pr JOIN role r ON r.id = pr.role_id WHERE pr.person_id = p.id)::text AS roles,
        ARRAY(SELECT ps.store_id FROM person_store ps WHERE ps.person_id = p.id) AS stores,
        (SELECT c.id FROM customer c WHERE c.person_id = p.id) AS customer_id
    FROM person p
    WHERE p.disabled_at IS NULL AND
"""
BY_ID = f"{VIEWER} p.id = $1"


@dataclass(frozen=True)
class Viewer:
    """A person who is signed in. `customer_id` is the customer they buy as, if they do.

    `roams` is what the settings say of a rider without a coverage: whether they deliver for every store, or for none.
    """

    person_id: UUID
    name: str
    roles: tuple[Role, ...]
    stores: frozenset[UUID]
    customer_id: UUID | None
    roams: bool = True

    @cached_property
    def permissions(self) -> frozenset[str]:
        """All that any of the roles grants; on one order `scope.actor_on` tells which of them count."""
        return frozenset().union(*(role.permissions for role in self.roles))

    @property
    def rider(self) -> bool:
        return RIDER_VOLUNTEER in self.permissions

    def actor(self) -> Actor:
        """The viewer as the one who acts, with all their permissions."""
        return Actor(f"person:{self.person_id}", self.permissions)


def viewer_from(row: asyncpg.Record) -> Viewer:
    """Make a viewer of a row of VIEWER."""
    return Viewer(
        person_id=row["id"],
        name=row["name"],
        roles=msgspec.json.decode(row["roles"] or "[]", type=tuple[Role, ...]),
        stores=frozenset(row["stores"]),
        customer_id=row["customer_id"],
    )


async def find_viewer(connection: Connection, person_id: UUID) -> Viewer | None:
    """Return the person as a viewer; None when there is no such person, or a disabled one."""
    row = await connection.fetchrow(BY_ID, person_id)
    return viewer_from(row) if row else None
