"""The ledger of the buyer's account: refunds come onto it, payments and payouts leave it, never below nothing.

An account is of one customer in one store and one currency. Whoever takes from it locks it first: two can not spend
the same money. Where a transaction locks the credit account too, it locks that before.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from orderway.money import LARGEST, Money
from orderway.sale.credit import lock_credit
from orderway.sale.payments.context import PaymentContext
from orderway.sale.payments.events import Credited, Spent
from orderway.workflow.errors import Invalid
from orderway.workflow.kinds import Instance
from orderway.workflow.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Account:
    """Whose account it is, at which store, in which currency."""

    store_id: UUID
    customer_id: UUID
    currency: str


@dataclass(frozen=True, slots=True)
class OnAccount:
    """What the world hears when money of a payment comes onto the account; `amount` in minor units of `currency`."""

    payment: UUID
    amount: int
    currency: str


LOCK = """
WITH held AS (
    SELECT balance FROM account_credit WHERE store_id = $1 AND customer_id = $2 AND currency = $3 FOR UPDATE
)
SELECT coalesce((SELECT balance FROM held), 0)::bigint
"""
LOOK = """
SELECT coalesce((
    SELECT a.balance FROM account_credit a JOIN sale_order o USING (store_id, customer_id, currency)
    WHERE o.store_id = $1 AND o.id = $2
), 0)::bigint
"""
OPEN = """
INSERT INTO account_credit (store_id, customer_id, currency) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING
"""
ENTER = """
INSERT INTO account_credit_entry (store_id, customer_id, currency, order_id, payment_id, kind, amount, note, at, actor)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id
"""
BUYER = "SELECT customer_id, currency FROM sale_order WHERE store_id = $1 AND id = $2"


async def account_of(tx: Transaction) -> Account:
    """The account that the buyer of the order has in its currency."""
    ((customer_id, currency),) = await tx.connection.fetch(BUYER, tx.store_id, tx.order_id)
    return Account(tx.store_id, customer_id, currency)


async def held(tx: Transaction) -> int:
    """What the account of the order's buyer holds, in minor units, locked for who is to spend it."""
    if tx.intent == "look":
        there: int = await tx.connection.fetchval(LOOK, tx.store_id, tx.order_id)
        return there
    await lock_credit(tx, 0)
    return await balance(tx, await account_of(tx))


async def balance(tx: Transaction, account: Account) -> int:
    """What the account holds, in minor units, locked."""
    amount: int = await tx.connection.fetchval(LOCK, account.store_id, account.customer_id, account.currency)
    return amount


async def credit(tx: Transaction, payment: Instance, effect: Credited) -> None:
    """Money that a payment gives back comes onto the account.

    Raises Invalid where the account would hold more than can be counted.
    """
    account = await account_of(tx)
    await tx.connection.execute(OPEN, account.store_id, account.customer_id, account.currency)
    if await balance(tx, account) + effect.amount > LARGEST:
        raise Invalid("The account would hold more than can be counted.", "Pay something out first.", "amount")
    await enter(tx, payment, ("REFUNDED", effect.amount))
    paid: PaymentContext = payment.context
    await tx.put("order.payment.credited", OnAccount(payment.id, effect.amount, paid.currency))


async def spend(tx: Transaction, payment: Instance, effect: Spent) -> None:
    """The payment's money leaves the account, which holds it: its guard has looked."""
    await enter(tx, payment, ("SPENT", -effect.amount))


async def enter(tx: Transaction, payment: Instance, entry: tuple[str, int]) -> None:
    """Enter a kind and an amount for a payment."""
    account = await account_of(tx)
    await tx.connection.execute(
        ENTER, account.store_id, account.customer_id, account.currency, tx.order_id, payment.id, *entry, None,
        tx.now, tx.actor.author,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Payout:
    """Money to give to the buyer out of their account: `amount` in minor units, `note` how and why it went."""

    account: Account
    amount: int
    note: str


@dataclass(frozen=True, slots=True)
class PaidOutBy:
    """The entry by which something was paid out."""

    payout: UUID


async def pay_out(tx: Transaction, payout: Payout) -> PaidOutBy:
    """Pay out of an account. Raises Invalid for nothing, without a note, and for more than the account holds."""
    account = payout.account
    if payout.amount < 1:
        raise Invalid("What is paid out must be more than nothing.", "Correct the amount.", "amount")
    if not payout.note.strip():
        raise Invalid("Note is missing.", "Say how and why it was paid out.", "note")
    require_held(Money(payout.amount, account.currency), of=await balance(tx, account))
    entry: UUID = await tx.connection.fetchval(
        ENTER, account.store_id, account.customer_id, account.currency, None, None, "PAID_OUT", -payout.amount,
        payout.note, tx.now, tx.actor.author,
    )  # fmt: skip
    return PaidOutBy(entry)


def require_held(wanted: Money, *, of: int) -> None:
    """Raise Invalid where an account that holds so much holds less than is wanted."""
    if wanted.minor > of:
        held = Money(of, wanted.currency)
        raise Invalid(f"The account holds {held}, which is less.", "Correct the amount.", "amount")
