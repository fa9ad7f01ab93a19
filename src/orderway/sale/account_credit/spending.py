"""Paying an order out of the buyer's account: a payment like any other, registered and confirmed in one move."""

from __future__ import annotations

from orderway.money import Money
from orderway.people.permissions import ACCOUNT_SPEND
from orderway.sale.account_credit.ledger import held, require_held
from orderway.sale.events import PaymentCaptured
from orderway.sale.payments.events import Confirm
from orderway.sale.payments.opening import ACCOUNT, NewPayment, register
from orderway.workflow.errors import Invalid
from orderway.workflow.kinds import Moved
from orderway.workflow.transaction import Transaction


async def pay_from_account(tx: Transaction, amount: int) -> Moved:
    """Pay so many minor units of the locked order out of its buyer's account.

    Raises Refused for who may not, and Invalid where that much is not to be paid, or is not on the account: what would
    be a surplus stays there.
    """
    tx.require(ACCOUNT_SPEND, to="pay from the buyer's account")
    sale = await tx.find("sale")
    if sale is None or not tx.takes(sale, PaymentCaptured):
        raise Invalid("The order has no sale that takes a payment now.", "Look where the order stands.", "order")
    if amount < 1:
        raise Invalid("The amount of a payment is more than nothing.", "Enter what is to be paid.", "amount")
    if amount > sale.context.outstanding:
        rest = Money(sale.context.outstanding, sale.context.currency)
        raise Invalid(f"Only {rest} is still to pay for the order.", "Pay no more than that.", "amount")
    require_held(Money(amount, sale.context.currency), of=await held(tx))
    payment = NewPayment(amount=amount, currency=sale.context.currency, method="ACCOUNT_CREDIT", provider=ACCOUNT)
    with tx.as_system():
        registered = await register(tx, payment)
        return await tx.send(registered.ref, Confirm())
