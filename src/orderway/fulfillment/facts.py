"""What a fulfillment may look at: read under lock, and only what the event needs. Most events need nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TypeVar
from uuid import UUID

from orderway.delivery.keeping import is_complete
from orderway.fulfillment.context import FulfillmentContext, FulfillmentFacts, Interest
from orderway.fulfillment.events import (
    Cancel,
    FulfillmentStarted,
    NewPin,
    PackageDelivered,
    PackageShipped,
    PreferencesChanged,
    RefundIssued,
    ReserveMiss,
    ReserveOk,
    Resume,
    ReturnRequested,
    RiderNamed,
    RiderSelected,
    Split,
)
from orderway.fulfillment.interests.facts import covers
from orderway.fulfillment.parts import is_last
from orderway.fulfillment.pins import is_right, make_pin
from orderway.fulfillment.returns.prices import all_back, brought, can_come_back, price_of, sold
from orderway.fulfillment.riders import offer_by_id, offer_of, seen
from orderway.settings import DELIVERY_ATTEMPTS, RETURN_WINDOW_DAYS, Settings
from orderway.stock.reservations import all_held, can_split
from orderway.workflow.kinds import Instance
from orderway.workflow.transaction import Transaction

Answer = TypeVar("Answer")
Ask = Callable[[Transaction], Awaitable[Answer]]
"""A question about another slice of the order."""


@dataclass(frozen=True, slots=True)
class FulfillmentReader:
    """Reads the facts of a fulfillment. `unpaid_of` tells what of a price was never paid, in minor units."""

    settings: Settings
    is_cleared: Ask[bool]
    is_over: Ask[bool]
    unpaid_of: Callable[[Transaction, int], Awaitable[int]]

    async def __call__(self, tx: Transaction, fulfillment: Instance, event: object) -> FulfillmentFacts:
        known = FulfillmentFacts(
            now=tx.now,
            actor=tx.actor.author,
            by_itself=tx.actor.permissions is None,
            attempts_allowed=self.settings[DELIVERY_ATTEMPTS],
            return_window_days=self.settings[RETURN_WINDOW_DAYS],
            may_skip_pin=tx.actor.may("delivery.skip_pin"),
        )
        context: FulfillmentContext = fulfillment.context
        match event:
            case ReserveOk() | ReserveMiss():
                known = replace(known, all_held=await all_held(tx, context.part))
            case FulfillmentStarted() | PreferencesChanged() | RiderSelected() | RiderNamed():
                known = await with_bringing(tx, known, event, of=fulfillment)
            case NewPin() | PackageShipped():
                known = known if context.carrier else with_pin(tx, known)
            case PackageDelivered():
                known = replace(known, pin_matches=is_right(tx, event.pin, context.pin_hash))
            case ReturnRequested():
                known = replace(known, returnable=can_come_back(await brought(tx, fulfillment), event.lines))
            case RefundIssued():
                known = await self.with_refund(tx, known, fulfillment)
            case Split():
                known = replace(known, splittable=await can_split(tx, context.part))
            case Cancel() if fulfillment.state == "ON_HOLD":
                known = replace(
                    known,
                    sale_cleared=await self.is_cleared(tx),
                    sale_is_over=await self.is_over(tx),
                    is_last_part=await is_last(tx, fulfillment),
                )
            case Resume():
                known = replace(known, sale_cleared=await self.is_cleared(tx))
        return known

    async def with_refund(self, tx: Transaction, known: FulfillmentFacts, fulfillment: Instance) -> FulfillmentFacts:
        """What never was paid is no longer owed first; the rest of the price goes back."""
        lines, pieces = await tx.each(sold(tx), brought(tx, fulfillment))
        price = price_of(lines, fulfillment.context.return_lines)
        unpaid = await self.unpaid_of(tx, price)
        everything = all_back(pieces)
        return replace(known, refundable=price - unpaid, unpaid=unpaid, everything_returned=everything)


async def with_bringing(
    tx: Transaction,
    known: FulfillmentFacts,
    event: FulfillmentStarted | PreferencesChanged | RiderSelected | RiderNamed,
    *,
    of: Instance,
) -> FulfillmentFacts:
    """Who is to bring it, and whether the address is complete; what another system recorded was brought to any."""
    match event:
        case RiderSelected():
            return await with_rider(tx, known, await offer_by_id(tx, event.interest, to=of.id))
        case RiderNamed():
            offer = await offer_of(tx, event.rider, to=of.id)
            return await with_rider(tx, known, seen(tx, offer) if offer else None, named=event.rider)
        case FulfillmentStarted() if of.context.type == "PICKUP":
            return with_pin(tx, known)
    return replace(known, address_is_complete=tx.actor.is_import or await is_complete(tx))


def with_pin(tx: Transaction, known: FulfillmentFacts) -> FulfillmentFacts:
    """A new PIN, unless another system recorded the delivery, or somebody only looks."""
    return known if tx.actor.is_import or tx.intent == "look" else replace(known, new_pin_hash=make_pin(tx))


async def with_rider(
    tx: Transaction, known: FulfillmentFacts, offer: Interest | None, *, named: UUID | None = None
) -> FulfillmentFacts:
    """The offer of the rider who is to bring it, and whether they cover the place: whoever brought it elsewhere did."""
    rider = named or (offer.rider if offer else None)
    covering = rider if rider and (tx.actor.is_import or await covers(tx, rider)) else None
    return replace(known, interest=offer, covering=covering)
