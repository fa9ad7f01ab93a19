"""What was found wrong or remarkable in an order of the predecessor, by rules that look at its rows alone."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation

from orderway.legacy.predecessor.context import read_context
from orderway.legacy.predecessor.facts import Logged, Order, Volunteered
from orderway.legacy.predecessor.money import count
from orderway.legacy.predecessor.opinions import CLEARED, has_live_fulfillment

EXPIRED = "SALE_EXPIRED"
DRAFT = "QUOTATION_DRAFT"
WRITTEN = frozenset(
    {
        DRAFT,
        "AWAITING_PAYMENT_METHOD",
        "PAYMENT_INITIATED",
        "PAYMENT_PENDING_CONFIRMATION",
        "PAYMENT_FAILED",
        "OVERRIDE_REVIEW",
        CLEARED,
        "AWAITING_SETTLEMENT",
        "COMPLETED",
        "CANCELLED",
    }
)
"""The states of the predecessor's workflow; whatever else stands there, a job wrote beside it."""


def flags(order: Order, *, at: datetime) -> tuple[str, ...]:
    """Name every one that holds, by the alphabet; `at` is when the rows were read."""
    held = [name for name, holds in RULES.items() if holds(order)]
    return tuple(sorted([*held, "stale_interest"] if has_stale_interest(order, at) else held))


def is_noisy(exact: str) -> bool:
    """Whether an amount of major units, as a double, is none of whole minor units."""
    try:
        amount = Decimal(exact)
        return amount != round(amount, 2)
    except InvalidOperation:
        return True


def is_out_of_order(log: tuple[Logged, ...]) -> bool:
    """Whether some row leaves a state that was entered only later."""
    entered: dict[str, datetime] = {}
    for row in log:
        if row.from_state != row.to_state:
            entered[row.to_state] = min(row.at, entered.get(row.to_state, row.at))
    return any(row.from_state in entered and entered[row.from_state] > row.at for row in log if row.from_state)


def assigned(order: Order) -> list[Volunteered]:
    interests = order.fulfillment.interests if order.fulfillment else ()
    return [each for each in interests if each.status == "ASSIGNED"]


def rider_of(order: Order) -> str | None:
    return order.fulfillment.rider if order.fulfillment else None


def has_no_address(order: Order) -> bool:
    there = order.fulfillment
    return there is not None and there.type == "DELIVERY" and not there.place and not (there.address or "").strip()


def has_stale_interest(order: Order, at: datetime) -> bool:
    interests = order.fulfillment.interests if order.fulfillment else ()
    return any(each.status == "ACTIVE" and each.expires_at and each.expires_at < at for each in interests)


def repeats_reference(order: Order) -> bool:
    references = Counter(payment.reference for payment in order.payments if payment.reference)
    return any(times > 1 for times in references.values())


def names_other_sale(order: Order) -> bool:
    return order.sale is not None and any(each.sale not in {None, order.sale.id} for each in order.payments)


def is_partly_paid(order: Order) -> bool:
    return 0 < count(order).captured < order.total


def brought_on_credit(order: Order) -> bool:
    """A reseller's goods are brought, or are to be, before all is paid."""
    is_open = order.type == "RESELLER" and order.status != "CANCELLED"
    return is_open and has_live_fulfillment(order) and not count(order).is_paid


def has_bad_context(order: Order) -> bool:
    return order.workflow_state is not None and not read_context(order.workflow_context).is_sound


def goods(order: Order) -> str | None:
    return order.fulfillment.status if order.fulfillment else None


CONTRADICTIONS: Mapping[str, Callable[[Order], bool]] = {
    "contradiction:cancelled_sale_live_fulfilment": lambda o: o.status == "CANCELLED" and has_live_fulfillment(o),
    "contradiction:delivered_not_fulfilled": lambda o: (
        goods(o) == "DELIVERED" and o.status not in {"FULFILLED", "CANCELLED"}
    ),
    "contradiction:fulfilled_not_delivered": lambda o: o.status == "FULFILLED" and goods(o) != "DELIVERED",
    "contradiction:pending_sale_with_fulfilment": lambda o: o.status == "PENDING" and has_live_fulfillment(o),
}
"""Where sale and fulfillment exclude each other."""

RULES: Mapping[str, Callable[[Order], bool]] = {
    **CONTRADICTIONS,
    "bad_context": has_bad_context,
    "cancelled_with_money": lambda o: o.status == "CANCELLED" and count(o).captured > 0,
    "child_status": lambda o: o.sale is not None and o.sale.status != o.status,
    "cleared_but_partial": lambda o: o.workflow_state == CLEARED and is_partly_paid(o),
    "dup_reference": repeats_reference,
    "float_noise": lambda o: is_noisy(o.exact_total) or any(is_noisy(each.exact) for each in o.payments),
    "log_disorder": lambda o: is_out_of_order(o.log),
    "no_address": has_no_address,
    "orphan_store": lambda o: not o.knows_store,
    "overpaid": lambda o: count(o).overpaid > 0,
    "override": lambda o: bool(read_context(o.workflow_context).overrides),
    "partly_paid": is_partly_paid,
    "quotation_draft": lambda o: o.workflow_state == DRAFT,
    "reseller_credit": brought_on_credit,
    "returned": lambda o: bool(o.returns),
    "rider_mismatch": lambda o: (
        rider_of(o) is not None and bool(assigned(o)) and all(each.rider != rider_of(o) for each in assigned(o))
    ),
    "rider_without_interest": lambda o: rider_of(o) is not None and not assigned(o),
    "sale_expired": lambda o: o.workflow_state == EXPIRED,
    "sale_mismatch": names_other_sale,
    "shared_reference": lambda o: bool(o.shared_references),
    "two_assigned": lambda o: len(assigned(o)) > 1,
    "wf_null": lambda o: o.workflow_state is None,
    "wf_unknown_state": lambda o: o.workflow_state is not None and o.workflow_state not in WRITTEN,
}
"""Every other one looks at the order alone; whether an offer is stale depends on the time."""
