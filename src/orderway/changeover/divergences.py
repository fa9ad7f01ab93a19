"""Where the former system and this one say something else of an order: kept by the shadow, read by people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from orderway.changeover.evidence import Evidence
from orderway.changeover.reviews import SEES
from orderway.people.scope import allowed
from orderway.people.viewer import Viewer
from orderway.workflow.errors import Invalid
from orderway.workflow.kinds import Connection

LARGEST = 100

Class = Literal["OLD_WRONG", "OURS_WRONG", "UNCLEAR"]
CLASSES: Mapping[Class, str] = {
    "OURS_WRONG": "Orderway is wrong",
    "UNCLEAR": "Unclear",
    "OLD_WRONG": "The former system is wrong",
}
"""Who is wrong, in words; what weighs most first."""

KINDS: Mapping[str, str] = {
    "CLEARED": "Cleared there, and not here",
    "RELEASED": "Being brought there, and not here",
    "LEFT_UNPAID": "The goods left unpaid",
    "ENDED": "Ended there, though its goods had left",
    "EXPIRED": "Let expire there before its time",
    "TWICE": "Delivered more than once there",
    "CONTRADICTION": "Its statuses there contradict each other",
    "CREDIT": "The buyer's credit did not reach here",
    "GOODS": "Its goods are missing here",
    "REFUSED": "It could not go the same way here",
    "REWRITTEN": "Its history was changed there",
    "ELSEWHERE": "It rests somewhere else here",
    "VANISHED": "It is gone there",
}
"""What differs, in words."""

Status = Literal["open", "closed"]
STATUS: Mapping[Status, str] = {"open": "d.closed_at IS NULL", "closed": "d.closed_at IS NOT NULL"}
KEY = "{of}.opened_at, {of}.order_id, {of}.kind"
ENDED = "{of}.closed_at, {of}.order_id, {of}.kind"
SORTED: Mapping[Status, str] = {"open": KEY, "closed": ENDED}

READ = """
SELECT json_build_object('store_id', d.store_id, 'order_id', d.order_id, 'kind', d.kind, 'class_', d.class,
    'sentence', d.sentence, 'evidence', d.evidence, 'at_stake', d.at_stake, 'opened_at', d.opened_at,
    'closed_at', d.closed_at, 'number', o.number, 'customer', c.name, 'store', s.name)::text
FROM shadow_divergence d
JOIN sale_order o ON o.store_id = d.store_id AND o.id = d.order_id
JOIN customer c ON c.id = o.customer_id
JOIN store s ON s.id = o.store_id
WHERE {seen}
"""
FROM = "FROM shadow_divergence d JOIN sale_order o ON o.store_id = d.store_id AND o.id = d.order_id WHERE {seen}"
COUNT = f"SELECT count(*) FROM (SELECT {FROM} {{most}}) counted"  # noqa: S608  (the text above)
COUNTS = f"SELECT d.class, count(*) {FROM} GROUP BY d.class"

# What is open of these orders and was not found again is closed; what is told in other words is told in those.
CLOSE = """
UPDATE shadow_divergence d SET closed_at = greatest($3, d.opened_at)
FROM unnest($1::uuid[], $2::uuid[]) AS looked (store_id, order_id)
WHERE d.store_id = looked.store_id AND d.order_id = looked.order_id AND d.closed_at IS NULL
    AND NOT EXISTS (
        SELECT FROM unnest($4::uuid[], $5::text[]) AS f (order_id, kind)
        WHERE f.order_id = d.order_id AND f.kind = d.kind
    )
"""
OPEN = """
INSERT INTO shadow_divergence AS d (store_id, order_id, kind, class, sentence, evidence, at_stake, opened_at)
SELECT f.*, $8 FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::jsonb[], $7::bigint[]) AS f
ON CONFLICT (store_id, order_id, kind) WHERE closed_at IS NULL DO UPDATE
SET class = excluded.class, sentence = excluded.sentence, evidence = excluded.evidence, at_stake = excluded.at_stake
WHERE (d.class, d.sentence, d.evidence, d.at_stake)
    IS DISTINCT FROM (excluded.class, excluded.sentence, excluded.evidence, excluded.at_stake)
"""

encode = msgspec.json.Encoder(order="deterministic").encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing in which the two systems differ on an order; `at_stake` in minor units."""

    store_id: UUID
    order_id: UUID
    kind: str
    class_: Class
    sentence: str
    evidence: Evidence
    at_stake: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Divergence(Finding):
    """The same as it is kept: since when, until when where they agree again, and of whose order."""

    opened_at: datetime
    closed_at: datetime | None
    number: str
    customer: str
    store: str


@dataclass(frozen=True, slots=True)
class Place:
    """Which one: an order has at most one of each kind at a time."""

    order_id: UUID
    kind: str
    opened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What to list: all of it must hold."""

    status: Status = "open"
    class_: Class | None = None
    kind: str | None = None
    order_id: UUID | None = None


EVERYTHING = Filters()
DIVERGENCE = msgspec.json.Decoder(Divergence)


@dataclass(frozen=True, slots=True)
class Page:
    """Some of them, and whether more come after them."""

    divergences: tuple[Divergence, ...]
    has_more: bool


class Asked:
    """One question of one viewer: its parameters, beginning with those of what they see."""

    def __init__(self, viewer: Viewer) -> None:
        see = allowed(viewer, SEES, first=1)
        self.values: list[object] = [*see.values]
        self.seen = see.sql

    def value(self, value: object) -> str:
        """Add a parameter and return its place: "$3"."""
        self.values.append(value)
        return f"${len(self.values)}"

    def where(self, filters: Filters, after: Place | None = None) -> str:
        parts = [self.seen, STATUS[filters.status]]
        if after:
            order, kind = self.value(after.order_id), self.value(after.kind)
            is_it = f"a.order_id = {order}::uuid AND a.kind = {kind} AND a.opened_at = {self.value(after.opened_at)}"
            key = SORTED[filters.status]
            place = f"SELECT {key.format(of='a')} FROM shadow_divergence a WHERE {is_it}"  # noqa: S608
            parts.append(f"({key.format(of='d')}) < ({place})")
        for column, wanted in (("class", filters.class_), ("kind", filters.kind)):
            if wanted:
                parts.append(f"d.{column} = {self.value(wanted)}")
        if filters.order_id:
            parts.append(f"d.order_id = {self.value(filters.order_id)}::uuid")
        return " AND ".join(parts)


async def list_divergences(
    connection: Connection,
    viewer: Viewer,
    *,
    filters: Filters = EVERYTHING,
    after: Place | None = None,
    limit: int = 20,
) -> Page:
    """Return what was found, or closed, last of what the viewer sees. Raises Invalid for a limit over 100."""
    if not 1 <= limit <= LARGEST:
        raise Invalid(
            f"A page holds 1 to {LARGEST} divergences.", "Ask for fewer, and then for the next page.", "first"
        )
    asked = Asked(viewer)
    where = asked.where(filters, after)
    sort = ", ".join(f"{each} DESC" for each in SORTED[filters.status].format(of="d").split(", "))
    order = f" ORDER BY {sort} LIMIT {asked.value(limit + 1)}"
    rows = await connection.fetch(READ.format(seen=where) + order, *asked.values)
    return Page(tuple(DIVERGENCE.decode(row[0]) for row in rows[:limit]), len(rows) > limit)


async def count_divergences(
    connection: Connection, viewer: Viewer, filters: Filters = EVERYTHING
) -> Mapping[Class, int]:
    """Return how many there are of each class, of those the viewer sees."""
    asked = Asked(viewer)
    where = asked.where(filters)
    rows = await connection.fetch(COUNTS.format(seen=where), *asked.values)
    found: dict[Class, int] = {row["class"]: row["count"] for row in rows}
    return {each: found.get(each, 0) for each in CLASSES}


async def count_listed(
    connection: Connection, viewer: Viewer, filters: Filters = EVERYTHING, *, most: int | None = None
) -> int:
    """Return how many there are in all; of more than `most` that many."""
    asked = Asked(viewer)
    where = asked.where(filters)
    limit = f"LIMIT {asked.value(most)}" if most else ""
    counted: int = await connection.fetchval(COUNT.format(seen=where, most=limit), *asked.values)
    return counted


async def keep_findings(
    connection: Connection, looked: Sequence[tuple[UUID, UUID]], findings: Sequence[Finding], *, at: datetime
) -> None:
    """Keep what was found of the orders that were `looked` at, by store and id; what they agree on again is closed."""
    stores, orders = [each[0] for each in looked], [each[1] for each in looked]
    found = [each.order_id for each in findings], [each.kind for each in findings]
    async with connection.transaction():
        await connection.execute(CLOSE, stores, orders, at, *found)
        if findings:
            await connection.execute(
                OPEN, [each.store_id for each in findings], *found, [each.class_ for each in findings],
                [each.sentence for each in findings], [encode(each.evidence).decode() for each in findings],
                [each.at_stake for each in findings], at,
            )  # fmt: skip
