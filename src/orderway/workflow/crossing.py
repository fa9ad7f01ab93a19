"""Writing what crosses from one version to another: state, log row and outbox row of many instances in one statement.

It is a row of the log like any other, by the same locks in the same order. But what stands does not move: nothing is
decided, no effect is performed, and it stands where it stands since it came there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import asyncpg

from orderway.ids import new_id
from orderway.statechart import Snapshot
from orderway.workflow.actor import Actor
from orderway.workflow.chain import Entry
from orderway.workflow.kinds import Connection, Kind, encode
from orderway.workflow.told import Told

STANDS = """
i.store_id, i.id, i.order_id, i.version, i.state, i.context::text, i.history::text, i.step, i.hash, i.due_at,
i.due_event, o.number, o.outbox_number, o.customer_id, o.biller_id
"""


@dataclass(frozen=True, slots=True)
class Crossed:
    """An instance that crosses: its row, where it then stands, by which timer, and what the log keeps of it."""

    row: asyncpg.Record
    version: int
    snapshot: Snapshot
    due: tuple[datetime | None, str | None]
    payload: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What is done to all of them, by whom, when and why."""

    event: str
    by: Actor
    at: datetime
    reason: str


@cache
def cross(table: str) -> str:
    """Move what is locked, log it and tell of it; gives how many were where they were found.

    Parameters: an array of each column, then the machine, the event, who, when, why, and the type that is told.
    """
    return f"""
    WITH given AS (
        SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::uuid[], $5::int2[], $6::text[], $7::text[],
            $8::text[], $9::bytea[], $10::bytea[], $11::text[], $12::text[], $13::timestamptz[], $14::text[],
            $15::int[], $16::uuid[], $17::text[])
        AS g (store_id, id, step, order_id, version, from_state, to_state, payload, prev_hash, hash, context, history,
            due_at, due_event, number, event_id, told)
    ), moved AS (
        UPDATE {table} i SET version = g.version, state = g.to_state, context = g.context::json,
            history = g.history::json, step = g.step, hash = g.hash, due_at = g.due_at, due_event = g.due_event
        FROM given g WHERE i.store_id = g.store_id AND i.id = g.id AND i.step = g.step - 1
        RETURNING 1
    ), logged AS (
        INSERT INTO transition_log (store_id, instance_id, step, order_id, machine, version, from_state, to_state,
            event, payload, facts, actor, reason, at, prev_hash, hash)
        SELECT store_id, id, step, order_id, $18, version, from_state, to_state, $19, payload::json, 'null', $20, $22,
            $21, prev_hash, hash FROM given
    ), counted AS (
        UPDATE sale_order o SET outbox_number = g.number
        FROM (SELECT store_id, order_id, max(number) AS number FROM given GROUP BY 1, 2) g
        WHERE o.store_id = g.store_id AND o.id = g.order_id
    ), told AS (
        INSERT INTO outbox (store_id, order_id, number, id, type, data, instance_id, step, at)
        SELECT store_id, order_id, number, event_id, $23, told::json, id, step, $21 FROM given
    )
    SELECT count(*) FROM moved
    """  # noqa: S608  (the table is one of the workflow's own)


async def write(connection: Connection, kind: Kind, crossed: Sequence[Crossed], *, deed: Deed) -> None:
    """Let all of them cross, whose rows and orders are locked. One statement."""
    told: dict[UUID, int] = {}
    columns = [_columns(kind, each, deed, told) for each in crossed]
    done = await connection.fetchval(
        cross(kind.table.name), *map(list, zip(*columns, strict=True)), kind.name, deed.event, deed.by.id, deed.at,
        deed.reason, f"order.{kind.topic}.{deed.event.lower()}",
    )  # fmt: skip
    if done != len(crossed):
        raise RuntimeError(f"{len(crossed) - done} of {kind.name} were not where their lock had found them.")


def _columns(kind: Kind, each: Crossed, deed: Deed, told: dict[UUID, int]) -> tuple[Any, ...]:
    """One row of the statement; `told` counts what was told of each order so far."""
    row = each.row
    number = told[row["order_id"]] = told.get(row["order_id"], row["outbox_number"]) + 1
    entry = Entry(
        store_id=row["store_id"], instance_id=row["id"], step=row["step"] + 1, order_id=row["order_id"],
        machine=kind.name, version=each.version, from_state=row["state"], to_state=each.snapshot.state,
        event=deed.event, payload=encode(each.payload), facts="null", actor=deed.by.id, on_behalf_of=None,
        reason=deed.reason, request_id=None, at=deed.at,
    )  # fmt: skip
    data = Told(
        kind.name, row["id"], entry.step, deed.event, row["state"], entry.to_state, row["store_id"], row["order_id"],
        row["customer_id"], row["biller_id"], kind.rider(each.snapshot.context), deed.reason,
    )  # fmt: skip
    return (
        row["store_id"], row["id"], entry.step, row["order_id"], each.version, row["state"], entry.to_state,
        entry.payload, row["hash"], entry.hash(row["hash"]), encode(each.snapshot.context),
        encode(each.snapshot.history), *each.due, number, new_id(), encode(data),
    )  # fmt: skip
