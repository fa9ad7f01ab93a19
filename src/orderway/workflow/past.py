"""Where things stood at a moment that is past: replayed from the log up to then."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

import asyncpg

from orderway.statechart import Refusal, Snapshot
from orderway.workflow.again import Again
from orderway.workflow.chain import Entry
from orderway.workflow.kinds import Connection, Workflow
from orderway.workflow.replay import COLUMNS
from orderway.workflow.versions import BETWEEN_VERSIONS

# Who waited for the lock may move at an older time than whom they waited for: what follows a later step is later too.
UNTIL = f"""
SELECT {COLUMNS} FROM transition_log l WHERE store_id = $1 AND instance_id = ANY ($2::uuid[]) AND at <= $3
AND NOT EXISTS (SELECT FROM transition_log e
    WHERE e.store_id = l.store_id AND e.instance_id = l.instance_id AND e.step < l.step AND e.at > $3)
ORDER BY instance_id, step
"""  # noqa: S608  (the columns are the entry's own)


@dataclass(frozen=True, slots=True)
class Stood:
    """An instance as it stood: since when, and the facts that its last decision had looked at."""

    machine: str
    id: UUID
    version: int
    step: int
    snapshot: Snapshot
    born_at: datetime
    since: datetime
    facts: Any


async def where_stood(
    connection: Connection, workflow: Workflow, *, store_id: UUID, instances: Collection[UUID], at: datetime
) -> list[Stood]:
    """Return those of the instances that were born by then, oldest first. One statement.

    Raises RuntimeError where the log does not replay: `orderway verify` tells what is wrong with it.
    """
    rows = await connection.fetch(UNTIL, store_id, list(instances), at)
    stood = [_replayed(workflow, group) for _, group in groupby(rows, key=lambda row: row["instance_id"])]
    return sorted(stood, key=lambda each: (each.born_at, each.id))


def _replayed(workflow: Workflow, rows: Iterable[asyncpg.Record]) -> Stood:
    entries = [Entry(*row) for row in rows]
    born = moved = entries[0]
    again = Again(workflow.kind(born.machine), born.version)
    facts = None
    for entry in entries:
        if entry.event in BETWEEN_VERSIONS:
            again.settle(entry, again.cross(entry))
            continue
        moved, facts = entry, again.codec.facts.decode(entry.facts)
        after = again.decide(entry, facts)
        if isinstance(after, Refusal):
            raise RuntimeError(  # noqa: TRY004  (a refusal is an answer, and here a wrong one)
                f"{born.machine} {born.instance_id} does not replay at step {entry.step}."
            )
        again.settle(entry, after)
    if again.snapshot is None:
        raise AssertionError
    return Stood(
        born.machine, born.instance_id, again.version, entries[-1].step, again.snapshot,
        born_at=born.at, since=moved.at, facts=facts,
    )  # fmt: skip
