"""Riders' offers to deliver, and what each rider hears when one is chosen, released, or all offers are gone."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from orderway.flags.slices import RIDER_SELECTION
from orderway.fulfillment.context import Interest
from orderway.fulfillment.effects import ANOTHER, AssignInterest, CloseInterests, ReleaseRider, TellRiders
from orderway.fulfillment.interests.facts import delivery_of, is_open, with_delivery
from orderway.fulfillment.interests.machine import (
    RIDER_INTEREST,
    Assign,
    Change,
    OfferGone,
    OfferTurnedDown,
    Register,
    Reject,
    Revive,
    RiderInterestContext,
    RiderInterestFacts,
    Unassign,
    can_be_offered,
    end_of,
)
from orderway.people.permissions import RIDER_VOLUNTEER
from orderway.settings import RIDER_INTEREST_FALLBACK_EXPIRY_MINUTES
from orderway.statechart import Refusal
from orderway.statechart.explain import text
from orderway.statechart.guards import why_not
from orderway.workflow.errors import NotFound, Refused
from orderway.workflow.gate import is_ours
from orderway.workflow.kinds import Instance, Moved, Ref
from orderway.workflow.transaction import Transaction

INTEREST = "rider_interest"


@dataclass(frozen=True, slots=True)
class DeliveryOpen:
    """Riders who cover the place may offer to deliver this."""

    fulfillment: UUID


@dataclass(frozen=True, slots=True)
class DeliveryUnclaimed:
    """The last offer to deliver this is gone: its biller may name a rider or choose a carrier."""

    fulfillment: UUID
    biller: UUID | None


@dataclass(frozen=True, slots=True)
class RiderReleased:
    """The delivery is no longer this rider's."""

    fulfillment: UUID
    rider: UUID
    reason: str


async def volunteer(tx: Transaction, delivery: Ref, offer: Register, *, rider: UUID) -> Moved:
    """A rider offers to deliver what a fulfillment brings: anew, once more, or by changing an offer that is open.

    Raises NotFound for the fulfillment, and Refused where the offer says too little, the delivery looks for no rider,
    the rider does not cover its place, or one may not volunteer.
    """
    tx.require(RIDER_VOLUNTEER, to="offer to deliver")
    fulfillment = await tx.load(delivery)
    earlier = await offer_of(tx, rider, to=delivery.id)
    if earlier is not None:
        return await tx.send(earlier.ref, again(tx, earlier, offer))
    context = RiderInterestContext(
        delivery.id, rider, offer.proposed_cost, fulfillment.context.currency, offer.eta_minutes, offer.message
    )
    facts = await with_delivery(tx, RiderInterestFacts(tx.now, tx.actor.author), context)
    reasons = why_not(can_be_offered, context, offer, facts)
    if reasons:
        refusal = Refusal(INTEREST, "", "REGISTER", reasons, ())
        raise Refused(refusal, " ".join(text(reason) for reason in reasons))
    return await tx.open(INTEREST, context)


def again(tx: Transaction, earlier: Instance, offer: Register) -> Register | Change:
    """What an offer comes to where there is one already."""
    is_standing = tx.takes(earlier, Change)
    return Change(offer.proposed_cost, offer.eta_minutes, offer.message) if is_standing else offer


OFFER = "SELECT id FROM rider_interest WHERE store_id = $1 AND fulfillment_id = $2 AND rider_id = $3"


async def offer_of(tx: Transaction, rider: UUID, *, to: UUID) -> Instance | None:
    """The rider's offer to deliver what the fulfillment `to` brings, in whatever state."""
    id = await tx.connection.fetchval(OFFER, tx.store_id, to, rider)
    return await tx.load(Ref(INTEREST, tx.store_id, id)) if id else None


async def standing_offer(tx: Transaction, rider: UUID, *, to: UUID) -> UUID | None:
    """The rider's offer that can be chosen; one that was turned down is revived for it, while its time is not over."""
    offer = await offer_of(tx, rider, to=to)
    if offer is not None and tx.takes(offer, Revive):
        await tx.offer(offer.ref, Revive())
        offer = await tx.load(offer.ref)
    return offer.id if offer is not None and tx.takes(offer, Assign) else None


async def offer_by_id(tx: Transaction, id: UUID, *, to: UUID) -> Interest | None:
    """An offer as the fulfillment `to` looks at it; None where it has none of this id."""
    try:
        offer = await tx.load(Ref(INTEREST, tx.store_id, id))
    except NotFound:
        return None
    return seen(tx, offer) if offer.context.fulfillment == to else None


def seen(tx: Transaction, offer: Instance) -> Interest:
    """An offer as a fulfillment looks at it: one without an end has that of the settings."""
    context: RiderInterestContext = offer.context
    return Interest(
        id=offer.id,
        rider=context.rider,
        cost=context.proposed_cost,
        is_active=tx.takes(offer, Assign),
        expires_at=end_of(context, tx.workflow.settings[RIDER_INTEREST_FALLBACK_EXPIRY_MINUTES]),
    )


async def tell_riders(tx: Transaction, fulfillment: Instance, _effect: TellRiders) -> None:
    if await is_ours(tx, RIDER_SELECTION):
        await tx.put("order.fulfillment.available", DeliveryOpen(fulfillment.id))


async def assign_interest(tx: Transaction, fulfillment: Instance, effect: AssignInterest) -> None:
    """Assign one offer and turn the others down: all of it or nothing, under the order's lock."""
    with tx.as_system():
        await tx.send(Ref(INTEREST, tx.store_id, effect.interest), Assign())
        await turn_down(tx, fulfillment, ANOTHER)


async def close_interests(tx: Transaction, fulfillment: Instance, effect: CloseInterests) -> None:
    with tx.as_system():
        await turn_down(tx, fulfillment, effect.reason)


async def turn_down(tx: Transaction, fulfillment: Instance, reason: str) -> None:
    """Turn every open offer to deliver it down."""
    for offer in await tx.every(INTEREST, taking=Reject):
        if offer.context.fulfillment == fulfillment.id:
            await tx.send(offer.ref, Reject(reason))


async def release_rider(tx: Transaction, fulfillment: Instance, effect: ReleaseRider) -> None:
    """The rider hears it, and their offer, where they made one, is chosen no longer."""
    with tx.as_system():
        if effect.interest is not None:
            await tx.send(Ref(INTEREST, tx.store_id, effect.interest), Unassign(effect.reason))
    await tx.put("order.fulfillment.rider_released", RiderReleased(fulfillment.id, effect.rider, effect.reason))


STANDING = [state for state in RIDER_INTEREST.every_leaf if "REJECT" in RIDER_INTEREST.takes(state)]
OPEN = """
SELECT EXISTS (SELECT FROM rider_interest WHERE store_id = $1 AND fulfillment_id = $2 AND state = ANY ($3::text[]))
"""


async def hear_turned_down(tx: Transaction, offer: Instance, _effect: OfferTurnedDown) -> None:
    if tx.actor.permissions is not None:
        await hear_gone(tx, offer, OfferGone())


async def hear_gone(tx: Transaction, offer: Instance, _effect: OfferGone) -> None:
    """Where the delivery looks for a rider and has no offer left, its biller hears it, and so do the riders again."""
    delivery = await delivery_of(tx, offer)
    if is_open(tx, delivery) and not await tx.connection.fetchval(OPEN, tx.store_id, delivery.id, STANDING):
        await tx.put("order.fulfillment.unclaimed", DeliveryUnclaimed(delivery.id, tx.order.biller))
        await tell_riders(tx, delivery, TellRiders())
