"""Carrying events out of the house: each order in its order, many orders at the same time, under a lease.

A worker takes up orders, brings their events without holding a transaction, and notes how far it came. One that dies
in between has brought some that are not noted: they are brought again, and whoever gets them knows them by their id.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import structlog

from orderway.measures import DELIVERIES
from orderway.outbound.delivery import Delivered
from orderway.outbound.event import Event
from orderway.outbound.feed import feed
from orderway.outbound.progress import LEASE, Outcome, Parcel, Patience, claim, delivered, note_away, refused, settle
from orderway.outbound.watching import bring_watched, kind_of
from orderway.workflow.kinds import Connection
from orderway.workflow.runner import Runner

LONGEST = LEASE / 3
"""How long one event may take: longer than any courier waits for an answer, so that it says itself what did not come.

Nothing of an order is begun after half of its lease.
"""

LOOK = 0.25
"""Seconds after which it is looked for more, while what is on its way takes long."""

TOGETHER = 0.01
"""Seconds in which what arrives is settled at once, and as much is taken up instead."""

log = structlog.get_logger(__name__)


class NotTaken(Exception):
    """An event did not arrive, as happens; the sentence says why. Whatever else a courier raises is a fault."""


class Away(Exception):
    """The whole place takes nothing now; the sentence says why. No event is to blame: all wait, and no try counts."""


class Courier(Protocol):
    """Who brings events to one place outside of the house."""

    @property
    def name(self) -> str:
        """What its progress is kept under: "broker", "webhook:<id of the subscription>"."""

    @property
    def at_once(self) -> int:
        """How many orders it brings something of at the same time."""

    async def bring(self, event: Event, /) -> None:
        """Bring one event, within much less than a lease. Whatever it raises, the event has not arrived."""


async def carry(runner: Runner, courier: Courier) -> Delivered:
    """Bring whatever came to light, until nothing is left that this worker can take up, or the place is away.

    Who is cancelled lets arrive what is on its way. Raises what the database raises where it goes away.
    """
    carrying = Carrying(runner, courier)
    try:
        while await carrying.go_on():
            await carrying.wait()
    finally:
        await carrying.end()
    if carrying.away:
        carrying.total.is_away = True
        await tell_away(runner, courier.name, carrying.away)
    return carrying.total


async def tell_away(runner: Runner, sink: str, away: Away) -> None:
    """Let an operator see that a whole place takes nothing: one line, until it is another sentence."""
    async with runner.pool.acquire() as connection:
        if await note_away(connection, sink, str(away), now=runner.clock()):
            log.warning("Nothing can be delivered there; everything waits.", sink=sink, why=str(away))


@dataclass(slots=True)
class Carrying:
    """What is on its way to one place: as soon as an order has arrived, another is taken up in its stead."""

    runner: Runner
    courier: Courier
    total: Delivered = field(default_factory=Delivered)
    under_way: set[asyncio.Task[Outcome]] = field(default_factory=set)
    enough: asyncio.Event = field(default_factory=asyncio.Event)
    away: Away | None = None
    has_plenty: bool = False

    async def go_on(self) -> bool:
        """Settle what arrived and take up as much instead; False where nothing is left to be done."""
        async with self.runner.pool.acquire() as connection:
            await self.settle(connection)
            if self.enough.is_set():
                return bool(self.under_way)
            now, flags = self.runner.clock(), self.runner.workflow.flags
            # As long as there is enough to take up, nobody asks for more.
            had_plenty = self.has_plenty
            noted = 0 if had_plenty else await feed(connection, self.courier.name, now=now, flags=flags)
            room = self.courier.at_once - len(self.under_way)
            parcels = await claim(connection, self.courier.name, now=now, limit=room) if room else []
        self.has_plenty = len(parcels) == room
        self.under_way |= {asyncio.create_task(self.carry_one(each, until=now + LEASE / 2)) for each in parcels}
        return bool(noted or self.under_way or had_plenty)

    async def wait(self) -> None:
        """Wait until something has arrived, and then a little for what comes together with it."""
        if self.under_way:
            await asyncio.wait(self.under_way, timeout=LOOK, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait(self.under_way, timeout=TOGETHER)

    async def end(self) -> None:
        """Begin nothing more, let arrive what is on its way, and settle."""
        self.enough.set()
        if self.under_way:
            await asyncio.wait(self.under_way)
            async with self.runner.pool.acquire() as connection:
                await self.settle(connection)

    async def settle(self, connection: Connection) -> None:
        arrived = {task for task in self.under_way if task.done()}
        if arrived:
            outcomes = [task.result() for task in arrived]
            if await settle(connection, self.courier.name, outcomes, now=self.runner.clock()):
                log.info("What waited is delivered there again.", sink=self.courier.name)
        self.under_way -= arrived  # where the connection broke, it is settled by another at the end

    async def carry_one(self, parcel: Parcel, *, until: datetime) -> Outcome:
        """Bring the events of an order, one after the other, until one fails or it is time to leave off."""
        for count, event in enumerate(parcel.events):
            if self.enough.is_set() or self.runner.clock() > until:
                return delivered(parcel, count)
            try:
                async with asyncio.timeout(LONGEST.total_seconds()):
                    await bring_watched(self.courier.bring, event, sink=self.courier.name, clock=self.runner.clock)
            except Away as away:
                DELIVERIES.labels(kind_of(self.courier.name), "away").inc()
                self.away = away
                self.enough.set()
                return delivered(parcel, count)
            except Exception as error:  # noqa: BLE001  (whatever it is, the event has not arrived)
                patience = Patience.of(self.runner.workflow.settings)
                outcome = refused(parcel, count, error, patience=patience, now=self.runner.clock())
                tell_of(self.courier.name, event, outcome=outcome, error=error)
                self.total.failed += 1
                return outcome
        self.total.delivered += 1
        return delivered(parcel, len(parcel.events))


def tell_of(sink: str, event: Event, *, outcome: Outcome, error: Exception) -> None:
    """Let an operator see what failed: one line."""
    said = {"number": event.number, "type": event.type}
    is_fault = not isinstance(error, NotTaken)
    became = "broke" if is_fault else "given_up" if outcome.dead_at else "refused"
    DELIVERIES.labels(kind_of(sink), became).inc()
    if outcome.dead_at:
        log.error("An event was given up: its order waits for a person.", **said, tries=outcome.tries, why=outcome.why)
    else:
        log.warning("An event did not arrive; its order waits.", **said, tries=outcome.tries, why=outcome.why)
    if is_fault:
        log.error("A courier broke.", **said, exc_info=error)
