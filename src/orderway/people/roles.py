"""Roles as they stand in the database: seeded once, and asked who can help with what one may not do oneself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from orderway.database import connect
from orderway.ids import new_id
from orderway.migrations import migrate
from orderway.people.permissions import BUILT_IN, STAFF_SCOPES, SUPERADMIN_APPOINT
from orderway.workflow.kinds import Connection


@dataclass(frozen=True, slots=True)
class Role:
    """A named set of permissions; `label` is how it stands in a sentence ("a manager")."""

    label: str
    permissions: frozenset[str]
    name: str = ""

    @property
    def staff(self) -> bool:
        """Whether it reaches the orders of others."""
        return not self.permissions.isdisjoint(STAFF_SCOPES)


async def seed_roles(connection: Connection) -> None:
    """Write the built-in roles that are missing; those that are there stay as people have changed them."""
    await connection.executemany(
        "INSERT INTO role (id, name, label, permissions, is_seeded) VALUES ($1, $2, $3, $4, true)"
        " ON CONFLICT (name) DO NOTHING",
        [(new_id(), role.name, role.label, sorted(role.permissions)) for role in BUILT_IN],
    )


async def migrate_with_roles(url: str) -> str | None:
    """Bring a database to the tables of this version, with the built-in roles in it; gives its revision.

    Raises what `orderway.migrations.migrate` raises.
    """
    revision = await migrate(url)
    connection = await connect(url)
    try:
        await seed_roles(connection)
    finally:
        await connection.close()
    return revision


async def who_can_help(connection: Connection) -> Mapping[str, str]:
    """Return for each permission who holds it, in words: {"override.decide": "a manager or an admin", …}.

    A permission that no role holds is missing.
    """
    return {permission: listed(labels) for permission, labels in (await worth_asking(connection)).items()}


async def worth_asking(connection: Connection) -> Mapping[str, list[str]]:
    """Return for each permission the labels of the roles that are worth asking."""
    rows = await connection.fetch("SELECT label, permissions FROM role ORDER BY cardinality(permissions), label")
    roles = [Role(row["label"], frozenset(row["permissions"])) for row in rows]
    held = {permission for role in roles for permission in role.permissions}
    return {permission: nearest(roles, permission) for permission in sorted(held)}


async def who_holds(connection: Connection) -> dict[str, list[str]]:
    """Return for each permission the labels of all roles that hold it, those that may little first."""
    rows = await connection.fetch("SELECT label, permissions FROM role ORDER BY cardinality(permissions), label")
    held: dict[str, list[str]] = {}
    for row in rows:
        for permission in row["permissions"]:
            held.setdefault(permission, []).append(row["label"])
    return held


def nearest(roles: Sequence[Role], permission: str) -> list[str]:
    """Return the labels of those worth asking: staff before buyers and riders, a superadmin where nobody else can."""
    holders = [role for role in roles if permission in role.permissions]
    holders = [role for role in holders if role.staff] or holders
    holders = [role for role in holders if SUPERADMIN_APPOINT not in role.permissions] or holders
    return [role.label for role in holders]


def listed(labels: Sequence[str]) -> str:
    """Return the labels with their articles: "a biller, a manager or an admin"."""
    words = [f"{'an' if label[0].lower() in 'aeiou' else 'a'} {label}" for label in labels]
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))
