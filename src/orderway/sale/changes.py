"""How a sale's context changes."""

from collections.abc import Callable
from datetime import timedelta

from orderway.sale.context import ClearedBy, Credit, Override, Review, ReviewedFrom, SaleContext, SaleFacts
from orderway.sale.events import (
    AdminOverrideDenied,
    AdminOverrideGranted,
    AdminOverrideRequested,
    CreditOverrideDenied,
    CreditOverrideGranted,
    FulfillmentRefunded,
    OverrideRevoked,
    PaymentCaptured,
    SetPaymentMethod,
)
from orderway.sale.guards import admin_override_valid, credit_override_valid, on_account, paid_in_full, within_credit
from orderway.statechart import replace


def start_clock(sale: SaleContext, _event: object, facts: SaleFacts) -> SaleContext:
    """The time to pay begins; a sale with money in it does not expire."""
    if not facts.expiry_minutes or sale.paid:
        return replace(sale, expires_at=None)
    return replace(sale, expires_at=facts.now + timedelta(minutes=facts.expiry_minutes))


def stop_clock(sale: SaleContext) -> SaleContext:
    return replace(sale, expires_at=None) if sale.expires_at else sale


def look_at_credit(sale: SaleContext, _event: object, facts: SaleFacts) -> SaleContext:
    """Take a fresh snapshot of the customer's credit, after whatever else the event changed."""
    known = facts.credit
    if known is None:
        return replace(sale, credit=None) if sale.credit else sale
    overage = max(0, known.exposure + sale.outstanding - known.limit)
    return replace(sale, credit=Credit(known.tier, known.limit, known.exposure, known.earned, overage, facts.now))


def set_payment_method(sale: SaleContext, event: SetPaymentMethod) -> SaleContext:
    return replace(sale, payment_method=event.method)


def forget_payment_method(sale: SaleContext) -> SaleContext:
    """Credit was denied: how to pay is chosen anew."""
    return replace(sale, payment_method=None)


def capture(sale: SaleContext, event: PaymentCaptured) -> SaleContext:
    """More money; what the sale owes on credit falls by what it covers, and it can no longer expire."""
    more = replace(sale, captured_total=sale.captured_total + event.amount, expires_at=None)
    return replace(more, exposed=min(more.exposed, more.outstanding)) if more.exposed else more


def ask_from(state: ReviewedFrom) -> Callable[[SaleContext, AdminOverrideRequested, SaleFacts], SaleContext]:
    """Ask for an override, remembering where to go back to; one that is valid need not be granted again."""

    def ask_for_override(sale: SaleContext, event: AdminOverrideRequested, facts: SaleFacts) -> SaleContext:
        review = Review(opened_from=state, asked_by=facts.actor, reason=event.reason)
        admin = sale.admin if admin_override_valid(sale, event, facts) else Override("requested")
        return replace(sale, admin=admin, review=review)

    return ask_for_override


def review_credit(sale: SaleContext, _event: object, facts: SaleFacts) -> SaleContext:
    """An on-account sale goes over the limit: whoever started its payment asks for the credit."""
    reason = "The sale goes over the customer's credit limit."
    return replace(sale, review=Review(opened_from="PAYMENT_INITIATED", asked_by=facts.actor, reason=reason))


def ask_credit(sale: SaleContext) -> SaleContext:
    return replace(sale, credit_override=Override("requested"))


def ask_admin(sale: SaleContext) -> SaleContext:
    return replace(sale, admin=Override("requested"))


def grant_admin(sale: SaleContext, event: AdminOverrideGranted) -> SaleContext:
    return replace(sale, admin=Override("granted", event.request, event.approved_amount, event.expires_at))


def grant_credit(sale: SaleContext, event: CreditOverrideGranted) -> SaleContext:
    override = Override("granted", event.request, event.approved_amount, event.expires_at)
    return replace(sale, credit_override=override)


def deny_admin(sale: SaleContext, event: AdminOverrideDenied) -> SaleContext:
    return replace(sale, admin=Override("denied", event.request))


def deny_credit(sale: SaleContext, event: CreditOverrideDenied) -> SaleContext:
    return replace(sale, credit_override=Override("denied", event.request))


def revoke(sale: SaleContext, event: OverrideRevoked) -> SaleContext:
    """Whichever override the request was for stands no longer."""
    if event.request == sale.admin.request:
        sale = replace(sale, admin=Override("revoked", event.request))
    if event.request == sale.credit_override.request:
        sale = replace(sale, credit_override=Override("revoked", event.request))
    return sale


def close_review(sale: SaleContext) -> SaleContext:
    """Nobody waits for a decision any longer."""
    admin = Override() if sale.admin.status == "requested" else sale.admin
    credit = Override() if sale.credit_override.status == "requested" else sale.credit_override
    return replace(sale, admin=admin, credit_override=credit, review=None)


def clear(sale: SaleContext, event: object, facts: SaleFacts) -> SaleContext:
    """The sale may be fulfilled; what is unpaid goes onto the credit account."""
    by: ClearedBy = "override"
    if paid_in_full(sale):
        by = "payment"
    elif on_account(sale) and within_credit(sale, event, facts):
        by = "credit"
    cleared = replace(sale, cleared_by=by, cleared_at=facts.now, exposed=sale.outstanding, is_held=False)
    return spend(cleared, event, facts)


def spend(sale: SaleContext, event: object, facts: SaleFacts) -> SaleContext:
    """Use up the overrides that the sale stands on: none where it is paid, or has the credit by itself."""
    if paid_in_full(sale):
        return sale
    admin, credit = sale.overrides
    if not on_account(sale) and admin_override_valid(sale, event, facts):
        admin = replace(admin, status="used")
    if not within_credit(sale, event, facts) and credit_override_valid(sale, event, facts):
        credit = replace(credit, status="used")
    if (admin, credit) == sale.overrides:
        return sale
    return replace(sale, cleared_by="override", admin=admin, credit_override=credit)


def unclear(sale: SaleContext) -> SaleContext:
    """The fulfillment waits until the sale is cleared again."""
    return replace(sale, cleared_by=None, cleared_at=None, exposed=0, is_held=True)


def release(sale: SaleContext) -> SaleContext:
    """Nothing is owed on credit any longer."""
    return replace(sale, exposed=0)


def write_off(sale: SaleContext) -> SaleContext:
    return replace(sale, written_off=sale.outstanding, exposed=0)


def refund(sale: SaleContext, event: FulfillmentRefunded) -> SaleContext:
    """Goods came back: their price falls off the sale, and what was paid for them goes back."""
    less = replace(
        sale,
        refunded_total=sale.refunded_total + event.amount,
        returned_total=sale.returned_total + event.amount + event.waived,
    )
    return replace(less, exposed=min(less.exposed, less.outstanding))
