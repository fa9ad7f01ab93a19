"""Parts: the fulfillments of one order, each of which brings some of its goods and ends by itself."""

from __future__ import annotations

from uuid import UUID

from orderway.fulfillment.context import FulfillmentContext
from orderway.fulfillment.effects import SplitOff
from orderway.stock.reservations import split
from orderway.workflow.kinds import Instance
from orderway.workflow.transaction import Transaction

DROPPED = frozenset({"CANCELLED", "FAILED"})
"""How a part ends that leaves nothing with the buyer."""


def is_dropped(part: Instance) -> bool:
    """Whether it ended and left nothing with the buyer."""
    return part.state in DROPPED


def has_left(part: Instance) -> bool:
    """Whether it went out to the buyer, and did not come to nothing."""
    context: FulfillmentContext = part.context
    return not is_dropped(part) and (context.shipped_at or context.delivered_at) is not None


async def siblings(tx: Transaction, part: Instance) -> list[Instance]:
    """The other parts of its order."""
    return [each for each in await tx.every("fulfillment") if each.id != part.id]


async def is_last(tx: Transaction, part: Instance) -> bool:
    """Whether no other part of the order is under way or delivered."""
    return all(is_dropped(each) for each in await siblings(tx, part))


async def split_off(tx: Transaction, part: Instance, _effect: SplitOff) -> None:
    """What is there stays in the part; what is missing is a part of its own, which waits."""
    context: FulfillmentContext = part.context
    number = 1 + max(each.context.part for each in await tx.every("fulfillment"))
    await split(tx, context.part, number)
    with tx.as_system():
        await tx.open("fulfillment", FulfillmentContext(context.type, context.currency, number))


PIECES = "SELECT line_id, quantity FROM reservation WHERE store_id = $1 AND order_id = $2 AND part = $3"


async def pieces_of(tx: Transaction, part: Instance) -> dict[UUID, int]:
    """How many pieces of each line the part was to bring."""
    rows = await tx.connection.fetch(PIECES, tx.store_id, tx.order_id, part.context.part)
    return {row["line_id"]: row["quantity"] for row in rows}
