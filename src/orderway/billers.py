"""Who bills an order, named after it was placed: checked, kept, logged, and told to whoever is named."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from orderway.order.begun import Asker, on_order
from orderway.people.customers.changes import require_biller
from orderway.people.permissions import CUSTOMER_MANAGE
from orderway.quotation.events import BillerNamed as OfQuotation
from orderway.sale.events import BillerNamed as OfSale
from orderway.statechart import Reason, Refusal
from orderway.statechart.explain import text
from orderway.workflow.errors import Invalid, NotFound, Refused
from orderway.workflow.kinds import Moved
from orderway.workflow.runner import Runner
from orderway.workflow.transaction import Transaction

LISTED = ("quotation", "sale", "fulfillment", "payment")
"""What of an order is listed by who bills it."""

BILL = "UPDATE sale_order SET biller_id = $3 WHERE store_id = $1 AND id = $2"
LIST = "UPDATE {} SET biller_id = $3 WHERE store_id = $1 AND order_id = $2"

OVER = Reason(
    guard="not_over",
    sentence="The order must be under way: of one that is over nobody bills anything any more.",
    remedy="Place a new order.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NameBiller:
    """Who is answerable for an order from now on: a biller of its store."""

    order: UUID
    biller: UUID
    reason: str


async def name_biller(runner: Runner, by: Asker, asked: NameBiller) -> Moved:
    """Name who bills an order. Raises NotFound, and what `change_biller` raises."""

    async def work(tx: Transaction) -> Moved:
        return await change_biller(tx, asked.biller, reason=asked.reason)

    return await on_order(runner, by, work, order=asked.order, asked=asked)


async def change_biller(tx: Transaction, biller: UUID, *, reason: str) -> Moved:
    """Name who bills the locked order, as whoever acts; its sale moves, or its quotation while that is all there is.

    Whoever billed it before bills it no more, and so may lose sight of it. Raises Invalid for who is no biller of the
    store or bills the order already, and Refused for who may name none and for an order that is over.
    """
    tx.require(CUSTOMER_MANAGE, to="say who bills the order")
    if biller == tx.order.biller:
        raise Invalid("They bill the order already.", "Name somebody else.", "biller")
    try:
        await require_biller(tx.connection, biller, store_id=tx.store_id)
    except NotFound as error:
        raise Invalid(error.message, "Name one of the store.", "biller") from error
    for machine, named in (("sale", OfSale), ("quotation", OfQuotation)):
        instance = await tx.find(machine)
        if instance is not None and tx.takes(instance, named):
            await _bill(tx, biller)
            with tx.as_system():
                return await tx.send(instance.ref, named(biller, reason))
    raise Refused(Refusal("", "", "BILLER_NAMED", (OVER,), ()), text(OVER))


async def _bill(tx: Transaction, biller: UUID) -> None:
    """Keep it, also where lists are cut by it, and tell of the order as of theirs from now on."""
    for statement in (BILL, *map(LIST.format, LISTED)):
        await tx.connection.execute(statement, tx.store_id, tx.order_id, biller)
    await tx.lock(tx.store_id, tx.order_id)
