"""Sessions: a password is exchanged for an opaque token, of which the database keeps only the sha256."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from orderway.errors import OrderwayError
from orderway.people.accounts import normal_email
from orderway.people.passwords import Passwords
from orderway.people.viewer import VIEWER, Viewer, viewer_from
from orderway.settings import RIDERS_WITHOUT_COVERAGE_SEE_ALL, Settings

SESSION = "(SELECT person_id FROM session WHERE token_hash = $1 AND revoked_at IS NULL AND expires_at > $2)"
BY_SESSION = f"{VIEWER} p.id = {SESSION}"

LIFETIME = timedelta(hours=12)
"""How long a session lasts: a working day."""


class SignInRefused(OrderwayError):
    """The address or the password is wrong, or the person is disabled: which of them is told to nobody."""

    def __init__(self) -> None:
        super().__init__(
            "This e-mail address and password do not belong together.",
            "Check both, or ask an admin for a new password.",
        )


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What the client keeps: the token, which can not be read again from anywhere."""

    token: str
    expires_at: datetime


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
        self._pool = pool
        self._passwords = passwords
        self._clock = clock
        self._lifetime = lifetime
        self._settings = settings or Settings({})

    async def sign_in(self, email: str, password: str) -> SignedIn:
        """Open a session. Raises SignInRefused, after the same work whoever is asked for."""
        row = await self._pool.fetchrow("SELECT id, password_hash FROM person WHERE email = $1", normal_email(email))
        kept: str | None = row["password_hash"] if row else None
        # No connection is held meanwhile: hashing takes longer than many requests.
        matches = await self._passwords.matches(password, kept)
        if row is None or kept is None or not matches:
            raise SignInRefused
        signed_in = await self._open(row["id"], kept)
        renewed = await self._passwords.renewed(password, kept)
        if renewed:
            await self._pool.execute(
                "UPDATE person SET password_hash = $3 WHERE id = $1 AND password_hash = $2", row["id"], kept, renewed
            )
        return signed_in

    async def sign_out(self, token: str) -> None:
        """End the session; a token that is none, or has ended, changes nothing."""
        await self._pool.execute(
            "UPDATE session SET revoked_at = $2 WHERE token_hash = $1 AND revoked_at IS NULL",
            _digest(token),
            self._clock(),
        )

    async def viewer_of(self, token: str) -> Viewer | None:
        """Return who is signed in with the token; None when it is unknown, ended, or its person is disabled."""
        row = await self._pool.fetchrow(BY_SESSION, _digest(token), self._clock())
        return replace(viewer_from(row), roams=self._settings[RIDERS_WITHOUT_COVERAGE_SEE_ALL]) if row else None

    async def _open(self, person_id: UUID, kept: str) -> SignedIn:
        """Write the session. Raises SignInRefused if the person was disabled or got another password meanwhile.

        The person is locked: a session opened while they are disabled is either refused or ended with the others.
        """
        now = self._clock()
        new = SignedIn(secrets.token_urlsafe(32), now + self._lifetime)
        opened = await self._pool.fetchval(
            "INSERT INTO session (token_hash, person_id, created_at, expires_at)"
            " SELECT $1, id, $4, $5 FROM person WHERE id = $2 AND password_hash = $3 AND disabled_at IS NULL FOR SHARE"
            " RETURNING true",
            _digest(new.token), person_id, kept, now, new.expires_at,
        )  # fmt: skip
        if not opened:
            raise SignInRefused
        return new


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
