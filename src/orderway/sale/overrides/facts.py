"""What a decision on an override looks at: who decides and how much they may, and whether the sale can do without."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from uuid import UUID

from orderway.people.caps import cap_of, deciders_on, lock_caps, who_may_approve
from orderway.people.names import PERSON
from orderway.sale.context import SaleFacts
from orderway.sale.events import OverrideRevoked
from orderway.sale.machine import SALE
from orderway.sale.overrides.machine import Expire, OverrideRequestContext, OverrideRequestFacts
from orderway.settings import OVERRIDE_REQUEST_EXPIRY_MINUTES, Settings
from orderway.statechart import Refusal, decide
from orderway.workflow.kinds import Instance
from orderway.workflow.lasting import lasts
from orderway.workflow.transaction import Transaction


@dataclass(frozen=True, slots=True)
class OverrideReader:
    """Reads the facts of a request, by where it stands: so a button knows why it is closed before anyone presses it."""

    settings: Settings
    is_dispatched: Callable[[Transaction], Awaitable[bool]]

    async def __call__(self, tx: Transaction, request: Instance, event: object) -> OverrideRequestFacts:
        known = OverrideRequestFacts(
            now=tx.now,
            actor=tx.actor.author,
            on_behalf_of=tx.actor.on_behalf_of,
            expiry_minutes=lasts(tx, self.settings[OVERRIDE_REQUEST_EXPIRY_MINUTES]),
        )
        if isinstance(event, Expire):
            return known
        match request.state:
            case "PENDING":
                return await with_cap(tx, known, request.context)
            case "APPROVED":
                return replace(known, objection=await self.objection(tx, request))
        return known

    async def objection(self, tx: Transaction, request: Instance) -> str:
        """What the sale itself would say to the revocation, and what to do instead."""
        sale = await tx.find("sale")
        if sale is None:
            return ""
        facts = SaleFacts(now=tx.now, actor=tx.actor.author, dispatched=await self.is_dispatched(tx))
        answer = decide(SALE, sale.snapshot, OverrideRevoked(request.id, ""), facts)
        if not isinstance(answer, Refusal):
            return ""
        why = " ".join(reason.sentence for reason in answer.reasons) or f"The sale is “{SALE.node(sale.state).label}”."
        instead = " ".join(reason.remedy for reason in answer.reasons if reason.remedy)
        return f"{why} {instead or 'Leave the override: it has done its part.'}"


async def with_cap(
    tx: Transaction, known: OverrideRequestFacts, request: OverrideRequestContext
) -> OverrideRequestFacts:
    """The cap of a person, held until they have decided; the system and the imports have none."""
    if not tx.actor.id.startswith(PERSON):
        return known
    person = UUID(tx.actor.id.removeprefix(PERSON))
    if tx.intent != "look":
        await lock_caps(tx.connection, person)
    deciders = await deciders_on(tx.connection, person, store_id=tx.store_id, order_id=tx.order_id)
    cap = cap_of(deciders)
    if cap is None or cap >= request.amount:
        return replace(known, cap=cap)
    return replace(known, cap=cap, who_may=who_may_approve(deciders, request.amount))
