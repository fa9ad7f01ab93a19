"""Passwords: hashed with argon2id, verified beside the event loop, and in the same time for people who do not exist."""

from __future__ import annotations

import asyncio
import hashlib
import os
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from argon2.low_level import Type, hash_secret_raw

from orderway.errors import OrderwayError

SHORTEST, LONGEST = 10, 1000
"""Characters of a password; the upper limit keeps a request from costing more than a sign-in should."""


class WeakPassword(OrderwayError):
    """A new password that is too short, or too long to be one."""


class Passwords:
    """Hashes and verifies with the parameters of `hasher` (RFC 9106's second recommendation when none is given).

    Each hash takes some 64 MiB and tens of milliseconds by design, so no more run at once than there are processors.
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._free = asyncio.Semaphore(os.cpu_count() or 1)
        # Verified in place of the hash of a person who does not exist, so that the time tells nothing. No password
        # is known to match it.
        self._nobody = self._hasher.hash(os.urandom(32))

    async def hash(self, password: str) -> str:
        """Return the hash of a new password, with its parameters and salt. Raises WeakPassword."""
        if not SHORTEST <= len(password) <= LONGEST:
            raise WeakPassword(
                f"A password has {SHORTEST} to {LONGEST} characters, and this one has {len(password)}.",
                "Choose a longer one." if len(password) < SHORTEST else "Choose a shorter one.",
            )
        return await self._made(password)

    async def matches(self, password: str, kept: str | None) -> bool:
        """Whether the password is the one of the kept hash; never for None, which takes as long to find out."""
        async with self._free:
            return await asyncio.to_thread(self._verify, _octets(password[: LONGEST + 1]), kept or self._nobody)

    async def renewed(self, password: str, kept: str) -> str | None:
        """Return a new hash of the same password where the kept one has other parameters than those of today."""
        if not self._hasher.check_needs_rehash(kept):
            return None
        return await self._made(password)

    async def fingerprint(self, password: str, *, salt: str) -> bytes:
        """Return what tells a password from others where it is sent again: guessing it costs as much as of a hash."""
        async with self._free:
            return await asyncio.to_thread(
                hash_secret_raw,
                _octets(password[: LONGEST + 1]),
                salt=hashlib.sha256(salt.encode("utf-8", "surrogatepass")).digest(),
                time_cost=self._hasher.time_cost,
                memory_cost=self._hasher.memory_cost,
                parallelism=self._hasher.parallelism,
                hash_len=32,
                type=Type.ID,
            )

    async def _made(self, password: str) -> str:
        async with self._free:
            return await asyncio.to_thread(self._hasher.hash, _octets(password))

    def _verify(self, password: bytes, kept: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except VerifyMismatchError:
            return False


def _octets(password: str) -> bytes:
    """Return the octets that are hashed: one form for letters that keyboards compose differently."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
