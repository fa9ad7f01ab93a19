"""Lays orders that were followed beside what the predecessor says of them, and keeps in what the two differ."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import asyncpg
import msgspec

from orderway.changeover.divergences import Finding, keep_findings
from orderway.changeover.left_out import Ours, keep_left_out
from orderway.flags.flags import Flags, Place
from orderway.flags.slices import SALES
from orderway.legacy.ends import Ends
from orderway.legacy.predecessor.evidence import evidence
from orderway.legacy.predecessor.facts import Order
from orderway.legacy.predecessor.judge import Verdict
from orderway.legacy.shadow.comparing import Beside, Difference, compare
from orderway.workflow.gate import BY_PEOPLE
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
GONE_ON: Final = f"""
SELECT o.store_id, o.order_id FROM unnest($1::uuid[], $2::uuid[]) AS o (store_id, order_id) WHERE EXISTS (
    SELECT FROM transition_log l WHERE l.store_id = o.store_id AND l.order_id = o.order_id AND {BY_PEOPLE}
)
"""  # noqa: S608  (texts of ours)
VERDICT: Final = msgspec.json.Decoder(Verdict)
ORDER: Final = msgspec.json.Decoder(Order)
GONE: Final = Difference("VANISHED", "UNCLEAR", "The former system has this order no longer; here it stands as it was.")

Differ = Callable[[asyncpg.Record], tuple[Order, Sequence[Difference]]]
"""What is known of an order there, and in what it differs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Who judges: by the flags that say which stores are switched on, `at` a time."""

    connection: Connection
    flags: Flags
    at: datetime

    async def judge(self, orders: Sequence[Order], *, guarded: Container[str]) -> None:
        """Judge orders that have gone as far as they do; `guarded` are those that a guard of ours refused."""
        by_id = {each.id: each for each in orders}
        await self._judge(list(by_id), lambda row: _differences(row, by_id[row["theirs"]], guarded))

    async def judge_vanished(self, ids: Sequence[str]) -> None:
        """Judge orders that were brought over, and that the predecessor has no longer."""
        await self._judge(ids, lambda row: (ORDER.decode(row["facts"]), (GONE,)))

    async def _judge(self, ids: Sequence[str], differ: Differ) -> None:
        # One without a quotation was archived here: it differs no more.
        rows = await self.connection.fetch(RESTS, ids)
        looked, here = [_ours(row) for row in rows], [row for row in rows if row["quotation"]]
        left_out = await self._gone_on([_ours(row) for row in here])
        found = [each for row in here if _ours(row) not in left_out for each in _findings(row, *differ(row))]
        async with self.connection.transaction():
            await keep_findings(self.connection, looked, found, at=self.at)
            await keep_left_out(self.connection, looked, left_out, at=self.at)

    async def _gone_on(self, orders: Sequence[Ours]) -> Sequence[Ours]:
        """Those with which people have gone on here and whose store is switched on: the predecessor is not the master
        of them any more.
        """
        flags = self.flags
        on = [each for each in orders if flags.are_set and flags.is_on_for_anybody(SALES, Place(*each))]
        if not on:
            return []
        rows = await self.connection.fetch(GONE_ON, [each[0] for each in on], [each[1] for each in on])
        return [_ours(row) for row in rows]


def _ours(row: asyncpg.Record) -> Ours:
    return row["store_id"], row["order_id"]


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
