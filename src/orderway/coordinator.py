"""The story between the machines on one page: which rest wakes which machine, in the transaction of its cause."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

import structlog

from orderway.database import lost
from orderway.flags.slices import FULFILLMENTS
from orderway.fulfillment.context import FulfillmentContext
from orderway.fulfillment.events import Cancel, Hold, Resume
from orderway.fulfillment.parts import is_dropped
from orderway.quotation.context import OpenSale
from orderway.sale.context import SaleContext
from orderway.sale.effects import (
    CancelFulfillment,
    CancelOverrides,
    HoldFulfillment,
    OpenOverride,
    ReleaseStock,
    StartFulfillment,
)
from orderway.sale.events import (
    AdminOverrideDenied,
    AdminOverrideGranted,
    CreditOverrideDenied,
    CreditOverrideGranted,
    OverrideRevoked,
)
from orderway.sale.machine import SALE
from orderway.sale.overrides.machine import Denied, Deny, Expire, Granted, OverrideRequestContext, Revoked
from orderway.stock.reservations import release, reserve
from orderway.workflow.actor import THE_SYSTEM
from orderway.workflow.errors import NotFound
from orderway.workflow.gate import is_ours
from orderway.workflow.kinds import Instance
from orderway.workflow.runner import Runner
from orderway.workflow.timers import Swept
from orderway.workflow.transaction import Transaction

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Agreed:
    """The quotation is agreed and its sale is open; `total` in minor units of `currency`."""

    quotation: UUID
    sale: UUID
    total: int
    currency: str


@dataclass(frozen=True, slots=True)
class Cleared:
    """The sale is cleared, and its fulfillment begins or goes on."""

    sale: UUID


# ------------------------------------------------------------------------------------------- a quotation is agreed


async def open_sale(tx: Transaction, quotation: Instance, _effect: OpenSale) -> None:
    """Both sides agree: stock is held for the lines, and the sale opens on the agreed terms."""
    await reserve(tx, 1)
    total, currency = quotation.context.total, quotation.context.currency
    with tx.as_system():
        sale = await tx.open("sale", SaleContext(grand_total=total, currency=currency))
        await tx.put("order.quotation.approved", Agreed(quotation.id, sale.ref.id, total, currency))


# ----------------------------------------------------------------------------------- a sale is cleared, or ends early

TYPE_OF_NEW = """
SELECT fulfillment_type FROM sale_order o WHERE store_id = $1 AND id = $2
AND NOT EXISTS (SELECT FROM fulfillment WHERE store_id = o.store_id AND order_id = o.id)
"""


async def start_fulfillment(tx: Transaction, sale: Instance, effect: StartFulfillment) -> None:
    """The sale is cleared: its fulfillment begins, or goes on where a revoked override had stopped it.

    Where a former system still fulfills, it hears that the sale is cleared, and begins.
    """
    new = await tx.connection.fetchval(TYPE_OF_NEW, tx.store_id, tx.order_id)
    with tx.as_system():
        if new is not None and not effect.elsewhere:
            await tx.open("fulfillment", FulfillmentContext(new, sale.context.currency))
        elif new is None:
            await tell_all(tx, Resume())
        await tx.put("order.sale.cleared", Cleared(sale.id))


# Few sales are cleared and have no fulfillment: those that were cleared while a former system fulfilled.
LEFT = """
SELECT s.store_id, s.order_id FROM sale s
WHERE s.state = 'CLEARED_FOR_FULFILLMENT' AND s.order_id > $1
    AND NOT EXISTS (SELECT FROM fulfillment f WHERE f.store_id = s.store_id AND f.order_id = s.order_id)
ORDER BY s.order_id LIMIT 100
"""


async def begin_left(runner: Runner) -> Swept:
    """Begin what was left to a former system that fulfills no longer, each in a transaction of its own."""
    swept, after = Swept(), UUID(int=0)
    while rows := await runner.pool.fetch(LEFT, after):
        for row in rows:
            try:
                begun = await runner.run(partial(begin_fulfillment, *row), actor=THE_SYSTEM)
                swept.count("fulfillment", "sent" if begun else "held")
            except Exception as error:
                if lost(error):
                    raise
                log.exception("What a former system left could not be begun.", order_id=str(row["order_id"]))
                swept.count("fulfillment", "failed")
        after = rows[-1]["order_id"]
    return swept


async def begin_fulfillment(store_id: UUID, order_id: UUID, tx: Transaction) -> bool:
    """Begin the fulfillment of an order that is cleared and has none; gives whether it is Orderway's to begin."""
    await tx.lock(store_id, order_id)
    new = await tx.connection.fetchval(TYPE_OF_NEW, store_id, order_id)
    sale = await the_sale(tx)
    if new is None or sale.state != "CLEARED_FOR_FULFILLMENT" or not await is_ours(tx, FULFILLMENTS):
        return False
    await tx.open("fulfillment", FulfillmentContext(new, sale.context.currency))
    return True


async def hold_fulfillment(tx: Transaction, _sale: Instance, effect: HoldFulfillment) -> None:
    """The sale is cleared no longer: what has not left waits."""
    await tell_all(tx, Hold(effect.reason))


async def cancel_fulfillment(tx: Transaction, _sale: Instance, effect: CancelFulfillment) -> None:
    """The sale ends early, and with it what waited for it."""
    await tell_all(tx, Cancel(effect.reason))


async def release_stock(tx: Transaction, _sale: Instance, _effect: ReleaseStock) -> None:
    """The sale ends early: nothing is held for it."""
    await release(tx, None)


# ------------------------------------------------------------------------------------------------------- overrides


async def open_override(tx: Transaction, sale: Instance, effect: OpenOverride) -> None:
    """Somebody else has to decide what the sale may not by itself."""
    request = OverrideRequestContext(
        kind=effect.kind,
        reason=effect.reason,
        amount=effect.amount,
        currency=sale.context.currency,
        requested_by=effect.asked_by,
    )
    with tx.as_system():
        await tx.open("override_request", request)


async def cancel_overrides(tx: Transaction, _sale: Instance, _effect: CancelOverrides) -> None:
    """What nobody has decided needs no decision any longer."""
    with tx.as_system():
        for request in await tx.every("override_request", taking=Deny):
            await tx.send(request.ref, Expire())


async def hear_granted(tx: Transaction, request: Instance, effect: Granted) -> None:
    sale = await the_sale(tx)
    with tx.as_system():
        if effect.kind == "ADMIN":
            await tx.send(sale.ref, AdminOverrideGranted(request.id, effect.approved_amount, effect.expires_at))
        else:
            await tx.send(sale.ref, CreditOverrideGranted(request.id, effect.approved_amount, effect.expires_at))


async def hear_denied(tx: Transaction, request: Instance, effect: Denied) -> None:
    """The review goes on without it; a sale that left its review by another way needs to hear nothing."""
    denied = AdminOverrideDenied if effect.kind == "ADMIN" else CreditOverrideDenied
    await tell(tx, await tx.find("sale"), denied(request.id, effect.reason))


async def hear_revoked(tx: Transaction, request: Instance, effect: Revoked) -> None:
    """The sale takes the clearance back; where it can not, the refusal stands for the whole."""
    sale = await the_sale(tx)
    with tx.as_system():
        await tx.send(sale.ref, OverrideRevoked(request.id, effect.reason))


# -------------------------------------------------------------------------------------- what slices ask one another


async def is_dispatched(tx: Transaction) -> bool:
    """Whether something is away that can be stopped no longer, or nothing is left to stop."""
    parts = await tx.every("fulfillment")
    stopped = [each for each in parts if tx.takes(each, Hold) or tx.takes(each, Resume)]
    return bool(parts) and (not stopped or any(each not in stopped and not is_dropped(each) for each in parts))


async def is_cleared(tx: Transaction) -> bool:
    """Whether the sale is cleared for fulfillment."""
    return SALE.is_in((await the_sale(tx)).state, "CLEARED")


async def is_over(tx: Transaction) -> bool:
    """Whether the sale has ended."""
    return SALE.is_final((await the_sale(tx)).state)


async def unpaid_of(tx: Transaction, price: int) -> int:
    """What of the price of some goods was never paid, in minor units."""
    sale: SaleContext = (await the_sale(tx)).context
    return sale.unpaid_of(price)


async def the_sale(tx: Transaction) -> Instance:
    """The sale of the locked order; raises NotFound before there is one."""
    sale = await tx.find("sale")
    if sale is None:
        raise NotFound("The order has no sale yet.")
    return sale


async def tell(tx: Transaction, instance: Instance | None, event: Any) -> None:
    """Send as the system what follows only where it can: where no row takes it, or a guard says no, nothing does."""
    if instance is not None and tx.takes(instance, type(event)):
        with tx.as_system():
            await tx.offer(instance.ref, event)


async def tell_all(tx: Transaction, event: Any) -> None:
    """The same to every fulfillment of the order."""
    for fulfillment in await tx.every("fulfillment", taking=type(event)):
        await tell(tx, fulfillment, event)
