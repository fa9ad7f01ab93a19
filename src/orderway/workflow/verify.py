"""`orderway verify`: the replay, the outbox's numbers, and every conservation law of the domain."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg
from sqlalchemy import ForeignKeyConstraint

from orderway.database import all_tables
from orderway.workflow.kinds import Connection, Workflow
from orderway.workflow.replay import Finding, replay_all
from orderway.workflow.runner import utc_now


@dataclass(frozen=True, slots=True)
class Law:
    """A query that finds what must never be: each row is (where, sentence)."""

    name: str
    says: str
    query: str


OUTBOX_LAWS = (
    Law(
        "outbox numbers",
        "The outbox numbers of each order rise by one, without a gap, up to the order's own count.",
        """
        SELECT 'order ' || o.number,
            format('Its outbox holds %s rows numbered %s to %s; it has counted to %s.',
                coalesce(n.rows, 0), n.low, n.high, o.outbox_number)
        FROM sale_order o LEFT JOIN (
            SELECT store_id, order_id, count(*) AS rows, min(number) AS low, max(number) AS high
            FROM outbox GROUP BY store_id, order_id
        ) n ON n.store_id = o.store_id AND n.order_id = o.id
        WHERE coalesce(n.rows, 0) <> o.outbox_number OR coalesce(n.high, 0) <> o.outbox_number
            OR (n.rows > 0 AND n.low <> 1)
        """,
    ),
    Law(
        "outbox order",
        "Each row of the log is told once, in the order in which it was written.",
        """
        SELECT 'order ' || o.number,
            format('Its %s %s is told of %s times at step %s.', l.machine, l.instance_id, l.told, l.step)
        FROM (
            SELECT l.store_id, l.order_id, l.machine, l.instance_id, l.step, count(b.id) AS told
            FROM transition_log l LEFT JOIN outbox b ON b.store_id = l.store_id AND b.instance_id = l.instance_id
                AND b.step = l.step AND b.order_id = l.order_id AND split_part(b.type, '.', 3) = lower(l.event)
            GROUP BY l.store_id, l.order_id, l.machine, l.instance_id, l.step HAVING count(b.id) <> 1
        ) l JOIN sale_order o ON o.store_id = l.store_id AND o.id = l.order_id
        UNION ALL
        SELECT 'order ' || o.number,
            format('Outbox number %s tells of step %s after a later step was told.', b.number, b.step)
        FROM (
            SELECT store_id, order_id, number, step,
                lag(step) OVER (PARTITION BY store_id, order_id, instance_id ORDER BY number) AS told
            FROM outbox
        ) b JOIN sale_order o ON o.store_id = b.store_id AND o.id = b.order_id
        WHERE b.step < b.told
        """,
    ),
)

# A move by what an idempotency key is answered with, for what was archived: its log is not there to be asked.
ANSWERED = "md5(json_build_array({}, {}, {}, {}, {}, {}, {}, {}, {}, extract(epoch FROM {}))::text)"
DIGEST = ANSWERED.format(
    "CASE l.actor WHEN 'system' THEN coalesce(l.on_behalf_of, l.actor) ELSE l.actor END",
    "l.store_id", "l.instance_id", "l.step", "l.machine", "l.order_id", "l.event", "l.from_state", "l.to_state", "l.at",
)  # fmt: skip
KEPT = ANSWERED.format(
    "k.actor", "k.store_id", "k.instance_id", "k.step", "k.machine", "k.order_id", "k.event", "k.from_state",
    "k.to_state", "k.at",
)  # fmt: skip

KEY_LAW = Law(
    "idempotency keys",
    "The answer kept for an idempotency key is what the log says that its actor did, or Orderway for them; one without"
    " a `ref` is no move.",
    f"""
    SELECT 'key ' || k.key, format('%s was answered with a move that the log does not know.', k.actor)
    FROM (
        SELECT key, actor, (answer -> 'ref' ->> 'store_id')::uuid AS store_id,
            (answer -> 'ref' ->> 'id')::uuid AS instance_id, (answer ->> 'step')::int AS step,
            answer -> 'ref' ->> 'machine' AS machine, (answer ->> 'order_id')::uuid AS order_id,
            answer ->> 'event' AS event, answer ->> 'from_state' AS from_state, answer ->> 'to_state' AS to_state,
            (answer ->> 'at')::timestamptz AS at
        FROM spent_key WHERE answer IS NULL OR answer -> 'ref' IS NOT NULL
    ) k LEFT JOIN transition_log l USING (store_id, instance_id, step)
    WHERE (k.actor, k.machine, k.order_id, k.event, k.from_state, k.to_state, k.at) IS DISTINCT FROM (
        CASE l.actor WHEN 'system' THEN coalesce(l.on_behalf_of, l.actor) ELSE l.actor END,
        l.machine, l.order_id, l.event, l.from_state, l.to_state, l.at)
    AND NOT EXISTS (SELECT FROM archived_order a
        WHERE a.store_id = k.store_id AND a.order_id = k.order_id AND a.carried -> 'moves' ? {KEPT})
    """,  # noqa: S608  (a text of this module)
)

# The order's own is the last; what was told before somebody else was named tells of whoever billed it then.
BILLER = """
CASE
    WHEN l.event = 'BILLER_NAMED' THEN l.payload ->> 'biller'
    WHEN b.data ->> 'biller' IS DISTINCT FROM o.biller_id::text AND EXISTS (
        SELECT FROM outbox n WHERE n.store_id = b.store_id AND n.order_id = b.order_id AND n.number > b.number
            AND split_part(n.type, '.', 3) = 'biller_named') THEN b.data ->> 'biller'
    ELSE o.biller_id::text
END
"""

OUTBOX_WORDS = """
SELECT 'order ' || o.number,
    format('Outbox number %s does not tell what %s %s did at step %s.', b.number, l.machine, l.instance_id, l.step)
FROM outbox b JOIN transition_log l ON l.store_id = b.store_id AND l.instance_id = b.instance_id AND l.step = b.step
JOIN sale_order o ON o.store_id = b.store_id AND o.id = b.order_id
LEFT JOIN (VALUES %TOPICS%) AS topic (machine, name) ON topic.machine = l.machine
WHERE split_part(b.type, '.', 3) = lower(l.event)
    AND (b.type, b.at, b.data ->> 'reason', b.data::text) IS DISTINCT FROM (
    'order.' || topic.name || '.' || lower(l.event), l.at, l.reason, format(
        '{"machine":"%s","instance":"%s","step":%s,"event":"%s","from_state":%s,"to_state":"%s","store":"%s",'
            '"order":"%s","buyer":"%s","biller":%s,"rider":%s,"reason":%s}', l.machine, l.instance_id, l.step, l.event,
        coalesce('"' || l.from_state || '"', 'null'), l.to_state, o.store_id, o.id, o.customer_id,
        coalesce('"' || %BILLER% || '"', 'null'), b.data -> 'rider', b.data -> 'reason'))
UNION ALL
SELECT 'order ' || min(o.number), format('%s rows of the outbox have the id %s.', count(*), b.id)
FROM outbox b JOIN sale_order o ON o.store_id = b.store_id AND o.id = b.order_id
GROUP BY b.id HAVING count(*) > 1
"""

REFERENCE = """
SELECT '{table}', format('%s of its rows name a {target} that is not there: the first by %s.', count(*), min({row}))
FROM {table} t WHERE {named} AND NOT EXISTS (SELECT FROM {target} r WHERE {matches}) HAVING count(*) > 0
"""


def words_law(workflow: Workflow) -> Law:
    """What each move told the world, held against the log: the type of an event names the topic of its machine."""
    topics = ", ".join(f"('{kind.name}', '{kind.topic}')" for kind in workflow.kinds.values())
    says = "What the outbox tells of a move is what the log says of it, under an id of its own."
    return Law("outbox words", says, OUTBOX_WORDS.replace("%TOPICS%", topics).replace("%BILLER%", BILLER))


def reference_law() -> Law:
    """What foreign keys promise, asked again: they can be switched off. Those that carry a hash the replay proves."""
    keys = [
        key
        for table in all_tables().sorted_tables
        for key in sorted(table.foreign_key_constraints, key=lambda key: str(key.name))
        if not {"hash", "prev_hash"} & {*key.column_keys}
    ]
    return Law("references", "What a row names is there.", " UNION ALL ".join(reference(key) for key in keys))


def reference(key: ForeignKeyConstraint) -> str:
    pairs = [(element.parent.name, element.column.name) for element in key.elements]
    return REFERENCE.format(
        table=key.table.name,
        target=key.referred_table.name,
        row=f"concat_ws(' ', {', '.join(f't.{mine}' for mine, _ in pairs)})",
        named=" AND ".join(f"t.{mine} IS NOT NULL" for mine, _ in pairs),
        matches=" AND ".join(f"r.{theirs} = t.{mine}" for mine, theirs in pairs),
    )


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification came to."""

    rows: int
    instances: int
    laws: int
    findings: tuple[Finding, ...]


async def verify(
    connection: Connection,
    workflow: Workflow,
    laws: Sequence[Law] = (),
    *,
    now: datetime | None = None,
    on_rows: Callable[[int], None] = lambda _: None,
    beside: Connection | None = None,
) -> Verdict:
    """Replay everything and try every law; raises nothing for what it finds.

    `now` is the time of those who run timers, where it is not that of this machine. On a connection `beside` the laws
    are tried while the log is replayed: PostgreSQL is then busy while this process is.
    """
    every = (*OUTBOX_LAWS, words_law(workflow), KEY_LAW, reference_law(), *laws)
    replaying = replay_all(connection, workflow, now=now or utc_now(), on_rows=on_rows)
    if beside is None:
        replay, found = await replaying, await tried(connection, every)
    else:
        replay, found = await asyncio.gather(replaying, tried(beside, every))
    return Verdict(replay.rows, replay.instances, len(every), (*replay.findings, *found))


async def tried(connection: Connection, laws: Sequence[Law]) -> list[Finding]:
    """Where the laws do not hold, in their order."""
    return [finding for law in laws for finding in await broken(connection, law)]


async def broken(connection: Connection, law: Law) -> list[Finding]:
    """Where a law does not hold. What can not even be read (a number that is none) does not hide the rest."""
    try:
        rows = await connection.fetch(law.query)
    except asyncpg.DataError as unreadable:
        return [Finding(law.name, "the database", f"It can not be tried: {unreadable}.")]
    return [Finding(law.name, row[0], row[1]) for row in rows]
