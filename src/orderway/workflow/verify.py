"""`orderway verify`: the replay, the outbox's numbers, and every conservation law of the domain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from orderway.workflow.kinds import Connection, Workflow
from orderway.workflow.replay import Finding, replay_all


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
    on_rows: Callable[[int], None] = lambda _: None,
) -> Verdict:
    """Replay everything and try every law; raises nothing for what it finds."""
    replay = await replay_all(connection, workflow, on_rows)
    findings = list(replay.findings)
    every = (*OUTBOX_LAWS, *laws)
    for law in every:
        findings += [Finding(law.name, row[0], row[1]) for row in await connection.fetch(law.query)]
    return Verdict(replay.rows, replay.instances, len(every), tuple(findings))
