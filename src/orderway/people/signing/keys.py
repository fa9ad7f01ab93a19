"""Keys of machines: each acts as the person whose it is, with some of what they may do, until its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from orderway.ids import new_id
from orderway.people.directory import check_limit, managed
from orderway.people.names import names_of
from orderway.people.permissions import LABELS, SCOPE_ALL, SCOPES, SETTINGS_MANAGE
from orderway.people.record import Change, Subject, enter
from orderway.people.scope import Condition, stores_of
from orderway.people.signing.presence import refusal, require_presence
from orderway.people.signing.tokens import digest, new_token
from orderway.people.turn import turn_of
from orderway.people.viewer import Viewer, find_viewer
from orderway.workflow.errors import Invalid, NotFound, not_allowed
from orderway.workflow.kinds import Connection

LONGEST_NAME = 100
LONGEST_LIFE = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """A key to be made: `name` says what uses it. `permissions` are what it may do of what its person may.

    It reaches what its person reaches, or of that only `stores`. It ends at `expires_at`, in a year at most. `person`
    is a service account, which has no password; without one it is your own key.
    """

    name: str
    permissions: tuple[str, ...]
    expires_at: datetime
    stores: tuple[UUID, ...] | None = None
    person: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key as it is shown; `stores` is None where it reaches all that its person does."""

    id: UUID
    person: UUID
    owner: str
    name: str
    permissions: tuple[str, ...]
    stores: tuple[UUID, ...] | None
    created_at: datetime
    created_by: str
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None
    revoked_by: str | None


@dataclass(frozen=True, slots=True)
class Made:
    """A new key, and its text, which is shown this once."""

    key: Key
    text: str = field(repr=False)


# The person is locked: a key made while they are disabled is either refused or ended with the others.
MAKE = """
INSERT INTO api_key (id, token_hash, person_id, name, permissions, stores, created_at, created_by, expires_at)
SELECT $1, $2, id, $4, $5, $6, $7, $8, $9 FROM person WHERE id = $3 AND disabled_at IS NULL FOR NO KEY UPDATE
ON CONFLICT (person_id, name) WHERE revoked_at IS NULL DO NOTHING RETURNING true
"""
KEY = """
SELECT k.id, k.person_id, p.name AS owner, k.name, k.permissions, k.stores, k.created_at, k.created_by, k.expires_at,
    k.last_used_at, k.revoked_at, k.revoked_by FROM api_key k JOIN person p ON p.id = k.person_id
"""
# Whoever changes a person holds them before their keys; so does this, or the two would wait for each other.
HOLD = "SELECT FROM person WHERE id = $1 FOR NO KEY UPDATE"
REVOKE = "UPDATE api_key SET revoked_at = $2, revoked_by = $3 WHERE id = $1 AND revoked_at IS NULL RETURNING true"


SIGNS_IN = """
SELECT password_hash IS NOT NULL OR EXISTS (SELECT FROM person_identity i WHERE i.person_id = p.id)
FROM person p WHERE p.id = $1
"""


async def make_key(connection: Connection, viewer: Viewer, new: NewKey, *, at: datetime) -> Made:
    """Make a key of one's own, or of a service account. Raises Refused, NotFound and Invalid."""
    require_presence(viewer, to="make a key")
    name, permissions = checked(new, at=at)
    async with connection.transaction():
        mine = new.person in (None, viewer.person_id)
        owner = viewer if mine or new.person is None else await _service(connection, viewer, new.person, at=at)
        over = sorted(permissions - owner.permissions)
        if over:
            raise not_allowed(over[0], to=f"give a key what its person may not do: “{LABELS[over[0]]}”")
        stores = await _stores(connection, owner, new.stores)
        token, key_id, by = new_token("KEY", new.expires_at), new_id(), viewer.actor().id
        made = await connection.fetchval(
            MAKE, key_id, digest(token.text), owner.person_id, name, sorted(permissions), stores, at, by, new.expires_at
        )
        if not made:
            await _require_enabled(connection, owner.person_id)
            raise Invalid(f"There is a key “{name}” already.", "Revoke it first, or choose another name.", "name")
        await enter(
            connection, Subject("person", owner.person_id, owner.name), Change("KEY_MADE", became=name), by=by, at=at
        )
        return Made(await _load(connection, key_id), token.text)


async def revoke_key(connection: Connection, viewer: Viewer, key_id: UUID, *, at: datetime) -> Key:
    """End a key at once: one's own, or of somebody whom one manages. Raises Refused and NotFound.

    One that has been revoked already stays as it is.
    """
    require_presence(viewer, to="revoke a key")
    async with connection.transaction():
        key = await load_key(connection, viewer, key_id)
        if key.person != viewer.person_id:
            async with turn_of(connection, viewer, at=at) as turn:
                await turn.require_rank(key.person)
        by = viewer.actor().id
        await connection.execute(HOLD, key.person)
        if await connection.fetchval(REVOKE, key_id, at, by):
            owner = Subject("person", key.person, key.owner)
            await enter(connection, owner, Change("KEY_REVOKED", was=key.name), by=by, at=at)
        return await _load(connection, key_id)


async def load_key(connection: Connection, viewer: Viewer, key_id: UUID) -> Key:
    """Return one's own key, or one of somebody whom one manages. Raises NotFound."""
    seen = _seen(viewer, first=2)
    found = await _keys(
        connection, await connection.fetch(f"{KEY} WHERE k.id = $1 AND {seen.sql}", key_id, *seen.values)
    )
    if not found:
        raise NotFound("There is no such key.", "Choose one from the list of keys.")
    return found[0]


async def list_keys(
    connection: Connection, viewer: Viewer, *, person: UUID | None, after: UUID | None, limit: int
) -> tuple[list[Key], bool]:
    """Return a page of one's own keys and those of whom one manages, or those of one person; the newest first."""
    check_limit(limit)
    listed = _listed(viewer, person)
    count = len(listed.values)
    rows = await connection.fetch(
        f"{KEY} WHERE {listed.sql} AND (${count + 1}::uuid IS NULL OR k.id < ${count + 1})"
        f" ORDER BY k.id DESC LIMIT ${count + 2}",
        *listed.values, after, limit + 1,
    )  # fmt: skip
    return await _keys(connection, rows[:limit]), len(rows) > limit


async def count_keys(connection: Connection, viewer: Viewer, *, person: UUID | None) -> int:
    """Return how many `list_keys` lists in all."""
    listed = _listed(viewer, person)
    sql = f"SELECT count(*) FROM api_key k JOIN person p ON p.id = k.person_id WHERE {listed.sql}"  # noqa: S608
    counted: int = await connection.fetchval(sql, *listed.values)
    return counted


def checked(new: NewKey, *, at: datetime) -> tuple[str, frozenset[str]]:
    """Return the name and the permissions of a key as they are kept. Raises Invalid."""
    name, permissions = new.name.strip(), frozenset(new.permissions)
    if not (name.isprintable() and 1 <= len(name) <= LONGEST_NAME):
        raise Invalid("A key needs a name.", f"Say what uses it, in {LONGEST_NAME} characters on one line.", "name")
    unknown = sorted(permissions - LABELS.keys())
    if unknown:
        raise Invalid(
            f"There is no permission {unknown[0]}.", "Choose one from the list of permissions.", "permissions"
        )
    if permissions & SCOPES:
        raise Invalid(
            "A key reaches what its person reaches.", "Leave out the scopes, and name stores where it is less.",
            "permissions",
        )  # fmt: skip
    if not at < new.expires_at <= at + LONGEST_LIFE:
        raise Invalid("A key ends within a year from now.", "Choose a moment until then.", "expires_at")
    return name, permissions


async def _service(connection: Connection, viewer: Viewer, person_id: UUID, *, at: datetime) -> Viewer:
    """Return a service account for which the viewer may make a key. Raises Refused, NotFound and Invalid."""
    async with turn_of(connection, viewer, at=at) as turn:
        await turn.require_rank(person_id)
        await turn.require_holding(person_id, to="make a key for somebody who may do more than you")
    if await connection.fetchval(SIGNS_IN, person_id):
        raise refusal(
            "service_account",
            "Whoever signs in makes their own keys.",
            "Make keys for accounts that nobody signs in by.",
        )
    return await _require_enabled(connection, person_id)


async def _require_enabled(connection: Connection, person_id: UUID) -> Viewer:
    found = await find_viewer(connection, person_id)
    if found is None:
        raise Invalid("This person is disabled.", "Enable them first.", "person")
    return found


async def _stores(connection: Connection, owner: Viewer, stores: Sequence[UUID] | None) -> list[UUID] | None:
    """Return the stores that a key is left. Raises NotFound for one that its person does not reach, and Invalid."""
    if stores is None:
        return None
    if not stores:
        raise Invalid("A key without a store reaches nothing.", "Name one, or leave the stores out.", "stores")
    everywhere = SCOPE_ALL in owner.permissions and owner.only is None
    reached = await connection.fetchval(
        "SELECT count(*) FROM store WHERE id = ANY ($1::uuid[]) AND ($2 OR id = ANY ($3::uuid[]))",
        list(stores), everywhere, list(owner.stores),
    )  # fmt: skip
    if reached < len(set(stores)):
        raise NotFound("There is no such store.", "Choose one from the list of stores.")
    return sorted(set(stores))


def _seen(viewer: Viewer, *, first: int) -> Condition:
    """The condition over `api_key k` and its `person p` under which the viewer sees it."""
    own = f"k.person_id = ${first}"
    if stores_of(viewer, SETTINGS_MANAGE) == frozenset():
        return Condition(own, (viewer.person_id,))
    others = managed(viewer, first=first + 1)
    return Condition(f"({own} OR {others.sql})", (viewer.person_id, *others.values))


def _listed(viewer: Viewer, person: UUID | None) -> Condition:
    seen = _seen(viewer, first=2)
    return Condition(f"($1::uuid IS NULL OR k.person_id = $1) AND {seen.sql}", (person, *seen.values))


async def _load(connection: Connection, key_id: UUID) -> Key:
    [key] = await _keys(connection, await connection.fetch(f"{KEY} WHERE k.id = $1", key_id))
    return key


async def _keys(connection: Connection, rows: Sequence[asyncpg.Record]) -> list[Key]:
    actors = {row[column] for row in rows for column in ("created_by", "revoked_by") if row[column]}
    names = await names_of(connection, actors)
    return [
        Key(
            id=row["id"], person=row["person_id"], owner=row["owner"], name=row["name"],
            permissions=tuple(row["permissions"]), stores=None if row["stores"] is None else tuple(row["stores"]),
            created_at=row["created_at"], created_by=names[row["created_by"]], expires_at=row["expires_at"],
            last_used_at=row["last_used_at"], revoked_at=row["revoked_at"],
            revoked_by=names[row["revoked_by"]] if row["revoked_by"] else None,
        )
        for row in rows
    ]  # fmt: skip
