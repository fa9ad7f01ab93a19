"""What a form of a refund begins with: the price of what came back, less what of it was never paid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from orderway.fulfillment.events import RefundIssued
from orderway.fulfillment.returns.prices import Sold, price_of
from orderway.money import Money
from orderway.order.shape import Fulfillment, Life
from orderway.ui.order.telling import Telling

GONE = ("CANCELLED", "FAILED")


def beginning(telling: Telling, event: type, life: Life[Any]) -> Mapping[str, str]:
    """The amount that the machine would take at most, where the event refunds goods and the viewer sees the money."""
    sale = telling.order.sale
    if event is not RefundIssued or sale is None or not isinstance(life, Fulfillment):
        return {}
    price = price_of(_sold(telling), life.context.return_lines)
    return {"amount": Money(price - sale.context.unpaid_of(price), telling.order.currency).digits()}


def _sold(telling: Telling) -> dict[UUID, Sold]:
    """The lines with the pieces whose price was judged already: they were refunded, or are not brought any more."""
    settled = Counter[UUID]()
    for given in telling.order.returns:
        if given.refunded is not None:
            settled.update({line.line: line.sellable + line.damaged for line in given.lines})
    for part in telling.order.fulfillments:
        if part.state in GONE:
            settled.update({portion.line: portion.quantity for portion in part.lines})
    return {
        line.id: Sold(line.price.total, line.quantity, settled[line.id]) for line in telling.order.lines if line.price
    }
