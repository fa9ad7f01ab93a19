"""Who waits for news in this process: one connection listens for all of them, and wakes those whom it may concern."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from typing import TypeVar
from uuid import UUID

import asyncpg

from orderway.listening import Listener, listen, meanwhile
from orderway.rest import rest
from orderway.streams.announcer import CHANNEL
from orderway.streams.place import Place
from orderway.streams.snapshot import Snapshot, read_snapshot

POLL = 1.0
"""Seconds until the tables are looked at though nobody told of news: a net under what is told."""

PATIENCE = 10.0
"""Seconds that the database is given to answer."""

MANY = 1000
"""Orders of one look; where more have news everybody is woken."""

MOVED = """
    SELECT s.now::text AS now, e.* FROM (SELECT pg_current_snapshot() AS now) s
    LEFT JOIN LATERAL (
        SELECT b.order_id, b.store_id, o.customer_id, o.biller_id,
            bool_or(b.type LIKE ANY ('{order.fulfillment.%,order.rider\\_interest.%}')) AS brought,
            max(b.number) AS number, bool_and(b.type = 'order.comment.noted') AS noted
        FROM outbox b JOIN sale_order o ON o.store_id = b.store_id AND o.id = b.order_id
        WHERE b.xid >= pg_snapshot_xmin($1::text::pg_snapshot)
            AND NOT pg_visible_in_snapshot(b.xid, $1::text::pg_snapshot) AND b.xid < pg_snapshot_xmax(s.now)
        GROUP BY b.order_id, b.store_id, o.customer_id, o.biller_id
        LIMIT $2
    ) e ON true
"""
HERE = "SELECT system_identifier, pg_current_snapshot()::text AS now FROM pg_control_system()"
TOLD = "SELECT person_id, last FROM notification_count WHERE person_id = ANY ($1::uuid[])"


@dataclass(frozen=True, slots=True)
class Moved:
    """An order with news, and whom it concerns; `brought` where it is about how it is brought, `noted` where the
    seller's people alone said something among themselves.

    `number` is that of its newest event.
    """

    order: UUID
    store: UUID
    buyer: UUID
    biller: UUID | None
    brought: bool
    number: int = 0
    noted: bool = False

    def and_before(self, before: Moved | None) -> Moved:
        """The news of both, where there was some before."""
        if before is None:
            return self
        return replace(self, brought=self.brought or before.brought, noted=self.noted and before.noted)


@dataclass(eq=False, slots=True)
class Waiter:
    """Somebody who waits: for news of orders that `concerns` says yes to, or for what is told to `person`."""

    concerns: Callable[[Moved], bool] | None = None
    person: UUID | None = None
    told: int = 0
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, moved: Sequence[Moved] | None) -> None:
        """Take what moved; None where it was more than one look tells of, or where nobody looked for a while."""
        if moved is None or (self.concerns and any(map(self.concerns, moved))):
            self.news.set()

    async def wait(self, seconds: float) -> None:
        """Wait for news, so many seconds at most."""
        await rest(self.news, seconds)
        self.news.clear()


SomeWaiter = TypeVar("SomeWaiter", bound=Waiter)


class Feed:
    """The news of this process. What it wakes reads the tables itself: nothing is kept here, so nothing can be lost."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._waiting: set[Waiter] = set()
        self._seen: Snapshot | None = None
        self.ended = False

    @contextmanager
    def waiting(
        self, *, concerns: Callable[[Moved], bool] | None = None, person: UUID | None = None
    ) -> Iterator[Waiter]:
        """Be woken as long as it lasts."""
        with self.joined(Waiter(concerns, person)) as waiter:
            yield waiter

    @contextmanager
    def joined(self, waiter: SomeWaiter) -> Iterator[SomeWaiter]:
        """The same for a waiter of one's own."""
        self._waiting.add(waiter)
        try:
            yield waiter
        finally:
            self._waiting.discard(waiter)

    def end(self) -> None:
        """Let everyone who waits see that nothing more will come from this process."""
        self.ended = True
        for waiter in self._waiting:
            waiter.news.set()

    async def here(self) -> Place:
        """The place behind everything that has happened."""
        ((database, now),) = await self._pool.fetch(HERE)
        return Place(database, read_snapshot(now))

    @asynccontextmanager
    async def following(self, url: str) -> AsyncIterator[Feed]:
        """Listen as long as it lasts; a database that is away is waited for."""
        async with meanwhile(listen(Listener("news", CHANNEL, self._look, poll=POLL), url)):
            yield self

    async def _look(self, connection: asyncpg.Connection) -> None:
        """Wake those for whom there is news. Nothing is asked where nobody waits."""
        await self._look_at_orders(connection)
        await self._look_at_people(connection)

    async def _look_at_orders(self, connection: asyncpg.Connection) -> None:
        waiting = [each for each in self._waiting if each.concerns]
        if not waiting:
            self._seen = None
            return
        seen = self._seen
        if seen is None:
            self._seen = read_snapshot(
                await connection.fetchval("SELECT pg_current_snapshot()::text", timeout=PATIENCE)
            )
            for waiter in waiting:
                waiter.hear(None)
            return
        rows = await connection.fetch(MOVED, str(seen), MANY, timeout=PATIENCE)
        self._seen = read_snapshot(rows[0]["now"])
        moved = [Moved(*row[1:]) for row in rows if row["order_id"]]
        for waiter in waiting:
            waiter.hear(None if len(moved) == MANY else moved)

    async def _look_at_people(self, connection: asyncpg.Connection) -> None:
        waiting = [each for each in self._waiting if each.person]
        if not waiting:
            return
        rows = await connection.fetch(TOLD, {each.person for each in waiting}, timeout=PATIENCE)
        last: dict[UUID | None, int] = {row["person_id"]: row["last"] for row in rows}
        for waiter in waiting:
            told = last.get(waiter.person, 0)
            if told != waiter.told:
                waiter.told = told
                waiter.news.set()
