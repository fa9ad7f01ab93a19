"""Slows down who guesses passwords: failures are counted in the database, and from some on each brings a longer pause.

An attempt counts from the moment it begins, so that a thousand at once are a thousand; one that succeeds is taken back.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from orderway.errors import OrderwayError
from orderway.ids import new_id
from orderway.people.signing.presence import refusal
from orderway.rates import Rates, TooOften
from orderway.settings import Settings
from orderway.signing_settings import (
    PASSWORDS_OF_A_PLACE,
    SIGN_IN_FREE_TRIES,
    SIGN_IN_FREE_TRIES_OF_A_PLACE,
    SIGN_IN_LONGEST_PAUSE_MINUTES,
    SIGN_IN_MEMORY_MINUTES,
    SIGN_UPS_OF_A_PLACE,
)

SHORTEST = timedelta(seconds=5)
"""The first pause; each further failure doubles it, up to the setting."""

# Who signed in from a place before is counted by themselves there: what others try elsewhere does not lock them out.
KNOWN = """
SELECT EXISTS (SELECT FROM session s JOIN person p ON p.id = s.person_id WHERE p.email = $1 AND s.place = $2)
"""
TAKE_TURN = "SELECT pg_advisory_xact_lock(hashtextextended(encode(s, 'hex'), 5)) FROM unnest($1::bytea[]) AS s"
COUNTED = """
SELECT subject, count(*) AS failures, max(at) AS last FROM sign_in_attempt
WHERE subject = ANY ($1::bytea[]) AND at > $2 GROUP BY subject
"""
BEGIN = "INSERT INTO sign_in_attempt (id, subject, at) SELECT $1, s, $3 FROM unnest($2::bytea[]) AS s"
ARRIVED = "SELECT count(*) AS arrived, min(at) AS first FROM sign_in_attempt WHERE subject = $1 AND at > $2"
FORGIVE = "DELETE FROM sign_in_attempt WHERE id = $1 OR subject = $2"


class SignInPaused(OrderwayError):
    """Too many attempts failed; `seconds` are to pass until the next. Told alike whether there is such a person."""

    def __init__(self, seconds: int, said: str = "Too many attempts to sign in have failed.") -> None:
        super().__init__(said, f"Wait {spoken(seconds)}, then try again.")
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt under way: it counts as failed until it is forgiven. `named` is whom it asked for, in what place."""

    id: UUID
    named: bytes


class Throttle:
    """Admits attempts to sign in, and people who sign up, as the settings have it."""

    def __init__(self, pool: asyncpg.Pool, *, clock: Callable[[], datetime], settings: Settings) -> None:
        self._pool = pool
        self._clock = clock
        self._settings = settings
        self._rates = Rates()

    async def admit(self, email: str, place: str) -> Attempt:
        """Count an attempt for the address (in its normal form, "" for what is none). Raises SignInPaused."""
        self.require_rate(place)
        async with self._pool.acquire() as connection, connection.transaction():
            known = await connection.fetchval(KNOWN, email, place)
            named = subject("person", email, place if known else "")
            free = {named: self._settings[SIGN_IN_FREE_TRIES]}
            if place:
                free[subject("place", place)] = self._settings[SIGN_IN_FREE_TRIES_OF_A_PLACE]
            subjects = sorted(free)
            await connection.execute(TAKE_TURN, subjects)
            now = self._clock()
            oldest = now - self._memory
            rows = await connection.fetch(COUNTED, subjects, oldest)
            ends = [row["last"] + self.pause(row["failures"] - free[row["subject"]]) for row in rows]
            if ends and max(ends) > now:
                raise SignInPaused(math.ceil((max(ends) - now).total_seconds()))
            attempt = Attempt(new_id(), named)
            await connection.execute(BEGIN, attempt.id, subjects, now)
        return attempt

    async def welcome(self, place: str) -> None:
        """Count somebody who signs up or applies from there. Raises Refused where too many did."""
        if not place:
            return
        arrivals = subject("arrivals", place)
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(TAKE_TURN, [arrivals])
            now = self._clock()
            [(arrived, first)] = await connection.fetch(ARRIVED, arrivals, now - self._memory)
            if arrived >= self._settings[SIGN_UPS_OF_A_PLACE]:
                wait = spoken(math.ceil((first + self._memory - now).total_seconds()))
                raise refusal("arrivals", "Too many have signed up from where you are.", f"Try again in {wait}.")
            await connection.execute(BEGIN, new_id(), [arrivals], now)

    async def forgive(self, attempt: Attempt) -> None:
        """Take back an attempt that succeeded, and those before it for the same person."""
        await self._pool.execute(FORGIVE, attempt.id, attempt.named)

    @property
    def _memory(self) -> timedelta:
        return timedelta(minutes=self._settings[SIGN_IN_MEMORY_MINUTES])

    def require_rate(self, place: str) -> None:
        """Raises SignInPaused where so much was tried from there that hashing, or asking a provider, keeps others."""
        if not place:
            return
        try:
            self._rates.take(place, a_minute=self._settings[PASSWORDS_OF_A_PLACE])
        except TooOften as often:
            raise SignInPaused(often.seconds, "Too many have tried to sign in from here within a minute.") from None

    def pause(self, beyond: int) -> timedelta:
        """How long nobody may try again; `beyond` are the failures beyond the free ones."""
        if beyond < 0:
            return timedelta()
        longest = timedelta(minutes=self._settings[SIGN_IN_LONGEST_PAUSE_MINUTES])
        return min(SHORTEST * float(2 ** min(beyond, 20)), longest)


def subject(*parts: str) -> bytes:
    """What attempts are counted against, as it is kept."""
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).digest()


def spoken(seconds: int) -> str:
    """A span as people say it: "40 seconds", "1 minute", "15 minutes"."""
    if seconds < 60:
        return f"{seconds} second{'' if seconds == 1 else 's'}"
    minutes = math.ceil(seconds / 60)
    return f"{minutes} minute{'' if minutes == 1 else 's'}"
