"""People whom a provider of identities knows: recognised by its name for them, and at first by their address."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from orderway.errors import OrderwayError
from orderway.people.access import end_access, end_keys_of_others, end_sessions
from orderway.people.accounts import normal_email
from orderway.people.record import Change, Subject, enter
from orderway.people.signing.presence import require_presence
from orderway.people.turn import turn_of
from orderway.people.viewer import Viewer
from orderway.workflow.actor import THE_SYSTEM
from orderway.workflow.kinds import Connection


class NotRecognised(OrderwayError):
    """Whoever the provider says it is can not come in, and hears why: they have proven who they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Somebody as a provider knows them; `email` is None where it does not vouch that the address is theirs."""

    issuer: str
    subject: str
    email: str | None


KNOWN = """
SELECT p.id, p.disabled_at FROM person_identity i JOIN person p ON p.id = i.person_id
WHERE i.issuer = $1 AND i.subject = $2
"""
BY_ADDRESS = "SELECT id, name, disabled_at, signed_up_at FROM person WHERE email = $1 FOR UPDATE"
LINK = """
INSERT INTO person_identity (issuer, subject, person_id, email, linked_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING RETURNING true
"""
SPEND = "INSERT INTO spent_flow (state_hash, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING true"


async def spend_flow(pool: asyncpg.Pool, state: str, *, expires_at: datetime) -> bool:
    """Let a sign-in come back, once: false where it has already."""
    return bool(await pool.fetchval(SPEND, hashlib.sha256(state.encode()).digest(), expires_at))


async def recognise(pool: asyncpg.Pool, identity: Identity, *, at: datetime) -> UUID:
    """Return who it is. Raises NotRecognised.

    At first it is whoever has the address, where the provider vouches for it; from then on whom it knows by its own
    name. An address that passes to somebody else brings them nothing.
    """
    async with pool.acquire() as connection, connection.transaction():
        known = await connection.fetchrow(KNOWN, identity.issuer, identity.subject)
        if known is None:
            return await _link(connection, identity, at=at)
        _require_enabled(known["disabled_at"])
        person_id: UUID = known["id"]
        return person_id


async def _link(connection: Connection, identity: Identity, *, at: datetime) -> UUID:
    email = normal_email(identity.email or "")
    if email is None:
        raise NotRecognised(
            "The provider does not vouch for your e-mail address.", "Confirm it there, then sign in once more."
        )
    person = await connection.fetchrow(BY_ADDRESS, email)
    if person is None:
        raise _unknown(email)
    _require_enabled(person["disabled_at"])
    person_id: UUID = person["id"]
    if not await connection.fetchval(LINK, identity.issuer, identity.subject, person_id, email, at):
        known = await connection.fetchrow(KNOWN, identity.issuer, identity.subject)
        if known is None or known["id"] != person_id:
            raise _unknown(email)  # the provider knows this person by another name already
        return person_id
    if person["signed_up_at"] is not None:
        await _claim(connection, person_id, at=at)
    await end_keys_of_others(connection, person_id, by=THE_SYSTEM.id, at=at)
    subject = Subject("person", person_id, person["name"])
    await enter(connection, subject, Change("LINKED", became=identity.issuer), by=f"person:{person_id}", at=at)
    return person_id


def _unknown(email: str) -> NotRecognised:
    return NotRecognised(f"Nobody here is known by the account of {email}.", "Ask an admin of your company to add you.")


async def _claim(connection: Connection, person_id: UUID, *, at: datetime) -> None:
    """Give an account to whose address it is: whoever made it, with a password of theirs, may have been another."""
    await connection.execute("UPDATE person SET password_hash = NULL, signed_up_at = NULL WHERE id = $1", person_id)
    await end_access(connection, person_id, by=THE_SYSTEM.id, at=at)


def _require_enabled(disabled_at: datetime | None) -> None:
    if disabled_at is not None:
        raise NotRecognised("Your account here is disabled.", "Ask an admin of your company.")


FORGET = "DELETE FROM person_identity WHERE person_id = $1 RETURNING issuer"


async def forget_identities(
    connection: Connection, viewer: Viewer, person_id: UUID, *, reason: str, at: datetime, seen: int | None = None
) -> None:
    """Forget whom the providers know the person as; their sessions end, and they are recognised by their address anew.

    For who got another name at the provider. Raises Refused, NotFound, and Conflict where the person changed since they
    were `seen`.
    """
    require_presence(viewer, to="change how somebody is recognised")
    async with turn_of(connection, viewer, at=at, reason=reason, seen=seen) as turn:
        await turn.require_rank(person_id)
        await turn.require_holding(person_id, to="change how somebody is recognised who may do more than you")
        name = await connection.fetchval("SELECT name FROM person WHERE id = $1 FOR NO KEY UPDATE", person_id)
        subject = Subject("person", person_id, name)
        await turn.require_unmoved(subject)
        forgotten = await connection.fetch(FORGET, person_id)
        await end_sessions(connection, person_id, at=at)
        changes = [Change("UNLINKED", was=", ".join(sorted(row["issuer"] for row in forgotten)))] if forgotten else []
        await turn.enter(subject, *changes)
