"""Steps of a walk that are no event of a machine: shelves counted and moved, addresses, and money on accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from tests.properties.market import EVERYONE, RIDERS
from tests.stock.warehouses import KANO, KANO_MANAGER, LAGOS_MANAGER, do
from tests.stories.shop import CONSUMER, LAGOS, RESELLER, SHIRT, SHOES, Order, actor, person

from orderway.delivery.address import Delivery
from orderway.fulfillment.backorders import serve_all
from orderway.fulfillment.payouts.ledger import Correction, Entered, Payout, correct_earning, pay_rider
from orderway.preferences import Preferences, change_preferences
from orderway.sale.account_credit.ledger import Account, pay_out
from orderway.sale.account_credit.ledger import Payout as Given
from orderway.sale.account_credit.spending import pay_from_account
from orderway.stock.commands import AdjustStock, ConfirmStockTransfer, DeclineStockTransfer, RequestStockTransfer
from orderway.stock.movements import Goods
from orderway.workflow.actor import Actor
from orderway.workflow.kinds import Moved, Ref
from orderway.workflow.transaction import Transaction

if TYPE_CHECKING:
    from tests.properties.walk import Walk

MANAGERS = (LAGOS_MANAGER, KANO_MANAGER)
CITIES = ("Lagos", "", "Ibadan")


async def adjust(walk: Walk) -> None:
    """Somebody counts a shelf, or finds pieces more or fewer."""
    chance, store, variant = walk.chance, walk.chance.choice((LAGOS, LAGOS, KANO)), walk.chance.choice((SHIRT, SHOES))
    lies = await walk.market.pool.fetchval(
        "SELECT quantity FROM stock WHERE store_id = $1 AND variant_id = $2", store, variant
    )
    by, counted = chance.choice(((-2, None), (2, None), (0, None), (None, 3), (None, 0), (-(2**63), None), (1, 1)))
    reason = "" if walk.rarely() else "Counted."
    command = AdjustStock(store=store, variant=variant, reason=reason, by=by, counted=counted)
    walk.told.append(f"the shelf {str(store)[-2:]} of {variant} is adjusted by {by} or to {counted}")
    if await walk.answered(do(walk.market, command, by=chance.choice(MANAGERS))) is not None:
        walk.arrived[store, variant] += counted - (lies or 0) if counted is not None else by or 0


async def transfer(walk: Walk) -> None:
    """A manager asks for goods of the other store, or one of the two decides what was asked: mostly who may."""
    chance = walk.chance
    asked = await walk.market.pool.fetch(
        "SELECT id, requested_by FROM stock_transfer WHERE status = 'REQUESTED' OR $1 ORDER BY requested_at, id",
        walk.rarely(),
    )
    if not asked or chance.random() < 0.2:
        ends = (LAGOS, KANO) if chance.random() < 0.6 else (KANO, LAGOS)
        goods = (Goods(SHIRT, chance.choice((1, 1, 2, 3, 0, 2**40))), Goods(chance.choice((SHIRT, SHOES, SHOES)), 1))
        request = RequestStockTransfer(from_store=ends[0], to_store=ends[1], goods=goods)
        walk.told.append(f"{goods} are to go from {str(ends[0])[-2:]}")
        await walk.answered(do(walk.market, request, by=chance.choice(MANAGERS)))
        return
    id, by_whom = chance.choice(asked)
    by = chance.choice([each for each in MANAGERS if walk.rarely() or each.id != by_whom] or MANAGERS)
    if walk.rarely():
        walk.told.append(f"{by.id[-2:]} declines transfer {id}")
        await walk.answered(do(walk.market, DeclineStockTransfer(transfer=id, reason="Needed here."), by=by))
        return
    walk.told.append(f"{by.id[-2:]} confirms transfer {id}")
    if await walk.answered(do(walk.market, ConfirmStockTransfer(transfer=id), by=by)) is not None:
        await follow(walk, id)


async def follow(walk: Walk, transfer: UUID) -> None:
    """Goods that were asked for have moved."""
    rows = await walk.market.pool.fetch(
        "SELECT t.from_store_id, t.to_store_id, l.variant_id, l.quantity"
        " FROM stock_transfer t JOIN stock_transfer_line l ON l.transfer_id = t.id WHERE t.id = $1",
        transfer,
    )
    for left, reached, variant, quantity in rows:
        walk.arrived[left, variant] -= quantity
        walk.arrived[reached, variant] += quantity


async def serve(walk: Walk) -> None:
    """The worker serves whoever is missing goods that are there."""
    walk.told.append("the worker serves the queues")
    assert await walk.answered(serve_all(walk.market.runner)) is not None


async def redirect(walk: Walk) -> None:
    """Somebody changes how an order is brought, or where."""
    chance, order = walk.chance, walk.an_order()
    where = Delivery(receiver="The buyer", phone="+2348030000000", address="2 Marina", city=chance.choice(CITIES))
    wanted = Preferences(
        fulfillment_type=chance.choice((None, None, "PICKUP", "DELIVERY", "SERVICE")),
        delivery=chance.choice((None, where)), reason="Because.",
    )  # fmt: skip
    walk.told.append(f"order {walk.orders.index(order)}: is to be brought by {wanted.fulfillment_type}, {where.city}")

    async def work(tx: Transaction) -> Moved:
        await tx.lock(LAGOS, order.id)
        return await change_preferences(tx, wanted)

    await done(walk, work, by=chance.choice(EVERYONE))


async def spend(walk: Walk) -> None:
    """The buyer's account pays for an order."""
    order = await with_account(walk)
    amount = walk.chance.choice((500, 1000, 2000, order.total, 0, 2**63))

    async def work(tx: Transaction) -> Moved:
        await tx.lock(LAGOS, order.id)
        return await pay_from_account(tx, amount)

    walk.told.append(f"order {walk.orders.index(order)}: {amount} from the account")
    await done(walk, work, by=walk.chance.choice(EVERYONE if walk.rarely() else [actor("biller")]))


async def with_account(walk: Walk) -> Order:
    """An order that may be paid, of a buyer who has something on their account, where there is one."""
    rows = await walk.market.pool.fetch(
        "SELECT o.id FROM sale_order o JOIN account_credit a ON a.customer_id = o.customer_id AND a.balance > 0"
        " JOIN sale s ON s.order_id = o.id AND s.state NOT IN ('COMPLETED', 'CANCELLED', 'EXPIRED', 'REFUNDED')"
    )
    rich = [order for order in walk.orders if order.id in {id for (id,) in rows}]
    return walk.chance.choice(rich or walk.orders)


async def give(walk: Walk) -> None:
    """A buyer gets money out of their account."""
    customer, amount = walk.chance.choice((CONSUMER, RESELLER)), walk.chance.choice((1, 500, 10**6, 0))

    async def work(tx: Transaction) -> bool:
        await pay_out(tx, Given(Account(LAGOS, customer, "NGN"), amount, "In cash."))
        return True

    walk.told.append(f"{customer} gets {amount} from the account")
    if await done(walk, work, by=actor("accountant")):
        walk.given[customer] += amount


async def pay(walk: Walk) -> None:
    """A rider is paid for a delivery, or what they earned is corrected."""
    chance, rider = walk.chance, person(walk.chance.choice(RIDERS))
    rows = await walk.market.pool.fetch("SELECT fulfillment_id FROM rider_ledger WHERE kind = 'EARNED' ORDER BY at, id")
    if not rows:
        return
    delivery = Ref("fulfillment", LAGOS, chance.choice(rows)[0])
    amount, is_paid = chance.choice((1, 300, 700, 900, 0, -100)), chance.random() < 0.7

    async def work(tx: Transaction) -> Entered:
        if is_paid:
            return await pay_rider(tx, delivery, Payout(amount=amount, method="CASH", rider=rider))
        return await correct_earning(tx, delivery, Correction(amount=amount, reason="Miscounted.", rider=rider))

    walk.told.append(f"{rider} is {'paid' if is_paid else 'corrected by'} {amount} for {delivery.id}")
    if await done(walk, work, by=actor("accountant")):
        walk.riders[rider] += -amount if is_paid else amount


async def done(walk: Walk, work: Any, *, by: Actor) -> Any:
    return await walk.answered(walk.market.runner.run(work, actor=by))
