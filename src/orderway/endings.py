"""How a fulfillment ends, one of several perhaps, and what the sale, the buyer's money and the world hear of it.

An order that is brought in parts ends with the last of them. A part that is cancelled or fails while another is under
way or was delivered is dropped: the price of its pieces falls off the sale, as if they had come back, and what was
paid of it goes back to the buyer. Where no part leaves anything with the buyer, the sale is cancelled as a whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from orderway.cashflow import pay_back
from orderway.coordinator import is_over, the_sale, unpaid_of
from orderway.fulfillment.effects import PayBack, Rest, TellSale
from orderway.fulfillment.machine import FULFILLMENT
from orderway.fulfillment.parts import is_dropped, pieces_of, siblings
from orderway.fulfillment.returns.prices import sold
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
    """The sale hears what the end of a part means for it, where it has not ended before; the world hears of the part.

    A sale that refuses what it hears refuses the whole.
    """
    events = [] if await is_over(tx) else await news(tx, fulfillment, effect)
    with tx.as_system():
        for event in events:
            await tx.send((await the_sale(tx)).ref, event)
        await tx.put("order.fulfillment.status_changed", StatusChanged(fulfillment.id, fulfillment.state, effect.event))
        if is_dropped(fulfillment):
            for event in events:
                if isinstance(event, FulfillmentRefunded) and event.amount:
                    await pay_back(tx, fulfillment, PayBack(event.amount))


async def news(tx: Transaction, ended: Instance, effect: TellSale) -> list[Any]:
    """What the sale is to hear, in its order."""
    others = await siblings(tx, ended)
    if all(is_dropped(each) for each in others):
        return [rest_of(effect)]
    events: list[Any] = []
    if is_dropped(ended):
        events.append(await price_off(tx, ended))
    elif effect.event == "FULFILLMENT_REFUNDED":
        events.append(rest_of(effect))
    parts = [ended, *others]
    if all(FULFILLMENT.is_final(each.state) for each in parts) and any(each.state == "COMPLETED" for each in parts):
        events.append(FulfillmentCompleted())
    return events


async def price_off(tx: Transaction, dropped: Instance) -> FulfillmentRefunded:
    """The price of the pieces that a part does not bring: what never was paid of it is no longer owed first."""
    lines = await sold(tx)
    price = sum(lines[line].last(pieces) for line, pieces in (await pieces_of(tx, dropped)).items())
    unpaid = await unpaid_of(tx, price)
    return FulfillmentRefunded(price - unpaid, unpaid)


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
