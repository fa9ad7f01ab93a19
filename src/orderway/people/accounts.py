"""Accounts: people are added with their roles and stores, get a new password, and are disabled."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from orderway.errors import OrderwayError
from orderway.ids import new_id
from orderway.people.permissions import LABELS, SETTINGS_MANAGE, SUPERADMIN_APPOINT
from orderway.people.roles import who_can_help
from orderway.workflow.actor import Actor
from orderway.workflow.errors import Invalid, NotFound
from orderway.workflow.kinds import Connection

_EMAIL = re.compile(r"[!-?A-~]{1,64}@[!-?A-~]{1,189}")  # printable ASCII on both sides of the one @


class NotAllowed(OrderwayError):
    """Whoever acts lacks the permission."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """A person to be added: their roles by name, and the stores that they work in.

    `password_hash` comes from Passwords.hash; without one the person can not sign in with a password.
    """

    email: str
    name: str
    password_hash: str | None = None
    roles: Collection[str] = ()
    stores: Collection[UUID] = ()


def normal_email(text: str) -> str | None:
    """Return the address as it is kept, in small letters without spaces around it; None when it is no address."""
    email = text.strip().lower()
    return email if _EMAIL.fullmatch(email) else None


async def add_person(connection: Connection, new: NewPerson, *, by: Actor) -> UUID:
    """Add a person, all or nothing. Raises NotAllowed, Invalid, or NotFound for a role or a store."""
    await _require(connection, SETTINGS_MANAGE, by=by)
    email, name = normal_email(new.email), new.name.strip()
    if email is None:
        raise Invalid("This is not an e-mail address.", "Write it like name@example.com, in plain letters.", "email")
    if not (name and name.isprintable()):
        raise Invalid("A person needs a name.", "Write the one that others know them by, on one line.", "name")
    person_id = new_id()
    async with connection.transaction():
        added = await connection.fetchval(
            "INSERT INTO person (id, email, name, password_hash) VALUES ($1, $2, $3, $4)"
            " ON CONFLICT (email) DO NOTHING RETURNING true",
            person_id, email, name, new.password_hash,
        )  # fmt: skip
        if not added:
            raise Invalid(f"Somebody has the address {email} already.", "Use another one.", "email")
        await _give_roles(connection, person_id, new.roles)
        await _give_stores(connection, person_id, new.stores)
        await _require_rank(connection, person_id, by=by)
    return person_id


async def set_password(connection: Connection, person_id: UUID, password_hash: str, *, by: Actor, at: datetime) -> None:
    """Give the person a new password; whoever is signed in as them is so no more. Raises NotAllowed or NotFound."""
    await _require(connection, SETTINGS_MANAGE, by=by)
    async with connection.transaction():
        await _require_rank(connection, person_id, by=by)
        await connection.execute("UPDATE person SET password_hash = $2 WHERE id = $1", person_id, password_hash)
        await _end_sessions(connection, person_id, at=at)


async def disable_person(connection: Connection, person_id: UUID, *, by: Actor, at: datetime) -> None:
    """Let the person in no more, from this moment on; what they did stays theirs. Raises NotAllowed or NotFound."""
    await _require(connection, SETTINGS_MANAGE, by=by)
    async with connection.transaction():
        await _require_rank(connection, person_id, by=by)
        await connection.execute(
            "UPDATE person SET disabled_at = coalesce(disabled_at, $2) WHERE id = $1", person_id, at
        )
        await _end_sessions(connection, person_id, at=at)


async def _require(connection: Connection, permission: str, *, by: Actor) -> None:
    if not by.may(permission):
        help_from = (await who_can_help(connection)).get(permission, "somebody who may give out this permission")
        raise NotAllowed(f"You do not have the permission “{LABELS[permission]}”.", f"Ask {help_from}.")


async def _require_rank(connection: Connection, person_id: UUID, *, by: Actor) -> None:
    """Only who may appoint a superadmin may make one, or take hold of the account of one."""
    appoints = await connection.fetchval(
        "SELECT EXISTS (SELECT FROM person_role pr JOIN role r ON r.id = pr.role_id"
        " WHERE pr.person_id = p.id AND $2 = ANY (r.permissions)) FROM person p WHERE p.id = $1 FOR UPDATE OF p",
        person_id,
        SUPERADMIN_APPOINT,
    )
    if appoints is None:
        raise NotFound("There is no such person.", "Choose one from the list of users.")
    if appoints:
        await _require(connection, SUPERADMIN_APPOINT, by=by)


async def _give_roles(connection: Connection, person_id: UUID, names: Collection[str]) -> None:
    given = await connection.fetch(
        "INSERT INTO person_role (person_id, role_id) SELECT $1, id FROM role WHERE name = ANY ($2::text[])"
        " RETURNING (SELECT name FROM role WHERE id = role_id)",
        person_id,
        list(names),
    )
    missing = set(names) - {row["name"] for row in given}
    if missing:
        raise NotFound(f"There is no role {', '.join(sorted(missing))}.", "Choose one from the list of roles.")


async def _give_stores(connection: Connection, person_id: UUID, stores: Collection[UUID]) -> None:
    given = await connection.fetch(
        "INSERT INTO person_store (person_id, store_id) SELECT $1, id FROM store WHERE id = ANY ($2::uuid[])"
        " RETURNING store_id",
        person_id,
        list(stores),
    )
    if len(given) < len(set(stores)):
        raise NotFound("There is no such store.", "Choose one from the list of stores.")


async def _end_sessions(connection: Connection, person_id: UUID, *, at: datetime) -> None:
    await connection.execute(
        "UPDATE session SET revoked_at = $2 WHERE person_id = $1 AND revoked_at IS NULL", person_id, at
    )
