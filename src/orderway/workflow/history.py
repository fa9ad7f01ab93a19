"""What happened to an order, newest first, in the words of its machines: read from the log, one page at a time."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from orderway.statechart import Chart
from orderway.workflow.kinds import Connection, Workflow

PAGE = 50

# An order's outbox counts everything that happened to it, in the order in which it was written: that is the key of
# the pages. A row of the log is told at once; what is told besides names the same step later.
HAPPENED = """
    SELECT b.number, l.machine, l.instance_id, l.step, l.version, l.event, l.from_state, l.to_state, l.actor,
        l.on_behalf_of, l.reason, l.at
    FROM outbox b
    JOIN transition_log l ON l.store_id = b.store_id AND l.instance_id = b.instance_id AND l.step = b.step
    WHERE b.store_id = $1 AND b.order_id = $2 AND b.instance_id = ANY ($3::uuid[])
        AND ($4::int IS NULL OR b.number < $4)
        AND NOT EXISTS (
            SELECT FROM outbox e
            WHERE e.store_id = b.store_id AND e.instance_id = b.instance_id AND e.step = b.step
                AND e.number < b.number)
    ORDER BY b.number DESC LIMIT $5
"""


@dataclass(frozen=True, slots=True)
class Happening:
    """One row of the log in words. `number` rises with everything that happens to the order, and names the page after.

    `phrase` continues the name of who did it ("cancelled the sale"). `actor` and `on_behalf_of` are as the log keeps
    them: "person:<uuid>", "system" or "import:<source>".
    """

    number: int
    machine: str
    instance_id: UUID
    step: int
    event: str
    phrase: str
    from_state: str | None
    from_label: str | None
    to_state: str
    to_label: str
    tone: str
    actor: str
    on_behalf_of: str | None
    reason: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Happenings:
    """A page of the history; `older` is what to ask for the page after it, None where it is the last."""

    items: tuple[Happening, ...]
    older: int | None


async def happenings(
    connection: Connection,
    workflow: Workflow,
    *,
    store_id: UUID,
    order_id: UUID,
    instances: Collection[UUID],
    before: int | None = None,
    limit: int = PAGE,
) -> Happenings:
    """Return what happened to these instances of an order, newest first: at most `limit` rows numbered below `before`.

    Who may see which instance is for the caller to know.
    """
    rows = await connection.fetch(HAPPENED, store_id, order_id, list(instances), before, limit + 1)
    items = tuple(_in_words(workflow, row) for row in rows[:limit])
    return Happenings(items, items[-1].number if len(rows) > limit else None)


def _in_words(workflow: Workflow, row: asyncpg.Record) -> Happening:
    chart = workflow.kind(row["machine"]).charts[row["version"]]
    to_node = chart.node(row["to_state"])
    return Happening(
        number=row["number"],
        machine=row["machine"],
        instance_id=row["instance_id"],
        step=row["step"],
        event=row["event"],
        phrase=_phrase(chart, row),
        from_state=row["from_state"],
        from_label=chart.node(row["from_state"]).label if row["from_state"] else None,
        to_state=row["to_state"],
        to_label=to_node.label,
        tone=to_node.tone,
        actor=row["actor"],
        on_behalf_of=row["on_behalf_of"],
        reason=row["reason"],
        at=row["at"],
    )


def _phrase(chart: Chart, row: asyncpg.Record) -> str:
    """What somebody did, as it continues their name; what is no event is the birth."""
    event: Any = chart.events.get(row["event"])
    if event is None:
        return chart.born
    said: str = event.words.phrase(row["from_state"], row["to_state"])
    return said
