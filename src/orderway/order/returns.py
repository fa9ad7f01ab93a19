"""Returns as their viewers may see them: of an order, and in lists of what waits for an answer or for its goods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from orderway.fulfillment.context import RefundTo
from orderway.people.permissions import MONEY_SEE
from orderway.people.scope import Condition, allowed
from orderway.people.viewer import Viewer
from orderway.sale.accounts import check_page
from orderway.workflow.kinds import Connection

ReturnStatus = Literal["REQUESTED", "ACCEPTED", "RECEIVED", "REJECTED"]
RETURN_STATUSES: dict[ReturnStatus, str] = {
    "REQUESTED": "Asked for",
    "ACCEPTED": "Accepted",
    "RECEIVED": "Received",
    "REJECTED": "Rejected",
}
"""Where a return stands, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedLine:
    """What was asked back of an order line and, once the return is received, what became of it; in pieces."""

    line: UUID
    position: int
    description: str
    quantity: int
    sellable: int
    damaged: int
    missing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesReturn:
    """Goods that a buyer gives back of what a fulfillment brought.

    `answer` is why it was rejected. `refunded`, in minor units of the order's currency, stands there once the price of
    what came was judged.
    """

    id: UUID
    order_id: UUID
    number: str
    currency: str
    fulfillment_id: UUID
    status: ReturnStatus
    reason: str
    requested_at: datetime
    requested_by: str
    accepted_at: datetime | None
    accepted_by: str | None
    closed_at: datetime | None
    closed_by: str | None
    answer: str | None
    refunded: int | None
    refunded_to: RefundTo | None
    refunded_at: datetime | None
    lines: tuple[ReturnedLine, ...]


def author(column: str) -> str:
    """The name of a person as the log names them; their own text for anyone else."""
    return f"""coalesce((SELECT p.name FROM person p
        WHERE p.id = substring({column} FROM '^person:([0-9a-f-]{{36}})$')::uuid), {column})"""  # noqa: S608


LINES = """(SELECT json_agg(json_build_object('line', a.line_id, 'position', l.position, 'description', l.description,
        'quantity', a.quantity, 'sellable', came.sellable, 'damaged', came.damaged,
        'missing', CASE WHEN r.status = 'RECEIVED' THEN a.quantity - came.sellable - came.damaged ELSE 0 END)
        ORDER BY l.position)
    FROM return_line a JOIN order_line l ON l.store_id = a.store_id AND l.id = a.line_id
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(g.quantity) FILTER (WHERE g.condition = 'SELLABLE'), 0)::bigint AS sellable,
            coalesce(sum(g.quantity) FILTER (WHERE g.condition = 'DAMAGED'), 0)::bigint AS damaged
        FROM returned_goods g
        WHERE g.store_id = a.store_id AND g.return_id = a.return_id AND g.line_id = a.line_id
    ) came
    WHERE a.store_id = r.store_id AND a.return_id = r.id)"""

RETURN = f"""json_build_object('id', r.id, 'order_id', o.id, 'number', o.number, 'currency', o.currency,
    'fulfillment_id', r.fulfillment_id, 'status', r.status, 'reason', r.reason, 'requested_at', r.requested_at,
    'requested_by', {author("r.requested_by")}, 'accepted_at', r.accepted_at,
    'accepted_by', {author("r.accepted_by")}, 'closed_at', r.closed_at, 'closed_by', {author("r.closed_by")},
    'answer', r.answer, 'refunded', r.refunded, 'refunded_to', r.refunded_to, 'refunded_at', r.refunded_at,
    'lines', {LINES})"""

RETURNS = f"""coalesce((SELECT json_agg({RETURN} ORDER BY r.requested_at, r.id)
    FROM sales_return r WHERE r.store_id = o.store_id AND r.order_id = o.id), '[]')"""  # noqa: S608
"""The returns of the order `o` as JSON, oldest first."""

LISTED = """
    FROM sales_return r JOIN sale_order o ON o.store_id = r.store_id AND o.id = r.order_id
    WHERE (cardinality($1::text[]) = 0 OR r.status = ANY ($1)) AND ($2::uuid IS NULL OR r.store_id = $2)
"""
TO_REFUND = """r.refunded_at IS NULL AND EXISTS (SELECT FROM returned_goods g
    WHERE g.store_id = r.store_id AND g.return_id = r.id AND g.quantity > 0)"""
"""Goods of the return `r` came, and nobody judged their price yet."""

DECODER = msgspec.json.Decoder(SalesReturn)


async def list_returns(
    connection: Connection,
    viewer: Viewer,
    *,
    statuses: Sequence[ReturnStatus] = (),
    store_id: UUID | None = None,
    after: UUID | None = None,
    limit: int = 20,
) -> tuple[list[SalesReturn], bool]:
    """Return the returns of orders whose money the viewer sees, newest first, and whether more follow.

    Raises Invalid for a page that is too large. One statement.
    """
    check_page(limit)
    seen = allowed(viewer, MONEY_SEE, first=5)
    rows = await connection.fetch(
        f"""
        SELECT {RETURN}::text {LISTED} AND {seen.sql} AND ($3::uuid IS NULL OR (r.requested_at, r.id) < (
            SELECT requested_at, id FROM sales_return WHERE id = $3 AND store_id = ANY (ARRAY(SELECT id FROM store))))
        ORDER BY r.requested_at DESC, r.id DESC LIMIT $4
        """,  # noqa: S608  (texts of this module and of the viewer's conditions, which hold no values)
        list(statuses), store_id, after, limit + 1, *seen.values,
    )  # fmt: skip
    return [DECODER.decode(row[0]) for row in rows[:limit]], len(rows) > limit


async def count_returns(
    connection: Connection, viewer: Viewer, *, statuses: Sequence[ReturnStatus] = (), store_id: UUID | None = None
) -> int:
    """Return how many returns `list_returns` lists in all. One statement."""
    seen = allowed(viewer, MONEY_SEE, first=3)
    query = f"SELECT count(*) {LISTED} AND {seen.sql}"
    counted: int = await connection.fetchval(query, list(statuses), store_id, *seen.values)
    return counted


async def find_work(connection: Connection, viewer: Viewer, *, store_id: UUID | None = None) -> frozenset[ReturnStatus]:
    """Return where returns stand with which the viewer has something to do: decide, or pay back. One statement."""
    work = _work(viewer, store_id)
    rows = await connection.fetch(f"SELECT DISTINCT r.status {work.sql}", *work.values)
    return frozenset(row["status"] for row in rows)


async def count_work(connection: Connection, viewer: Viewer, *, most: int) -> int:
    """Return with how many returns the viewer has something to do, counted up to `most`. One statement."""
    work = _work(viewer, None)
    limit = f"LIMIT ${len(work.values) + 1}"
    counted: int = await connection.fetchval(
        f"SELECT count(*) FROM (SELECT {work.sql} {limit}) AS work",  # noqa: S608  (the same)
        *work.values, most,
    )  # fmt: skip
    return counted


def _work(viewer: Viewer, store_id: UUID | None) -> Condition:
    """The returns with which the viewer has something to do, from FROM on."""
    money = allowed(viewer, MONEY_SEE, first=3)
    decides = allowed(viewer, "return.decide", first=3 + len(money.values))
    refunds = allowed(viewer, "payment.confirm", first=3 + len(money.values) + len(decides.values))
    return Condition(
        f"""{LISTED} AND {money.sql}
            AND CASE r.status WHEN 'RECEIVED' THEN {TO_REFUND} AND {refunds.sql} ELSE {decides.sql} END""",
        (["REQUESTED", "ACCEPTED", "RECEIVED"], store_id, *money.values, *decides.values, *refunds.values),
    )
