"""The ledger of what the company owes the buyer of an order: owed, paid out, and money that no living sale took."""

from __future__ import annotations

from uuid import UUID

from orderway.sale.effects import OweBuyer
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

OWED = "SELECT coalesce(sum(amount), 0)::bigint FROM payable WHERE store_id = $1 AND order_id = $2"


async def owe_buyer(tx: Transaction, _sale: Instance, effect: OweBuyer) -> None:
    """Bring what was entered as owed for the sale to the level."""
    await tx.connection.execute(OWE, tx.store_id, tx.order_id, effect.amount, effect.why, tx.now, tx.actor.author)


async def set_aside(tx: Transaction, payment: UUID, amount: int) -> None:
    """A payment was confirmed that no living sale takes: it is owed to the buyer."""
    await enter(tx, payment, ("UNALLOCATED", amount, "no sale takes it"))


async def pay_out(tx: Transaction, payment: UUID, amount: int) -> None:
    """What is owed falls by a refund."""
    await enter(tx, payment, ("PAID_OUT", -amount, "refunded"))


async def enter(tx: Transaction, payment: UUID, entry: tuple[str, int, str]) -> None:
    """Enter a kind, an amount and a reason for a payment."""
    await tx.connection.execute(ENTER, tx.store_id, tx.order_id, payment, *entry, tx.now, tx.actor.author)


async def owed(tx: Transaction) -> int:
    """What the company owes the buyer of the order now, in minor units of its currency."""
    amount: int = await tx.connection.fetchval(OWED, tx.store_id, tx.order_id)
    return amount
