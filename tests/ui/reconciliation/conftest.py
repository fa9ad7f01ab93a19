"""A company with money in its reconciliation inbox."""

from typing import Any
from uuid import UUID

from tests.company import NOW
from tests.ui.conftest import Shop

from orderway.sale.reconciliation.parking import Kind, Parked, park

WHY = "The report names no payment that is known."


async def parked(shop: Shop, kind: Kind, amount: int, **about: Any) -> UUID:
    """Park some naira, in kobo, of the provider "paystack"."""
    given: dict[str, Any] = {"currency": "NGN", "transaction": f"T-{kind}", **about}
    async with shop.pool.acquire() as connection:
        return await park(connection, Parked(kind=kind, provider="paystack", amount=amount, why=WHY, at=NOW, **given))


async def pending(shop: Shop, store: str = "LOS") -> Any:
    """A payment of a store that waits for its confirmation."""
    row = await shop.pool.fetchrow(
        "SELECT p.id, p.store_id, p.order_id, p.amount, p.reference, o.number FROM payment p"
        " JOIN sale_order o ON o.id = p.order_id WHERE p.state = 'PENDING' AND o.number LIKE $1 || '-%' LIMIT 1", store
    )  # fmt: skip
    assert row
    return row


async def short_of(shop: Shop, missing: int) -> tuple[UUID, Any]:
    """Money that came for a payment that waits, less than was asked for by `missing` kobo."""
    payment = await pending(shop)
    about = {"store": payment["store_id"], "order": payment["order_id"], "payment": payment["id"]}
    return await parked(shop, "short", payment["amount"] - missing, **about), payment
