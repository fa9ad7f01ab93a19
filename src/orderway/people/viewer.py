"""The viewer: the person who looks and acts, with what their roles grant them, read once for each request."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from uuid import UUID

import asyncpg
import msgspec

from orderway.people.permissions import RIDER_VOLUNTEER, SCOPES
from orderway.people.roles import Role
from orderway.workflow.actor import Actor
from orderway.workflow.kinds import Connection

# Who may sign in, with what they hold. What is selected by follows.
VIEWER = """
    SELECT p.id, p.name, p.step, p.language,
        (SELECT json_agg(
            json_build_object('name', r.name, 'label', r.label, 'permissions', r.permissions) ORDER BY r.label)
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
    `only` are the stores that a key leaves them; None is all that they reach. `session` is what they came in by,
    `key` the key of a machine; `step` counts the changes of their account; `language` (ISO 639) is what they chose.
    """

    person_id: UUID
    name: str
    roles: tuple[Role, ...]
    stores: frozenset[UUID]
    customer_id: UUID | None
    roams: bool = True
    only: frozenset[UUID] | None = None
    session: UUID | None = field(default=None, compare=False)
    key: UUID | None = None
    step: int = field(default=0, compare=False)
    language: str | None = field(default=None, compare=False)

    @cached_property
    def permissions(self) -> frozenset[str]:
        """All that any of the roles grants; on one order `scope.actor_on` tells which of them count."""
        return frozenset().union(*(role.permissions for role in self.roles))

    @property
    def rider(self) -> bool:
        return RIDER_VOLUNTEER in self.permissions

    def actor(self) -> Actor:
        """The viewer as the one who acts, with all their permissions."""
        return Actor(f"person:{self.person_id}", self.permissions, roles=frozenset(role.name for role in self.roles))


def viewer_from(row: asyncpg.Record) -> Viewer:
    """Make a viewer of a row of VIEWER."""
    return Viewer(
        person_id=row["id"],
        name=row["name"],
        roles=msgspec.json.decode(row["roles"] or "[]", type=tuple[Role, ...]),
        stores=frozenset(row["stores"]),
        customer_id=row["customer_id"],
        step=row["step"],
        language=row["language"],
    )


def viewer_by_key(row: asyncpg.Record) -> Viewer:
    """Make a viewer of a row of VIEWER with a key: of each role it leaves what it was made for, where the role reaches.

    The scopes stay as they are: a role without its own would count wherever another of the person's roles reaches.
    """
    viewer, kept = viewer_from(row), SCOPES | set(row["key_permissions"])
    only = None if row["key_stores"] is None else frozenset(row["key_stores"])
    return replace(
        viewer,
        roles=tuple(replace(role, permissions=role.permissions & kept) for role in viewer.roles),
        stores=viewer.stores if only is None else viewer.stores & only,
        only=only,
        key=row["key_id"],
    )


async def find_viewer(connection: Connection, person_id: UUID) -> Viewer | None:
    """Return the person as a viewer; None when there is no such person, or a disabled one."""
    row = await connection.fetchrow(BY_ID, person_id)
    return viewer_from(row) if row else None
