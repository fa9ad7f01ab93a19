"""A pool of connections that times how long one is waited for."""

from __future__ import annotations

import asyncpg
from asyncpg.pool import PoolAcquireContext, PoolConnectionProxy

from orderway.measures import WAITING


class Taking(PoolAcquireContext):
    """A connection for the length of a block."""

    async def __aenter__(self) -> PoolConnectionProxy:
        with WAITING.time():
            return await super().__aenter__()


class Pool(asyncpg.Pool):
    """asyncpg's own, and its figures."""

    def acquire(self, *, timeout: float | None = None) -> Taking:
        """As asyncpg's."""
        return Taking(self, timeout)
