"""Follows the predecessor's database: look after look, what changed there goes its road here, and is judged."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import monotonic
from typing import Final

import typer

from orderway.ids import new_id
from orderway.legacy.crew import Came, Crew
from orderway.legacy.predecessor.bring import Import
from orderway.legacy.predecessor.circumstances import Circumstances
from orderway.legacy.predecessor.departed import read_departed
from orderway.legacy.predecessor.facts import Order
from orderway.legacy.predecessor.ground import lay
from orderway.legacy.predecessor.ledger import Run, fingerprint, written
from orderway.legacy.predecessor.plan import buyer_of
from orderway.legacy.predecessor.read import orders
from orderway.legacy.predecessor.readback import read_titles
from orderway.legacy.predecessor.source import LegacyUnavailable, Source
from orderway.legacy.shadow.changes import changes, horizon_of
from orderway.legacy.shadow.judging import Judge
from orderway.legacy.shadow.places import Place, begin_place, move_place, note_trouble
from orderway.legacy.shadow.strangers import strangers
from orderway.legacy.turn import printable
from orderway.workflow.errors import Refused
from orderway.workflow.kinds import Connection

BUSY: Final = 0.1
"""Seconds between looks while something changes."""
IDLE: Final = 1.0
"""Seconds between looks while nothing does."""
SHARE: Final = 2.0
"""A pause is so many times as long as it took to find what changed: a large database has more to do than be asked."""
AWAY: Final = 5.0
"""Seconds until a database that does not answer is asked again."""
SWEEP: Final = 2.0
"""Seconds between slices of the sweep."""
SLICE: Final = 50
"""So many orders are read anew in each, whatever changed: deleted rows leave nothing else to be found by."""

NEXT: Final = "SELECT theirs FROM legacy_order WHERE theirs > $1 ORDER BY theirs LIMIT $2"


@dataclass(slots=True, kw_only=True)
class Shadow:
    """A shadow under way. `connection` holds the turn, and `bringing` has all that one order needs for its road.

    `around` tells the circumstances of the moment that the source shows, `known` the fingerprints of what has gone its
    road, `failed` of what could not, `guarded` which of these a guard of ours refused. `swept_at` is when the last
    slice of the sweep was read, `asked_for` how long it took to find what changed.
    """

    source: Source
    connection: Connection
    bringing: Import
    around: Callable[[], Awaitable[Circumstances]]
    clock: Callable[[], datetime]
    name: str
    place: Place | None
    known: dict[str, bytes]
    failed: dict[str, bytes] = field(default_factory=dict)
    guarded: set[str] = field(default_factory=set)
    strange: set[str] = field(default_factory=set)
    swept_at: float = field(default_factory=monotonic)
    asked_for: float = 0.0
    followed: int = 0

    @property
    def stop(self) -> asyncio.Event:
        return self.bringing.stop

    @property
    def judge(self) -> Judge:
        return Judge(connection=self.connection, flags=self.bringing.runner.workflow.flags, at=self.clock())

    async def follow(self) -> None:
        """Look on until it is stopped; a source that is away is waited for."""
        while not self.stop.is_set():
            try:
                followed = await self.look()
                pause = max(BUSY if followed else IDLE, SHARE * self.asked_for)
            except LegacyUnavailable as away:
                typer.echo(f"! {away}", err=True)
                await note_trouble(self.connection, away.message)
                pause = AWAY
            with suppress(TimeoutError):
                await asyncio.wait_for(self.stop.wait(), pause)

    async def look(self) -> int:
        """Follow what changed since the last look, and go on to the next place; gives how many orders changed.

        One that is stopped in the middle is done again by the next start.
        """
        seen_until, began, self.followed = self.clock(), monotonic(), 0
        await self.source.renew()
        before, found = self.place, await changes(self.source, self.place.horizon) if self.place else None
        self.asked_for = monotonic() - began
        horizon = found.horizon if found else await horizon_of(self.source)
        self.bringing = replace(
            self.bringing, run=Run(id=new_id(), at=seen_until), around=await self.around(), known=self.known
        )
        if found is None:
            await self.take(orders(self.source))
        elif found.ids:
            await self.take(orders(self.source, ids=found.ids))
        swept = await self.sweep() if found else ""
        if self.stop.is_set():
            return self.followed
        place, now = Place(horizon, seen_until, swept), self.clock()
        if before is None or found is None:
            await begin_place(self.connection, self.name, place)
        waited = (now - (before or place).seen_until).total_seconds()
        await move_place(self.connection, place, followed=self.followed, now=now, waited=waited)
        self.place = place
        return self.followed

    async def sweep(self) -> str:
        """Read the next slice of all orders anew, when it is time; gives up to which order all were."""
        at = self.place.swept if self.place else ""
        if monotonic() - self.swept_at < SWEEP:
            return at
        self.swept_at = monotonic()
        ids: list[str] = [row["theirs"] for row in await self.connection.fetch(NEXT, at, SLICE)]
        if not ids:
            return ""
        there = await self.take(orders(self.source, ids=ids))
        if self.stop.is_set():  # what was not read any more is not gone
            return at
        if gone := sorted(set(ids) - there):
            await self.judge.judge_vanished(gone)
        return ids[-1]

    async def take(self, batches: AsyncIterator[Sequence[Order]]) -> set[str]:
        """Let orders go their road, and judge each; gives which there are."""
        taken: set[str] = set()
        async for batch in batches:
            if self.stop.is_set():
                break
            await self.lay(batch)
            crew: Crew[Order] = Crew(
                pool=None,
                bring=self.bring,
                lane=lambda order: buyer_of(order) or order.id,
                name=lambda order: order.id,
                stop=self.stop,
                on_order=lambda: None,
            )
            for failure in (await crew.bring_all(once(batch))).failures:
                typer.echo(printable(f"! Order {failure.order_id} did not go on. {failure.reason}"), err=True)
            await self.judge.judge(batch, guarded=self.guarded)
            taken |= {each.id for each in batch}
        return taken

    async def lay(self, batch: Sequence[Order]) -> None:
        """Lay what orders stand on that are new there; what can not be laid is tried once."""
        found = {each for order in batch for each in strangers(order, self.bringing.ground)} - self.strange
        if found:
            at, workflow = self.bringing.run.at, self.bringing.runner.workflow
            ground = await lay(self.source, self.connection, at=at, workflow=workflow)
            self.bringing = replace(self.bringing, ground=ground, titles=await read_titles(self.connection))
            self.strange |= found

    async def bring(self, order: Order) -> Came:
        """Let one order go its road, if anything of it changed."""
        mark = fingerprint(written(order))
        if self.known.get(order.id) == mark:
            return "met"
        if self.failed.get(order.id) != mark:
            self.followed += 1
        self.guarded.discard(order.id)
        try:
            came = await self.bringing.bring_one(order)
        except Exception as error:
            self.known.pop(order.id, None)
            self.failed[order.id] = mark
            if isinstance(error, Refused) and error.refusal.reasons:
                self.guarded.add(order.id)
            raise
        self.known[order.id] = mark
        self.failed.pop(order.id, None)
        if came == "met":
            await self.tell(order.id)
        return came

    async def tell(self, theirs: str) -> None:
        """Say of an order that was archived here that what changed of it there is not followed."""
        async with self.bringing.runner.pool.acquire() as connection:
            if said := (await read_departed(connection, theirs)).get(theirs):
                typer.echo(f"! {said}", err=True)


async def once(batch: Sequence[Order]) -> AsyncIterator[Sequence[Order]]:
    yield batch
