"""Reading the review list: orders of the former system that the import could not decide, longest waiting first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from orderway.changeover.evidence import Evidence
from orderway.people.names import names_of
from orderway.people.permissions import OVERRIDE_DECIDE
from orderway.people.scope import allowed
from orderway.people.viewer import Viewer
from orderway.workflow.errors import Invalid, NotFound
from orderway.workflow.kinds import Connection

LARGEST = 100

SEES = "outbox.see"
"""Whoever sees operations sees the list; whoever decides on overrides in the store of an order does, and decides."""

KINDS: Mapping[str, str] = {
    "LEFT_UNPAID": "The goods left unpaid",
    "CONTRADICTION": "Its statuses contradict each other",
    "NOT_CLEARED": "It counted as cleared there, and nothing clears it",
    "NOT_RELEASED": "It was being brought there, and was not released here",
    "MONEY_OF_CANCELLED": "It is cancelled, and there is money",
    "RIDER": "Who delivers it is not clear",
    "RIDER_PAID": "Its rider was paid there, and not all of it is in the books here",
    "ADDRESS": "It has no address",
    "RETURN": "A return is not clear",
    "CREDIT": "The buyer's credit did not reach",
    "ON_HOLD": "It is paid, and nothing says that its goods are still to be brought",
    "PAYMENTS": "A payment speaks of another order too",
    "ROWS": "Something of it can not be read",
    "GOODS": "Its goods were not there when it was to be packed",
    "STUCK": "It could not be brought over, or not go on",
    "REWRITTEN": "It went on there after it was brought over",
}
"""Why an order is on the list, in words. One kind that is not here is told by its sentence alone."""

Decision = Literal["STANDS", "MENDED", "ELSEWHERE"]
DECISIONS: Mapping[Decision, str] = {
    "STANDS": "It is right as it stands here",
    "MENDED": "It was put right here",
    "ELSEWHERE": "It is settled outside of Orderway",
}
"""How a person may decide, in words."""

Status = Literal["open", "decided"]
STATUS: Mapping[Status, str] = {"open": "r.decided_at IS NULL", "decided": "r.decided_at IS NOT NULL"}
AFTER: Mapping[Status, str] = {
    "open": "(r.opened_at, r.order_id, r.kind) > (SELECT a.opened_at, a.order_id, a.kind {of})",
    "decided": "(r.decided_at, r.order_id, r.kind) < (SELECT a.decided_at, a.order_id, a.kind {of})",
}
ORDER_BY: Mapping[Status, str] = {
    "open": "r.opened_at, r.order_id, r.kind",
    "decided": "r.decided_at DESC, r.order_id DESC, r.kind DESC",
}

READ = """
SELECT json_build_object('store_id', r.store_id, 'order_id', r.order_id, 'kind', r.kind, 'sentence', r.sentence,
    'evidence', r.evidence, 'opened_at', r.opened_at, 'decided_at', r.decided_at, 'decided_by', r.decided_by,
    'decision', r.decision, 'reason', r.reason, 'number', o.number, 'customer', c.name, 'store', s.name,
    'may_decide', coalesce({decide}, false))::text
FROM import_review r
JOIN sale_order o ON o.store_id = r.store_id AND o.id = r.order_id
JOIN customer c ON c.id = o.customer_id
JOIN store s ON s.id = o.store_id
WHERE {seen}
"""
COUNT = """
SELECT count(*) FROM (
    SELECT FROM import_review r JOIN sale_order o ON o.store_id = r.store_id AND o.id = r.order_id WHERE {seen} {most}
) counted
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One reason why a person has to look at an order; decided where `decision` says how."""

    store_id: UUID
    order_id: UUID
    kind: str
    sentence: str
    evidence: Evidence
    opened_at: datetime
    decided_at: datetime | None
    decided_by: UUID | None
    decision: Decision | None
    reason: str | None
    number: str
    customer: str
    store: str
    may_decide: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Which review: an order is on the list at most once for each kind."""

    order_id: UUID
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What to list: all of it must hold."""

    status: Status = "open"
    kind: str | None = None
    order_id: UUID | None = None


EVERYTHING = Filters()
REVIEW = msgspec.json.Decoder(Review)


@dataclass(frozen=True, slots=True)
class Page:
    """Some reviews, and whether more come after them."""

    reviews: tuple[Review, ...]
    has_more: bool


class Asked:
    """One question of one viewer: its parameters, and the conditions of what they see and may decide."""

    def __init__(self, viewer: Viewer) -> None:
        see = allowed(viewer, SEES, first=1)
        decide = allowed(viewer, OVERRIDE_DECIDE, first=1 + len(see.values))
        self.values: list[object] = [*see.values, *decide.values]
        self.seen, self.decide = f"({see.sql} OR {decide.sql})", decide.sql

    def value(self, value: object) -> str:
        """Add a parameter and return its place: "$3"."""
        self.values.append(value)
        return f"${len(self.values)}"

    def where(self, filters: Filters, after: Place | None = None) -> str:
        parts = [self.seen, STATUS[filters.status]]
        if after:
            order, kind = self.value(after.order_id), self.value(after.kind)
            of = f"FROM import_review a WHERE a.order_id = {order}::uuid AND a.kind = {kind}"
            parts.append(AFTER[filters.status].format(of=of))
        if filters.kind:
            parts.append(f"r.kind = {self.value(filters.kind)}")
        if filters.order_id:
            parts.append(f"r.order_id = {self.value(filters.order_id)}::uuid")
        return " AND ".join(parts)


async def list_reviews(
    connection: Connection,
    viewer: Viewer,
    *,
    filters: Filters = EVERYTHING,
    after: Place | None = None,
    limit: int = 20,
) -> Page:
    """Return what waits longest, or was decided last, of what the viewer sees. Raises Invalid for a limit over 100."""
    if not 1 <= limit <= LARGEST:
        raise Invalid(f"A page holds 1 to {LARGEST} reviews.", "Ask for fewer, and then for the next page.", "first")
    asked = Asked(viewer)
    statement = READ.format(seen=asked.where(filters, after), decide=asked.decide)
    order = f" ORDER BY {ORDER_BY[filters.status]} LIMIT {asked.value(limit + 1)}"
    rows = await connection.fetch(statement + order, *asked.values)
    return Page(tuple(REVIEW.decode(row[0]) for row in rows[:limit]), len(rows) > limit)


async def count_reviews(
    connection: Connection, viewer: Viewer, filters: Filters = EVERYTHING, *, most: int | None = None
) -> int:
    """Return how many reviews there are of those the viewer sees; of more than `most` that many."""
    asked = Asked(viewer)
    where, limit = asked.where(filters), f"LIMIT {asked.value(most)}" if most else ""
    counted: int = await connection.fetchval(COUNT.format(seen=where, most=limit), *asked.values)
    return counted


async def load_review(connection: Connection, viewer: Viewer, place: Place) -> Review:
    """Return a review that the viewer sees, decided or not. Raises NotFound."""
    asked = Asked(viewer)
    where = f"{asked.seen} AND r.order_id = {asked.value(place.order_id)}::uuid AND r.kind = {asked.value(place.kind)}"
    row = await connection.fetchrow(READ.format(seen=where, decide=asked.decide), *asked.values)
    if row is None:
        raise NotFound("There is no such review.")
    return REVIEW.decode(row[0])


async def names_in(connection: Connection, reviews: Sequence[Review]) -> Mapping[str, str]:
    """What the people who decided are called, by their actors."""
    return await names_of(connection, {f"person:{each.decided_by}" for each in reviews if each.decided_by})
