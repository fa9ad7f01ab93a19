"""What begins by hand: a quotation is drafted, a payment registered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from strawberry.types.field import StrawberryField

from orderway.delivery.address import Delivery
from orderway.delivery.way import FulfillmentType
from orderway.graphql.asking import Asking
from orderway.graphql.expose import INPUTS, KEY, doing, key_of
from orderway.graphql.forms import payload_of
from orderway.order.copies import copy_order
from orderway.order.reach import reach_order
from orderway.people.permissions import SCOPE_BILLED
from orderway.people.scope import may_open
from orderway.people.viewer import find_viewer
from orderway.quotation.events import Edit, LineWanted
from orderway.quotation.opening import NewOrder, place
from orderway.sale.payments.context import Method
from orderway.sale.payments.opening import NewPayment, register
from orderway.statechart.explain import text
from orderway.workflow.actor import Actor
from orderway.workflow.errors import NotFound, Refused
from orderway.workflow.kinds import Moved
from orderway.workflow.runner import Work
from orderway.workflow.transaction import Transaction

CURRENCY = "SELECT currency FROM sale_order WHERE store_id = $1 AND id = $2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A quotation to draft, in the currency of its store. Prices come from the catalogue."""

    store: UUID
    customer: UUID
    fulfillment_type: FulfillmentType
    lines: tuple[LineWanted, ...] = ()
    delivery: Delivery | None = None
    valid_until: datetime | None = None
    biller: UUID | None = None


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
    """Place the order, and edit its lines in as anyone would: the rules of an edit hold from the beginning.

    Raises NotFound for a store, a customer or a biller out of reach, and what `place` and EDIT raise.
    """
    draft, viewer = payload_of(Draft, given), asking.signed_in
    async with asking.connection() as connection:
        currency = await connection.fetchval("SELECT currency FROM store WHERE id = $1", draft.store)
    if currency is None or not may_open(viewer, store_id=draft.store, customer_id=draft.customer):
        raise NotFound("There is no such store or customer.", "Check both ids.")
    if draft.biller:
        await require_biller(asking, draft.biller, store_id=draft.store)
    bills = SCOPE_BILLED in viewer.permissions
    order = NewOrder(
        store_id=draft.store,
        customer_id=draft.customer,
        currency=currency,
        fulfillment_type=draft.fulfillment_type,
        biller_id=draft.biller or (viewer.person_id if bills else None),
        delivery=draft.delivery,
        valid_until=draft.valid_until,
    )

    async def work(tx: Transaction) -> Moved:
        moved = await place(tx, order)
        if not draft.lines:
            return moved
        try:
            return await tx.send(moved.ref, Edit(draft.lines, draft.valid_until))
        except Refused as no:
            raise not_drafted(no) from no

    return await begun(asking, viewer.actor(), work, request=draft, key=key_of(given))


def not_drafted(no: Refused) -> Refused:
    """The refusal of the edit that brings the first lines, as one of the draft: there is nothing yet to edit."""
    reasons = no.refusal.reasons
    said = " ".join(text(reason) for reason in reasons)
    return Refused(replace(no.refusal, state="", takes=()), f"The quotation can not be drafted. {said}")


async def copy_quotation(asking: Asking, given: Any) -> Moved:
    """Copy an order that the viewer sees, whatever became of it. Raises what `copy_order` raises."""
    original, runner = payload_of(Original, given), asking.desk.runner
    return await copy_order(runner, asking.signed_in, original.order, key=key_of(given), request_id=asking.request_id)


async def require_biller(asking: Asking, person_id: UUID, *, store_id: UUID) -> None:
    """Raises NotFound for anyone but a biller of the store: who else there is, is told to nobody."""
    async with asking.connection() as connection:
        biller = await find_viewer(connection, person_id)
    if biller is None or SCOPE_BILLED not in biller.permissions or store_id not in biller.stores:
        raise NotFound("The store has no such biller.", "Leave it out, or name one of the store.")


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
