"""One's own account: where one is signed in, one's name, and one's password."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from orderway.languages import languages
from orderway.people.access import end_sessions
from orderway.people.accounts import checked_name
from orderway.people.directory import check_limit
from orderway.people.passwords import WeakPassword
from orderway.people.record import Change, Subject, enter, require_unmoved
from orderway.people.sessions import Sessions
from orderway.people.signing.caller import Caller
from orderway.people.signing.presence import refusal, require_presence
from orderway.people.signing.throttle import SignInPaused
from orderway.people.viewer import Viewer
from orderway.workflow.errors import Invalid, NotFound
from orderway.workflow.kinds import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSession:
    """A sign-in that lasts; `place` and `agent` are empty where nothing was told of them."""

    id: UUID
    kind: str
    place: str
    agent: str
    created_at: datetime
    expires_at: datetime
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnAccount:
    """The account after a change; `ended_sessions` are how many others ended with it."""

    name: str
    step: int
    ended_sessions: int = 0


LASTS = "person_id = $1 AND revoked_at IS NULL AND expires_at > $2"
SESSIONS = f"""
SELECT id, kind, place, agent, created_at, expires_at FROM session
WHERE {LASTS} AND ($3::uuid IS NULL OR id < $3) ORDER BY id DESC LIMIT $4
"""  # noqa: S608  (texts of the code alone)


async def list_sessions(
    connection: Connection, viewer: Viewer, *, at: datetime, after: UUID | None, limit: int
) -> tuple[list[OwnSession], bool]:
    """Return a page of where the viewer is signed in, the newest first, and whether more come."""
    check_limit(limit)
    rows = await connection.fetch(SESSIONS, viewer.person_id, at, after, limit + 1)
    found = [OwnSession(**row, is_current=row["id"] == viewer.session) for row in rows[:limit]]
    return found, len(rows) > limit


async def count_sessions(connection: Connection, viewer: Viewer, *, at: datetime) -> int:
    """Return how many `list_sessions` lists in all."""
    sql = f"SELECT count(*) FROM session WHERE {LASTS}"  # noqa: S608  (texts of the code alone)
    counted: int = await connection.fetchval(sql, viewer.person_id, at)
    return counted


async def load_address(connection: Connection, viewer: Viewer) -> str:
    """Return the address that the viewer signs in with."""
    address: str = await connection.fetchval("SELECT email FROM person WHERE id = $1", viewer.person_id)
    return address


async def end_session(connection: Connection, viewer: Viewer, session_id: UUID, *, at: datetime) -> OwnAccount:
    """End one of one's own sessions, with every token of it. Raises Refused and NotFound."""
    require_presence(viewer, to="end a session")
    ended = await connection.fetchval(
        f"UPDATE session SET revoked_at = $2 WHERE {LASTS} AND id = $3 RETURNING true",  # noqa: S608  (the same)
        viewer.person_id, at, session_id,
    )  # fmt: skip
    if not ended:
        raise NotFound("There is no such session.", "Choose one from the list of yours.")
    return await _account(connection, viewer, ended=1)


async def end_other_sessions(connection: Connection, viewer: Viewer, *, at: datetime) -> OwnAccount:
    """End all of one's own sessions but the one that asks. Raises Refused."""
    require_presence(viewer, to="end sessions")
    ended = await end_sessions(connection, viewer.person_id, at=at, but=viewer.session)
    return await _account(connection, viewer, ended=ended)


async def change_own_name(
    connection: Connection, viewer: Viewer, name: str, *, seen: int | None, at: datetime
) -> OwnAccount:
    """Change what one is called. Raises Refused, Conflict and Invalid."""
    require_presence(viewer, to="change a name")
    wanted = checked_name(name)
    async with connection.transaction():
        was = await connection.fetchval("SELECT name FROM person WHERE id = $1 FOR UPDATE", viewer.person_id)
        subject = Subject("person", viewer.person_id, wanted)
        await require_unmoved(connection, subject, seen)
        if wanted != was:
            await connection.execute("UPDATE person SET name = $2 WHERE id = $1", viewer.person_id, wanted)
            await enter(connection, subject, Change("NAME", was, wanted), by=viewer.actor().id, at=at)
        return await _account(connection, viewer)


async def change_own_language(
    connection: Connection, viewer: Viewer, language: str | None, *, seen: int | None, at: datetime
) -> OwnAccount:
    """Choose the language that one is spoken to in; None is the browser's. Raises Refused, Conflict and Invalid."""
    require_presence(viewer, to="choose a language")
    if language is not None and language not in languages():
        known = ", ".join(f"{code} ({name})" for code, name in languages().items())
        raise Invalid(f"Orderway does not speak “{language[:20]}”.", f"Choose one of these: {known}.", "language")
    async with connection.transaction():
        (was,) = await connection.fetch("SELECT name, language FROM person WHERE id = $1 FOR UPDATE", viewer.person_id)
        subject = Subject("person", viewer.person_id, was["name"])
        await require_unmoved(connection, subject, seen)
        if language != was["language"]:
            await connection.execute("UPDATE person SET language = $2 WHERE id = $1", viewer.person_id, language)
            change = Change("LANGUAGE", was["language"], language)
            await enter(connection, subject, change, by=viewer.actor().id, at=at)
        return await _account(connection, viewer)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPassword:
    """One's password until now, and the one from now on; `seen` is the step of the account that was looked at."""

    old_password: str = field(repr=False)
    new_password: str = field(repr=False)
    seen: int | None = None


async def change_own_password(sessions: Sessions, viewer: Viewer, wanted: NewPassword, *, caller: Caller) -> OwnAccount:
    """Replace one's own password; one's other sessions end. Raises Refused, Conflict and Invalid.

    The old one is asked for like at a sign-in: who found a browser open is no better off guessing it here.
    """
    require_presence(viewer, to="change a password")
    row = await sessions.pool.fetchrow("SELECT email, password_hash FROM person WHERE id = $1", viewer.person_id)
    if row is None or row["password_hash"] is None:
        raise refusal("has_password", "You have no password to change.", "Ask an admin to set one.")
    try:
        attempt = await sessions.throttle.admit(row["email"], caller.place)
    except SignInPaused as paused:
        raise Invalid(paused.message, paused.remedy, "old_password") from None
    kept: str = row["password_hash"]
    if not await sessions.passwords.matches(wanted.old_password, kept):
        raise Invalid("This is not your password.", "Write the one that you sign in with.", "old_password")
    if wanted.new_password == wanted.old_password:
        raise Invalid("This is your password already.", "Choose another one.", "new_password")
    try:
        renewed = await sessions.passwords.hash(wanted.new_password)
    except WeakPassword as weak:
        raise Invalid(weak.message, weak.remedy, "new_password") from None
    changed = await _replace(sessions, viewer, kept=kept, renewed=renewed, seen=wanted.seen)
    await sessions.throttle.forgive(attempt)
    return changed


async def _replace(sessions: Sessions, viewer: Viewer, *, kept: str, renewed: str, seen: int | None) -> OwnAccount:
    """Write the new hash where the old one still stands."""
    now = sessions.clock()
    async with sessions.pool.acquire() as connection, connection.transaction():
        name = await connection.fetchval(
            "UPDATE person SET password_hash = $3 WHERE id = $1 AND password_hash = $2 AND disabled_at IS NULL"
            " RETURNING name",
            viewer.person_id, kept, renewed,
        )  # fmt: skip
        if name is None:
            raise Invalid("Your password was changed meanwhile.", "Sign in with the new one.", "old_password")
        subject = Subject("person", viewer.person_id, name)
        await require_unmoved(connection, subject, seen)
        ended = await end_sessions(connection, viewer.person_id, at=now, but=viewer.session)
        await enter(connection, subject, Change("PASSWORD"), by=viewer.actor().id, at=now)
        return await _account(connection, viewer, ended=ended)


async def _account(connection: Connection, viewer: Viewer, *, ended: int = 0) -> OwnAccount:
    [(name, step)] = await connection.fetch("SELECT name, step FROM person WHERE id = $1", viewer.person_id)
    return OwnAccount(name=name, step=step, ended_sessions=ended)
