"""What a sale and a payment may look at: read under lock, and only what the event needs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from orderway.flags.slices import CREDIT_CHECKS, FULFILLMENTS
from orderway.sale.account_credit.ledger import held
from orderway.sale.context import SaleFacts
from orderway.sale.credit import lock_credit
from orderway.sale.events import (
    AcceptShort,
    CancelRequested,
    Expire,
    FulfillmentCancelled,
    FulfillmentRefunded,
    OverrideRevoked,
    PaymentReversed,
)
from orderway.sale.machine import SALE
from orderway.sale.payable import owed, surplus_paid_out
from orderway.sale.payments.context import PaymentFacts
from orderway.sale.payments.events import Confirm, Fail, Refund, WinDispute
from orderway.settings import SALE_PENDING_EXPIRY_MINUTES, SHORT_PAYMENT_TOLERANCE_PERCENT, Settings
from orderway.workflow.gate import is_brought_over, is_ours
from orderway.workflow.kinds import Instance
from orderway.workflow.lasting import lasts
from orderway.workflow.transaction import Transaction

Ask = Callable[[Transaction], Awaitable[bool]]
"""A question about another slice of the order."""


@dataclass(frozen=True, slots=True)
class SaleReader:
    """Reads the facts of a sale. Whatever may clear it looks at the customer's credit, whose account it locks."""

    settings: Settings
    is_dispatched: Ask
    is_all_returned: Ask

    async def __call__(self, tx: Transaction, sale: Instance, event: object) -> SaleFacts:
        minutes = lasts(tx, self.settings[SALE_PENDING_EXPIRY_MINUTES])
        known = SaleFacts(now=tx.now, actor=tx.actor.author, expiry_minutes=minutes)
        match event:
            case None | CancelRequested() | FulfillmentCancelled():
                return known
            case Expire():
                return replace(known, pending_payments=await awaited_payments(tx))
            case FulfillmentRefunded():
                return replace(known, everything_returned=await self.is_all_returned(tx))
            case OverrideRevoked():
                known = replace(known, dispatched=await self.is_dispatched(tx))
            case PaymentReversed():
                paid_out = await surplus_paid_out(tx, sale.context.refunded_total)
                known = replace(known, surplus_paid_out=paid_out, dispatched=await self.is_dispatched(tx))
            case AcceptShort() if is_uncleared(sale):
                known = replace(known, short_percent=self.settings[SHORT_PAYMENT_TOLERANCE_PERCENT])
            case AcceptShort():
                return replace(known, short_percent=self.settings[SHORT_PAYMENT_TOLERANCE_PERCENT])
            case _ if not is_uncleared(sale):
                return known
        if tx.workflow.flags.are_set and not is_brought_over(tx):
            checked, elsewhere = await is_ours(tx, CREDIT_CHECKS), not await is_ours(tx, FULFILLMENTS)
            known = replace(known, credit_checked=checked, fulfilled_elsewhere=elsewhere)
        return replace(known, credit=await lock_credit(tx, sale.context.exposed))


async def awaited_payments(tx: Transaction) -> int:
    """How many payments await their confirmation, or the end of a dispute."""
    return len(await tx.every("payment", taking=Fail)) + len(await tx.every("payment", taking=WinDispute))


def is_uncleared(sale: Instance) -> bool:
    return SALE.is_in(sale.state, "UNCLEARED")


async def read_payment(tx: Transaction, payment: Instance, event: object) -> PaymentFacts:
    """A refund looks at what the company owes the buyer, a payment out of their account at what that holds."""
    known = PaymentFacts(tx.now, tx.actor.author)
    match event:
        case Refund():
            return replace(known, owed=await owed(tx))
        case Confirm() if payment.context.is_by_account:
            return replace(known, on_account=await held(tx))
    return known
