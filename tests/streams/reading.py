"""Reading what happens to all orders without a server: as somebody, from a place on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
from tests.graphql.office import LAGOS, Api

from orderway.app import make_workflow
from orderway.order.filters import EVERYTHING
from orderway.people.viewer import Viewer, find_viewer
from orderway.quotation.events import ExtendValidity
from orderway.settings import Settings
from orderway.streams.changes import Change, changes_since
from orderway.streams.feed import Feed
from orderway.streams.place import Place
from orderway.workflow.actor import Actor
from orderway.workflow.kinds import Connection, Ref
from orderway.workflow.transaction import Transaction

WORKFLOW = make_workflow(Settings({}))
Told = tuple[UUID, int]
"""An event: its order and its number."""


@dataclass
class Reader:
    """Somebody who reads, and the place where they are."""

    pool: asyncpg.Pool
    viewer: Viewer
    place: Place

    async def events(self) -> list[Change]:
        """Everything since the last time."""
        found: list[Change] = []
        async with self.pool.acquire() as connection:
            while True:
                news = await changes_since(connection, WORKFLOW, self.viewer, place=self.place, filters=EVERYTHING)
                self.place = news.read_to
                found += news.changes
                if not news.changes:
                    return found

    async def read(self) -> list[Told]:
        """The same, as orders and numbers."""
        return [(each.order_id, each.entry.what.number) for each in await self.events()]


async def reader(api: Api, who: str) -> Reader:
    """Somebody who reads from now on."""
    async with api.office.pool.acquire() as connection:
        viewer = await find_viewer(connection, api.office.ids[who])
    assert viewer is not None
    return Reader(api.office.pool, viewer, await Feed(api.office.pool).here())


@dataclass
class Slow:
    """A transaction that began, and takes its time."""

    connection: Connection
    transaction: asyncpg.transaction.Transaction

    async def extend(self, quotation: str) -> None:
        """Move a quotation; nobody sees it before the end."""
        actor = Actor("person:0198a000-0000-7000-8000-00000000ffff", frozenset({ExtendValidity.words.permission}))  # type: ignore[attr-defined]  # set by the decorator
        tx = Transaction(self.connection, WORKFLOW, actor=actor, now=datetime.now(UTC), request_id=None)
        await tx.send(Ref("quotation", LAGOS, UUID(quotation)), ExtendValidity(days=1))
        await tx.settle()

    async def commit(self) -> None:
        await self.transaction.commit()


@asynccontextmanager
async def begun(pool: asyncpg.Pool) -> AsyncIterator[Slow]:
    """A transaction that has its number already, before anything else happens."""
    async with pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute("SELECT pg_current_xact_id()")
        yield Slow(connection, transaction)
