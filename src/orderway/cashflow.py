"""Money that comes and goes between the machines: which payment wakes which sale, and what the inbox hears of it."""

from __future__ import annotations

from typing import Any

from orderway.coordinator import tell
from orderway.fulfillment.effects import PayBack
from orderway.sale.events import PaymentCaptured, PaymentFailed, PaymentRestored, PaymentReversed
from orderway.sale.payable import find_again, is_set_aside, lose, pay_out, recover, set_aside
from orderway.sale.payments.context import PaymentContext
from orderway.sale.payments.events import Captured, DisputeLost, Fail, Failed, PaidOut, Refund, Restored, Reversed
from orderway.sale.reconciliation import hooks
from orderway.workflow.kinds import Instance
from orderway.workflow.transaction import Transaction


async def hear_captured(tx: Transaction, payment: Instance, effect: Captured) -> None:
    """The sale takes the money; where none lives that could, it is owed to the buyer. Either way the inbox hears of
    what no sale is to keep.
    """
    await hooks.require_not_parked(tx, payment)
    sale = await tx.find("sale")
    if sale is None or not tx.takes(sale, PaymentCaptured):
        await set_aside(tx, payment.id, effect.amount)
        await hooks.open_about(tx, payment, "late", amount=effect.amount)
        await hooks.close_settled(tx, payment, "lost")  # it may just make good what was lost before
        return
    before: int = sale.context.surplus
    with tx.as_system():
        await tx.send(sale.ref, PaymentCaptured(payment.id, effect.amount))
    await hooks.open_about(tx, payment, "surplus", amount=sale.context.surplus - before)


async def hear_failed(tx: Transaction, _payment: Instance, effect: Failed) -> None:
    """The sale hears that the money does not come, where that changes anything and no other payment may bring it."""
    if not await tx.every("payment", taking=Fail):
        await tell(tx, await tx.find("sale"), PaymentFailed(effect.reason))


async def hear_reversed(tx: Transaction, payment: Instance, effect: Reversed) -> None:
    """The sale counts the money no longer; where none lives that did, it is owed to the buyer no longer, or lost."""
    sale = await sale_counting(tx, payment, PaymentReversed)
    if sale is None:
        await lose(tx, payment.id, effect.amount)
        await recover_written_off(tx)
    else:
        with tx.as_system():
            await tx.send(sale.ref, PaymentReversed(payment.id, effect.amount), reason=effect.why)
    await hooks.note_taken(tx, payment, effect.amount)


async def hear_restored(tx: Transaction, payment: Instance, effect: Restored) -> None:
    """The sale counts the money again; where none lives that did, the company has it back."""
    sale = await sale_counting(tx, payment, PaymentRestored)
    if sale is None:
        await find_again(tx, payment.id, effect.amount)
        await recover_written_off(tx)
    else:
        with tx.as_system():
            await tx.send(sale.ref, PaymentRestored(payment.id, effect.amount))
    await hooks.close_dispute(tx, payment, "won")


async def recover_written_off(tx: Transaction) -> None:
    """What came or went after the end of a sale may be what it had written off."""
    if sale := await tx.find("sale"):
        await recover(tx, sale)


async def hear_dispute_lost(tx: Transaction, payment: Instance, _effect: DisputeLost) -> None:
    """The sale knows already that the money is gone."""
    await hooks.close_dispute(tx, payment, "lost")


async def sale_counting(tx: Transaction, payment: Instance, event: type[Any]) -> Instance | None:
    """The living sale that captured the payment; None where it is over, or the payment was set aside."""
    sale = await tx.find("sale")
    is_living = sale is not None and tx.takes(sale, event)
    return sale if is_living and not await is_set_aside(tx, payment.id) else None


async def hear_paid_out(tx: Transaction, payment: Instance, effect: PaidOut) -> None:
    await pay_out(tx, payment.id, effect.amount)
    await hooks.close_settled(tx, payment, "refunded")


async def pay_back(tx: Transaction, _fulfillment: Instance, effect: PayBack) -> None:
    """Refund the newest payments first, each its own way or onto the account; what none covers stays owed."""
    rest = effect.amount
    for payment in reversed(await tx.every("payment", taking=Refund)):
        paid: PaymentContext = payment.context
        amount = min(rest, paid.left)
        if amount:
            with tx.as_system():
                await tx.send(payment.ref, Refund(amount, effect.to))
            rest -= amount
