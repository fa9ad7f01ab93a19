"""What is safe to do with an item: nothing of it is lost by that, and none of it goes to who may not be meant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from orderway.sale.reconciliation.parking import Kind
from orderway.sale.reconciliation.rules import Action, Tolerance, choices
from orderway.sale.reconciliation.standing import OrderNamed, Standing

SAFE: Mapping[Kind, Action] = {
    "short": "accept_short",
    "over": "accept_over",
    "late": "refund",
    "surplus": "refund",
    "duplicate": "return",
    "wrong_currency": "return",
}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What to do, and the order that is to have the money where it is to be attached."""

    action: Action
    order: OrderNamed | None = None


def suggestion(item: Standing, tolerance: Tolerance) -> Suggestion | None:
    """Return what is safe to do with an open item now; None where somebody has to look closer."""
    can = {choice.action for choice in choices(item, tolerance) if not choice.reasons}
    action = SAFE.get(item.money.kind)
    if action in can:
        return Suggestion(action)
    order = meant(item)
    return Suggestion("attach", order) if order and "attach" in can else None


def meant(item: Standing) -> OrderNamed | None:
    """The order that the money is for: of a short payment its own, of money of no known order the only one that waits
    for a payment with its reference, or of just its amount. None where there is none, or several.
    """
    if item.money.kind == "short":
        return item.order if item.sale and item.sale.takes_money else None
    if item.money.kind != "orphan":
        return None
    waiting = [
        each for each in item.candidates if each.state == "PENDING" and each.order.currency == item.money.currency
    ]
    for same in ("reference", "amount"):
        orders = {each.order.id: each.order for each in waiting if each.same == same}
        if orders:
            return next(iter(orders.values())) if len(orders) == 1 else None
    return None
