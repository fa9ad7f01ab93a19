"""What spoke for what in an order of the predecessor, laid side by side for whoever decides what it could not."""

from __future__ import annotations

from collections.abc import Iterator

from orderway.changeover.evidence import Evidence, FormerMove, FormerPayment
from orderway.legacy.ends import Ends
from orderway.legacy.predecessor.facts import Logged, Order
from orderway.legacy.predecessor.judge import Verdict


def evidence(order: Order, verdict: Verdict, ended: Ends | None) -> Evidence:
    """`ended` is where the order rests here; without it, it is not in."""
    goods = order.fulfillment
    return Evidence(
        status=order.status,
        sale_status=order.sale.status if order.sale else None,
        workflow_state=order.workflow_state,
        fulfillment_status=goods.status if goods else None,
        fulfillment_workflow_state=goods.workflow_state if goods else None,
        currency=order.currency,
        total=verdict.total,
        captured=verdict.captured,
        outstanding=verdict.outstanding,
        overpaid=verdict.overpaid,
        came_to=(ended.sale or ended.quotation) if ended else None,
        fulfillment_came_to=ended.fulfillment if ended else None,
        why=verdict.why,
        confidence=verdict.confidence,
        payments=tuple(
            FormerPayment(
                amount=each.amount,
                method=each.method,
                status=each.status,
                reference=each.reference,
                at=each.received_at,
            )
            for each in order.payments
        ),
        log=tuple(sorted(told(order), key=lambda each: each.at)),
    )


def told(order: Order) -> Iterator[FormerMove]:
    """The lines of both logs."""
    yield from (former("sale", each) for each in order.log)
    yield from (former("fulfillment", each) for each in (order.fulfillment.log if order.fulfillment else ()))


def former(of: str, row: Logged) -> FormerMove:
    return FormerMove(of=of, from_state=row.from_state, to_state=row.to_state, event=row.event, at=row.at)
