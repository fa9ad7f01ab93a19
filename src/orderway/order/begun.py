"""What begins by hand on an order that its viewer sees: a payment, an offer to deliver it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from orderway.fulfillment.interests.machine import Register
from orderway.fulfillment.riders import volunteer
from orderway.order.reach import reach, reach_order
from orderway.people.viewer import Viewer
from orderway.sale.account_credit.spending import pay_from_account
from orderway.sale.payments.context import Method
from orderway.sale.payments.opening import NewPayment, register
from orderway.workflow.kinds import Moved
from orderway.workflow.runner import Runner
from orderway.workflow.transaction import Transaction

CURRENCY = "SELECT currency FROM sale_order WHERE store_id = $1 AND id = $2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """A payment to register: `amount` in minor units of the order's currency.

    `reference` is the provider's own; where there is none, as for cash, the order's number and a count make one.
    """

    order: UUID
    amount: int
    method: Method
    provider: str
    reference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PayFromAccount:
    """An order to pay out of its buyer's account; `amount` in minor units of the order's currency."""

    order: UUID
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An offer to deliver what a fulfillment brings; `proposed_cost` in minor units of its order's currency."""

    fulfillment: UUID
    proposed_cost: int
    eta_minutes: int
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who begins something, and by which request: the same key gives the same answer, and nothing begins twice."""

    viewer: Viewer
    key: str | None = None
    request_id: str | None = None


async def register_payment(runner: Runner, by: Asker, asked: Payment) -> Moved:
    """Register a payment. Raises NotFound, and what `register` raises."""

    async def work(tx: Transaction) -> Moved:
        currency = await tx.connection.fetchval(CURRENCY, tx.store_id, tx.order_id)
        payment = NewPayment(
            amount=asked.amount,
            currency=currency,
            method=asked.method,
            provider=asked.provider,
            reference=asked.reference,
        )
        return await register(tx, payment)

    return await on_order(runner, by, work, order=asked.order, asked=asked)


async def pay_out_of_account(runner: Runner, by: Asker, asked: PayFromAccount) -> Moved:
    """Pay out of the buyer's account. Raises NotFound, and what `pay_from_account` raises."""

    async def work(tx: Transaction) -> Moved:
        return await pay_from_account(tx, asked.amount)

    return await on_order(runner, by, work, order=asked.order, asked=asked)


async def offer_to_deliver(runner: Runner, by: Asker, asked: Offer) -> Moved:
    """Offer to deliver as the rider that the viewer is. Raises NotFound, and what `volunteer` raises."""
    async with runner.pool.acquire() as connection:
        found = await reach(connection, by.viewer, kind=runner.workflow.kind("fulfillment"), id=asked.fulfillment)

    async def work(tx: Transaction) -> Moved:
        offer = Register(asked.proposed_cost, asked.eta_minutes, asked.message)
        return await volunteer(tx, found.ref, offer, rider=by.viewer.person_id)

    return await on_order(runner, by, work, order=found.order_id, asked=asked)


Work = Callable[[Transaction], Awaitable[Moved]]


async def on_order(runner: Runner, by: Asker, work: Work, *, order: UUID, asked: object) -> Moved:
    """Do the work as the viewer under the order's lock. Raises NotFound, and what it raises."""
    async with runner.pool.acquire() as connection:
        reached = await reach_order(connection, by.viewer, order)

    async def locked(tx: Transaction) -> Moved:
        await tx.lock(reached.store_id, reached.id)
        return await work(tx)

    return await runner.once(
        locked, Moved, key=by.key, request=(type(asked).__name__, asked), actor=reached.actor, request_id=by.request_id
    )
