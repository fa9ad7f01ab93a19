"""Riders earn what was agreed when the goods get there; they are paid no more than is due, and errors are corrected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from orderway.fulfillment.context import LARGEST_COST
from orderway.fulfillment.effects import Earn
from orderway.people.permissions import RIDER_VOLUNTEER
from orderway.statechart import Amount, Reason, Refusal
from orderway.statechart.explain import text
from orderway.workflow.errors import Invalid, NotFound, Refused
from orderway.workflow.kinds import Instance, Ref
from orderway.workflow.transaction import Transaction

PayoutMethod = Literal["CASH", "TRANSFER", "MOBILE_MONEY"]
PAYOUT_METHODS: dict[PayoutMethod, str] = {"CASH": "Cash", "TRANSFER": "Bank transfer", "MOBILE_MONEY": "Mobile money"}
"""How a rider is paid, in words."""

PAY = "payment.confirm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Payout:
    """Money given to a rider for a delivery: `amount` in minor units of the order's currency.

    Without `rider` it is the one who is assigned, or was when the delivery ended.
    """

    amount: int
    method: PayoutMethod
    reference: str | None = None
    rider: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """More (+) or less (-) than what was earned so far, and why. `rider` as for a payout."""

    amount: int
    reason: str
    rider: UUID | None = None


@dataclass(frozen=True, slots=True)
class RiderPaid:
    """What the world hears of a payout: minor units."""

    fulfillment: UUID
    rider: UUID
    amount: int
    currency: str
    method: PayoutMethod


@dataclass(frozen=True, slots=True)
class Entered:
    """The entry that was made; what an idempotency key remembers."""

    store_id: UUID
    id: UUID
    rider: UUID


ENTER = """
INSERT INTO rider_ledger (store_id, order_id, fulfillment_id, rider_id, kind, amount, currency, method, reference,
    reason, at, actor)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING id
"""
DUE = """
SELECT coalesce(sum(amount), 0) FROM rider_ledger WHERE store_id = $1 AND fulfillment_id = $2 AND rider_id = $3
"""
# Who has left is owed all the same.
IS_RIDER = f"""
SELECT EXISTS (
    SELECT FROM person_role h JOIN role r ON r.id = h.role_id
    WHERE h.person_id = $1 AND '{RIDER_VOLUNTEER}' = ANY (r.permissions)
) OR EXISTS (SELECT FROM rider_ledger WHERE store_id = $2 AND rider_id = $1)
"""  # noqa: S608  (a text of the code)


async def earn(tx: Transaction, fulfillment: Instance, effect: Earn) -> None:
    """The rider earned what was agreed: once for each delivery."""
    await enter(tx, fulfillment, ("EARNED", effect.amount, None, None, None), rider=effect.rider)


async def pay_rider(tx: Transaction, delivery: Ref, payout: Payout) -> Entered:
    """Pay a rider for a delivery, as far as something is due.

    Raises NotFound for the delivery or its rider, Invalid for an amount of nothing or less, and Refused where less is
    due or one may not pay.
    """
    fulfillment = await tx.load(delivery)
    tx.require(PAY, to="pay a rider")
    rider = await rider_of(tx, fulfillment, payout.rider)
    if payout.amount <= 0:
        raise Invalid("A payment is more than nothing.", "Enter what the rider was paid.", "amount")
    due = await due_to(tx, fulfillment, rider)
    if payout.amount > due:
        raise not_due(due, fulfillment, sentence="No more may be paid to a rider than is due for the delivery.")
    entry = ("PAID", -payout.amount, payout.method, payout.reference, None)
    entered = await enter(tx, fulfillment, entry, rider=rider)
    paid = RiderPaid(fulfillment.id, rider, payout.amount, fulfillment.context.currency, payout.method)
    await tx.put("order.fulfillment.rider_paid", paid, about=fulfillment)
    return entered


async def correct_earning(tx: Transaction, delivery: Ref, correction: Correction) -> Entered:
    """Correct what a rider earned by a delivery, down to what was paid already. Raises what `pay_rider` raises."""
    fulfillment = await tx.load(delivery)
    tx.require(PAY, to="correct what a rider earned")
    rider = await rider_of(tx, fulfillment, correction.rider)
    if not correction.amount or not correction.reason.strip():
        raise Invalid("A correction says by how much, and why.", "Enter both.", "amount")
    if abs(correction.amount) > LARGEST_COST:
        raise Invalid("No delivery is corrected by so much.", "Check the amount.", "amount")
    due = await due_to(tx, fulfillment, rider)
    if due + correction.amount < 0:
        raise not_due(due, fulfillment, sentence="No more may be taken back from a rider than is due to them.")
    entry = ("CORRECTED", correction.amount, None, None, correction.reason)
    return await enter(tx, fulfillment, entry, rider=rider)


async def rider_of(tx: Transaction, fulfillment: Instance, named: UUID | None) -> UUID:
    """The rider who is named, or who brings it. Raises NotFound for nobody, or for one who is no rider."""
    rider: UUID | None = named or fulfillment.context.rider
    if rider is None:
        raise NotFound("No rider brings this delivery.", "Name the rider.")
    if rider != fulfillment.context.rider and not await tx.connection.fetchval(IS_RIDER, rider, tx.store_id):
        raise NotFound("There is no such rider.", "Check the id.")
    return rider


async def due_to(tx: Transaction, fulfillment: Instance, rider: UUID) -> int:
    """What is due to the rider for the delivery, in minor units."""
    return int(await tx.connection.fetchval(DUE, tx.store_id, fulfillment.id, rider))


def not_due(due: int, fulfillment: Instance, *, sentence: str) -> Refused:
    amount = Amount(due, fulfillment.context.currency)
    reason = Reason(guard="is_due", sentence=sentence, detail=f"{amount} is due.", remedy="Enter a smaller amount.")
    return Refused(Refusal("", "", "", (reason,), ()), text(reason))


Entry = tuple[str, int, str | None, str | None, str | None]
"""Kind, amount, method, reference and reason."""


async def enter(tx: Transaction, fulfillment: Instance, entry: Entry, *, rider: UUID) -> Entered:
    kind, amount, method, reference, reason = entry
    id = await tx.connection.fetchval(
        ENTER, tx.store_id, tx.order_id, fulfillment.id, rider, kind, amount, fulfillment.context.currency,
        method, reference, reason, tx.now, tx.actor.author,
    )  # fmt: skip
    return Entered(tx.store_id, id, rider)
