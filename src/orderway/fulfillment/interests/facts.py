"""What a rider's offer may look at: only what the event needs, read under the lock of its order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from orderway.fulfillment.events import RiderSelected
from orderway.fulfillment.interests.machine import (
    Change,
    Register,
    Revive,
    RiderInterestContext,
    RiderInterestFacts,
)
from orderway.people.permissions import RIDER_VOLUNTEER
from orderway.people.scope import COVERED, UNBOUND
from orderway.settings import (
    RIDER_INTEREST_DEFAULT_EXPIRY_MINUTES,
    RIDER_INTEREST_FALLBACK_EXPIRY_MINUTES,
    RIDERS_WITHOUT_COVERAGE_SEE_ALL,
    Settings,
)
from orderway.workflow.kinds import Instance, Ref
from orderway.workflow.transaction import Transaction


@dataclass(frozen=True, slots=True)
class InterestReader:
    """Reads the facts of an offer; an event of None is its birth, of which `volunteer` has asked the rest."""

    settings: Settings

    async def __call__(self, tx: Transaction, interest: Instance, event: object) -> RiderInterestFacts:
        known = RiderInterestFacts(
            now=tx.now,
            actor=tx.actor.author,
            expiry_minutes=self.settings[RIDER_INTEREST_DEFAULT_EXPIRY_MINUTES],
            fallback_minutes=self.settings[RIDER_INTEREST_FALLBACK_EXPIRY_MINUTES],
        )
        match event:
            case Register() | Change():
                return await with_delivery(tx, known, interest.context)
            case Revive():
                delivery = await delivery_of(tx, interest)
                return replace(known, is_sought=tx.takes(delivery, RiderSelected))
        return known


async def with_delivery(
    tx: Transaction, known: RiderInterestFacts, interest: RiderInterestContext
) -> RiderInterestFacts:
    """Whether the delivery looks for a rider, and this one covers its place; in another system, who offered could."""
    delivery = await tx.load(Ref("fulfillment", tx.store_id, interest.fulfillment))
    is_covered = tx.actor.is_import or await covers(tx, interest.rider)
    return replace(known, is_sought=is_open(tx, delivery), is_covered=is_covered)


async def delivery_of(tx: Transaction, interest: Instance) -> Instance:
    """The fulfillment that an offer is for."""
    return await tx.load(Ref("fulfillment", tx.store_id, interest.context.fulfillment))


def is_open(tx: Transaction, fulfillment: Instance) -> bool:
    """Whether it looks for a rider and has none yet."""
    return fulfillment.context.rider is None and tx.takes(fulfillment, RiderSelected)


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
