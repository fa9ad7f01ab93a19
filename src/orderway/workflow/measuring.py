"""What the door counts and times: locks, moves once they are committed, refusals, and what was begun anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from logging import DEBUG
from time import perf_counter
from uuid import UUID

import asyncpg
import structlog

from orderway.measures import DWELL, LOCKING, REFUSALS, RETRIES, TRANSITIONS
from orderway.statechart import Reason, Refusal
from orderway.tracing import note
from orderway.workflow.kinds import Moved
from orderway.workflow.statements import Intent

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Passed:
    """A move of a transaction, the event that tells the world of it, and how long it stood before; None at birth."""

    moved: Moved
    event_id: UUID
    stood: timedelta | None


transitions, dwell = cache(TRANSITIONS.labels), cache(DWELL.labels)
"""To find a figure by its labels takes longer than to count."""


def count_lock(intent: Intent, *, began: float) -> None:
    """Count how long it took to have an order's lock; who only looks takes none."""
    if intent != "look":
        LOCKING.observe(perf_counter() - began)


def count_moves(passed: Sequence[Passed]) -> None:
    """Count what was committed. Who reads the log in detail reads each move in it."""
    for each in passed:
        moved = each.moved
        transitions(moved.ref.machine, moved.event).inc()
        if each.stood is not None and moved.from_state != moved.to_state:
            stood = max(each.stood.total_seconds(), 0.0)  # what is imported may have happened in another order
            dwell(moved.ref.machine, moved.from_state).observe(stood)
        note("moved", machine=moved.ref.machine, move=moved.event, order_id=moved.order_id, step=moved.step)
        # A program that has said nothing of its log is not to be flooded.
        if structlog.is_configured() and log.is_enabled_for(DEBUG):
            log.debug(
                "An instance was moved.", machine=moved.ref.machine, move=moved.event, step=moved.step,
                state=moved.to_state, order_id=str(moved.order_id), event_id=str(each.event_id),
            )  # fmt: skip


def count_refusal(refusal: Refusal) -> None:
    """Count each guard that said no; where no row takes the event it is the state that does."""
    for guard in {guard for reason in refusal.reasons for guard in guards(reason)} or {"state"}:
        REFUSALS.labels(refusal.chart, guard).inc()


def guards(reason: Reason) -> Iterator[str]:
    """The names of the functions that said no; what is put together of them has none of its own."""
    if not reason.parts:
        yield reason.guard
    for part in reason.parts:
        yield from guards(part)


def count_retry(error: asyncpg.PostgresError) -> None:
    """Count a transaction that is begun anew."""
    RETRIES.labels("deadlock" if isinstance(error, asyncpg.DeadlockDetectedError) else "serialization").inc()
