"""Money that a provider takes back, or holds while a dispute lasts, and money that came a little short."""

from orderway.sale.changes import look_at_credit
from orderway.sale.context import SaleContext, SaleFacts
from orderway.sale.events import AcceptShort, PaymentRestored, PaymentReversed
from orderway.sale.guards import clear_to_fulfill, nothing_dispatched
from orderway.statechart import Amount, all_of, guard, not_, replace


@guard(remedy="Check the amount.")
def was_captured(sale: SaleContext, event: PaymentReversed) -> bool:
    """The amount taken back must be more than nothing, and no more than was captured and not taken back before."""
    return 0 < event.amount <= sale.captured_total - sale.reversed_total


@guard(remedy="Check the amount.")
def was_reversed(sale: SaleContext, event: PaymentRestored) -> bool:
    """The amount restored must be more than nothing, and no more than was taken back."""
    return 0 < event.amount <= sale.reversed_total


@guard()
def still_covered(sale: SaleContext, event: PaymentReversed, facts: SaleFacts) -> bool:
    """What is left must cover the sale, or the rest stand on credit or the override that cleared it."""
    return clear_to_fulfill(look_at_credit(reverse(standing(sale), event, facts), event, facts), event, facts)


can_be_held = all_of(
    was_captured,
    not_(still_covered, says="What is left must no longer cover the sale."),
    nothing_dispatched,
)


def standing(sale: SaleContext) -> SaleContext:
    """The sale with the overrides that it was cleared by counting: they were used for just this."""
    if sale.cleared_by != "override":
        return sale
    admin, credit = (replace(each, status="granted") if each.status == "used" else each for each in sale.overrides)
    return replace(sale, admin=admin, credit_override=credit)


def short(sale: SaleContext, _event: object, facts: SaleFacts) -> dict[str, object]:
    return {
        "missing": Amount(sale.outstanding, sale.currency),
        "allowed": Amount(max(0, allowed(sale, facts)), sale.currency),
    }


def allowed(sale: SaleContext, facts: SaleFacts) -> int:
    """What may still be let go, in minor units."""
    return sale.grand_total * facts.short_percent // 100 - sale.allowance


@guard(remedy="Take a payment first.", help="payment.register")
def something_paid(sale: SaleContext) -> bool:
    """Something must have been paid."""
    return sale.paid > 0


@guard()
def something_missing(sale: SaleContext) -> bool:
    """Something must still be to pay."""
    return sale.outstanding > 0


@guard(
    detail="{missing} is still to pay, and {allowed} may be let go.",
    numbers=short,
    remedy="Take a payment of the rest.",
    help="payment.register",
)
def within_tolerance(sale: SaleContext, _event: object, facts: SaleFacts) -> bool:
    """No more must be missing than may be let go."""
    return sale.outstanding <= allowed(sale, facts)


may_come_short = all_of(something_paid, something_missing, within_tolerance)


def reverse(sale: SaleContext, event: PaymentReversed, facts: SaleFacts) -> SaleContext:
    """Less money. What was paid back of a surplus is gone too, so it counts as refunded now.

    What was to be refunded and never was has gone back this way, as far as there was no other money for it.
    """
    reversed_total = sale.reversed_total + event.amount
    refunded = min(sale.refunded_total + facts.surplus_paid_out, sale.captured_total - reversed_total)
    return replace(sale, reversed_total=reversed_total, refunded_total=refunded)


def restore(sale: SaleContext, event: PaymentRestored) -> SaleContext:
    """The money is back, and the sale can no longer expire."""
    return replace(sale, reversed_total=sale.reversed_total - event.amount, expires_at=None)


def owe_rest(sale: SaleContext) -> SaleContext:
    """What is unpaid now stands on the credit account, be it more than before or less."""
    return replace(sale, exposed=sale.outstanding)


def accept_short(sale: SaleContext, _event: AcceptShort) -> SaleContext:
    """The rest is let go."""
    return replace(sale, allowance=sale.allowance + sale.outstanding)
