"""What a fulfillment may look at: read under lock, and only what the event needs. Most events need nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from orderway.fulfillment.context import FulfillmentContext, FulfillmentFacts
from orderway.fulfillment.events import (
    FulfillmentStarted,
    PackageDelivered,
    PackageShipped,
    RefundIssued,
    ReserveMiss,
    ReserveOk,
    Resume,
    ReturnRequested,
    RiderNamed,
    RiderSelected,
)
from orderway.fulfillment.pins import make_pin, pin_matches
from orderway.fulfillment.returns.prices import all_back, brought, can_come_back, price_of, sold
from orderway.fulfillment.riders import covers, offer_by_id, offer_of, seen
from orderway.settings import RETURN_WINDOW_DAYS, Settings
from orderway.stock.reservations import all_held
from orderway.workflow.kinds import Instance
from orderway.workflow.transaction import Transaction

Answer = TypeVar("Answer")
Ask = Callable[[Transaction], Awaitable[Answer]]
"""A question about another slice of the order."""


@dataclass(frozen=True, slots=True)
class FulfillmentReader:
    """Reads the facts of a fulfillment; the sale is asked. `unpaid_of` tells what of a price was never paid (minor units)."""

    settings: Settings
    is_cleared: Ask[bool]
    unpaid_of: Callable[[Transaction, int], Awaitable[int]]

    async def __call__(self, tx: Transaction, fulfillment: Instance, event: object) -> FulfillmentFacts:
        known = FulfillmentFacts(
            now=tx.now,
            actor=tx.actor.author,
            return_window_days=self.settings[RETURN_WINDOW_DAYS],
            may_skip_pin=tx.actor.may("delivery.skip_pin"),
        )
        context: FulfillmentContext = fulfillment.context
        match event:
            case ReserveOk() | ReserveMiss():
                known = replace(known, all_held=await all_held(tx))
            case FulfillmentStarted() if context.type == "PICKUP":
                known = await with_pin(tx, known)
            case PackageShipped() if context.carrier is None:
                known = await with_pin(tx, known)
            case RiderSelected():
                known = replace(known, interest=await offer_by_id(tx, event.interest, to=fulfillment.id))
            case RiderNamed():
                known = await with_rider(tx, known, event, of=fulfillment)
            case PackageDelivered():
                matches = await pin_matches(event.pin, context.pin_hash)
                known = replace(known, pin_matches=matches)
            case ReturnRequested():
                known = replace(known, returnable=can_come_back(await brought(tx, fulfillment), event.lines))
            case RefundIssued():
                known = await self.with_refund(tx, known, fulfillment)
            case Resume():
                known = replace(known, sale_cleared=await self.is_cleared(tx))
        return known

    async def with_refund(self, tx: Transaction, known: FulfillmentFacts, fulfillment: Instance) -> FulfillmentFacts:
        """What never was paid is no longer owed first; the rest of the price goes back."""
        price = price_of(await sold(tx), fulfillment.context.return_lines)
        unpaid = await self.unpaid_of(tx, price)
        everything = all_back(await brought(tx, fulfillment))
        return replace(known, refundable=price - unpaid, unpaid=unpaid, everything_returned=everything)


async def with_pin(tx: Transaction, known: FulfillmentFacts) -> FulfillmentFacts:
    """A new PIN, unless another system recorded the delivery."""
    is_import = tx.actor.id.startswith("import:")
    return known if is_import else replace(known, new_pin_hash=await make_pin(tx))


async def with_rider(tx: Transaction, known: FulfillmentFacts, event: RiderNamed, *, of: Instance) -> FulfillmentFacts:
    """Whether a named rider covers the place, and whether they have offered by themselves."""
    offer = await offer_of(tx, event.rider, to=of.id)
    return replace(
        known,
        covering=event.rider if await covers(tx, event.rider) else None,
        interest=seen(tx, offer) if offer else None,
    )
