"""What is kept of a return: opened, accepted, received or rejected, and settled."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from orderway.fulfillment.context import ReturnLine
from orderway.fulfillment.effects import AcceptReturn, OpenReturn, ReceiveReturn, RejectReturn, SettleReturn
from orderway.fulfillment.returns.prices import counted
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
    INSERT INTO sales_return (store_id, id, order_id, fulfillment_id, reason, status, requested_at, requested_by)
    VALUES ($1, $3, $2, $4, $5, 'REQUESTED', $6, $7)
)
INSERT INTO return_line (store_id, return_id, line_id, quantity)
SELECT $1, $3, line_id, quantity FROM unnest($8::uuid[], $9::bigint[]) AS g (line_id, quantity)
"""

ACCEPT = """
UPDATE sales_return SET status = 'ACCEPTED', accepted_at = $3, accepted_by = $4
WHERE store_id = $1 AND fulfillment_id = $2 AND status = 'REQUESTED'
"""

RECEIVE = """
WITH received AS (
    UPDATE sales_return SET status = 'RECEIVED', closed_at = $3, closed_by = $4
    WHERE store_id = $1 AND fulfillment_id = $2 AND status IN ('REQUESTED', 'ACCEPTED') RETURNING id
)
INSERT INTO returned_goods (store_id, return_id, line_id, condition, quantity)
SELECT $1, received.id, g.line_id, g.condition, sum(g.quantity)::bigint
FROM received, unnest($5::uuid[], $6::text[], $7::bigint[]) AS g (line_id, condition, quantity)
GROUP BY received.id, g.line_id, g.condition
"""

REJECT = """
UPDATE sales_return SET status = 'REJECTED', closed_at = $3, closed_by = $4, answer = $5
WHERE store_id = $1 AND fulfillment_id = $2 AND status IN ('REQUESTED', 'ACCEPTED')
"""

# Of what came back before, everything is settled: a fulfillment has one return at a time.
SETTLE = """
UPDATE sales_return r SET refunded = $3, refunded_to = $4, refunded_at = $5
WHERE store_id = $1 AND fulfillment_id = $2 AND status = 'RECEIVED' AND refunded_at IS NULL
    AND EXISTS (SELECT FROM returned_goods g WHERE g.store_id = r.store_id AND g.return_id = r.id)
"""


async def open_return(tx: Transaction, fulfillment: Instance, effect: OpenReturn) -> None:
    asked = counted(effect.lines)
    await tx.connection.execute(
        OPEN, tx.store_id, tx.order_id, new_id(), fulfillment.id, effect.reason, tx.now, tx.actor.author,
        list(asked.keys()), list(asked.values()),
    )  # fmt: skip
    await tx.put("order.return.requested", ReturnTold(fulfillment.id, effect.lines, effect.reason))


async def accept_return(tx: Transaction, fulfillment: Instance, effect: AcceptReturn) -> None:
    await tx.connection.execute(ACCEPT, tx.store_id, fulfillment.id, tx.now, tx.actor.author)
    await tx.put("order.return.accepted", ReturnTold(fulfillment.id, effect.lines))


async def receive_return(tx: Transaction, fulfillment: Instance, effect: ReceiveReturn) -> None:
    came = [each for each in effect.lines if each.condition != "MISSING"]
    await tx.connection.execute(
        RECEIVE, tx.store_id, fulfillment.id, tx.now, tx.actor.author,
        [each.line for each in came], [each.condition for each in came], [each.quantity for each in came],
    )  # fmt: skip
    await tx.put("order.return.received", ReturnTold(fulfillment.id, effect.lines))


async def reject_return(tx: Transaction, fulfillment: Instance, effect: RejectReturn) -> None:
    await tx.connection.execute(REJECT, tx.store_id, fulfillment.id, tx.now, tx.actor.author, effect.reason)
    await tx.put("order.return.rejected", ReturnTold(fulfillment.id, (), effect.reason))


async def settle_return(tx: Transaction, fulfillment: Instance, effect: SettleReturn) -> None:
    """The price of what came is judged: before the sale hears of it, which asks whether all goods came back."""
    await tx.connection.execute(SETTLE, tx.store_id, fulfillment.id, effect.amount, effect.to, tx.now)
