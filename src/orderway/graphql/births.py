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
from orderway.order import begun
from orderway.order.begun import Payment
from orderway.order.copies import copy_order
from orderway.order.drafting import Draft, draft_quotation
from orderway.workflow.kinds import Moved


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """The order to copy: its store, buyer, way and goods, at the prices of today."""

    order: UUID


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
    return await begun.register_payment(asking.desk.runner, asker(asking, given), payload_of(Payment, given))


def asker(asking: Asking, given: Any) -> begun.Asker:
    """Who begins something, with the idempotency key that was sent along."""
    return begun.Asker(viewer=asking.signed_in, key=key_of(given), request_id=asking.request_id)
