"""The ledger of what the company owes the buyer of an order.

OWED by its sale, PAID_OUT by refunds, UNALLOCATED where no living sale took the money, and LOST where a provider took
back what no living sale counts; below nothing in sum means that the company has lost that much by the order.
"""

from __future__ import annotations

from uuid import UUID

from orderway.sale.context import LARGEST_SUM, SaleContext
from orderway.sale.effects import OweBuyer
from orderway.workflow.errors import Invalid
from orderway.workflow.kinds import Instance
from orderway.workflow.transaction import Transaction

# The level is all that ever came to be owed for the sale; the ledger takes the difference to what it says.
OWE = """
INSERT INTO payable (store_id, order_id, kind, amount, why, at, actor)
SELECT $1, $2, 'OWED', change, $4, $5, $6
FROM (
    SELECT $3::bigint - coalesce(sum(amount), 0)::bigint AS change FROM payable
    WHERE store_id = $1 AND order_id = $2 AND kind = 'OWED'
) level
WHERE change <> 0
"""

ENTER = """
INSERT INTO payable (store_id, order_id, payment_id, kind, amount, why, at, actor)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""

OWED = "SELECT greatest(0, coalesce(sum(amount), 0))::bigint FROM payable WHERE store_id = $1 AND order_id = $2"

# What was paid out beyond what was set aside: for refunds of goods, and the rest of it for what had come too much.
PAID_OUT = """
SELECT coalesce(-sum(amount), 0)::bigint FROM payable WHERE store_id = $1 AND order_id = $2 AND kind <> 'OWED'
"""

SET_ASIDE = """
SELECT EXISTS (SELECT FROM payable WHERE store_id = $1 AND payment_id = $2 AND kind = 'UNALLOCATED')
"""

ASIDE = """
SELECT coalesce(sum(amount), 0)::bigint FROM payable WHERE store_id = $1 AND order_id = $2 AND kind = 'UNALLOCATED'
"""

# What was taken back while the sale lived, and came again after its end: payments that it never took are beside it.
FOUND_AGAIN = """
SELECT greatest(0, coalesce(sum(l.amount), 0))::bigint FROM payable l
WHERE l.store_id = $1 AND l.order_id = $2 AND l.kind = 'LOST' AND NOT EXISTS (
    SELECT FROM payable u WHERE u.store_id = $1 AND u.payment_id = l.payment_id AND u.kind = 'UNALLOCATED'
)
"""


async def owe_buyer(tx: Transaction, _sale: Instance, effect: OweBuyer) -> None:
    """Bring what was entered as owed for the sale to the level."""
    await tx.connection.execute(OWE, tx.store_id, tx.order_id, effect.amount, effect.why, tx.now, tx.actor.author)


async def set_aside(tx: Transaction, payment: UUID, amount: int) -> None:
    """A payment was confirmed that no living sale takes: it is owed to the buyer.

    Raises Invalid where all that was set aside would be more than can be counted.
    """
    if await tx.connection.fetchval(ASIDE, tx.store_id, tx.order_id) + amount > LARGEST_SUM:
        raise Invalid("What came for the order in all is more than can be counted.", "Check the amount.", "amount")
    await enter(tx, payment, ("UNALLOCATED", amount, "no sale takes it"))


async def pay_out(tx: Transaction, payment: UUID, amount: int) -> None:
    """What is owed falls by a refund."""
    await enter(tx, payment, ("PAID_OUT", -amount, "refunded"))


async def lose(tx: Transaction, payment: UUID, amount: int) -> None:
    """A provider took back money that no living sale counts: as much less is owed, or the company has lost it."""
    await enter(tx, payment, ("LOST", -amount, "reversed"))


async def find_again(tx: Transaction, payment: UUID, amount: int) -> None:
    """A dispute over such money was won."""
    await enter(tx, payment, ("LOST", amount, "restored"))


async def recover(tx: Transaction, sale: Instance) -> None:
    """What an ended sale had written off, and came after all, is the company's own: it is not owed to the buyer."""
    context: SaleContext = sale.context
    if context.written_off:
        found: int = await tx.connection.fetchval(FOUND_AGAIN, tx.store_id, tx.order_id)
        level = context.refunded_total + context.surplus - min(found, context.written_off)
        await owe_buyer(tx, sale, OweBuyer(level, "recovered"))


async def is_set_aside(tx: Transaction, payment: UUID) -> bool:
    """Whether the payment came while no living sale could take it."""
    is_there: bool = await tx.connection.fetchval(SET_ASIDE, tx.store_id, payment)
    return is_there


async def surplus_paid_out(tx: Transaction, refunded: int) -> int:
    """What was paid back of money that came too much, where `refunded` is what its sale counts as refunded already."""
    paid_out: int = await tx.connection.fetchval(PAID_OUT, tx.store_id, tx.order_id)
    return max(0, paid_out - refunded)


async def enter(tx: Transaction, payment: UUID, entry: tuple[str, int, str]) -> None:
    """Enter a kind, an amount and a reason for a payment."""
    await tx.connection.execute(ENTER, tx.store_id, tx.order_id, payment, *entry, tx.now, tx.actor.author)


async def owed(tx: Transaction) -> int:
    """What the company owes the buyer of the order now, in minor units of its currency."""
    amount: int = await tx.connection.fetchval(OWED, tx.store_id, tx.order_id)
    return amount
