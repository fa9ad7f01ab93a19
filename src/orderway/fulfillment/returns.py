"""Returns: asked for, received or rejected, and what of their price was paid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from orderway.fulfillment.context import ReturnLine
from orderway.fulfillment.effects import OpenReturn, ReceiveReturn, RejectReturn
from orderway.fulfillment.events import ReturnWanted
from orderway.ids import new_id
from orderway.workflow.kinds import Instance
from orderway.workflow.transaction import Transaction


@dataclass(frozen=True, slots=True)
class ReturnTold:
    """What the world hears of a return."""

    fulfillment: UUID
    lines: tuple[ReturnLine, ...]
    reason: str | None = None


OPEN = """
WITH opened AS (
    INSERT INTO sales_return (store_id, id, order_id, reason, status, requested_at, requested_by)
    VALUES ($1, $3, $2, $4, 'REQUESTED', $5, $6)
)
INSERT INTO return_line (store_id, return_id, line_id, quantity)
SELECT $1, $3, line_id, quantity FROM unnest($7::uuid[], $8::bigint[]) AS g (line_id, quantity)
"""

RECEIVE = """
WITH received AS (
    UPDATE sales_return SET status = 'RECEIVED', closed_at = $3
    WHERE store_id = $1 AND order_id = $2 AND status = 'REQUESTED' RETURNING id
)
INSERT INTO returned_goods (store_id, return_id, line_id, condition, quantity)
SELECT $1, received.id, g.line_id, g.condition, sum(g.quantity)::bigint
FROM received, unnest($4::uuid[], $5::text[], $6::bigint[]) AS g (line_id, condition, quantity)
GROUP BY received.id, g.line_id, g.condition
"""

REJECT = """
UPDATE sales_return SET status = 'REJECTED', closed_at = $3
WHERE store_id = $1 AND order_id = $2 AND status = 'REQUESTED'
"""


async def open_return(tx: Transaction, fulfillment: Instance, effect: OpenReturn) -> None:
    asked = counted(effect.lines)
    await tx.connection.execute(
        OPEN, tx.store_id, tx.order_id, new_id(), effect.reason, tx.now, tx.actor.author,
        list(asked.keys()), list(asked.values()),
    )  # fmt: skip
    await tx.put("order.return.requested", ReturnTold(fulfillment.id, effect.lines, effect.reason))


async def receive_return(tx: Transaction, fulfillment: Instance, effect: ReceiveReturn) -> None:
    lines = effect.lines
    await tx.connection.execute(
        RECEIVE, tx.store_id, tx.order_id, tx.now,
        [each.line for each in lines], [each.condition for each in lines], [each.quantity for each in lines],
    )  # fmt: skip
    await tx.put("order.return.received", ReturnTold(fulfillment.id, lines))


async def reject_return(tx: Transaction, fulfillment: Instance, effect: RejectReturn) -> None:
    await tx.connection.execute(REJECT, tx.store_id, tx.order_id, tx.now)
    await tx.put("order.return.rejected", ReturnTold(fulfillment.id, (), effect.reason))


@dataclass(frozen=True, slots=True)
class Sold:
    """An order line: its total in minor units, the pieces sold, and those that came back, in whatever condition."""

    total: int
    quantity: int
    back: int

    def price(self, pieces: int) -> int:
        """The price of the last `pieces` that came back; the prices of all pieces add up to the total."""
        return self._of(self.back) - self._of(self.back - pieces)

    def _of(self, pieces: int) -> int:
        return round(Fraction(self.total * pieces, self.quantity))


SOLD = """
SELECT l.id, l.total, l.quantity, coalesce((
    SELECT sum(g.quantity) FROM returned_goods g WHERE g.store_id = l.store_id AND g.line_id = l.id
), 0)::bigint AS back
FROM order_line l WHERE l.store_id = $1 AND l.order_id = $2
"""


async def sold(tx: Transaction) -> dict[UUID, Sold]:
    """The lines of the order with what came back of them."""
    rows = await tx.connection.fetch(SOLD, tx.store_id, tx.order_id)
    return {row["id"]: Sold(row["total"], row["quantity"], row["back"]) for row in rows}


async def is_all_returned(tx: Transaction) -> bool:
    """Whether all goods of the order came back."""
    return all_back(await sold(tx))


def all_back(lines: dict[UUID, Sold]) -> bool:
    return all(line.back == line.quantity for line in lines.values())


def can_come_back(lines: dict[UUID, Sold], wanted: Iterable[ReturnWanted | ReturnLine]) -> bool:
    """Whether no more of each line is asked back than was sold and is still away."""
    return all(
        id in lines and quantity <= lines[id].quantity - lines[id].back for id, quantity in counted(wanted).items()
    )


def price_of(lines: dict[UUID, Sold], returned: Iterable[ReturnLine]) -> int:
    """The price of goods that have just come back, in minor units."""
    return sum(lines[id].price(quantity) for id, quantity in counted(returned).items())


def counted(lines: Iterable[ReturnWanted | ReturnLine]) -> Counter[UUID]:
    """The pieces of each line, named once."""
    pieces: Counter[UUID] = Counter()
    for each in lines:
        pieces[each.line] += each.quantity
    return pieces
