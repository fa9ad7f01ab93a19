"""The names that clients know for riders: register an interest in a delivery, withdraw it, assign a rider."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from strawberry.types.field import StrawberryField

from orderway.fulfillment.events import RiderNamed, RiderSelected, RiderUnassigned
from orderway.fulfillment.interests.machine import Unassign, Withdraw
from orderway.fulfillment.riders import standing_offer
from orderway.graphql.asking import Asking
from orderway.graphql.births import asker
from orderway.graphql.expose import EXTRAS, INPUTS, KEY, doing, key_of, reason_of, said
from orderway.graphql.forms import payload_of
from orderway.order import begun
from orderway.order.begun import Offer
from orderway.order.reach import reach
from orderway.people.permissions import RIDER_VOLUNTEER
from orderway.workflow.kinds import Moved, Ref
from orderway.workflow.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """Who is to bring it: by their offer, or by name where they have none or another `cost` was agreed.

    An offer that was turned down is taken as well while its time is not over.

    `cost` in minor units of the order's currency.
    """

    rider: UUID
    cost: int | None = None


def offered() -> Iterator[StrawberryField]:
    """The mutations of riders' offers."""
    offer = INPUTS.of(Offer, machine="rider_interest", name="RegisterFulfillmentInterestInput", extras=(KEY,))
    leaving = INPUTS.of(Withdraw, machine="rider_interest", name="WithdrawFulfillmentInterestInput", extras=EXTRAS)
    choice = INPUTS.of(Assignment, machine="fulfillment", name="AssignFulfillmentRiderInput", extras=EXTRAS)
    yield doing(
        "registerFulfillmentInterest", offer, register, description="Offer to deliver, or change one's open offer."
    )
    yield doing(
        "withdrawFulfillmentInterest", leaving, withdraw,
        description="Take back one's offer; where it was chosen already, release oneself from the delivery.",
    )  # fmt: skip
    yield doing(
        "assignFulfillmentRider", choice, assign, description="Assign a rider, also in the place of another one."
    )


async def register(asking: Asking, given: Any) -> Moved:
    """Offer to deliver what the viewer sees, as the rider they are. Raises what `volunteer` raises."""
    return await begun.offer_to_deliver(asking.desk.runner, asker(asking, given), payload_of(Offer, given))


async def withdraw(asking: Asking, given: Any) -> Moved:
    """Withdraw the viewer's offer, or release them from the delivery that it was chosen for."""
    runner, seen, reason = asking.desk.runner, said(given.seen), reason_of(given)
    async with asking.connection() as connection:
        found = await reach(connection, asking.signed_in, kind=runner.workflow.kind("rider_interest"), id=given.id)

    async def work(tx: Transaction) -> Moved:
        offer = await tx.load(found.ref)
        if not (tx.takes(offer, Unassign) and tx.actor.may(RIDER_VOLUNTEER)):
            return await tx.send(found.ref, Withdraw(), seen=seen, reason=reason)
        await tx.require_seen(offer, seen)
        delivery = Ref("fulfillment", found.ref.store_id, offer.context.fulfillment)
        tx.actor = await found.actor(tx, delivery)
        return await tx.send(delivery, RiderUnassigned(reason or "The rider withdrew."))

    request = ("withdrawFulfillmentInterest", found.ref, seen)
    return await found.do(runner, work, request=request, key=key_of(given), request_id=asking.request_id)


async def assign(asking: Asking, given: Any) -> Moved:
    """Choose the rider's offer that stands, or name them where there is none or a cost is given."""
    asked, runner = payload_of(Assignment, given), asking.desk.runner
    seen, reason = said(given.seen), reason_of(given)
    async with asking.connection() as connection:
        found = await reach(connection, asking.signed_in, kind=runner.workflow.kind("fulfillment"), id=given.id)

    async def work(tx: Transaction) -> Moved:
        offer = None if asked.cost is not None else await standing_offer(tx, asked.rider, to=found.ref.id)
        event = RiderNamed(asked.rider, asked.cost) if offer is None else RiderSelected(offer)
        return await tx.send(found.ref, event, seen=seen, reason=reason)

    request = ("assignFulfillmentRider", found.ref, asked, seen)
    return await found.do(runner, work, request=request, key=key_of(given), request_id=asking.request_id)
