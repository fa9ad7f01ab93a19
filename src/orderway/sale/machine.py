"""The sale as a table: not cleared until it is paid for or stands on credit, then fulfilled, settled and done.

Every event that can change the answer takes a fresh snapshot of the customer's credit, and the `always` of
UNCLEARED judges the sale after it: so a decision rests on the amounts of its own moment, and an override that
no longer covers what it was granted for lets nothing through. In OVERRIDE_REVIEW some request is always open:
where a grant alone does not clear the sale, what is still missing is asked for at once. A sale that was cleared
and lost its override keeps its fulfillment on hold: the two end together, whichever is cancelled.
"""

from orderway.sale import changes, effects, guards, reversals
from orderway.sale.context import SaleContext, SaleFacts
from orderway.sale.events import (
    AcceptShort,
    AdminOverrideDenied,
    AdminOverrideGranted,
    AdminOverrideRequested,
    CancelRequested,
    CreditOverrideDenied,
    CreditOverrideGranted,
    Expire,
    FulfillmentCancelled,
    FulfillmentCompleted,
    FulfillmentFailed,
    FulfillmentRefunded,
    InitiatePayment,
    OverrideRevoked,
    PaymentAuthorized,
    PaymentCaptured,
    PaymentExpired,
    PaymentFailed,
    PaymentRestored,
    PaymentReversed,
    PreferencesChanged,
    SetPaymentMethod,
    WriteOff,
)
from orderway.statechart import always, chart, entry, final, leave, on, state

fresh = changes.look_at_credit

UNCLEARED = state(
    "UNCLEARED",
    entry(do=changes.start_clock),
    leave(do=changes.stop_clock),
    always(
        "CLEARED_FOR_FULFILLMENT",
        when=guards.clear_to_fulfill,
        do=changes.clear,
        emit=[effects.owe_rest_on_credit, effects.owe_buyer("cleared"), effects.StartFulfillment()],
    ),
    on(PaymentCaptured, "PAYMENT_PENDING_CONFIRMATION", when=guards.can_be_captured, do=[changes.capture, fresh]),
    on(PaymentReversed, when=reversals.was_captured, do=[reversals.reverse, changes.start_clock, fresh],
       emit=effects.owe_buyer_anew("reversed")),
    on(PaymentRestored, "PAYMENT_PENDING_CONFIRMATION", when=reversals.was_reversed, do=[reversals.restore, fresh]),
    on(AcceptShort, when=reversals.may_come_short, do=[reversals.accept_short, fresh]),
    on(PaymentFailed, "PAYMENT_FAILED", when=guards.nothing_captured, do=fresh),
    on(PaymentExpired, "PAYMENT_FAILED", when=guards.nothing_captured, do=fresh),
    on(OverrideRevoked, "PAYMENT_PENDING_CONFIRMATION", when=guards.is_its_own, do=[changes.revoke, fresh]),
    on(PreferencesChanged, do=fresh),
    on(CancelRequested, "CANCELLED",
       emit=[effects.ReleaseStock(), effects.owe_buyer_everything, effects.cancel_held_fulfillment]),
    on(Expire, "EXPIRED", when=guards.may_expire, at="expires_at",
       emit=[effects.ReleaseStock(), effects.cancel_unpaid_fulfillment]),
    on(FulfillmentCancelled, "CANCELLED", when=guards.fulfillment_is_held, emit=effects.owe_buyer_everything),
    state(
        "AWAITING_PAYMENT_METHOD",
        on(SetPaymentMethod, "PAYMENT_INITIATED", do=[changes.set_payment_method, fresh]),
        on(AdminOverrideRequested, "OVERRIDE_REVIEW",
           do=[changes.ask_from("AWAITING_PAYMENT_METHOD"), fresh], emit=effects.open_admin_request),
        label="Choosing how to pay", tone="neutral", lane="main", row=0,
    ),
    state(
        "PAYMENT_INITIATED",
        always("OVERRIDE_REVIEW", when=guards.lacks_credit,
               do=[changes.review_credit, changes.ask_credit], emit=effects.open_credit_request),
        on(PaymentAuthorized, "PAYMENT_PENDING_CONFIRMATION", do=fresh),
        on(AdminOverrideRequested, "OVERRIDE_REVIEW",
           do=[changes.ask_from("PAYMENT_INITIATED"), fresh], emit=effects.open_admin_request),
        label="Payment started", tone="active", lane="main", row=1,
    ),
    state(
        "PAYMENT_PENDING_CONFIRMATION",
        on(AdminOverrideRequested, "OVERRIDE_REVIEW",
           do=[changes.ask_from("PAYMENT_PENDING_CONFIRMATION"), fresh], emit=effects.open_admin_request),
        label="Waiting for payment", tone="waiting", lane="main", row=2,
    ),
    state(
        "OVERRIDE_REVIEW",
        leave(emit=effects.cancel_open_requests),
        leave(do=changes.close_review),
        always(when=guards.credit_still_missing, do=changes.ask_credit, emit=effects.open_credit_request),
        always(when=guards.override_still_missing, do=changes.ask_admin, emit=effects.open_admin_request),
        on(PaymentCaptured, when=guards.can_be_captured, do=[changes.capture, fresh]),
        on(PaymentRestored, when=reversals.was_reversed, do=[reversals.restore, fresh]),
        on(AdminOverrideGranted, do=[changes.grant_admin, fresh]),
        on(CreditOverrideGranted, do=[changes.grant_credit, fresh]),
        on(AdminOverrideDenied, "AWAITING_PAYMENT_METHOD", when=guards.review_from_choice,
           do=[changes.deny_admin, fresh]),
        on(AdminOverrideDenied, "PAYMENT_INITIATED", when=guards.review_from_start, do=[changes.deny_admin, fresh]),
        on(AdminOverrideDenied, "PAYMENT_PENDING_CONFIRMATION", do=[changes.deny_admin, fresh]),
        on(CreditOverrideDenied, "AWAITING_PAYMENT_METHOD", when=guards.on_account,
           do=[changes.deny_credit, changes.forget_payment_method, fresh]),
        on(CreditOverrideDenied, "AWAITING_PAYMENT_METHOD", when=guards.review_from_choice,
           do=[changes.deny_credit, fresh]),
        on(CreditOverrideDenied, "PAYMENT_INITIATED", when=guards.review_from_start, do=[changes.deny_credit, fresh]),
        on(CreditOverrideDenied, "PAYMENT_PENDING_CONFIRMATION", do=[changes.deny_credit, fresh]),
        label="Under review", tone="waiting", lane="exceptions", row=2,
    ),
    state(
        "PAYMENT_FAILED",
        on(SetPaymentMethod, "PAYMENT_INITIATED", do=[changes.set_payment_method, fresh]),
        on(InitiatePayment, "PAYMENT_INITIATED", do=fresh),
        label="Payment failed", tone="bad", lane="exceptions", row=1,
    ),
    label="Not cleared", tone="waiting", lane="main", row=0,
)  # fmt: skip

CLEARED = state(
    "CLEARED",
    on(PaymentCaptured, when=guards.can_be_captured, do=changes.capture,
       emit=[effects.owe_on_credit("captured"), effects.owe_buyer("captured")]),
    on(PaymentReversed, when=reversals.was_captured, do=[reversals.reverse, fresh, changes.spend, reversals.owe_rest],
       emit=[effects.owe_on_credit("reversed"), effects.owe_buyer_anew("reversed")]),
    on(PaymentRestored, when=reversals.was_reversed, do=[reversals.restore, reversals.owe_rest],
       emit=[effects.owe_on_credit("restored"), effects.owe_buyer_anew("restored")]),
    on(AcceptShort, when=reversals.may_come_short, do=[reversals.accept_short, reversals.owe_rest],
       emit=effects.owe_on_credit("accepted")),
    on(FulfillmentRefunded, "REFUNDED", when=guards.nothing_left, do=[changes.refund, changes.release],
       emit=[effects.owe_on_credit("refunded"), effects.owe_buyer("refunded")]),
    on(FulfillmentRefunded, when=guards.refund_is_covered, do=changes.refund,
       emit=[effects.owe_on_credit("refunded"), effects.owe_buyer("refunded")]),
    state(
        "CLEARED_FOR_FULFILLMENT",
        on(FulfillmentCompleted, "COMPLETED", when=guards.paid_in_full),
        on(FulfillmentCompleted, "AWAITING_SETTLEMENT"),
        on(FulfillmentCancelled, "CANCELLED", do=changes.release,
           emit=[effects.owe_on_credit("cancelled"), effects.owe_buyer_everything]),
        on(FulfillmentFailed, "CANCELLED", do=changes.release,
           emit=[effects.owe_on_credit("cancelled"), effects.owe_buyer_everything]),
        on(OverrideRevoked, "PAYMENT_PENDING_CONFIRMATION", when=guards.may_be_taken_back,
           do=[changes.revoke, changes.unclear, fresh],
           emit=[effects.hold_fulfillment, effects.owe_on_credit("revoked")]),
        on(PaymentReversed, "PAYMENT_PENDING_CONFIRMATION", when=reversals.can_be_held,
           do=[reversals.reverse, changes.unclear, fresh],
           emit=[effects.hold_fulfillment, effects.owe_on_credit("reversed"), effects.owe_buyer_anew("reversed")]),
        label="Cleared", tone="good", lane="main", row=3,
    ),
    state(
        "AWAITING_SETTLEMENT",
        always("COMPLETED", when=guards.paid_in_full),
        on(WriteOff, "COMPLETED", do=changes.write_off, emit=effects.owe_on_credit("written_off")),
        label="Delivered, balance due", tone="waiting", lane="exceptions", row=4,
    ),
    label="Cleared for fulfillment", tone="active", lane="main", row=3,
)  # fmt: skip

SALE = chart(
    "sale",
    version=1,
    label="Sale",
    context=SaleContext,
    facts=SaleFacts,
    lanes=("main", "exceptions", "ended"),
    states=[
        UNCLEARED,
        CLEARED,
        final("COMPLETED", entry(emit=effects.record_earned), label="Completed", tone="good", lane="main", row=5),
        final("CANCELLED", label="Cancelled", tone="ended", lane="ended", row=3),
        final("EXPIRED", label="Expired", tone="ended", lane="ended", row=1),
        final("REFUNDED", label="Refunded", tone="ended", lane="ended", row=5),
    ],
)
