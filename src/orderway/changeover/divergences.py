"""Where the former system and this one say something else of an order: kept by the shadow, read by people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from orderway.changeover.evidence import Evidence
from orderway.changeover.listing import EVERYTHING, SEES, Asked, Filters, Listed, Listing
from orderway.people.viewer import Viewer
from orderway.workflow.kinds import Connection

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
class Divergence(Listed):
    """The same as it is kept: since when, and until when where it is over."""

    class_: Class
    closed_at: datetime | None

    @property
    def class_label(self) -> str:
        return CLASSES[self.class_]

    @property
    def kind_label(self) -> str:
        return KINDS.get(self.kind, self.kind)


DIVERGENCES = Listing(
    table="shadow_divergence",
    things="divergences",
    row=Divergence,
    over="closed",
    way="DESC",
    sees={"see": SEES},
    more="r.class AS class_",
)


async def count_divergences(
    connection: Connection, viewer: Viewer, filters: Filters = EVERYTHING
) -> Mapping[Class, int]:
    """Return how many there are of each class, of those the viewer sees."""
    asked = Asked(viewer, DIVERGENCES.sees)
    where = DIVERGENCES.where(asked, filters)
    rows = await connection.fetch(
        f"SELECT r.class, count(*) {DIVERGENCES.found} WHERE {where} GROUP BY r.class",
        *asked.values,
    )
    found: dict[Class, int] = {row["class"]: row["count"] for row in rows}
    return {each: found.get(each, 0) for each in CLASSES}


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
