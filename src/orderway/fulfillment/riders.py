"""Riders: who covers a store, their offers, and what each of them hears when one is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog

from orderway.database import lost
from orderway.fulfillment.context import Interest
from orderway.fulfillment.effects import AssignInterest, CloseInterests, ReleaseRider, TellRiders
from orderway.fulfillment.events import RiderSelected
from orderway.fulfillment.interests.machine import (
    RIDER_INTEREST,
    Assign,
    Expire,
    Register,
    Reject,
    RiderInterestContext,
    RiderInterestFacts,
    Unassign,
    can_be_registered,
)
from orderway.people.permissions import RIDER_VOLUNTEER
from orderway.people.scope import COVERED, UNBOUND
from orderway.settings import (
    RIDER_INTEREST_DEFAULT_EXPIRY_MINUTES,
    RIDER_INTEREST_FALLBACK_EXPIRY_MINUTES,
    RIDERS_WITHOUT_COVERAGE_SEE_ALL,
    Settings,
)
from orderway.statechart import Refusal
from orderway.statechart.explain import text
from orderway.statechart.guards import why_not
from orderway.workflow.actor import THE_SYSTEM
from orderway.workflow.errors import NotFound, Refused
from orderway.workflow.kinds import Instance, Moved, Ref
from orderway.workflow.runner import Runner
from orderway.workflow.transaction import Transaction

INTEREST = "rider_interest"
ANOTHER = "Another rider was chosen."

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class DeliveryOpen:
    """Riders who cover the place may offer to deliver this."""

    fulfillment: UUID


@dataclass(frozen=True, slots=True)
class RiderReleased:
    """The delivery is no longer this rider's."""

    fulfillment: UUID
    rider: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class InterestReader:
    """Reads the facts of an offer: only one that is made looks at the delivery."""

    settings: Settings

    async def __call__(self, tx: Transaction, interest: Instance, event: object) -> RiderInterestFacts:
        return RiderInterestFacts(
            now=tx.now,
            actor=tx.actor.author,
            expiry_minutes=self.settings[RIDER_INTEREST_DEFAULT_EXPIRY_MINUTES],
            is_sought=await is_sought(tx, interest.context) if isinstance(event, Register) else False,
            is_stale=await self._is_stale(tx, interest) if isinstance(event, Expire) else False,
        )

    async def _is_stale(self, tx: Transaction, interest: Instance) -> bool:
        """Whether an offer without a time of its own has stood for as long as the settings let it."""
        minutes = self.settings[RIDER_INTEREST_FALLBACK_EXPIRY_MINUTES]
        made = await tx.connection.fetchval(MADE, tx.store_id, interest.id)
        return bool(minutes) and made <= tx.now - timedelta(minutes=minutes)


MADE = "SELECT moved_at FROM rider_interest WHERE store_id = $1 AND id = $2"

STALE = """
SELECT store_id, id FROM rider_interest
WHERE state = ANY ($2::text[]) AND due_at IS NULL AND moved_at <= $1 ORDER BY moved_at, id
"""


async def expire_stale(runner: Runner) -> int:
    """Let offers without a time of their own lapse once they have stood for as long as the settings say.

    Gives how many did. Each is judged again under the lock of its order; one that fails stops no other.
    """
    minutes = runner.workflow.settings[RIDER_INTEREST_FALLBACK_EXPIRY_MINUTES]
    if not minutes:
        return 0
    states = [state for state in RIDER_INTEREST.leaves if "EXPIRE" in RIDER_INTEREST.takes(state)]
    expired = 0
    for row in await runner.pool.fetch(STALE, runner.clock() - timedelta(minutes=minutes), states):
        try:
            await runner.send(Ref(INTEREST, row["store_id"], row["id"]), Expire(), actor=THE_SYSTEM)
            expired += 1
        except Refused:
            continue  # it moved meanwhile
        except Exception as error:
            if lost(error):
                raise
            log.exception("A stale offer could not lapse; it is tried again.", instance=str(row["id"]))
    return expired


async def is_sought(tx: Transaction, interest: RiderInterestContext) -> bool:
    """Whether the delivery that an offer is for looks for a rider."""
    fulfillment = await tx.load(Ref("fulfillment", tx.store_id, interest.fulfillment))
    return tx.takes(fulfillment, RiderSelected)


async def volunteer(tx: Transaction, delivery: Ref, offer: Register, *, rider: UUID) -> Moved:
    """A rider offers to deliver what a fulfillment brings: a new offer, or their earlier one made again.

    Raises NotFound for the fulfillment, and Refused where the offer says too little, the delivery looks for no rider,
    or one may not volunteer.
    """
    tx.require(RIDER_VOLUNTEER, to="offer to deliver")
    fulfillment = await tx.load(delivery)
    earlier = await offer_of(tx, rider, to=delivery.id)
    if earlier is not None:
        return await tx.send(earlier.ref, offer)
    context = RiderInterestContext(
        delivery.id, rider, offer.proposed_cost, fulfillment.context.currency, offer.eta_minutes, offer.message
    )
    facts = RiderInterestFacts(tx.now, tx.actor.author, is_sought=await is_sought(tx, context))
    reasons = why_not(can_be_registered, context, offer, facts)
    if reasons:
        refusal = Refusal(INTEREST, "", "REGISTER", reasons, ())
        raise Refused(refusal, " ".join(text(reason) for reason in reasons))
    return await tx.open(INTEREST, context)


OFFER = "SELECT id FROM rider_interest WHERE store_id = $1 AND fulfillment_id = $2 AND rider_id = $3"


async def offer_of(tx: Transaction, rider: UUID, *, to: UUID) -> Instance | None:
    """The rider's offer to deliver what the fulfillment `to` brings, in whatever state."""
    id = await tx.connection.fetchval(OFFER, tx.store_id, to, rider)
    return await tx.load(Ref(INTEREST, tx.store_id, id)) if id else None


async def offer_by_id(tx: Transaction, id: UUID, *, to: UUID) -> Interest | None:
    """An offer as the fulfillment `to` looks at it; None where it has none of this id."""
    try:
        offer = await tx.load(Ref(INTEREST, tx.store_id, id))
    except NotFound:
        return None
    return seen(tx, offer) if offer.context.fulfillment == to else None


def seen(tx: Transaction, offer: Instance) -> Interest:
    context: RiderInterestContext = offer.context
    return Interest(
        id=offer.id,
        rider=context.rider,
        cost=context.proposed_cost,
        is_active=tx.takes(offer, Assign),
        expires_at=context.expires_at,
    )


COVERS = f"""
SELECT EXISTS (
    SELECT FROM person_role h JOIN role r ON r.id = h.role_id JOIN person p ON p.id = h.person_id
    WHERE h.person_id = $3 AND '{RIDER_VOLUNTEER}' = ANY (r.permissions) AND p.disabled_at IS NULL
) AND ($4 AND {UNBOUND.replace("?", "$3")} OR {COVERED.replace("?", "$3")})
FROM sale_order o WHERE o.store_id = $1 AND o.id = $2
"""  # noqa: S608  (texts of the code alone)


async def covers(tx: Transaction, rider: UUID) -> bool:
    """Whether the person is a rider who covers the place of the order."""
    roams = tx.workflow.settings[RIDERS_WITHOUT_COVERAGE_SEE_ALL]
    return bool(await tx.connection.fetchval(COVERS, tx.store_id, tx.order_id, rider, roams))


async def tell_riders(tx: Transaction, fulfillment: Instance, _effect: TellRiders) -> None:
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
