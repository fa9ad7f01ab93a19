"""Paying riders for a delivery, and correcting what they earned, as the viewer who enters it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from orderway.fulfillment.payouts.ledger import Correction, Entered, Payout, correct_earning, pay_rider
from orderway.order.begun import Asker
from orderway.order.reach import reach
from orderway.people.scope import actor_on
from orderway.workflow.runner import Runner
from orderway.workflow.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class PayFulfillmentRider(Payout):
    """Money given to a rider for a delivery, `amount` in minor units of the order's currency: no more than is due.

    Without `rider` it is the one who is assigned, or was when the delivery ended.
    """

    fulfillment: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectRiderEarning(Correction):
    """More (+) or less (-) than what was earned by a delivery so far, in minor units, and why."""

    fulfillment: UUID


async def enter_money(runner: Runner, by: Asker, asked: PayFulfillmentRider | CorrectRiderEarning) -> Entered:
    """Make the entry, once for a key. Raises NotFound, and what `pay_rider` and `correct_earning` raise."""
    enter: Any = pay_rider if isinstance(asked, PayFulfillmentRider) else correct_earning
    async with runner.pool.acquire() as connection:
        found = await reach(connection, by.viewer, kind=runner.workflow.kind("fulfillment"), id=asked.fulfillment)

    async def work(tx: Transaction) -> Entered:
        await tx.load(found.ref)
        tx.actor = await actor_on(tx.connection, by.viewer, store_id=found.ref.store_id, order_id=found.order_id)
        entered: Entered = await enter(tx, found.ref, asked)
        return entered

    request = (type(asked).__name__, asked)
    return await runner.once(
        work, Entered, key=by.key, request=request, actor=by.viewer.actor(), request_id=by.request_id
    )
