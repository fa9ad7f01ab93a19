"""What can be done with an item of the inbox, and why not: each rule a sentence, with the way out and who can help."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from orderway.people.permissions import PAYMENT_RECONCILE
from orderway.sale.reconciliation.standing import Destination, Standing
from orderway.statechart import Amount, Reason, all_of, guard
from orderway.statechart.explain import Blank
from orderway.statechart.guards import Guard, why_not

Action = Literal["attach", "refund", "return", "accept_short", "accept_over", "dismiss"]
ACTIONS: dict[Action, str] = {
    "attach": "Attach to an order",
    "refund": "Refund to the buyer",
    "return": "Return to the sender",
    "accept_short": "Accept the short payment",
    "accept_over": "Accept the whole payment",
    "dismiss": "Dismiss",
}
"""What people can do with an item, in words."""


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How much of a total may be let go where a payment is short, in percent."""

    percent: int

    def of(self, total: int) -> int:
        """In minor units, rounded down."""
        return total * self.percent // 100


def amounts(item: Standing, _to: object, tolerance: Tolerance) -> dict[str, object]:
    currency = item.money.currency
    known: dict[str, object] = {"owed": Amount(item.owed, currency)}
    if item.payment:
        known["left"] = Amount(item.payment.context.left, currency)
    if item.sale:
        known |= {"missing": Amount(missing(item), currency), "allowed": Amount(allowed(item, tolerance), currency)}
    return known


def allowed(item: Standing, tolerance: Tolerance) -> int:
    """What the sale may still let go; what it did before counts."""
    sale = item.sale
    return max(0, tolerance.of(sale.context.grand_total) - sale.context.allowance) if sale else 0


def missing(item: Standing) -> int:
    """What the sale would still lack once the money is taken."""
    return max(0, item.sale.context.outstanding - item.money.amount) if item.sale else 0


def currencies(item: Standing, to: Destination) -> dict[str, object]:
    return {"money": item.money.currency, "order": to.order.currency}


@guard(remedy="It closes by itself when what it is about is settled.")
def is_placeable(item: Standing) -> bool:
    """It must be money that waits for an order."""
    return item.money.holds or item.is_about_a_payment


@guard(remedy="Return it to the sender, or attach it to an order.")
def is_of_a_payment(item: Standing) -> bool:
    """A confirmed payment must have the money."""
    return item.is_about_a_payment


@guard(detail="{owed} is owed to the buyer, and {left} of the payment is left.", numbers=amounts)
def is_owed(item: Standing) -> bool:
    """Something of it must still be owed to the buyer."""
    return item.money.holds or not item.is_about_a_payment or item.usable > 0


@guard(remedy="Wait until the dispute is won or lost.")
def is_undisputed(item: Standing) -> bool:
    """Nobody must dispute the payment."""
    return item.payment is None or item.payment.state != "DISPUTED"


@guard(remedy="Refund its payment, or wait until what it is about is settled.")
def holds_money(item: Standing) -> bool:
    """No payment must have the money."""
    return item.money.holds


@guard(remedy="Attach it to an order, or send the money back.")
def holds_nothing(item: Standing) -> bool:
    """There must be no money in it."""
    return not item.money.holds


@guard(remedy="It closes by itself when its payment is refunded, moved, or its dispute is over.")
def is_a_notice(item: Standing) -> bool:
    """It must not be about a payment that is confirmed."""
    return item.money.kind not in ("late", "surplus", "disputed")


@guard(remedy="Attach it to an order instead.")
def is_short(item: Standing) -> bool:
    """Less must have come than was asked for."""
    return item.money.kind == "short"


@guard(remedy="Attach it to an order instead.")
def is_over(item: Standing) -> bool:
    """More must have come than was asked for."""
    return item.money.kind == "over"


@guard(remedy="Attach the money to an order instead, or return it to the sender.")
def is_awaited(item: Standing) -> bool:
    """The payment that it came for must still wait."""
    return item.is_pending


@guard(remedy="Return the money to the sender.")
def sale_takes_it(item: Standing) -> bool:
    """The sale of its order must still take money."""
    return item.sale is not None and item.sale.takes_money


@guard(
    detail="{missing} would be missing; up to {allowed} may be let go.",
    numbers=amounts,
    remedy="Attach it as a part of the payment, or return it to the sender.",
)
def is_tolerable(item: Standing, _to: object, tolerance: Tolerance) -> bool:
    """What is missing must be little enough to let go."""
    return missing(item) <= allowed(item, tolerance)


@guard(
    detail="The money is in {money}, the order in {order}.",
    numbers=currencies,
    remedy="Choose an order in the currency of the money, or return it to the sender.",
)
def is_in_its_currency(item: Standing, to: Destination) -> bool:
    """The order must be in the currency of the money."""
    return to.order.currency == item.money.currency


@guard(remedy="Choose an order whose sale is open, or send the money back.")
def order_takes_it(_item: Standing, to: Destination) -> bool:
    """The sale of that order must still take money."""
    return to.sale is not None and to.sale.takes_money


@guard(remedy="Choose another order of the same buyer.")
def is_another_order(item: Standing, to: Destination) -> bool:
    """The money of a payment must go to another order."""
    return not item.is_about_a_payment or item.order is None or to.order.id != item.order.id


@guard(remedy="Choose an order of the same buyer, or refund the payment.")
def is_the_same_buyer(item: Standing, to: Destination) -> bool:
    """The money of a payment must stay with its buyer."""
    return not item.is_about_a_payment or item.order is None or to.order.customer_id == item.order.customer_id


@guard(remedy="Refund it: it goes back to the account, which can pay the other order.")
def is_from_outside(item: Standing) -> bool:
    """The money must not have come out of the buyer's account."""
    return item.payment is None or not item.payment.context.is_by_account


@guard(remedy="Choose an order of the same store, or refund the payment.")
def is_the_same_store(item: Standing, to: Destination) -> bool:
    """The money of a payment must stay in its store."""
    return not item.is_about_a_payment or item.order is None or to.order.store_id == item.order.store_id


RULES: Mapping[Action, Guard] = {
    "attach": all_of(
        is_placeable, is_owed, is_undisputed, is_in_its_currency, order_takes_it, is_another_order,
        is_from_outside, is_the_same_buyer, is_the_same_store,
    ),
    "refund": all_of(is_of_a_payment, is_owed, is_undisputed),
    "return": holds_money,
    "accept_short": all_of(is_short, is_awaited, sale_takes_it, is_tolerable),
    "accept_over": all_of(is_over, is_awaited, sale_takes_it),
    "dismiss": all_of(holds_nothing, is_a_notice),
}  # fmt: skip

FITS: Mapping[Action, Guard] = {
    "attach": is_placeable,
    "refund": is_of_a_payment,
    "return": holds_money,
    "accept_short": is_short,
    "accept_over": is_over,
    "dismiss": all_of(holds_nothing, is_a_notice),
}
"""What an action is for: where this does not hold it is not even offered."""

NOT_YOURS = Reason(
    guard="permission", sentence="You may not decide what becomes of this money.", help=PAYMENT_RECONCILE
)


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be done with an item, or could if nothing stood against it."""

    action: Action
    reasons: tuple[Reason, ...]


def choices(item: Standing, tolerance: Tolerance) -> tuple[Choice, ...]:
    """What can be done with an open item now, and what stands against it. What hangs on the order to be chosen is
    judged when one is.
    """
    if item.money.resolution is not None:
        return ()
    fitting = [action for action, fits in FITS.items() if not why_not(fits, item, None, tolerance)]
    return tuple(Choice(action, against(item, action, tolerance=tolerance)) for action in fitting)


def against(
    item: Standing, action: Action, *, tolerance: Tolerance, to: Destination | None = None
) -> tuple[Reason, ...]:
    """Everything that stands against an action; an order that is not chosen yet stands against nothing."""
    if not item.may_settle:
        return (NOT_YOURS,)
    return why_not(RULES[action], item, to or Blank(action), tolerance)
