"""What a buyer of the predecessor may still owe when the turn of their next order comes."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from orderway.legacy.predecessor.moves import CURRENCY
from orderway.sale.credit import Account, Tier, standing
from orderway.workflow.kinds import Connection

# What the order itself owes already is no hindrance to it, and was granted to it whatever its buyer has owed since.
FREE: Final = """
SELECT coalesce(p.policy, CASE c.kind WHEN 'RESELLER' THEN 'FIXED' ELSE 'EARNED' END) AS policy, p.tier, p.custom_limit,
    coalesce(p.exposure, 0) - own.amount AS owed, own.amount AS granted, coalesce(a.earned, 0) AS earned
FROM customer c
CROSS JOIN (
    SELECT coalesce(sum(e.amount), 0)::bigint AS amount FROM credit_entry e WHERE e.store_id = $3 AND e.order_id = $4
) own
LEFT JOIN credit_profile p ON p.customer_id = c.id AND p.currency = $2
LEFT JOIN customer_sales_agg a ON a.customer_id = c.id AND a.currency = $2
WHERE c.id = $1
"""
LADDER: Final = "SELECT name, minimum, maximum FROM credit_tier WHERE currency = $1"


async def read_ladder(connection: Connection) -> tuple[Tier, ...]:
    return tuple(Tier(*row) for row in await connection.fetch(LADDER, CURRENCY))


async def free_credit(
    connection: Connection, buyer: UUID | None, ladder: tuple[Tier, ...], *, order: tuple[UUID | None, UUID | None]
) -> int:
    """In minor units; nothing for who was not brought over."""
    row = await connection.fetchrow(FREE, buyer, CURRENCY, *order)
    if row is None:
        return 0
    account = Account(row["policy"], row["tier"], row["custom_limit"])
    _, limit = standing(account, row["earned"], ladder)
    return max(0, limit - int(row["owed"]), int(row["granted"]))
