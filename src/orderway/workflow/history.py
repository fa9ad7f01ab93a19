"""What happened to an order, newest first, in the words of its machines: read from the log, one page at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from uuid import UUID

import asyncpg

from orderway.workflow.errors import Conflict
from orderway.workflow.kinds import Connection, Instance, Workflow
from orderway.workflow.versions import phrase

PAGE = 50

# An order's outbox counts everything that happened to it, in the order in which it was written: that is the key of
# the pages. A row of the log is told at once; what is told besides names the same step later.
FOUND = """
    FROM outbox b
    JOIN transition_log l ON l.store_id = b.store_id AND l.instance_id = b.instance_id AND l.step = b.step
    WHERE b.store_id = $1 AND b.order_id = $2 AND b.instance_id = ANY ($3::uuid[])
        AND NOT EXISTS (
            SELECT FROM outbox e
            WHERE e.store_id = b.store_id AND e.instance_id = b.instance_id AND e.step = b.step
                AND e.number < b.number)
        AND ($4::text[] = '{}' OR l.machine = ANY ($4)) AND ($5::text[] = '{}' OR l.event = ANY ($5))
        AND ($6::text[] = '{}' AND $7::text[] = '{}' OR l.actor = ANY ($6) OR l.on_behalf_of = ANY ($7))
        AND ($8::timestamptz IS NULL OR l.at >= $8) AND ($9::timestamptz IS NULL OR l.at < $9)
"""


@cache
def happened(named: Callable[[str], str], noted: str) -> str:
    """The statement of a page; `named` gives the SQL of the name of an actor, `noted` is a condition on a row `l`."""
    return f"""
    SELECT b.number, l.machine, l.instance_id, l.step, l.version, l.event, l.from_state, l.to_state, l.actor,
        l.on_behalf_of, l.reason, l.at, {named("l.actor")} AS actor_name, {named("l.on_behalf_of")} AS behind_name,
        {noted} AS noted
    {FOUND} AND ($10::int IS NULL OR b.number < $10)
    ORDER BY b.number DESC LIMIT $11
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which part of a history: what is empty leaves nothing out.

    `actors` are named as the log names them, and `behind` are those on whose behalf others acted: either will do.
    `since` is the first moment, `until` the first after the last.
    """

    machines: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None

    def values(self) -> tuple[object, ...]:
        """The parameters of FOUND."""
        return self.machines, self.events, self.actors, self.behind, self.since, self.until


ALL_OF_IT = Wanted()


@dataclass(frozen=True, slots=True)
class Happening:
    """One row of the log in words. `number` rises with everything that happens to the order, and names the page after.

    `phrase` continues the name of who did it ("cancelled the sale"). `actor` and `on_behalf_of` are as the log keeps
    them: "person:<uuid>", "system" or "import:<source>"; beside them stand the names that people have.
    `noted` is what the reader's own condition says of the row.
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
    actor_name: str | None
    on_behalf_of: str | None
    behind_name: str | None
    reason: str | None
    at: datetime
    noted: bool = False


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
    named: Callable[[str], str],
    noted: str = "false",
    wanted: Wanted = ALL_OF_IT,
    before: int | None = None,
    limit: int = PAGE,
) -> Happenings:
    """Return what happened to these instances of an order, newest first: at most `limit` rows numbered below `before`.

    `named` gives the SQL of the name of an actor. Who may see which instance is for the caller to know. One statement.
    """
    rows = await connection.fetch(
        happened(named, noted), store_id, order_id, list(instances), *wanted.values(), before, limit + 1
    )
    items = tuple(replace(in_words(workflow, row), noted=row["noted"]) for row in rows[:limit])
    return Happenings(items, items[-1].number if len(rows) > limit else None)


async def count_happenings(
    connection: Connection, *, store_id: UUID, order_id: UUID, instances: Collection[UUID], wanted: Wanted
) -> int:
    """Return how many there are in all. One statement."""
    counted: int = await connection.fetchval(
        f"SELECT count(*) {FOUND}",
        store_id, order_id, list(instances), *wanted.values(),
    )  # fmt: skip
    return counted


MOVED_LAST = """
SELECT actor, at, event, from_state, to_state FROM transition_log
WHERE store_id = $1 AND instance_id = $2 AND step = $3
"""


async def moved_since(connection: Connection, workflow: Workflow, instance: Instance) -> Conflict:
    """What is said to somebody who looked at an instance before its last move: who moved it, when and how."""
    ((actor, at, name, came, stands),) = await connection.fetch(
        MOVED_LAST, instance.ref.store_id, instance.id, instance.step
    )
    chart = workflow.kind(instance.ref.machine).charts[instance.version]
    what = phrase(chart, name, before=came, after=stands)
    who = await workflow.name_of(connection, actor)
    return Conflict(who=who, when=at, what=what, step=instance.step)


def in_words(workflow: Workflow, row: asyncpg.Record) -> Happening:
    """A row of the log, its number and the names of who acted beside it, in the words of its machine."""
    kind = workflow.kind(row["machine"])
    chart = kind.charts[row["version"]]
    to_node = chart.node(row["to_state"])
    came = row["from_state"]
    was = (chart if came in chart.nodes else kind.newest).node(came) if came else None
    return Happening(
        number=row["number"],
        machine=row["machine"],
        instance_id=row["instance_id"],
        step=row["step"],
        event=row["event"],
        phrase=phrase(chart, row["event"], before=came, after=row["to_state"]),
        from_state=came,
        from_label=was.label if was else None,
        to_state=row["to_state"],
        to_label=to_node.label,
        tone=to_node.tone,
        actor=row["actor"],
        actor_name=row["actor_name"],
        on_behalf_of=row["on_behalf_of"],
        behind_name=row["behind_name"],
        reason=row["reason"],
        at=row["at"],
    )
