"""A run of which nothing stays: one transaction on one connection, undone when it is over."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import cast

import asyncpg

from orderway.workflow.kinds import Connection


@dataclass(frozen=True, slots=True)
class Only:
    """The one connection, for whoever expects to take one of several: what is a transaction there is a part of it."""

    connection: Connection

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator[Connection]:
        yield self.connection


@asynccontextmanager
async def rehearsing(connection: Connection) -> AsyncIterator[asyncpg.Pool]:
    """As long as it lasts, whatever is done on the connection, or through the pool that this gives, is undone."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        yield cast("asyncpg.Pool", Only(connection))
    finally:
        await transaction.rollback()
