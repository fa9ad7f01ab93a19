"""Sessions: a password is exchanged for opaque tokens, of which the database keeps only the sha256."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import asyncpg
import structlog

from orderway.errors import OrderwayError
from orderway.ids import new_id
from orderway.people.accounts import normal_email
from orderway.people.passwords import Passwords
from orderway.people.record import Change, Subject, enter
from orderway.people.signing.caller import NOWHERE, Caller
from orderway.people.signing.throttle import Attempt, Throttle
from orderway.people.signing.tokens import Token, columns, digest, is_key, new_token
from orderway.people.viewer import VIEWER, Viewer, viewer_by_key, viewer_from
from orderway.rates import Rates
from orderway.settings import RIDERS_WITHOUT_COVERAGE_SEE_ALL, Settings
from orderway.signing_settings import ACCESS_TOKEN_MINUTES, API_SESSION_DAYS, REFRESH_TOKEN_DAYS
from orderway.workflow.actor import THE_SYSTEM
from orderway.workflow.kinds import Connection

log = structlog.get_logger(__name__)

Kind = Literal["BROWSER", "PROGRAM"]
"""Whose session it is."""

LIFETIME = timedelta(hours=12)
"""How long the session of a browser lasts: a working day."""

RENEWALS = 60
"""How often one person may exchange refresh tokens a minute; a program does so four times an hour."""

BY_SESSION = f"""
SELECT v.*, s.id AS session_id FROM session_token t JOIN session s ON s.id = t.session_id
CROSS JOIN LATERAL ({VIEWER} p.id = s.person_id) v
WHERE t.token_hash = $1 AND t.purpose <> 'REFRESH' AND t.expires_at > $2
    AND s.revoked_at IS NULL AND s.expires_at > $2
"""  # noqa: S608  (texts of the code alone)
BY_SESSIONS = BY_SESSION.replace("SELECT v.*", "SELECT t.token_hash, v.*").replace("= $1", "= ANY ($1::bytea[])")
# When a key was last used is kept to ten minutes, so that almost no request writes.
BY_KEY = f"""
WITH used AS (
    UPDATE api_key SET last_used_at = $2 WHERE token_hash = $1 AND revoked_at IS NULL AND expires_at > $2
        AND coalesce(last_used_at <= $2 - interval '10 minutes', true))
SELECT v.*, k.id AS key_id, k.permissions AS key_permissions, k.stores AS key_stores
FROM api_key k CROSS JOIN LATERAL ({VIEWER} p.id = k.person_id) v
WHERE k.token_hash = $1 AND k.revoked_at IS NULL AND k.expires_at > $2
"""  # noqa: S608  (the same)

# The person is locked: a session opened while they are disabled is either refused or ended with the others.
OPEN = """
WITH opened AS (
    INSERT INTO session (id, person_id, kind, place, agent, created_at, expires_at)
    SELECT $1, id, $4, $5, $6, $7, $8 FROM person
    WHERE id = $2 AND ($3::text IS NULL OR password_hash = $3) AND disabled_at IS NULL FOR SHARE
    RETURNING id)
INSERT INTO session_token (token_hash, session_id, purpose, expires_at)
SELECT t.hash, o.id, t.purpose, t.ends FROM opened o, unnest($9::bytea[], $10::text[], $11::timestamptz[])
    AS t (hash, purpose, ends)
RETURNING true
"""
# Whoever changes a person holds them before their sessions; so do these, or the two would wait for each other.
SPEND = """
UPDATE session_token t SET spent_at = $2 FROM session s
WHERE t.token_hash = $1 AND t.purpose = 'REFRESH' AND t.spent_at IS NULL AND t.expires_at > $2 AND s.id = t.session_id
RETURNING s.id AS session_id, s.person_id, s.expires_at AS ends
"""
HOLD = "SELECT true FROM person WHERE id = $1 AND disabled_at IS NULL FOR SHARE"
RENEW = """
INSERT INTO session_token (token_hash, session_id, purpose, expires_at)
SELECT t.hash, s.id, t.purpose, t.ends
FROM session s, unnest($3::bytea[], $4::text[], $5::timestamptz[]) AS t (hash, purpose, ends)
WHERE s.id = $1 AND s.revoked_at IS NULL AND s.expires_at > $2 FOR SHARE OF s
RETURNING true
"""
WHOSE_SPENT = """
SELECT p.id, p.name, s.id AS session_id
FROM session_token t JOIN session s ON s.id = t.session_id JOIN person p ON p.id = s.person_id
WHERE t.token_hash = $1 AND t.spent_at IS NOT NULL FOR NO KEY UPDATE OF p
"""
END = "UPDATE session SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL RETURNING true"
RENEW_HASH = "UPDATE person SET password_hash = $3 WHERE id = $1 AND password_hash = $2 RETURNING true"
SIGN_OUT = """
UPDATE session s SET revoked_at = $2 FROM session_token t
WHERE t.token_hash = $1 AND s.id = t.session_id AND s.revoked_at IS NULL
"""


class SignInRefused(OrderwayError):
    """The address or the password is wrong, or the person is disabled: which of them is told to nobody."""

    def __init__(self) -> None:
        super().__init__(
            "This e-mail address and password do not belong together.",
            "Check both, or ask an admin for a new password.",
        )


class RefreshRefused(OrderwayError):
    """The refresh token is not known, has ended or was used before: which of them is told to nobody."""

    def __init__(self) -> None:
        super().__init__("This refresh token is not known, or can not be used any more.", "Sign in again by signIn.")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What a browser keeps: the token, which can not be read again from anywhere."""

    token: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What a program keeps: the token that it asks with, and the one that it gets the next pair for, once."""

    access_token: str = field(repr=False)
    access_expires_at: datetime
    refresh_token: str = field(repr=False)
    refresh_expires_at: datetime


@dataclass(frozen=True, slots=True)
class Proven:
    """Somebody who has proven who they are: by a password, against the hash in an attempt; or by somebody's word."""

    person_id: UUID
    password_hash: str | None = field(default=None, repr=False)
    attempt: Attempt | None = None


class Sessions:
    """Signs people in and out, and tells who a token belongs to."""

    def __init__(
        self,
        pool: asyncpg.Pool,
        *,
        passwords: Passwords,
        clock: Callable[[], datetime],
        lifetime: timedelta = LIFETIME,
        settings: Settings | None = None,
    ) -> None:
        self.pool = pool
        self.passwords = passwords
        self.clock = clock
        self._lifetime = lifetime
        self._settings = settings or Settings({})
        self.throttle = Throttle(pool, clock=clock, settings=self._settings)
        self._rates = Rates()

    async def sign_in(self, email: str, password: str, *, caller: Caller = NOWHERE) -> SignedIn:
        """Open the session of a browser.

        Raises SignInRefused, after the same work whoever is asked for, and SignInPaused.
        """
        return await self.open_pages(await self._prove(email, password, caller), caller=caller)

    async def open_pages(self, proven: Proven, *, caller: Caller) -> SignedIn:
        """Open the session of a browser for somebody who has proven who they are. Raises SignInRefused."""
        token = new_token("PAGES", self.clock() + self._lifetime)
        await self._open(proven, "BROWSER", caller=caller, tokens=[token], ends=token.expires_at)
        return SignedIn(token.text, token.expires_at)

    async def sign_in_program(self, email: str, password: str, *, caller: Caller = NOWHERE) -> Tokens:
        """Open the session of a program. Raises as `sign_in`."""
        proven = await self._prove(email, password, caller)
        ends = self.clock() + timedelta(days=self._settings[API_SESSION_DAYS])
        access, refresh = self._pair(ends)
        await self._open(proven, "PROGRAM", caller=caller, tokens=[access, refresh], ends=ends)
        return tokens_of(access, refresh)

    async def refresh(self, token: str) -> Tokens:
        """Exchange a refresh token for the next pair, once. Raises RefreshRefused, and TooOften, which spends nothing.

        One that comes a second time was stolen, or its exchange was: the session ends, with every token of it.
        """
        now = self.clock()
        async with self.pool.acquire() as connection, connection.transaction():
            spent = await connection.fetchrow(SPEND, digest(token), now)
            if spent is None:
                await _end_stolen(connection, token, at=now)
            elif await connection.fetchval(HOLD, spent["person_id"]):
                self._rates.take(f"{spent['person_id']}", a_minute=RENEWALS)
                access, refresh = self._pair(spent["ends"])
                if await connection.fetchval(RENEW, spent["session_id"], now, *columns([access, refresh])):
                    return tokens_of(access, refresh)
        raise RefreshRefused

    async def sign_out(self, token: str) -> None:
        """End the session of any of its tokens; a token that is none, or has ended, changes nothing."""
        await self.pool.execute(SIGN_OUT, digest(token), self.clock())

    async def viewer_of(self, token: str) -> Viewer | None:
        """Return who a token belongs to; None when it is unknown, ended, or its person is disabled.

        A machine's key makes them the person whose it is, with what it leaves of them.
        """
        by_key = is_key(token)
        row = await self.pool.fetchrow(BY_KEY if by_key else BY_SESSION, digest(token), self.clock())
        if row is None:
            return None
        viewer = viewer_by_key(row) if by_key else replace(viewer_from(row), session=row["session_id"])
        return replace(viewer, roams=self._settings[RIDERS_WITHOUT_COVERAGE_SEE_ALL])

    async def viewers_of(self, tokens: Iterable[str]) -> dict[str, Viewer]:
        """Return who the tokens of sessions belong to, as `viewer_of`, without those that have ended. One statement."""
        by_hash = {digest(token): token for token in tokens}
        rows = await self.pool.fetch(BY_SESSIONS, list(by_hash), self.clock())
        roams = self._settings[RIDERS_WITHOUT_COVERAGE_SEE_ALL]
        return {
            by_hash[row["token_hash"]]: replace(viewer_from(row), session=row["session_id"], roams=roams)
            for row in rows
        }

    async def _prove(self, email: str, password: str, caller: Caller) -> Proven:
        address = normal_email(email) or ""
        attempt = await self.throttle.admit(address, caller.place)
        row = await self.pool.fetchrow("SELECT id, password_hash FROM person WHERE email = $1", address)
        kept: str | None = row["password_hash"] if row else None
        # No connection is held meanwhile: hashing takes longer than many requests.
        matches = await self.passwords.matches(password, kept)
        if row is None or kept is None or not matches:
            raise SignInRefused
        return Proven(row["id"], await self._renewed(row["id"], password, kept), attempt)

    async def _renewed(self, person_id: UUID, password: str, kept: str) -> str:
        """The hash that stands now: with today's parameters, unless another password was set meanwhile."""
        renewed = await self.passwords.renewed(password, kept)
        done = renewed and await self.pool.fetchval(RENEW_HASH, person_id, kept, renewed)
        return renewed if renewed and done else kept

    def _pair(self, ends: datetime) -> tuple[Token, Token]:
        """A new token for asking and one for the next pair, neither of which outlives the session."""
        now = self.clock()
        asking = now + timedelta(minutes=self._settings[ACCESS_TOKEN_MINUTES])
        renewing = now + timedelta(days=self._settings[REFRESH_TOKEN_DAYS])
        return new_token("ACCESS", min(asking, ends)), new_token("REFRESH", min(renewing, ends))

    async def _open(
        self, proven: Proven, kind: Kind, *, caller: Caller, tokens: Sequence[Token], ends: datetime
    ) -> None:
        """Write the session. Raises SignInRefused if the person was disabled or got another password meanwhile."""
        opened = await self.pool.fetchval(
            OPEN, new_id(), proven.person_id, proven.password_hash, kind, caller.place, caller.agent,
            self.clock(), ends, *columns(tokens),
        )  # fmt: skip
        if not opened:
            raise SignInRefused
        if proven.attempt:
            await self.throttle.forgive(proven.attempt)


def tokens_of(access: Token, refresh: Token) -> Tokens:
    return Tokens(
        access_token=access.text,
        access_expires_at=access.expires_at,
        refresh_token=refresh.text,
        refresh_expires_at=refresh.expires_at,
    )


async def _end_stolen(connection: Connection, token: str, *, at: datetime) -> None:
    """End the session of a refresh token that was spent before, and write it down where that ends anything."""
    whose = await connection.fetchrow(WHOSE_SPENT, digest(token))
    if whose is None or not await connection.fetchval(END, whose["session_id"], at):
        return
    person = Subject("person", whose["id"], whose["name"])
    await enter(connection, person, Change("TOKEN_REUSED"), by=THE_SYSTEM.id, at=at)
    log.warning(
        "A refresh token came a second time, and its session was ended.",
        session=str(whose["session_id"]),
        person=str(whose["id"]),
    )
