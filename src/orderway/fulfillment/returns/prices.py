"""What may come back of a fulfillment, and the price of what did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from orderway.fulfillment.context import ReturnLine
from orderway.fulfillment.events import ReturnWanted
from orderway.workflow.kinds import Instance
from orderway.workflow.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Sold:
    """An order line: its total in minor units, the pieces sold, and those whose price was judged already.

    These came back and were refunded, or were to be brought by a fulfillment that was cancelled or failed.
    """

    total: int
    quantity: int
    settled: int

    def price(self, pieces: int) -> int:
        """The price of the next `pieces` to be judged; the prices of all pieces add up to the total."""
        return self._of(self.settled + pieces) - self._of(self.settled)

    def last(self, pieces: int) -> int:
        """The price of the last `pieces` that were judged."""
        return self._of(self.settled) - self._of(self.settled - pieces)

    def _of(self, pieces: int) -> int:
        return round(Fraction(self.total * pieces, self.quantity))


@dataclass(frozen=True, slots=True)
class Brought:
    """The pieces of a line that a fulfillment brought, and those of them that came back."""

    pieces: int
    back: int


SOLD = """
SELECT l.id, l.total, l.quantity, (coalesce((
    SELECT sum(g.quantity) FROM returned_goods g JOIN sales_return r ON r.store_id = g.store_id AND r.id = g.return_id
    WHERE r.store_id = $1 AND r.order_id = $2 AND g.line_id = l.id AND r.refunded_at IS NOT NULL
), 0) + coalesce((
    SELECT sum(r.quantity) FROM reservation r JOIN fulfillment f
        ON f.store_id = r.store_id AND f.order_id = r.order_id AND f.part = r.part
    WHERE r.store_id = $1 AND r.line_id = l.id AND f.state IN ('CANCELLED', 'FAILED')
), 0))::bigint AS settled
FROM order_line l WHERE l.store_id = $1 AND l.order_id = $2
"""

BROUGHT = """
SELECT r.line_id, r.quantity, coalesce((
    SELECT sum(g.quantity) FROM returned_goods g JOIN sales_return s ON s.store_id = g.store_id AND s.id = g.return_id
    WHERE g.store_id = $1 AND g.line_id = r.line_id AND s.order_id = $2 AND s.fulfillment_id = $3
), 0)::bigint AS back
FROM reservation r WHERE r.store_id = $1 AND r.order_id = $2 AND r.part = $4 AND r.status = 'COMMITTED'
"""


async def sold(tx: Transaction) -> dict[UUID, Sold]:
    """The lines of the order with what of them is settled."""
    rows = await tx.connection.fetch(SOLD, tx.store_id, tx.order_id)
    return {row["id"]: Sold(row["total"], row["quantity"], row["settled"]) for row in rows}


async def brought(tx: Transaction, fulfillment: Instance) -> dict[UUID, Brought]:
    """The lines that have left the store with this fulfillment, and what came back of them."""
    part = fulfillment.context.part
    rows = await tx.connection.fetch(BROUGHT, tx.store_id, tx.order_id, fulfillment.id, part)
    return {row["line_id"]: Brought(row["quantity"], row["back"]) for row in rows}


async def is_all_returned(tx: Transaction) -> bool:
    """Whether all goods of the order came back, and their prices are judged."""
    return all(line.settled == line.quantity for line in (await sold(tx)).values())


def all_back(lines: Mapping[UUID, Brought]) -> bool:
    return all(line.back == line.pieces for line in lines.values())


def can_come_back(lines: Mapping[UUID, Brought], wanted: Iterable[ReturnWanted | ReturnLine]) -> bool:
    """Whether no more of each line is asked back than was brought and is still away."""
    return all(
        id in lines and quantity <= lines[id].pieces - lines[id].back for id, quantity in counted(wanted).items()
    )


def price_of(lines: Mapping[UUID, Sold], pieces: Iterable[ReturnLine]) -> int:
    """The price of pieces that are to be judged now, in minor units."""
    return sum(lines[id].price(quantity) for id, quantity in counted(pieces).items())


def counted(lines: Iterable[ReturnWanted | ReturnLine]) -> Counter[UUID]:
    """The pieces of each line, named once."""
    pieces: Counter[UUID] = Counter()
    for each in lines:
        pieces[each.line] += each.quantity
    return pieces
