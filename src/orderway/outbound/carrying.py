"""Carrying events out of the house: each order in its order, many orders at the same time, under a lease.

A worker takes up orders, brings their events without holding a transaction, and notes how far it came. One that dies
in between has brought some that are not noted: they are brought again, and whoever gets them knows them by their id.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

import structlog

from orderway.ids import new_id
from orderway.outbound.delivery import Delivered
from orderway.outbound.event import Event
from orderway.outbound.feed import feed
from orderway.outbound.progress import LEASE, Outcome, Parcel, Patience, claim, delivered, refused, settle
from orderway.workflow.runner import Runner

log = structlog.get_logger(__name__)


class NotTaken(Exception):
    """An event did not arrive, as happens; the sentence says why. Whatever else a courier raises is a fault."""


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


@dataclass(frozen=True, slots=True)
class Until:
    """When to begin nothing more: at a time, or as soon as it is said to be enough."""

    time: datetime
    enough: asyncio.Event


async def carry(runner: Runner, courier: Courier) -> Delivered:
    """Bring whatever came to light, until nothing is left that this worker can take up.

    Raises what the database raises where it goes away.
    """
    total = Delivered()
    while True:
        async with runner.pool.acquire() as connection:
            noted = await feed(connection, courier.name, now=runner.clock())
        brought = await carry_some(runner, courier)
        total.delivered += sum(each.why is None for each in brought)
        total.failed += sum(each.why is not None for each in brought)
        if not noted and not brought:
            return total


async def carry_some(runner: Runner, courier: Courier) -> Sequence[Outcome]:
    """Take some orders up, bring what is due of them, and settle; who is cancelled lets arrive what is on its way."""
    token, taken_at = new_id(), runner.clock()
    async with runner.pool.acquire() as connection:
        parcels = await claim(connection, courier.name, token=token, now=taken_at, limit=courier.at_once)
    if not parcels:
        return ()
    enough = asyncio.Event()
    until = Until(taken_at + LEASE / 2, enough)
    work = asyncio.gather(*(carry_one(runner, courier, each, until) for each in parcels))
    try:
        outcomes = await asyncio.shield(work)
    except asyncio.CancelledError:
        enough.set()
        await note(runner, courier, await work, token=token)
        raise
    await note(runner, courier, outcomes, token=token)
    return outcomes


async def note(runner: Runner, courier: Courier, outcomes: Sequence[Outcome], *, token: UUID) -> None:
    async with runner.pool.acquire() as connection:
        await settle(connection, courier.name, outcomes, token=token, now=runner.clock())


async def carry_one(runner: Runner, courier: Courier, parcel: Parcel, until: Until) -> Outcome:
    """Bring the events of an order, one after the other, until one fails or it is time to leave off."""
    for count, event in enumerate(parcel.events):
        if until.enough.is_set() or runner.clock() > until.time:
            return delivered(parcel, count)
        try:
            await courier.bring(event)
        except Exception as error:  # noqa: BLE001  (whatever it is, the event has not arrived)
            patience = Patience.of(runner.workflow.settings)
            outcome = refused(parcel, count, error, patience=patience, now=runner.clock())
            tell_of(courier.name, event, outcome, error)
            return outcome
    return delivered(parcel, len(parcel.events))


def tell_of(sink: str, event: Event, outcome: Outcome, error: Exception) -> None:
    """Let an operator see what failed: one line."""
    said = {"sink": sink, "order": str(event.order_id), "number": event.number, "event_id": str(event.id)}
    if outcome.dead_at:
        log.error("An event was given up: its order waits for a person.", **said, tries=outcome.tries, why=outcome.why)
    else:
        log.warning("An event did not arrive; its order waits.", **said, tries=outcome.tries, why=outcome.why)
    if not isinstance(error, NotTaken):
        log.error("A courier broke.", **said, exc_info=error)
