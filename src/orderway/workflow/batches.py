"""Going through all instances of a machine beside the traffic: a batch, a rest as long as it took, and the next."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from typing import NamedTuple, Protocol
from uuid import UUID

import asyncpg

from orderway.rest import rest
from orderway.workflow.kinds import Connection
from orderway.workflow.runner import COLLISIONS, TRIES

MOVED = "UPDATE machine_migration SET moved = moved + $2 WHERE id = $1"
PATIENCE = 20
"""Rounds in a row that may bring nothing: what is left then is held by somebody who does not let go."""
PAUSE = 0.5
"""Seconds before what was held is tried again."""


class Place(NamedTuple):
    """Behind which instance the next batch begins."""

    store_id: UUID = UUID(int=0)
    id: UUID = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Remained:
    """An instance that is left where it stands: by the number of its order, and why."""

    number: str
    state: str
    why: str


@dataclass(frozen=True, slots=True)
class Batch:
    """What a batch came to: the rows that it had, how many it moved, and what it left."""

    rows: Sequence[asyncpg.Record]
    moved: int
    remained: tuple[Remained, ...] = ()

    @property
    def last(self) -> Place | None:
        """Where the next begins; None where nothing came."""
        return Place(self.rows[-1]["store_id"], self.rows[-1]["id"]) if self.rows else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How it goes: the size of a batch, the clock, what stops it, who hears of progress, and how long it rests.

    `resting` is in times of what the batch took: others have the database meanwhile.
    """

    size: int
    clock: Callable[[], datetime]
    stop: asyncio.Event
    on_moved: Callable[[int], None] = lambda _: None
    resting: float = 1.0
    pause: float = PAUSE


class Work(Protocol):
    """What is done to them, batch by batch; each is a transaction."""

    @property
    def run(self) -> UUID:
        """The run that counts it."""

    async def batch(self, connection: Connection, after: Place, pace: Pace) -> Batch:
        """Take the next ones."""

    async def left(self, connection: Connection) -> int:
        """How many are still there to be taken."""


@dataclass(slots=True)
class Outcome:
    """What it all came to: `held` are those whose orders somebody kept locked until patience ended."""

    moved: int = 0
    held: int = 0
    remained: tuple[Remained, ...] = ()
    is_stopped: bool = False


async def go_through(pool: asyncpg.Pool, work: Work, pace: Pace) -> Outcome:
    """Go round until nothing is left but what is refused. What others hold is not waited for, but tried again."""
    outcome, idle = Outcome(), 0
    while True:
        moved, remained = await _round(pool, work, pace)
        outcome.moved += moved
        outcome.remained = remained
        outcome.is_stopped = pace.stop.is_set()
        async with pool.acquire() as connection:
            outcome.held = max(0, await work.left(connection) - len(remained))
        idle = 0 if moved else idle + 1
        if outcome.is_stopped or not outcome.held or idle > PATIENCE:
            return outcome
        await rest(pace.stop, pace.pause)


async def _round(pool: asyncpg.Pool, work: Work, pace: Pace) -> tuple[int, tuple[Remained, ...]]:
    """Go through all of them once."""
    place: Place | None = Place()
    moved, remained = 0, list[Remained]()
    while place is not None and not pace.stop.is_set():
        began = perf_counter()
        done = await _one(pool, work, pace, place)
        moved, place = moved + done.moved, done.last
        remained += done.remained
        pace.on_moved(done.moved)
        if place is not None and pace.resting:
            await rest(pace.stop, (perf_counter() - began) * pace.resting)
    return moved, tuple(remained)


async def _one(pool: asyncpg.Pool, work: Work, pace: Pace, place: Place) -> Batch:
    """One batch in one transaction, begun anew where it collides."""
    for attempt in range(TRIES):
        try:
            async with pool.acquire() as connection, connection.transaction():
                done = await work.batch(connection, place, pace)
                if done.moved:
                    await connection.execute(MOVED, work.run, done.moved)
                return done
        except COLLISIONS:
            if attempt == TRIES - 1:
                raise
    raise AssertionError
