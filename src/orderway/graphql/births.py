"""What begins by hand: a quotation is drafted, a payment registered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from strawberry.types.field import StrawberryField

from orderway.graphql.asking import Asking
from orderway.graphql.expose import INPUTS, KEY, doing, key_of
from orderway.graphql.forms import payload_of
from orderway.order.copies import copy_order
from orderway.order.drafting import Draft, draft_quotation
from orderway.order.reach import reach_order
from orderway.sale.payments.context import Method
from orderway.sale.payments.opening import NewPayment, register
from orderway.workflow.actor import Actor
from orderway.workflow.kinds import Moved
from orderway.workflow.runner import Work
from orderway.workflow.transaction import Transaction

CURRENCY = "SELECT currency FROM sale_order WHERE store_id = $1 AND id = $2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """The order to copy: its store, buyer, way and goods, at the prices of today."""

    order: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """A payment to register: `amount` in minor units of the order's currency.

    `reference` is the provider's own; where there is none, as for cash, the order's number and a count make one.
    """

    order: UUID
    amount: int
    method: Method
    provider: str
    reference: str | None = None


def born() -> Iterator[StrawberryField]:
    """The mutations that begin something."""
    for name, payload, machine, do, description in (
        ("createQuotation", Draft, "quotation", create_quotation, "Draft a quotation: the order begins with it."),
        ("copyQuotation", Original, "quotation", copy_quotation, "Draft a new quotation like one that there was."),
        ("registerPayment", Payment, "payment", register_payment, "Register a payment, which waits for confirmation."),
    ):
        form = INPUTS.of(payload, machine=machine, name=f"{name[0].upper()}{name[1:]}Input", extras=(KEY,))
        yield doing(name, form, do, description=description)


async def create_quotation(asking: Asking, given: Any) -> Moved:
    """Draft a quotation as the viewer. Raises what `draft_quotation` raises."""
    draft, runner = payload_of(Draft, given), asking.desk.runner
    return await draft_quotation(runner, asking.signed_in, draft, key=key_of(given), request_id=asking.request_id)


async def copy_quotation(asking: Asking, given: Any) -> Moved:
    """Copy an order that the viewer sees, whatever became of it. Raises what `copy_order` raises."""
    original, runner = payload_of(Original, given), asking.desk.runner
    return await copy_order(runner, asking.signed_in, original.order, key=key_of(given), request_id=asking.request_id)


async def register_payment(asking: Asking, given: Any) -> Moved:
    """Register a payment of an order that the viewer sees. Raises what `register` raises."""
    asked = payload_of(Payment, given)
    async with asking.connection() as connection:
        order = await reach_order(connection, asking.signed_in, asked.order)

    async def work(tx: Transaction) -> Moved:
        await tx.lock(order.store_id, order.id)
        currency = await tx.connection.fetchval(CURRENCY, order.store_id, order.id)
        payment = NewPayment(
            amount=asked.amount,
            currency=currency,
            method=asked.method,
            provider=asked.provider,
            reference=asked.reference,
        )
        return await register(tx, payment)

    return await begun(asking, order.actor, work, request=asked, key=key_of(given))


async def begun(asking: Asking, actor: Actor, work: Work[Moved], *, request: object, key: str | None) -> Moved:
    """Do the work in one transaction; the same key gives the same answer, and nothing begins twice."""
    return await asking.desk.runner.once(
        work, Moved, key=key, request=(type(request).__name__, request), actor=actor, request_id=asking.request_id
    )
