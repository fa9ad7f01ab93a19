"""Accounts: people are added, change their roles and stores, get a new password, and are disabled and enabled again."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from orderway.ids import new_id
from orderway.people.access import end_access
from orderway.people.permissions import SCOPE_OWN, SCOPES
from orderway.people.record import Change, Subject
from orderway.people.turn import Turn, turn_of
from orderway.people.viewer import Viewer
from orderway.statechart import Reason, Refusal
from orderway.workflow.actor import Actor
from orderway.workflow.errors import Invalid, NotFound, Refused
from orderway.workflow.kinds import Connection

LONGEST_NAME = 200
_EMAIL = re.compile(r"[!-?A-~]{1,64}@[!-?A-~]{1,189}")  # printable ASCII on both sides of the one @


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """A person to be added: their roles by name, and the stores that they work in.

    `password_hash` comes from Passwords.hash; without one the person can not sign in with a password. `since` is when
    they got their account, for who had it in another system before.
    """

    email: str
    name: str
    password_hash: str | None = None
    roles: Collection[str] = ()
    stores: Collection[UUID] = ()
    since: datetime | None = None


def normal_email(text: str) -> str | None:
    """Return the address as it is kept, in small letters without spaces around it; None when it is no address."""
    email = text.strip()
    # Looked at before it is made small: of some letters only the small one is plain (KELVIN SIGN becomes k).
    return email.lower() if _EMAIL.fullmatch(email) else None


async def add_person(
    connection: Connection, new: NewPerson, *, by: Viewer | Actor, at: datetime | None = None, reason: str = ""
) -> UUID:
    """Add a person, all or nothing; without `at` it is now. Raises Refused, Invalid, or NotFound."""
    async with turn_of(connection, by, at=at or datetime.now(UTC), reason=reason) as turn:
        return await add(turn, new)


async def set_password(
    connection: Connection, person_id: UUID, password_hash: str, *, by: Viewer | Actor, at: datetime, reason: str = ""
) -> None:
    """Give the person a new password; whoever is signed in as them is so no more. Raises Refused or NotFound."""
    async with turn_of(connection, by, at=at, reason=reason) as turn:
        await renew_password(turn, person_id, password_hash)


async def disable_person(
    connection: Connection, person_id: UUID, *, by: Viewer | Actor, at: datetime, reason: str = ""
) -> None:
    """Let the person in no more, from this moment on; what they did stays theirs. Raises Refused or NotFound."""
    async with turn_of(connection, by, at=at, reason=reason) as turn:
        await disable(turn, person_id)


async def add(turn: Turn, new: NewPerson) -> UUID:
    """Add a person. Raises Refused, Invalid, or NotFound for a role or a store."""
    email, name = checked_email(new.email), checked_name(new.name)
    subject = Subject("person", new_id(), name)
    added = await turn.connection.fetchval(
        "INSERT INTO person (id, email, name, password_hash, created_at) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (email) DO NOTHING RETURNING true",
        subject.id, email, name, new.password_hash, new.since or turn.at,
    )  # fmt: skip
    if not added:
        raise _taken(email)
    roles = await _put_roles(turn, subject.id, set(new.roles))
    stores = await _put_stores(turn, subject.id, set(new.stores))
    made = [Change("CREATED", became=email), *filter(None, (roles, stores))]
    await turn.enter(subject, *made)
    return subject.id


async def change_particulars(turn: Turn, person_id: UUID, *, name: str | None, email: str | None) -> None:
    """Change the name, the address, or both.

    A new address takes who holds all that the person does, for they are let in by it.
    Raises Refused, NotFound, Conflict and Invalid.
    """
    subject = await _load(turn, person_id)
    was = await turn.connection.fetchval("SELECT email FROM person WHERE id = $1", person_id)
    wanted_name = subject.name if name is None else checked_name(name)
    wanted_email = was if email is None else checked_email(email)
    changes = []
    if wanted_name != subject.name:
        changes.append(Change("NAME", subject.name, wanted_name))
    if wanted_email != was:
        await turn.require_holding(person_id, to="change the address of somebody who may do more than you")
        changes.append(Change("EMAIL", was, wanted_email))
    done = await turn.connection.fetchval(
        "UPDATE person SET name = $2, email = $3 WHERE id = $1"
        " AND NOT EXISTS (SELECT FROM person o WHERE o.email = $3 AND o.id <> $1) RETURNING true",
        person_id, wanted_name, wanted_email,
    )  # fmt: skip
    if not done:
        raise _taken(wanted_email)
    await turn.enter(Subject("person", person_id, wanted_name), *changes)


async def give_roles(turn: Turn, person_id: UUID, names: Collection[str]) -> None:
    """Let the person have these roles, by name, and no others. Raises Refused, NotFound and Conflict."""
    subject = await _load(turn, person_id)
    change = await _put_roles(turn, person_id, set(names))
    await turn.enter(subject, *filter(None, (change,)))


async def give_stores(turn: Turn, person_id: UUID, stores: Collection[UUID]) -> None:
    """Let the person work in these stores, and no others. Raises Refused, NotFound and Conflict."""
    subject = await _load(turn, person_id)
    change = await _put_stores(turn, person_id, set(stores))
    await turn.enter(subject, *filter(None, (change,)))


async def renew_password(turn: Turn, person_id: UUID, password_hash: str) -> None:
    """Give the person a new password; all that let them in by the old one ends.

    It takes who holds all that the person does, for they could sign in with it; nobody replaces their own in this way,
    without the old one. Raises Refused, NotFound and Conflict.
    """
    subject = await _load(turn, person_id)
    if turn.is_about_self(person_id):
        raise _not_oneself("Your own password is changed with the old one.", "Change it in your account.")
    await turn.require_holding(person_id, to="set the password of somebody who may do more than you")
    # Handed over with it, the account is theirs, whoever signed up with the address.
    await turn.connection.execute(
        "UPDATE person SET password_hash = $2, signed_up_at = NULL WHERE id = $1", person_id, password_hash
    )
    await end_access(turn.connection, person_id, by=turn.actor, at=turn.at)
    await turn.enter(subject, Change("PASSWORD"))


async def disable(turn: Turn, person_id: UUID) -> None:
    """Let the person in no more, by no session, token or key, from this moment on; what they did stays theirs.

    Nobody disables themselves. Raises Refused, NotFound and Conflict.
    """
    subject = await _load(turn, person_id)
    if turn.is_about_self(person_id):
        raise _not_oneself("Nobody disables themselves.", "Ask somebody else to.")
    done = await turn.connection.fetchval(
        "UPDATE person SET disabled_at = $2 WHERE id = $1 AND disabled_at IS NULL RETURNING true", person_id, turn.at
    )
    await end_access(turn.connection, person_id, by=turn.actor, at=turn.at)
    if done:
        await turn.enter(subject, Change("DISABLED"))


async def enable(turn: Turn, person_id: UUID) -> None:
    """Let the person in again; they sign in anew. Raises Refused, NotFound and Conflict."""
    subject = await _load(turn, person_id)
    done = await turn.connection.fetchval(
        "UPDATE person SET disabled_at = NULL WHERE id = $1 AND disabled_at IS NOT NULL RETURNING true", person_id
    )
    if done:
        await turn.enter(subject, Change("ENABLED"))


def checked_email(text: str) -> str:
    """Return the address as it is kept. Raises Invalid."""
    email = normal_email(text)
    if email is None:
        raise Invalid("This is not an e-mail address.", "Write it like name@example.com, in plain letters.", "email")
    return email


def checked_name(text: str) -> str:
    """Return the name as it is kept. Raises Invalid."""
    name = text.strip()
    if not (name and name.isprintable()):
        raise Invalid("A person needs a name.", "Write the one that others know them by, on one line.", "name")
    if len(name) > LONGEST_NAME:
        raise Invalid(f"The name has {len(name):,} characters.", f"It may have {LONGEST_NAME}.", "name")
    return name


def _taken(email: str) -> Invalid:
    return Invalid(f"Somebody has the address {email} already.", "Use another one.", "email")


def _not_oneself(sentence: str, remedy: str) -> Refused:
    reason = Reason(guard="somebody else", sentence=sentence, remedy=remedy)
    return Refused(Refusal("", "", "", (reason,), ()), f"{sentence} {remedy}")


async def _load(turn: Turn, person_id: UUID) -> Subject:
    """Return whoever is to change, as the turn may change them. Raises Refused, NotFound and Conflict."""
    await turn.require_rank(person_id)
    subject = Subject(
        "person", person_id, await turn.connection.fetchval("SELECT name FROM person WHERE id = $1", person_id)
    )
    await turn.require_unmoved(subject)
    return subject


async def _put_roles(turn: Turn, person_id: UUID, names: set[str]) -> Change | None:
    """Give and take roles; gives what it changed. Whoever acts holds all that they give."""
    roles = await turn.connection.fetch(
        "SELECT r.id, r.name, r.label, r.permissions, h.role_id IS NOT NULL AS held FROM role r"
        " LEFT JOIN person_role h ON h.role_id = r.id AND h.person_id = $1 ORDER BY r.label, r.name",
        person_id,
    )
    missing = names - {role["name"] for role in roles}
    if missing:
        raise NotFound(f"There is no role {', '.join(sorted(missing))}.", "Choose one from the list of roles.")
    given = [role for role in roles if role["name"] in names and not role["held"]]
    for role in given:
        turn.require_giving(set(role["permissions"]))
    if any(set(role["permissions"]) & SCOPES != {SCOPE_OWN} for role in given):
        await _require_proven(turn, person_id)
    kept = [role["id"] for role in roles if role["name"] in names]
    await turn.connection.execute(
        "DELETE FROM person_role WHERE person_id = $1 AND role_id <> ALL ($2::uuid[])", person_id, kept
    )
    await turn.connection.execute(
        "INSERT INTO person_role (person_id, role_id) SELECT $1, unnest($2::uuid[]) ON CONFLICT DO NOTHING",
        person_id,
        kept,
    )
    was = ", ".join(role["label"] for role in roles if role["held"])
    became = ", ".join(role["label"] for role in roles if role["name"] in names)
    return Change("ROLES", was or None, became or None) if was != became else None


async def _require_proven(turn: Turn, person_id: UUID) -> None:
    """Raises Refused where whoever signed up may be another: they would wait for what is given to the right one."""
    if await turn.connection.fetchval("SELECT signed_up_at FROM person WHERE id = $1", person_id):
        sentence = "They made this account themselves, and nobody has seen that the address is theirs."
        remedy = "Set a new password for them and hand it over, or let them sign in by your provider first."
        reason = Reason(guard="address seen", sentence=sentence, remedy=remedy)
        raise Refused(Refusal("", "", "", (reason,), ()), f"{sentence} {remedy}")


async def _put_stores(turn: Turn, person_id: UUID, stores: set[UUID]) -> Change | None:
    """Give and take stores; gives what it changed. Stores that are out of reach are neither given nor there."""
    turn.require_stores(stores)
    if turn.stores is not None and not stores:
        raise Invalid("Say in which of your stores they work.", "Choose one at least.", "stores")
    known = await turn.connection.fetch(
        "SELECT s.id, s.name, w.store_id IS NOT NULL AS held FROM store s"
        " LEFT JOIN person_store w ON w.store_id = s.id AND w.person_id = $1"
        " WHERE w.store_id IS NOT NULL OR s.id = ANY ($2::uuid[]) ORDER BY s.name, s.id",
        person_id,
        list(stores),
    )
    if not stores <= {store["id"] for store in known}:
        raise NotFound("There is no such store.", "Choose one from the list of stores.")
    await turn.connection.execute(
        "DELETE FROM person_store WHERE person_id = $1 AND store_id <> ALL ($2::uuid[])", person_id, list(stores)
    )
    await turn.connection.execute(
        "INSERT INTO person_store (person_id, store_id) SELECT $1, unnest($2::uuid[]) ON CONFLICT DO NOTHING",
        person_id,
        list(stores),
    )
    was = ", ".join(store["name"] for store in known if store["held"])
    became = ", ".join(store["name"] for store in known if store["id"] in stores)
    return Change("STORES", was or None, became or None) if was != became else None
