"""What people do with an item of the inbox: each once, under its lock, with a reason, all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from orderway.people.names import name_of
from orderway.people.scope import actor_on
from orderway.people.viewer import Viewer
from orderway.sale.events import AcceptShort
from orderway.sale.payments.events import Confirm, Refund
from orderway.sale.payments.opening import OURS, NewPayment, register
from orderway.sale.reconciliation.hooks import hand_on
from orderway.sale.reconciliation.inbox import load_destination, load_item
from orderway.sale.reconciliation.parking import End, Resolution, Target, resolve
from orderway.sale.reconciliation.rules import Action, Tolerance, against
from orderway.sale.reconciliation.standing import Destination, OrderNamed, Standing
from orderway.settings import SHORT_PAYMENT_TOLERANCE_PERCENT
from orderway.statechart import Refusal
from orderway.statechart.explain import text
from orderway.workflow.errors import Conflict, Invalid, Refused
from orderway.workflow.kinds import Ref
from orderway.workflow.transaction import Transaction

DONE: Mapping[Resolution, str] = {
    "attached": "attached it to an order",
    "refunded": "refunded it",
    "returned": "returned it to the sender",
    "accepted": "accepted it as it came",
    "won": "noted that its dispute was won",
    "lost": "noted that it was taken back",
    "dismissed": "dismissed it",
}
"""How an item ended, after the name of who ended it."""

LOCK = "SELECT FROM parked_money WHERE id = $1 FOR UPDATE"

TAKEN = "SELECT EXISTS (SELECT FROM payment_reference WHERE provider = $1 AND reference = $2)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to become of an item, and why. `order` is the one to attach it to; `sent` is what the transfer is called
    by which the money was sent back.
    """

    item: UUID
    action: Action
    reason: str
    order: UUID | None = None
    sent: str | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """What is on the desk when a wish is fulfilled: the item and the order to attach it to, as they stand under lock,
    and the transaction of each order.
    """

    wish: Wish
    item: Standing
    to: Destination | None
    tx: Transaction
    parts: Mapping[UUID, Transaction]

    @property
    def here(self) -> Transaction:
        """The transaction of the order that the item seems to belong to."""
        return self.parts[self.item.order.id] if self.item.order else self.tx

    async def end(self, resolution: Resolution, to: Target | None = None) -> None:
        end = End(
            resolution=resolution,
            by=self.tx.actor.author,
            at=self.tx.now,
            reason=self.wish.reason,
            to=to,
            sent=self.wish.sent if resolution == "returned" else None,
        )
        await resolve(self.tx.connection, self.item.money.id, end)


async def fulfill(tx: Transaction, viewer: Viewer, wish: Wish) -> None:
    """Do as the viewer wishes. Raises NotFound for an item or an order that they do not see, Conflict where the item
    was resolved before, Refused with every reason that stands against it, and Invalid where something is missing.
    """
    check(wish)
    item = await load_item(tx.connection, viewer, wish.item)
    to = await load_destination(tx.connection, viewer, wish.order) if wish.order else None
    parts = await lock(tx, viewer, (item.order, to.order if to else None))
    await tx.connection.execute(LOCK, wish.item)
    item = await load_item(tx.connection, viewer, wish.item)
    to = await load_destination(tx.connection, viewer, wish.order) if wish.order else None
    await require(tx, item, wish, to=to)
    await do(Desk(wish, item, to, tx, parts))
    for part in parts.values():
        await part.settle()


def check(wish: Wish) -> None:
    if not wish.reason.strip():
        raise Invalid("Reason is missing.", "Say why.", "reason")
    if wish.action == "attach" and wish.order is None:
        raise Invalid("Order is missing.", "Say which order to attach it to.", "order")


async def lock(tx: Transaction, viewer: Viewer, about: Iterable[OrderNamed | None]) -> Mapping[UUID, Transaction]:
    """Lock the orders that it is about, in the order of their ids, as everyone does who locks more than one."""
    orders = {each.id: each for each in about if each}
    parts: dict[UUID, Transaction] = {}
    for id in sorted(orders):
        parts[id] = tx.beside() if parts else tx
        await parts[id].lock(orders[id].store_id, id)
        parts[id].actor = await actor_on(tx.connection, viewer, store_id=orders[id].store_id, order_id=id)
    return parts


async def require(tx: Transaction, item: Standing, wish: Wish, *, to: Destination | None) -> None:
    """Raise Conflict for what was resolved before, and Refused for what can not be done."""
    money = item.money
    if money.resolution and money.resolved_at:
        who = await name_of(tx.connection, money.resolved_by or "system")
        raise Conflict(who=who, when=money.resolved_at, what=DONE[money.resolution], step=1)
    tolerance = Tolerance(tx.workflow.settings[SHORT_PAYMENT_TOLERANCE_PERCENT])
    reasons = against(item, wish.action, tolerance=tolerance, to=to)
    if reasons:
        raise Refused(Refusal("", "", "", reasons, ()), " ".join(text(reason) for reason in reasons))


async def do(desk: Desk) -> None:
    match desk.wish.action:
        case "attach" if desk.to:
            await attach(desk, desk.to)
        case "refund":
            await refund(desk)
        case "accept_short":
            await desk.end("accepted", await take_in(desk, desk.here))
            sale = await desk.here.find("sale")
            if sale is not None and sale.context.outstanding:
                await desk.here.send(sale.ref, AcceptShort(desk.wish.reason))
        case "accept_over":
            await desk.end("accepted", await take_in(desk, desk.here))
        case "return":
            await desk.end("returned")
        case "dismiss":
            await desk.end("dismissed")


async def attach(desk: Desk, to: Destination) -> None:
    """Let another order have the money; what a payment has leaves it as a refund, which pays the new one."""
    there = desk.parts[to.order.id]
    if desk.item.money.holds:
        await desk.end("attached", await take_in(desk, there))
        return
    amount = desk.item.usable
    await desk.end("attached", await pay_over(desk, there))
    await send_back(desk, amount)


async def refund(desk: Desk) -> None:
    """Refund what is still owed of it. The item ends first: nothing is left then that a refund would close."""
    await desk.end("refunded")
    await send_back(desk, desk.item.usable)


async def send_back(desk: Desk, amount: int) -> None:
    """Take an amount out of the payment that the item is about; what of a surplus is not left there waits on."""
    payment = desk.item.payment
    if payment is not None:
        with desk.here.as_system():
            ref = Ref("payment", desk.here.store_id, payment.id)
            await desk.here.send(ref, Refund(amount), reason=desk.wish.reason)
    if desk.item.money.kind == "surplus":
        await hand_on(desk.here, desk.item.money.amount - amount)


async def take_in(desk: Desk, tx: Transaction) -> Target:
    """Confirm the payment that waits for the money, or one of its own where none does."""
    item = desk.item
    with tx.as_system():
        if item.payment and item.is_pending and item.money.order_id == tx.order_id:
            ref = Ref("payment", tx.store_id, item.payment.id)
        else:
            ref = (await register(tx, await payment_for(desk, tx))).ref
        await tx.send(ref, Confirm(item.money.amount), reason=desk.wish.reason)
    return Target(tx.store_id, tx.order_id, ref.id)


async def payment_for(desk: Desk, tx: Transaction) -> NewPayment:
    """The payment that parked money becomes: known by its reference, or where another payment has that, by its own
    transaction.
    """
    money = desk.item.money
    names = [name for name in (money.reference, money.transaction) if name]
    taken = [name for name in names if await tx.connection.fetchval(TAKEN, money.provider, name)]
    free = [name for name in names if name not in taken]
    return NewPayment(
        amount=money.amount,
        currency=money.currency,
        method=desk.item.report.method if desk.item.report else "TRANSFER",
        provider=money.provider,
        reference=free[0] if free else str(money.id),
    )


async def pay_over(desk: Desk, tx: Transaction) -> Target:
    """Pay an order with what a payment of another has too much."""
    item = desk.item
    paid = NewPayment(
        amount=item.usable,
        currency=item.money.currency,
        method=item.payment.context.method if item.payment else "TRANSFER",
        provider=OURS,
        reference=str(item.money.id),
    )
    with tx.as_system():
        ref = (await register(tx, paid)).ref
        await tx.send(ref, Confirm(), reason=desk.wish.reason)
    return Target(tx.store_id, tx.order_id, ref.id)
