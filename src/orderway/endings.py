"""How a fulfillment, one of several perhaps, ends, and what the sale and the world hear of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from orderway.coordinator import the_sale
from orderway.fulfillment.effects import Rest, TellSale
from orderway.sale.events import FulfillmentCancelled, FulfillmentCompleted, FulfillmentFailed, FulfillmentRefunded
from orderway.workflow.kinds import Instance
from orderway.workflow.transaction import Transaction


@dataclass(frozen=True, slots=True)
class StatusChanged:
    """The fulfillment came to a rest that the sale has to hear of."""

    fulfillment: UUID
    status: str
    event: Rest


async def hear_fulfillment(tx: Transaction, fulfillment: Instance, effect: TellSale) -> None:
    """The sale hears how the fulfillment ended, where it has not ended before it."""
    event, sale = rest_of(effect), await the_sale(tx)
    with tx.as_system():
        if tx.takes(sale, type(event)):
            await tx.send(sale.ref, event)
        await tx.put("order.fulfillment.status_changed", StatusChanged(fulfillment.id, fulfillment.state, effect.event))


def rest_of(effect: TellSale) -> Any:
    match effect.event:
        case "FULFILLMENT_COMPLETED":
            return FulfillmentCompleted()
        case "FULFILLMENT_CANCELLED":
            return FulfillmentCancelled()
        case "FULFILLMENT_FAILED":
            return FulfillmentFailed()
        case "FULFILLMENT_REFUNDED":
            return FulfillmentRefunded(effect.amount, effect.waived)
