"""Orders that came to their end in all sorts of ways, and the archive that takes them."""

from collections.abc import Mapping
from datetime import timedelta

from tests.stories.shop import SHIRT, Order, Shop, actor, person, shirts
from tests.work import work_once

from orderway.archive.leaving import archive_old
from orderway.fulfillment.events import FulfillmentStarted, PackageDelivered, PackageShipped, RiderNamed
from orderway.fulfillment.payouts.ledger import Entered, Payout, pay_rider
from orderway.outbound.delivery import deliver
from orderway.outbound.notifying import Notifications
from orderway.storage.storage import Storage
from orderway.workflow.transaction import Transaction


async def brought(shop: Shop, *, paid: int = 700) -> Order:
    """An order that was paid, brought by a rider who was paid so much of their 700, and is over."""
    await shop.stock((SHIRT, 5))
    order = await shop.paid(shirts(2))
    await bring(order, paid=paid)
    return order


async def bring(order: Order, *, paid: int = 700) -> None:
    """Bring a paid order to its end."""
    await order.send("fulfillment", FulfillmentStarted())
    await order.send("fulfillment", RiderNamed(person("rider"), 700))
    await order.send("fulfillment", PackageShipped(), by="rider")
    await order.send("fulfillment", PackageDelivered(await order.pin()), by="rider")
    delivery = await order.ref("fulfillment")

    async def work(tx: Transaction) -> Entered:
        return await pay_rider(tx, delivery, Payout(amount=paid, method="CASH", reference="Slip 1", rider=None))

    if paid:
        await order.shop.runner.once(work, Entered, key=f"pay {order.id}", request="slip 1", actor=actor("accountant"))
    await order.shop.wait(days=30)


async def counted(shop: Shop) -> None:
    """Let a worker come by that counts the figures."""
    await work_once(shop.runner)


async def told(shop: Shop) -> None:
    """Let people be told of all that happened."""
    await deliver(shop.runner, Notifications(shop.settings))


def go_by(shop: Shop) -> None:
    """Forty days pass."""
    shop.now += timedelta(days=40)


async def archive(shop: Shop, shelf: Storage, *, days: int = 30) -> tuple[int, Mapping[str, int]]:
    """Archive what has not moved for so long; gives how many left, and how many stayed, by why."""
    async with shop.pool.acquire() as connection:
        before = shop.now - timedelta(days=days)
        left = await archive_old(connection, shelf, before=before, now=shop.now)
    return left.archived, {str(why): count for why, count in left.stayed.items()}
