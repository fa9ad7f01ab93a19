"""Lays orders that were followed beside what the predecessor says of them, and keeps in what the two differ."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from datetime import datetime
from typing import Final

import asyncpg
import msgspec

from orderway.changeover.divergences import Finding, keep_findings
from orderway.legacy.ends import Ends
from orderway.legacy.predecessor.evidence import evidence
from orderway.legacy.predecessor.facts import Order
from orderway.legacy.predecessor.judge import Verdict
from orderway.legacy.shadow.comparing import Beside, Difference, compare
from orderway.workflow.kinds import Connection

RESTS: Final = """
SELECT l.theirs, l.store_id, l.order_id, l.came, l.why, l.verdict::text AS verdict, l.facts::text AS facts,
    q.state AS quotation, s.state AS sale, f.state AS fulfillment
FROM legacy_order l
LEFT JOIN quotation q ON q.store_id = l.store_id AND q.order_id = l.order_id
LEFT JOIN sale s ON s.store_id = l.store_id AND s.order_id = l.order_id
LEFT JOIN fulfillment f ON f.store_id = l.store_id AND f.order_id = l.order_id AND (f.context ->> 'part')::int = 1
WHERE l.theirs = ANY ($1) AND l.order_id IS NOT NULL
"""
VERDICT: Final = msgspec.json.Decoder(Verdict)
ORDER: Final = msgspec.json.Decoder(Order)
GONE: Final = Difference("VANISHED", "UNCLEAR", "The former system has this order no longer; here it stands as it was.")

Differ = Callable[[asyncpg.Record], tuple[Order, Sequence[Difference]]]
"""What is known of an order there, and in what it differs."""


async def judge_orders(
    connection: Connection, orders: Sequence[Order], *, guarded: Container[str], at: datetime
) -> None:
    """Judge orders that have gone as far as they do; `guarded` are those that a guard of ours refused."""
    by_id = {each.id: each for each in orders}
    await _judge(connection, list(by_id), lambda row: _differences(row, by_id[row["theirs"]], guarded), at=at)


async def judge_vanished(connection: Connection, ids: Sequence[str], *, at: datetime) -> None:
    """Judge orders that were brought over, and that the predecessor has no longer."""
    await _judge(connection, ids, lambda row: (ORDER.decode(row["facts"]), (GONE,)), at=at)


async def _judge(connection: Connection, ids: Sequence[str], differ: Differ, *, at: datetime) -> None:
    rows = await connection.fetch(RESTS, ids)
    # One without a quotation was archived here: it differs no more.
    found = [each for row in rows if row["quotation"] for each in _findings(row, *differ(row))]
    await keep_findings(connection, [(row["store_id"], row["order_id"]) for row in rows], found, at=at)


def _differences(row: asyncpg.Record, order: Order, guarded: Container[str]) -> tuple[Order, tuple[Difference, ...]]:
    beside = Beside(
        order=order, verdict=VERDICT.decode(row["verdict"]), rests=_rests(row), came=row["came"], why=row["why"],
        is_guarded=order.id in guarded,
    )  # fmt: skip
    return order, compare(beside)


def _findings(row: asyncpg.Record, order: Order, differences: Sequence[Difference]) -> Iterator[Finding]:
    if not differences:
        return
    spoken = evidence(order, VERDICT.decode(row["verdict"]), _rests(row))
    for each in differences:
        yield Finding(
            store_id=row["store_id"], order_id=row["order_id"], kind=each.kind, class_=each.class_,
            sentence=each.sentence, evidence=spoken, at_stake=spoken.outstanding or spoken.overpaid,
        )  # fmt: skip


def _rests(row: asyncpg.Record) -> Ends:
    return Ends(quotation=row["quotation"], sale=row["sale"], fulfillment=row["fulfillment"])
