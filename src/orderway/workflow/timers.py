"""The sweeper: sends the events of timers that are due. Any number of workers may sweep at once."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Literal

import structlog
from structlog.contextvars import unbind_contextvars

from orderway.database import lost
from orderway.measures import TIMERS
from orderway.statechart import Refusal
from orderway.workflow.actor import THE_SYSTEM
from orderway.workflow.kinds import Connection, Ref, Workflow
from orderway.workflow.runner import Runner
from orderway.workflow.transaction import Transaction

LATER = timedelta(hours=1)
"""How long a timer waits that was refused, or that failed once; each time it fails again, it waits twice as long."""

LATEST = timedelta(hours=16)
"""How long a timer waits at most, however often it failed."""

LONGEST = 500
"""Characters that are kept of why a timer failed."""

Outcome = Literal["sent", "refused", "failed", "held"]

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Swept:
    """What a sweep came to: events sent, refused ones put off, failed ones put off, and those another worker held."""

    sent: int = 0
    refused: int = 0
    failed: int = 0
    held: int = 0

    def count(self, machine: str, outcome: Outcome) -> None:
        """Count what became of a timer, here and among what this process did."""
        setattr(self, outcome, getattr(self, outcome) + 1)
        TIMERS.labels(machine, outcome).inc()


@cache
def due(table: str) -> str:
    """What is due. Parameters: now, how many, the versions that are known: another release sends what others have."""
    return f"""
    SELECT store_id, id FROM {table} WHERE due_at <= $1 AND version = ANY ($3::int[]) ORDER BY due_at LIMIT $2
    """  # noqa: S608


@cache
def claim(table: str) -> str:
    """Take a due row with its order, unless another worker has it. Parameters: store, id, now.

    Both are locked, so both are read again where somebody moved them while this looked: an event that is due no longer
    is not sent.
    """
    return f"""
    SELECT i.due_event FROM sale_order o JOIN {table} i ON i.store_id = o.store_id AND i.order_id = o.id
    WHERE i.store_id = $1 AND i.id = $2 AND i.due_at <= $3
    FOR UPDATE OF o, i SKIP LOCKED
    """  # noqa: S608


@cache
def put_off(table: str) -> str:
    """Let a timer that is due wait. Parameters: store, id, now, later. One that was set anew meanwhile stays."""
    return f"UPDATE {table} SET due_at = $4 WHERE store_id = $1 AND id = $2 AND due_at <= $3"  # noqa: S608


@cache
def note_failure(table: str) -> str:
    """Keep that a timer failed, and let it wait. Parameters: store, id, now, machine, why, the first and longest wait.

    What was moved or set anew meanwhile is left alone. Gives how often it failed where the instance stands.
    """
    return f"""
    WITH noted AS (
        INSERT INTO failed_timer AS f (store_id, instance_id, order_id, machine, event, step, tries, failed_at, why)
        SELECT store_id, id, order_id, $4, due_event, step, 1, $3, $5 FROM {table}
        WHERE store_id = $1 AND id = $2 AND due_at <= $3
        ON CONFLICT (store_id, instance_id) DO UPDATE SET
            tries = CASE WHEN f.step = excluded.step THEN f.tries + 1 ELSE 1 END,
            step = excluded.step, event = excluded.event, failed_at = excluded.failed_at, why = excluded.why
        RETURNING tries
    )
    UPDATE {table} SET due_at = $3 + least($6::interval * power(2, least(tries, 20) - 1), $7::interval)
    FROM noted WHERE store_id = $1 AND id = $2 AND due_at <= $3
    RETURNING tries
    """  # noqa: S608


@cache
def failed(table: str) -> str:
    return f"""
    SELECT f.machine, f.event, f.tries, f.failed_at, f.why, i.due_at, o.number
    FROM failed_timer f
    JOIN {table} i ON i.store_id = f.store_id AND i.id = f.instance_id AND i.step = f.step
    JOIN sale_order o ON o.store_id = f.store_id AND o.id = f.order_id
    WHERE f.machine = $1
    ORDER BY f.failed_at, f.instance_id
    """  # noqa: S608


@dataclass(frozen=True, slots=True)
class FailedTimer:
    """A timer that failed and was not sent since; `number` is its order's, `due_at` when it is tried again."""

    machine: str
    event: str
    tries: int
    failed_at: datetime
    why: str
    due_at: datetime
    number: str


async def list_failed(connection: Connection, workflow: Workflow) -> list[FailedTimer]:
    """Return the timers that fail, of every machine, those first that failed first."""
    return [
        FailedTimer(**row)
        for kind in workflow.kinds.values()
        for row in await connection.fetch(failed(kind.table.name), kind.name)
    ]


async def sweep(
    runner: Runner,
    *,
    machines: Collection[str] = (),
    batch: int = 50,
    on_sent: Callable[[int], None] = lambda _: None,
) -> Swept:
    """Send what is due, `batch` rows at a look, until a look brings nothing that this worker can take.

    `machines` names those whose timers are swept; without any, all are. Each row is a transaction of its own: one
    that is refused or fails is put off and stops no other.
    """
    swept = Swept()
    for kind in map(runner.workflow.kind, machines or runner.workflow.kinds):
        while True:
            rows = await runner.pool.fetch(due(kind.table.name), runner.clock(), batch, list(kind.charts))
            held = swept.held
            for row in rows:
                await fire(runner, Ref(kind.name, row["store_id"], row["id"]), swept)
            on_sent(swept.sent)
            if swept.held - held == len(rows):
                break
    return swept


async def fire(runner: Runner, ref: Ref, swept: Swept) -> None:
    """Send one due event, or put it off."""
    kind = runner.workflow.kind(ref.machine)

    async def work(tx: Transaction) -> Outcome:
        event_name = await tx.connection.fetchval(claim(kind.table.name), ref.store_id, ref.id, tx.now)
        if event_name is None:
            return "held"
        instance = await tx.load(ref)
        event = kind.codecs[instance.version].event(event_name, "{}")
        if isinstance(await tx.offer(ref, event), Refusal):
            await tx.connection.execute(put_off(kind.table.name), ref.store_id, ref.id, tx.now, tx.now + LATER)
            return "refused"
        return "sent"

    try:
        swept.count(ref.machine, await runner.run(work, actor=THE_SYSTEM))
    except Exception as error:
        if lost(error):
            raise
        swept.count(ref.machine, "failed")
        why = (str(error).split("\n")[0].replace("\0", "") or type(error).__name__)[:LONGEST]
        tries = await runner.pool.fetchval(
            note_failure(kind.table.name), ref.store_id, ref.id, runner.clock(), ref.machine, why, LATER, LATEST
        )
        log.exception("A timer failed; it waits.", machine=ref.machine, instance=str(ref.id), tries=tries)
    finally:
        unbind_contextvars("order_id")  # what follows is about another
