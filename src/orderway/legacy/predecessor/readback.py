"""What the tables say of the orders that an import looked at: the closing report tells nothing that is not there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal
from uuid import UUID

import msgspec

from orderway.legacy.ends import Ends
from orderway.legacy.predecessor.bring import Seen
from orderway.legacy.predecessor.departed import read_departed
from orderway.legacy.predecessor.judge import Verdict
from orderway.legacy.predecessor.ledger import DECIDED
from orderway.legacy.predecessor.parts import SENTENCES
from orderway.legacy.predecessor.payouts import BOOKED
from orderway.workflow.kinds import Connection

TITLES: Final = """
SELECT v.id, p.name || CASE WHEN v.name = '' THEN '' ELSE ', ' || v.name END AS title
FROM variant v JOIN product p ON p.id = v.product_id
"""
LOOKED_AT: Final = f"""
SELECT CASE WHEN l.came = 'FAILED' AND {DECIDED} THEN 'SETTLED' ELSE l.came END AS came,
    l.verdict::text AS verdict, q.state AS quotation, s.state AS sale, f.state AS fulfillment
FROM legacy_order l
LEFT JOIN quotation q ON q.store_id = l.store_id AND q.order_id = l.order_id
LEFT JOIN sale s ON s.store_id = l.store_id AND s.order_id = l.order_id
LEFT JOIN fulfillment f ON f.store_id = l.store_id AND f.order_id = l.order_id AND (f.context ->> 'part')::int = 1
WHERE l.came <> 'READ' ORDER BY l.stood, l.theirs
"""  # noqa: S608  (texts of ours)
WINDOW: Final = 500
"""So many rows are fetched at once."""
ASKED: Final = "SELECT kind, count(*) FROM import_review WHERE decided_at IS NULL GROUP BY kind ORDER BY 2 DESC, 1"
HERE: Final = "SELECT kind, count(*) FROM legacy_id WHERE kind = ANY ($1) GROUP BY kind"
RIDERS_PAID: Final = """
SELECT coalesce(sum(-l.amount), 0)::bigint FROM rider_ledger l
WHERE l.kind = 'PAID' AND l.id IN (SELECT ours FROM legacy_id WHERE kind = 'FulfillmentPayment')
"""
# An archived order keeps its payments in one sum, and their ids.
RIDERS_PAID_BEFORE: Final = """
SELECT coalesce(sum(-r.amount), 0)::bigint FROM archived_order a
CROSS JOIN LATERAL jsonb_to_recordset(a.carried -> 'riders') AS r (kind text, amount bigint)
WHERE r.kind = 'PAID' AND EXISTS (
    SELECT FROM jsonb_to_recordset(a.carried -> 'payouts') AS p (id uuid)
    JOIN legacy_id i ON i.kind = 'FulfillmentPayment' AND i.ours = p.id)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """`verdicts` with where each order is by the tables; of those that are not in, where it was judged to be.

    `came` counts what became of them, `asked` what waits for a person, by kind; `here` counts what stands for rows that
    were read, by their table, and `riders_paid` is what riders were paid by the books, in minor units. `departed` are
    those that were archived since, with what is to be said where they changed there.
    """

    verdicts: Sequence[Verdict]
    came: Mapping[str, int]
    asked: Mapping[str, int]
    here: Mapping[str, int]
    riders_paid: int
    departed: Mapping[str, str | None] = field(default_factory=dict)

    @property
    def failed(self) -> int:
        return self.came.get("FAILED", 0)


async def read_titles(connection: Connection) -> Mapping[UUID, str]:
    """How each variant is called on the line of an order."""
    return {row["id"]: row["title"] for row in await connection.fetch(TITLES)}


async def read_back(connection: Connection, seen: Sequence[Seen] | None) -> Found:
    """All that were looked at in any run; after a rehearsal, from which nothing stays, those that it has `seen`."""
    if seen is not None:
        doubts = Counter(doubt.kind for each in seen for doubt in each.verdict.review)
        verdicts = [replace(each.verdict, ends=each.ended) for each in seen]
        return Found(
            verdicts=verdicts,
            came={"IN": len(seen)},
            asked=dict(doubts.most_common()),
            here=total(verdicts, "rows") - total(verdicts, "left"),
            riders_paid=total(verdicts, "riders_paid")[BOOKED],
        )
    decoder, verdicts, came = msgspec.json.Decoder(Verdict), list[Verdict](), Counter[str]()
    async with connection.transaction():
        async for row in connection.cursor(LOOKED_AT, prefetch=WINDOW):
            verdict = decoder.decode(row["verdict"])
            ends = Ends(quotation=row["quotation"] or "", sale=row["sale"], fulfillment=row["fulfillment"])
            verdicts.append(replace(verdict, ends=ends) if row["quotation"] else verdict)
            came[row["came"]] += 1
    asked = {row["kind"]: row["count"] for row in await connection.fetch(ASKED)}
    here = {row["kind"]: row["count"] for row in await connection.fetch(HERE, list(SENTENCES))}
    paid = await connection.fetchval(RIDERS_PAID) + await connection.fetchval(RIDERS_PAID_BEFORE)
    departed = await read_departed(connection)
    return Found(verdicts=verdicts, came=came, asked=asked, here=here, riders_paid=paid, departed=departed)


def total(verdicts: Iterable[Verdict], counts: Literal["rows", "left", "riders_paid", "odd"]) -> Counter[str]:
    """The sum over all orders of what each of them counts."""
    found = Counter[str]()
    for each in verdicts:
        found.update(getattr(each, counts))
    return found
