"""Items that open by themselves when a payment is confirmed or disputed, and close when what they are about is settled.

The coordinator calls these, each in the transaction of its cause.
"""

from __future__ import annotations

from typing import Literal

from orderway.sale.payable import owed
from orderway.sale.payments.context import PaymentContext
from orderway.sale.payments.events import Refund
from orderway.sale.reconciliation.parking import End, Parked, Resolution, park, resolve
from orderway.statechart import Amount, Reason, Refusal
from orderway.workflow.errors import Refused
from orderway.workflow.kinds import Instance
from orderway.workflow.transaction import Transaction

About = Literal["late", "surplus", "disputed"]
WHY: dict[About, str] = {
    "late": "It was confirmed when no sale of its order could take it any more.",
    "surplus": "With it more was paid for the order than is to pay.",
    "disputed": "The buyer disputes it, and the provider holds the money until that is decided.",
}
LEFT_ELSEWHERE = "It is owed to the buyer, and nothing is left of the payment it came with."
DISPUTE_OVER = "A dispute is over, and this much is owed to the buyer."
BY_ITSELF = "It was settled by what became of the payment."

OPEN_ABOUT = """
SELECT id, kind, amount FROM parked_money
WHERE store_id = $1 AND order_id = $2 AND resolution IS NULL AND (payment_id = $3 OR $3 IS NULL) AND kind = ANY ($4)
ORDER BY id FOR UPDATE
"""

IN_INBOX = """
SELECT coalesce(sum(amount), 0)::bigint FROM parked_money
WHERE store_id = $1 AND order_id = $2 AND resolution IS NULL AND kind IN ('late', 'surplus')
"""

WAITING = """
SELECT amount, currency FROM parked_money
WHERE provider = $1 AND reference = $2 AND holds AND resolution IS NULL AND kind <> 'duplicate'
"""


async def require_not_parked(tx: Transaction, payment: Instance) -> None:
    """Raise Refused where a person confirms by hand a payment whose money waits in the inbox: it would count twice."""
    if tx.actor.permissions is None:
        return
    paid: PaymentContext = payment.context
    waiting = await tx.connection.fetchrow(WAITING, paid.provider, paid.reference)
    if waiting is not None:
        reason = Reason(
            guard="not_parked",
            sentence="What came for the payment must not wait in the reconciliation inbox.",
            detail="{amount} waits there.",
            numbers={"amount": Amount(*waiting)},
            remedy="Attach or accept it there.",
            help="payment.reconcile",
            template="{amount} waits there.",
        )
        told = reason.told(str)
        raise Refused(Refusal("", "", "", (reason,), ()), f"{reason.sentence} {told} {reason.remedy}")


async def open_about(tx: Transaction, payment: Instance, kind: About, *, amount: int, why: str = "") -> None:
    """Park that a confirmed payment is late, too much or disputed by an amount; nothing is no reason to."""
    paid: PaymentContext = payment.context
    if amount <= 0 or await tx.connection.fetch(OPEN_ABOUT, tx.store_id, tx.order_id, payment.id, [kind]):
        return
    about = Parked(
        kind=kind,
        provider=paid.provider,
        reference=paid.reference,
        amount=amount,
        currency=paid.currency,
        why=why or WHY[kind],
        at=tx.now,
        store=tx.store_id,
        order=tx.order_id,
        payment=payment.id,
    )
    await park(tx.connection, about)


async def note_taken(tx: Transaction, payment: Instance, amount: int) -> None:
    """A provider took money back: for the time being where the payment is disputed, for good else."""
    if payment.state == "DISPUTED":
        await open_about(tx, payment, "disputed", amount=amount)
    else:
        await close_settled(tx, payment, "lost")


async def close_dispute(tx: Transaction, payment: Instance, how: Literal["won", "lost"]) -> None:
    """The dispute is over: what it took may have settled more, and what it gave back may be owed to the buyer."""
    for item in await tx.connection.fetch(OPEN_ABOUT, tx.store_id, tx.order_id, payment.id, ["disputed"]):
        await resolve(tx.connection, item["id"], ended(tx, how))
    if how == "lost":
        await close_settled(tx, payment, "lost")
    await open_owed(tx, payment)


async def open_owed(tx: Transaction, payment: Instance) -> None:
    """Park what is owed to the buyer, is left of the payment, and waits in no item yet: nobody else tells of it."""
    paid: PaymentContext = payment.context
    amount = min(paid.left, await not_waiting(tx))
    await open_about(tx, payment, "surplus", amount=amount, why=DISPUTE_OVER)


async def not_waiting(tx: Transaction) -> int:
    """What is owed to the buyer and waits in no item, in minor units; below nothing where more waits than is owed."""
    waiting: int = await tx.connection.fetchval(IN_INBOX, tx.store_id, tx.order_id)
    return await owed(tx) - waiting


async def close_settled(tx: Transaction, payment: Instance, how: Literal["refunded", "lost"]) -> None:
    """Close what was owed and is no more: of the payment where nothing of it is left, of the whole order where nothing
    is owed. While a dispute lasts nothing is settled.
    """
    if payment.state == "DISPUTED":
        return
    paid: PaymentContext = payment.context
    if await owed(tx) == 0:
        of_payment = None
    elif paid.left == 0:
        of_payment = payment.id
    else:
        return
    settled = await tx.connection.fetch(OPEN_ABOUT, tx.store_id, tx.order_id, of_payment, ["late", "surplus"])
    for item in settled:
        await resolve(tx.connection, item["id"], ended(tx, how))
    await hand_on(tx, sum(item["amount"] for item in settled if item["kind"] == "surplus"))


async def hand_on(tx: Transaction, amount: int) -> None:
    """Let what of a surplus is owed still wait as one of other payments, the newest first: its own has none left."""
    rest = min(amount, await not_waiting(tx))
    if rest <= 0:
        return
    for other in reversed(await tx.every("payment", taking=Refund)):
        part = min(rest, other.context.left)
        await open_about(tx, other, "surplus", amount=part, why=LEFT_ELSEWHERE)
        rest -= part


def ended(tx: Transaction, resolution: Resolution) -> End:
    return End(resolution=resolution, by=tx.actor.author, at=tx.now, reason=BY_ITSELF)
