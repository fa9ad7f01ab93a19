"""Who changed what of a person, a role or a store: rows that are only ever added, in the words of then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Literal
from uuid import UUID

from orderway.ids import new_id
from orderway.people.names import name_of
from orderway.workflow.errors import Conflict, Invalid
from orderway.workflow.kinds import Connection

Kind = Literal["person", "role", "store"]
"""What can change, as its table is called."""

PHRASES: Mapping[str, str] = MappingProxyType(
    {
        "CREATED": "made it",
        "NAME": "changed the name",
        "LANGUAGE": "chose another language",
        "EMAIL": "changed the e-mail address",
        "PASSWORD": "set a new password",
        "LINKED": "was recognised by a provider of identities",
        "UNLINKED": "had a provider of identities forgotten",
        "KEY_MADE": "made a key",
        "KEY_REVOKED": "revoked a key",
        "TOKEN_REUSED": "ended a session whose refresh token came twice",
        "ROLES": "changed the roles",
        "STORES": "changed the stores",
        "DISABLED": "disabled them",
        "ENABLED": "enabled them",
        "LABEL": "changed how it is called in a sentence",
        "PERMISSIONS": "changed the permissions",
        "DELETED": "deleted it",
        "TIMEZONE": "changed the time zone",
        "COORDINATES": "changed where it lies",
    }
)
"""What can have changed, and how it continues the name of who did it."""


@dataclass(frozen=True, slots=True)
class Subject:
    """The person, the role or the store that changes, and what it is called."""

    kind: Kind
    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Change:
    """One change, of PHRASES, in words; a secret leaves both of them out."""

    what: str
    was: str | None = None
    became: str | None = None


async def enter(
    connection: Connection, subject: Subject, *changes: Change, by: str, at: datetime, reason: str = ""
) -> None:
    """Count one step of the subject, and write down what it changed; `by` is the id of an actor."""
    kind = subject.kind
    step = await connection.fetchval(
        f"UPDATE {kind} SET step = step + 1 WHERE id = $1 RETURNING step",  # noqa: S608  (a name of ours)
        subject.id,
    )
    await connection.executemany(
        f"INSERT INTO people_change (id, {kind}_id, subject, step, what, was, became, reason, at, actor)"  # noqa: S608
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        [
            (new_id(), subject.id, subject.name, step, each.what, each.was, each.became, reason, at, by)
            for each in changes
        ],
    )


async def require_unmoved(connection: Connection, subject: Subject, seen: int | None) -> None:
    """Raises Conflict where the subject changed since the step that was seen: who, when and what."""
    if seen is None:
        return
    step: int = await connection.fetchval(f"SELECT step FROM {subject.kind} WHERE id = $1", subject.id)  # noqa: S608
    if step == seen:
        return
    last = await connection.fetchrow(
        f"SELECT what, at, actor FROM people_change WHERE {subject.kind}_id = $1 ORDER BY step DESC, id LIMIT 1",  # noqa: S608
        subject.id,
    )
    if last is None or seen > step:
        raise Invalid(f"It is not at the step {seen}, but at {step}.", "Look at it again.", "seen")
    who = await name_of(connection, last["actor"])
    raise Conflict(who=who, when=last["at"], what=PHRASES[last["what"]], step=step)
