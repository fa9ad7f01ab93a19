"""What must hold before a sale moves, each in the sentence that a person reads when it does not."""

from orderway.sale.context import LARGEST_SUM, ON_ACCOUNT, Override, SaleContext, SaleFacts
from orderway.sale.events import FulfillmentRefunded, OverrideRevoked, PaymentCaptured
from orderway.statechart import Amount, all_of, any_of, guard, not_


def money(sale: SaleContext) -> dict[str, object]:
    """The numbers of a sale, for the details of its guards."""
    return {
        "missing": Amount(sale.outstanding, sale.currency),
        "captured": Amount(sale.captured_total - sale.reversed_total, sale.currency),
        "refundable": Amount(sale.paid, sale.currency),
        "overage": Amount(sale.overage, sale.currency),
        "released": Amount(sale.admin.approved_amount or 0, sale.currency),
        "approved": Amount(sale.credit_override.approved_amount or 0, sale.currency),
    }


@guard(
    detail="{missing} is still to pay.",
    numbers=money,
    remedy="Take a payment, or ask for an override.",
    help="payment.register",
)
def paid_in_full(sale: SaleContext) -> bool:
    """The payments captured must cover the total."""
    return sale.paid >= sale.worth


@guard(remedy="Choose invoice or purchase order as the way to pay.", help="sale.work")
def on_account(sale: SaleContext) -> bool:
    """The sale must be paid on account."""
    return sale.payment_method in ON_ACCOUNT


@guard(
    detail="{overage} over the limit.",
    numbers=money,
    remedy="Ask for a credit override, or take a payment.",
    help="override.decide",
)
def within_credit(sale: SaleContext, _event: object, facts: SaleFacts) -> bool:
    """What is still to pay must fit into the credit limit."""
    return sale.overage == 0 or not facts.credit_checked


def covers(override: Override, amount: int, facts: SaleFacts) -> bool:
    """Whether the override stands, is not past its expiry, and was approved for so much."""
    return (
        override.status == "granted"
        and (override.expires_at is None or facts.now <= override.expires_at)
        and (override.approved_amount or 0) >= amount
    )


@guard(
    detail="{released} is released, {missing} is still to pay.",
    numbers=money,
    remedy="Ask for an override, or take a payment.",
    help="override.decide",
)
def admin_override_valid(sale: SaleContext, _event: object, facts: SaleFacts) -> bool:
    """An override must be granted, unused, not past its expiry, and cover what is still to pay."""
    return covers(sale.admin, sale.outstanding, facts)


@guard(
    detail="{approved} is approved, {overage} is needed.",
    numbers=money,
    remedy="Ask for a credit override, or take a payment.",
    help="override.decide",
)
def credit_override_valid(sale: SaleContext, _event: object, facts: SaleFacts) -> bool:
    """A credit override must be granted, unused, not past its expiry, and cover what goes over the limit."""
    return covers(sale.credit_override, sale.overage, facts)


may_owe = any_of(
    on_account,
    admin_override_valid,
    name="may_owe",
    says="The sale must be on account, or released by an override.",
)
has_credit = any_of(
    within_credit,
    credit_override_valid,
    name="has_credit",
    says="What is still to pay must fit into the credit limit, or be approved over it.",
)
clear_to_fulfill = any_of(
    paid_in_full,
    all_of(may_owe, has_credit, name="stands_on_credit", says="The sale must be allowed to owe, and have the credit."),
    name="clear_to_fulfill",
    says="The sale must be paid in full, or stand on credit or an override.",
)
lacks_credit = all_of(
    on_account,
    not_(within_credit, says="The sale must go over the credit limit."),
    not_(credit_override_valid, says="No credit override must cover it."),
    name="lacks_credit",
)


@guard()
def no_request_open(sale: SaleContext) -> bool:
    """No request for an override must be waiting for its decision."""
    return not sale.is_asking


credit_still_missing = all_of(
    no_request_open,
    not_(within_credit, says="The sale must go over the credit limit."),
    not_(credit_override_valid, says="No credit override must cover it."),
    name="credit_still_missing",
)
override_still_missing = all_of(
    no_request_open,
    not_(on_account, says="The sale must not be paid on account."),
    not_(admin_override_valid, says="No override must be valid."),
    name="override_still_missing",
)


@guard(remedy="Check the amount.")
def captures_something(_sale: SaleContext, event: PaymentCaptured) -> bool:
    """The amount captured must be more than nothing."""
    return event.amount > 0


@guard(remedy="Cancel the order and place several smaller ones.")
def can_be_counted(sale: SaleContext, event: PaymentCaptured) -> bool:
    """What is captured in all must be an amount that can be counted."""
    return sale.captured_total + event.amount <= LARGEST_SUM


can_be_captured = all_of(captures_something, can_be_counted)


@guard(detail="{captured} is captured.", numbers=money, remedy="Cancel the sale; what was captured is then refunded.")
def nothing_captured(sale: SaleContext) -> bool:
    """Nothing must have been captured."""
    return sale.paid == 0


def pending(_sale: SaleContext, _event: object, facts: SaleFacts) -> dict[str, object]:
    return {"count": facts.pending_payments}


@guard(
    detail="Payments that wait: {count}.",
    numbers=pending,
    remedy="Confirm the payment, or report it as failed.",
    help="payment.confirm",
)
def nothing_pending(_sale: SaleContext, _event: object, facts: SaleFacts) -> bool:
    """No payment must be awaiting confirmation, or the end of a dispute."""
    return facts.pending_payments == 0


@guard()
def time_is_up(sale: SaleContext, _event: object, facts: SaleFacts) -> bool:
    """The time to pay must be over."""
    return sale.expires_at is not None and sale.expires_at <= facts.now


@guard()
def sales_expire(_sale: SaleContext, _event: object, facts: SaleFacts) -> bool:
    """The settings must let sales expire."""
    return facts.expiry_minutes > 0


may_expire = all_of(sales_expire, time_is_up, nothing_captured, nothing_pending)


@guard(remedy="Cancel the sale instead.", help="sale.cancel")
def fulfillment_is_held(sale: SaleContext) -> bool:
    """A fulfillment must be on hold until the sale is cleared again."""
    return sale.is_held


@guard()
def review_from_choice(sale: SaleContext) -> bool:
    """The review must have been opened while choosing how to pay."""
    return sale.review is not None and sale.review.opened_from == "AWAITING_PAYMENT_METHOD"


@guard()
def review_from_start(sale: SaleContext) -> bool:
    """The review must have been opened when the payment was started."""
    return sale.review is not None and sale.review.opened_from == "PAYMENT_INITIATED"


@guard(remedy="Leave it: the sale does not stand on it.")
def is_its_own(sale: SaleContext, event: OverrideRevoked) -> bool:
    """The override must be one that was granted to this sale and still stands."""
    return any(each.status in ("granted", "used") and each.request == event.request for each in sale.overrides)


@guard(remedy="Hold or fail the fulfillment instead.", help="fulfillment.work")
def nothing_dispatched(_sale: SaleContext, _event: object, facts: SaleFacts) -> bool:
    """Nothing must have been dispatched."""
    return not facts.dispatched


may_be_taken_back = all_of(
    is_its_own,
    not_(paid_in_full, says="The sale must not be paid in full.", remedy="A paid sale needs no override: leave it."),
    nothing_dispatched,
)


@guard(detail="{refundable} can be refunded.", numbers=money, remedy="Refund less.")
def refund_is_covered(sale: SaleContext, event: FulfillmentRefunded) -> bool:
    """The refund must not be more than the buyer paid, nor the goods returned more than were sold."""
    return 0 <= event.amount <= sale.paid and 0 <= event.waived <= sale.grand_total - sale.returned_total - event.amount


@guard()
def everything_returned(_sale: SaleContext, _event: object, facts: SaleFacts) -> bool:
    """All goods of the sale must have come back."""
    return facts.everything_returned


nothing_left = all_of(refund_is_covered, everything_returned)
