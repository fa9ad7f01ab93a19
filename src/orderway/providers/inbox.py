"""The inbox of reports: each is stored as it came before anything follows from it, and a repeat is one read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import asyncpg

from orderway.ids import new_id
from orderway.providers.provider import News
from orderway.sale.payments.context import BuyerKind
from orderway.workflow.kinds import Connection, encode

Bucket = Literal["applied", "already applied", "parked", "ignored"]
"""What became of a report: it moved something; what it tells was so already; its money waits for a person in the
reconciliation inbox; or there is no money in it.
"""

Taken = Bucket | Literal["held"]
"""The same, or that it is kept back while a former system still takes the payments of its store."""


def again(bucket: Bucket) -> Bucket:
    """What a repeat of a report comes to that had come to this bucket."""
    return "already applied" if bucket == "applied" else bucket


SOON = timedelta(minutes=1)
"""How long whoever stored a report has to apply it before a worker does."""
AT_LAST = timedelta(hours=1)
HELD = timedelta(minutes=10)
"""How long what is kept back waits until it is looked at again. It is the same for all, so that they keep their order.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A proven report as it came; `headers` are those that prove it, and `buyer_kind` is what its address says."""

    provider: str
    body: bytes
    headers: Mapping[str, str]
    news: News
    buyer_kind: BuyerKind | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """A report that is stored; without a bucket nothing has followed from it yet.

    `is_another`: it has the event id of the one that came now, and tells of other money.
    """

    id: UUID
    bucket: Bucket | None
    is_another: bool = False


TOLD = ("kind", "transaction", "reference", "subject", "amount", "currency")
"""What copies of a report have in common, as far as they tell it: more may be learned after the first was stored."""

RECALL = """SELECT id, bucket, kind, transaction, reference, subject, amount, currency FROM webhook_event
    WHERE provider = $1 AND event_id = $2"""

STORE = """
INSERT INTO webhook_event (id, provider, event_id, received_at, body, headers, kind, transaction, reference, order_ref,
    subject, amount, major, total, currency, method, reason, occurred_at, needs_verification, buyer_kind, due_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
ON CONFLICT (provider, event_id) DO NOTHING RETURNING id
"""


async def recall(pool: asyncpg.Pool, report: Report) -> Known | None:
    """The report where it came before: one read of an index."""
    row = await pool.fetchrow(RECALL, report.provider, report.news.event_id)
    if row is None:
        return None
    is_another = any(getattr(report.news, name) not in (None, row[name]) for name in TOLD)
    return Known(row["id"], row["bucket"], is_another)


async def store(pool: asyncpg.Pool, report: Report, *, at: datetime) -> Known:
    """Store a report in a transaction of its own; where another copy was quicker, give that one."""
    news = report.news
    id: UUID | None = await pool.fetchval(
        STORE, new_id(), report.provider, news.event_id, at, report.body, encode(dict(report.headers)), news.kind,
        news.transaction, news.reference, news.order_ref, news.subject, news.amount, news.major, news.total,
        news.currency, news.method, news.reason, news.occurred_at, news.needs_verification, report.buyer_kind,
        at + SOON,
    )  # fmt: skip
    if id is not None:
        return Known(id, None)
    known = await recall(pool, report)
    if known is None:
        raise LookupError(f"The report {news.event_id} of {report.provider} was there and is not.")
    return known


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a report, and why, in a sentence; `payment` is the one that it was about.

    `stands`: of all reports of its movement of money this is the one that counts.
    """

    bucket: Bucket
    why: str
    order: tuple[UUID, UUID] | None = None
    payment: UUID | None = None
    stands: bool = False


SETTLE = """
UPDATE webhook_event SET bucket = $2, why = $3, store_id = $4, order_id = $5, payment_id = $6, settled_at = $7,
    due_at = NULL, movement = coalesce(movement, $8), amount = coalesce(amount, $9), currency = coalesce(currency, $10)
WHERE id = $1
"""

PROVE = """
UPDATE webhook_event SET needs_verification = false, reference = coalesce(reference, $2),
    order_ref = $3, amount = coalesce(amount, $4), currency = coalesce(currency, $5)
WHERE id = $1 AND bucket IS NULL
"""

PUT_OFF = """
UPDATE webhook_event SET why = $2, due_at = $3::timestamptz + least(greatest($3 - received_at, $4), $5)
WHERE id = $1 AND bucket IS NULL
"""


HOLD_BACK = "UPDATE webhook_event SET why = $2, due_at = $3 WHERE id = $1 AND bucket IS NULL"


async def hold_back(connection: Connection, id: UUID, why: str, *, at: datetime) -> None:
    """Keep a report back that nobody is to apply yet."""
    await connection.execute(HOLD_BACK, id, why, at + HELD)


async def prove(connection: Connection, id: UUID, news: News) -> None:
    """Note that the provider stands by a report, and what it said of it besides."""
    await connection.execute(PROVE, id, news.reference, news.order_ref, news.amount, news.currency)


async def put_off(connection: Connection, id: UUID, why: str, *, at: datetime) -> None:
    """Let a report wait that could not be applied: as long as it has waited so far, from a minute to an hour."""
    await connection.execute(PUT_OFF, id, why, at, SOON, AT_LAST)
