"""The names that clients know for payments of consumers and of resellers: the same road, for buyers of that kind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from strawberry.types.field import StrawberryField

from orderway.graphql.asking import Asking
from orderway.graphql.births import register_payment
from orderway.graphql.expose import EXTRAS, INPUTS, KEY, doing, sent
from orderway.graphql.forms import payload_of
from orderway.order.begun import Payment
from orderway.order.reach import reach, reach_order
from orderway.sale.payments.context import BuyerKind
from orderway.sale.payments.events import Confirm
from orderway.statechart import Reason, Refusal
from orderway.statechart.explain import text
from orderway.workflow.errors import Refused
from orderway.workflow.kinds import Moved

BUYERS: dict[BuyerKind, str] = {"CONSUMER": "Consumer", "RESELLER": "Reseller"}

OF_ORDER = """
SELECT c.kind FROM sale_order o JOIN customer c ON c.id = o.customer_id WHERE o.store_id = $1 AND o.id = $2
"""
OF_PAYMENT = "SELECT buyer_kind FROM payment WHERE store_id = $1 AND id = $2"


def named() -> Iterator[StrawberryField]:
    """The mutations of payments by the kind of their buyer."""
    for kind, name in BUYERS.items():
        yield registering(kind, name)
        yield confirming(kind, name)


def registering(kind: BuyerKind, name: str) -> StrawberryField:
    mutation = f"register{name}Payment"
    form = INPUTS.of(Payment, machine="payment", name=f"Register{name}PaymentInput", extras=(KEY,))

    async def register(asking: Asking, given: Any) -> Moved:
        async with asking.connection() as connection:
            order = await reach_order(connection, asking.signed_in, given.order)
            require(kind, await connection.fetchval(OF_ORDER, order.store_id, order.id), mutation)
        return await register_payment(asking, given)

    return doing(mutation, form, register, description=f"As registerPayment, for an order of a {name.lower()}.")


def confirming(kind: BuyerKind, name: str) -> StrawberryField:
    mutation = f"confirm{name}Payment"
    form = INPUTS.of(Confirm, machine="payment", name=f"Confirm{name}PaymentInput", extras=EXTRAS)

    async def confirm(asking: Asking, given: Any) -> Moved:
        workflow = asking.desk.runner.workflow
        async with asking.connection() as connection:
            found = await reach(connection, asking.signed_in, kind=workflow.kind("payment"), id=given.id)
            require(kind, await connection.fetchval(OF_PAYMENT, found.ref.store_id, found.ref.id), mutation)
        return await sent(asking, "payment", payload_of(Confirm, given), given=given)

    return doing(mutation, form, confirm, description=f"As paymentConfirm, for a payment of a {name.lower()}.")


def require(wanted: BuyerKind, found: BuyerKind, mutation: str) -> None:
    """Raise Refused where the buyer is of the other kind."""
    if found != wanted:
        reason = Reason(
            guard="buyer_kind",
            sentence=f"The buyer must be a {BUYERS[wanted].lower()}.",
            detail=f"The buyer of this order is a {BUYERS[found].lower()}.",
            remedy=f"Send {mutation.replace(BUYERS[wanted], BUYERS[found])} instead.",
        )
        raise Refused(Refusal("", "", "", (reason,), ()), text(reason))
