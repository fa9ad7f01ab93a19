"""The people of an installation, as those see them who may change them: a page at a time, by name."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from orderway.people.permissions import LABELS, SCOPES, SETTINGS_MANAGE
from orderway.people.scope import Condition, stores_of
from orderway.people.viewer import Viewer
from orderway.workflow.actor import Actor
from orderway.workflow.errors import Invalid, NotFound, not_allowed
from orderway.workflow.kinds import Connection

LARGEST = 100
SEEING = "see users, roles and their history"


class HeldRole(msgspec.Struct, frozen=True):
    """A role that a person has; `label` is how it stands in a sentence."""

    name: str
    label: str


class Workplace(msgspec.Struct, frozen=True):
    """A store that a person works in."""

    id: UUID
    name: str
    code: str


class User(msgspec.Struct, frozen=True, kw_only=True):
    """A person who can sign in, or could. `customer` is the one they buy as; `step` counts their changes."""

    id: UUID
    name: str
    email: str
    roles: tuple[HeldRole, ...]
    stores: tuple[Workplace, ...]
    customer: UUID | None
    disabled_at: datetime | None
    created_at: datetime
    step: int

    @property
    def cursor(self) -> str:
        """Where the page ends that ends with them."""
        return urlsafe_b64encode(self.id.bytes + self.name.encode()).decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class UserFilters:
    """Whom to list. `search` are beginnings of words of the name, or the beginning of the address; `role` is a name."""

    search: str = ""
    role: str | None = None
    store: UUID | None = None
    disabled: bool | None = None


EVERYONE = UserFilters()
DECODER = msgspec.json.Decoder(User)

USER = """
SELECT json_build_object('id', p.id, 'name', p.name, 'email', p.email, 'disabled_at', p.disabled_at,
    'created_at', p.created_at, 'step', p.step, 'customer', (SELECT c.id FROM customer c WHERE c.person_id = p.id),
    'roles', coalesce((SELECT json_agg(json_build_object('name', r.name, 'label', r.label) ORDER BY r.label, r.name)
        FROM person_role h JOIN role r ON r.id = h.role_id WHERE h.person_id = p.id), '[]'::json),
    'stores', coalesce((SELECT json_agg(json_build_object('id', s.id, 'name', s.name, 'code', s.code)
        ORDER BY s.name, s.id) FROM person_store w JOIN store s ON s.id = w.store_id WHERE w.person_id = p.id),
        '[]'::json))::text
"""


def require_manager(viewer: Viewer | Actor) -> frozenset[UUID] | None:
    """Return the stores whose people the viewer manages; None is all, as for an operator.

    Raises Refused for who manages nobody.
    """
    if isinstance(viewer, Actor) and viewer.permissions is None:
        return None
    stores = frozenset[UUID]() if isinstance(viewer, Actor) else stores_of(viewer, SETTINGS_MANAGE)
    if stores == frozenset():
        raise not_allowed(SETTINGS_MANAGE, to=SEEING)
    return stores


def managed(viewer: Viewer | Actor, *, first: int) -> Condition:
    """Return the condition over `person p` under which the viewer manages them: all whose stores are all theirs.

    Raises Refused for who manages nobody.
    """
    stores = require_manager(viewer)
    if stores is None:
        return Condition("true")
    works = "SELECT FROM person_store w WHERE w.person_id = p.id"
    mine = f"${first}::uuid[]"
    return Condition(f"(EXISTS ({works}) AND NOT EXISTS ({works} AND w.store_id <> ALL ({mine})))", (list(stores),))


async def list_users(
    connection: Connection, viewer: Viewer | Actor, *, filters: UserFilters = EVERYONE, after: str = "", limit: int = 20
) -> tuple[list[User], bool]:
    """Return a page of those whom the viewer manages, by name, and whether more come. Raises Refused and Invalid."""
    check_limit(limit)
    listed = await _listed(connection, viewer, filters)
    values = [*listed.values, limit + 1]
    behind = ""
    if after:
        name, id = _read_cursor(after)
        behind = f"AND (p.name, p.id) > (${len(values) + 1}, ${len(values) + 2}::uuid)"
        values += [name, id]
    rows = await connection.fetch(
        f"{USER} {listed.sql} {behind} ORDER BY p.name, p.id LIMIT ${len(listed.values) + 1}", *values
    )
    found = [DECODER.decode(row[0]) for row in rows[:limit]]
    return found, len(rows) > limit


async def count_users(connection: Connection, viewer: Viewer, filters: UserFilters = EVERYONE) -> int:
    """Return how many `list_users` lists in all."""
    listed = await _listed(connection, viewer, filters)
    count: int = await connection.fetchval(f"SELECT count(*) {listed.sql}", *listed.values)
    return count


WORKING = "SELECT w.store_id, count(*) AS people FROM person_store w JOIN person p ON p.id = w.person_id"


async def count_by_store(connection: Connection, viewer: Viewer) -> dict[UUID, int]:
    """Return how many of those whom the viewer manages work in each store; one where nobody does is missing."""
    mine = managed(viewer, first=1)
    rows = await connection.fetch(f"{WORKING} WHERE {mine.sql} GROUP BY w.store_id", *mine.values)
    return {row["store_id"]: row["people"] for row in rows}


async def load_user(connection: Connection, viewer: Viewer, id: UUID) -> User:
    """Return one of those whom the viewer manages. Raises Refused, and NotFound."""
    mine = managed(viewer, first=2)
    found = await connection.fetchval(f"{USER} FROM person p WHERE p.id = $1 AND {mine.sql}", id, *mine.values)
    if found is None:
        raise NotFound("There is no such person.", "Choose one from the list of users.")
    return DECODER.decode(found)


async def _listed(connection: Connection, viewer: Viewer | Actor, filters: UserFilters) -> Condition:
    """Return from where to list, and under which condition."""
    mine = managed(viewer, first=1)
    source, parts, values = "person p", [mine.sql], list(mine.values)

    def value(given: object) -> str:
        values.append(given)
        return f"${len(values)}"

    searched = filters.search.replace("\0", "").strip().lower()
    if searched:
        beginnings = " & ".join(f"{word}:*" for word in re.findall(r"\w+", searched)[:10])
        named = f"to_tsvector('simple'::regconfig, name) @@ to_tsquery('simple', {value(beginnings)})"
        # Found first, and sorted then: else PostgreSQL reads everyone by name until enough are found, or none.
        source = f"(SELECT * FROM person WHERE {named} OR starts_with(email, {value(searched)}) OFFSET 0) p"  # noqa: S608
    if filters.role is not None:
        # Its id, for whose holders PostgreSQL keeps count: a role of ten is read otherwise than one of all.
        role = await connection.fetchval("SELECT id FROM role WHERE name = $1", filters.role.replace("\0", ""))
        parts.append(f"EXISTS (SELECT FROM person_role h WHERE h.person_id = p.id AND h.role_id = {value(role)}::uuid)")
    if filters.store is not None:
        working = "SELECT FROM person_store w WHERE w.person_id = p.id"
        parts.append(f"EXISTS ({working} AND w.store_id = {value(filters.store)}::uuid)")
    if filters.disabled is not None:
        parts.append(f"(p.disabled_at IS NOT NULL) = {value(filters.disabled)}")
    return Condition(f"FROM {source} WHERE {' AND '.join(parts)}", tuple(values))


def check_limit(limit: int) -> None:
    """Raises Invalid for a page that is too large, or empty."""
    if not 1 <= limit <= LARGEST:
        raise Invalid(f"A page has 1 to {LARGEST} rows.", "Ask for fewer, and page.", "first")


def _read_cursor(cursor: str) -> tuple[str, UUID]:
    with suppress(ValueError):
        packed = urlsafe_b64decode(cursor.encode("ascii"))
        name, id = packed[16:].decode(), UUID(bytes=packed[:16])
        if "\0" not in name:
            return name, id
    raise Invalid("This is no place in the list of users.", "Send the cursor of a page as it was given.", "after")


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleStanding:
    """A role as it stands: what it holds, how many people have it, and whether an installation begins with it."""

    id: UUID
    name: str
    label: str
    permissions: tuple[str, ...]
    is_built_in: bool
    holders: int
    step: int


ROLES = """
SELECT r.id, r.name, r.label, r.permissions, r.is_seeded AS is_built_in, r.step,
    (SELECT count(*) FROM person_role h WHERE h.role_id = r.id) AS holders
FROM role r
"""


async def list_roles(connection: Connection, viewer: Viewer) -> list[RoleStanding]:
    """Return the roles: those that were there first, then by name. Raises Refused for who manages nobody."""
    require_manager(viewer)
    return [_role(row) for row in await connection.fetch(f"{ROLES} ORDER BY NOT r.is_seeded, r.name")]


async def load_role(connection: Connection, id: UUID) -> RoleStanding:
    """Return one role, whoever looks. Raises NotFound."""
    row = await connection.fetchrow(f"{ROLES} WHERE r.id = $1", id)
    if row is None:
        raise NotFound("There is no such role.", "Choose one from the list of roles.")
    return _role(row)


def _role(row: asyncpg.Record) -> RoleStanding:
    values = dict(row)
    return RoleStanding(**{**values, "permissions": tuple(sorted(values["permissions"]))})


@dataclass(frozen=True, slots=True)
class Permission:
    """What a role can hold: its name for programs, its words, and whether it says which orders the others are for."""

    name: str
    label: str
    is_scope: bool


def list_permissions(viewer: Viewer) -> list[Permission]:
    """Return every permission, in the order of the work. Raises Refused for who manages nobody."""
    require_manager(viewer)
    return [Permission(name, label, is_scope=name in SCOPES) for name, label in LABELS.items()]
