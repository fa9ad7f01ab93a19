"""What is kept of each order of the predecessor: what it was read as, what was concluded, and which moves were made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Final, Literal
from uuid import UUID

import msgspec

from orderway.changeover.evidence import Evidence
from orderway.legacy.ends import Ends
from orderway.legacy.predecessor.evidence import evidence
from orderway.legacy.predecessor.facts import Order
from orderway.legacy.predecessor.findings import sentence_of
from orderway.legacy.predecessor.judge import Verdict
from orderway.legacy.predecessor.parts import left_out
from orderway.workflow.kinds import Connection
from orderway.workflow.transaction import Transaction

Came = Literal["IN", "RESTS", "REWRITTEN", "FAILED"]
"""What became of an order: it is in, rests before where it was judged to be, tells another story than it did, or is not
in, or did not go on."""

DECIDED: Final = """EXISTS (
    SELECT FROM import_review r WHERE r.store_id = l.store_id AND r.order_id = l.order_id AND r.kind = 'STUCK'
    AND r.decided_at IS NOT NULL
)"""
"""Whether somebody has decided on why an order of `legacy_order l` did not go on."""

KNOWN: Final = "SELECT theirs, fingerprint FROM legacy_order WHERE came NOT IN ('READ', 'FAILED')"
SETTLED: Final = f"SELECT theirs, fingerprint FROM legacy_order l WHERE came = 'FAILED' AND {DECIDED}"  # noqa: S608  (texts of this module)
# A payment there has no time at which it was confirmed, and what could not go on is tried again.
UNSETTLED: Final = """
SELECT theirs FROM legacy_order WHERE came = 'FAILED' OR facts @? '$.payments[*] ? (@.status == "PENDING")'
"""
KEPT: Final = "SELECT store_id, order_id, moves FROM legacy_order WHERE theirs = $1 FOR UPDATE"
KEEP: Final = """
INSERT INTO legacy_order AS l
    (theirs, store_id, order_id, came, why, fingerprint, facts, verdict, moves, stood, run, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
ON CONFLICT (theirs) DO UPDATE SET
    store_id = coalesce(excluded.store_id, l.store_id), order_id = coalesce(excluded.order_id, l.order_id),
    came = excluded.came, why = excluded.why, fingerprint = excluded.fingerprint, facts = excluded.facts,
    verdict = excluded.verdict, moves = l.moves || excluded.moves, stood = excluded.stood, run = excluded.run,
    at = excluded.at
"""
# One that a person has decided stays decided for as long as the same is in doubt.
REVIEW: Final = """
INSERT INTO import_review AS r (store_id, order_id, kind, sentence, evidence, opened_at)
SELECT $1, $2, kind, sentence, $5, $6 FROM unnest($3::text[], $4::text[]) AS d (kind, sentence)
ON CONFLICT (store_id, order_id, kind) DO UPDATE SET
    sentence = excluded.sentence, evidence = excluded.evidence, opened_at = excluded.opened_at,
    decided_at = NULL, decided_by = NULL, decision = NULL, reason = NULL
WHERE r.sentence <> excluded.sentence
"""
# What is in doubt no longer, and was not decided, is no question any more.
GONE: Final = """
DELETE FROM import_review WHERE store_id = $1 AND order_id = $2 AND decided_at IS NULL AND kind <> ALL ($3::text[])
"""
# Whoever decided on why it did not go on did so by what was said of it then.
OUTDATED: Final = """
DELETE FROM import_review r USING legacy_order l WHERE l.theirs = $1 AND l.fingerprint <> $2
    AND r.store_id = l.store_id AND r.order_id = l.order_id AND r.kind = 'STUCK' AND r.decided_at IS NOT NULL
"""
FLAGS: Final = """
WITH gone AS (
    DELETE FROM import_finding WHERE store_id = $1 AND order_id = $2 AND kind <> ALL ($3::text[])
)
INSERT INTO import_finding (store_id, order_id, kind, sentence, amount)
SELECT $1, $2, kind, sentence, 0 FROM unnest($3::text[], $4::text[]) AS f (kind, sentence)
ON CONFLICT (store_id, order_id, kind) DO UPDATE SET sentence = excluded.sentence
WHERE import_finding.sentence <> excluded.sentence
"""

encode: Final = msgspec.json.Encoder(order="deterministic").encode


@dataclass(frozen=True, slots=True)
class Kept:
    """What an order that was looked at before has: where it is, if it is in, and the moves that it made."""

    store_id: UUID | None
    order_id: UUID | None
    moves: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of an order in a run, and where it rests where it is in.

    `made` are the keys of the moves that it made, `doubts` sentences by their kinds.
    """

    came: Came
    ended: Ends | None = None
    why: str | None = None
    made: Sequence[str] = ()
    doubts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run of the import: its name, and when it began."""

    id: UUID
    at: datetime


def written(order: Order) -> str:
    """All that was read of an order, as JSON."""
    return encode(order).decode()


def fingerprint(facts: str) -> bytes:
    """What two readings of an order have in common where nothing of it changed."""
    return blake2b(facts.encode(), digest_size=16).digest()


async def read_known(connection: Connection) -> Mapping[str, bytes]:
    """The fingerprints of the orders that need no other look while theirs is the same."""
    return {row["theirs"]: row["fingerprint"] for row in await connection.fetch(KNOWN)}


async def read_settled(connection: Connection) -> Mapping[str, bytes]:
    """The same of the orders that did not go on, and on which somebody has decided."""
    return {row["theirs"]: row["fingerprint"] for row in await connection.fetch(SETTLED)}


async def read_unsettled(connection: Connection) -> Sequence[str]:
    """The orders that a run looks at whatever their times say."""
    return [row["theirs"] for row in await connection.fetch(UNSETTLED)]


async def read_kept(connection: Connection, theirs: str) -> Kept | None:
    row = await connection.fetchrow(KEPT, theirs)
    return Kept(row["store_id"], row["order_id"], row["moves"]) if row else None


async def keep(tx: Transaction, order: Order, *, verdict: Verdict, result: Result, run: Run) -> None:
    """Keep what became of the locked order, what is remarkable about it, and what waits for a person."""
    ours = (tx.store_id, tx.order_id)
    await write(tx.connection, order, verdict=verdict, result=result, run=run, ours=ours)
    found = {each: sentence_of(each) for each in verdict.flags} | dict(left_out(verdict.left))
    await tx.connection.execute(FLAGS, tx.store_id, tx.order_id, list(found), list(found.values()))
    await ask(tx.connection, ours, spoken=evidence(order, verdict, result.ended), result=result, at=run.at)


async def ask(
    connection: Connection, ours: tuple[UUID, UUID], *, spoken: Evidence, result: Result, at: datetime
) -> None:
    """Ask a person about what is in doubt, and no longer about what is not."""
    kinds, sentences = list(result.doubts), list(result.doubts.values())
    await connection.execute(GONE, *ours, kinds)
    if kinds:
        await connection.execute(REVIEW, *ours, kinds, sentences, encode(spoken).decode(), at)


async def ask_anew(connection: Connection, order: Order) -> None:
    """Forget a decision on why an order did not go on, where something else is said of it now."""
    await connection.execute(OUTDATED, order.id, fingerprint(written(order)))


async def write(
    connection: Connection,
    order: Order,
    *,
    verdict: Verdict,
    result: Result,
    run: Run,
    ours: tuple[UUID | None, UUID | None] = (None, None),
) -> None:
    facts = written(order)
    await connection.execute(
        KEEP, order.id, *ours, result.came, result.why, fingerprint(facts), facts, encode(verdict).decode(),
        list(result.made), order.stood, run.id, run.at,
    )  # fmt: skip
