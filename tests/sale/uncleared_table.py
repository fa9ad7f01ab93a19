"""The rows of a sale that is not cleared, as cases."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from tests.sale.sale_examples import (
    ADMIN_REVIEW,
    ASKED,
    ASKED_CREDIT,
    BY_CARD,
    CREDIT_REVIEW,
    EARLIER,
    FACTS,
    GRANTED,
    GRANTED_400,
    HELD,
    NO_ACCOUNT,
    NOW,
    ON_ACCOUNT,
    OPEN,
    OTHER,
    OVER_THE_LIMIT,
    PART_PAID,
    PAYMENT,
    REQUESTED,
    ROOMY,
    ROOMY_SEEN,
    TIGHT,
    TOMORROW,
    USED,
    USED_400,
    reviewed,
    seen,
)
from tests.tables import Refused, Taken

from orderway.sale.context import Override, Review
from orderway.sale.effects import (
    CancelFulfillment,
    CancelOverrides,
    OpenOverride,
    OweBuyer,
    OweOnCredit,
    ReleaseStock,
    StartFulfillment,
)
from orderway.sale.events import (
    AdminOverrideDenied,
    AdminOverrideGranted,
    AdminOverrideRequested,
    BillerNamed,
    CancelRequested,
    CreditOverrideDenied,
    CreditOverrideGranted,
    Expire,
    FulfillmentCancelled,
    InitiatePayment,
    OverrideRevoked,
    PaymentAuthorized,
    PaymentCaptured,
    PaymentExpired,
    PaymentFailed,
    PreferencesChanged,
    SetPaymentMethod,
)

WITHOUT_REVIEW = "AWAITING_PAYMENT_METHOD PAYMENT_INITIATED PAYMENT_PENDING_CONFIRMATION PAYMENT_FAILED"
BILLED = BillerNamed(UUID(int=7), "They know the buyer.")
COLLECTED = PreferencesChanged("PICKUP", None, "The buyer comes for it.")
CLEARED_NOW = {"cleared_at": NOW, "expires_at": None}
CREDIT_ASKED = {
    "credit_override": REQUESTED,
    "review": Review("PAYMENT_INITIATED", "person:biller", OVER_THE_LIMIT),
}
ASK_CREDIT = OpenOverride("CREDIT_LIMIT", 400, OVER_THE_LIMIT, "person:biller")
FAILED = PaymentFailed(reason="Declined by the bank")
CLOSED = {"review": None}

PAYING = [
    Taken("AWAITING_PAYMENT_METHOD PAYMENT_FAILED", SetPaymentMethod("CARD"), "PAYMENT_INITIATED", OPEN, FACTS,
          changed={"payment_method": "CARD", "credit": seen(400)}),
    Taken("AWAITING_PAYMENT_METHOD", SetPaymentMethod("INVOICE"), "CLEARED_FOR_FULFILLMENT", OPEN, ROOMY,
          changed={"payment_method": "INVOICE", "credit": ROOMY_SEEN, "cleared_by": "credit", "exposed": 1000,
                   **CLEARED_NOW},
          effects=(OweOnCredit(1000, "cleared"), StartFulfillment())),
    Taken("AWAITING_PAYMENT_METHOD PAYMENT_FAILED", SetPaymentMethod("PURCHASE_ORDER"), "OVERRIDE_REVIEW", OPEN, FACTS,
          changed={"payment_method": "PURCHASE_ORDER", "credit": seen(400), **CREDIT_ASKED}, effects=(ASK_CREDIT,)),
    Taken("AWAITING_PAYMENT_METHOD", SetPaymentMethod("INVOICE"), "OVERRIDE_REVIEW", OPEN, NO_ACCOUNT,
          changed={"payment_method": "INVOICE", **CREDIT_ASKED},
          effects=(OpenOverride("CREDIT_LIMIT", 1000, OVER_THE_LIMIT, "person:biller"),)),
    Taken("AWAITING_PAYMENT_METHOD", SetPaymentMethod("INVOICE"), "CLEARED_FOR_FULFILLMENT",
          replace(OPEN, credit_override=GRANTED_400), FACTS,
          changed={"payment_method": "INVOICE", "credit": seen(400), "cleared_by": "override", "exposed": 1000,
                   "credit_override": USED_400, **CLEARED_NOW},
          effects=(OweOnCredit(1000, "cleared"), StartFulfillment())),
    Taken("AWAITING_PAYMENT_METHOD", SetPaymentMethod("INVOICE"), "OVERRIDE_REVIEW",
          replace(OPEN, credit_override=replace(GRANTED_400, approved_amount=399)), FACTS,
          changed={"payment_method": "INVOICE", "credit": seen(400), **CREDIT_ASKED}, effects=(ASK_CREDIT,)),
    Taken("AWAITING_PAYMENT_METHOD", SetPaymentMethod("INVOICE"), "OVERRIDE_REVIEW",
          replace(OPEN, credit_override=replace(GRANTED_400, expires_at=EARLIER)), FACTS,
          changed={"payment_method": "INVOICE", "credit": seen(400), **CREDIT_ASKED}, effects=(ASK_CREDIT,)),
    Taken(WITHOUT_REVIEW, BILLED, context=BY_CARD, facts=FACTS, changed={"credit": seen(400)}),
    Taken(WITHOUT_REVIEW, COLLECTED, context=BY_CARD, facts=FACTS, changed={"credit": seen(400)}),
    Taken("PAYMENT_FAILED", InitiatePayment(), "PAYMENT_INITIATED", BY_CARD, FACTS, changed={"credit": seen(400)}),
    Taken("PAYMENT_FAILED", InitiatePayment(), "OVERRIDE_REVIEW", ON_ACCOUNT, FACTS,
          changed={"credit": seen(400), **CREDIT_ASKED}, effects=(ASK_CREDIT,)),
    Taken("PAYMENT_INITIATED", PaymentAuthorized(), "PAYMENT_PENDING_CONFIRMATION", BY_CARD, FACTS,
          changed={"credit": seen(400)}),
    Taken(WITHOUT_REVIEW, PaymentCaptured(PAYMENT, 300), "PAYMENT_PENDING_CONFIRMATION", BY_CARD, FACTS,
          changed={"captured_total": 300, "credit": seen(100), "expires_at": None}),
    Taken(WITHOUT_REVIEW, PaymentCaptured(PAYMENT, 700), "CLEARED_FOR_FULFILLMENT", PART_PAID, FACTS,
          changed={"captured_total": 1000, "credit": seen(0), "cleared_by": "payment", "cleared_at": NOW},
          effects=(StartFulfillment(),)),
    Taken("PAYMENT_PENDING_CONFIRMATION", PaymentCaptured(PAYMENT, 800), "CLEARED_FOR_FULFILLMENT", PART_PAID, FACTS,
          changed={"captured_total": 1100, "credit": seen(0), "cleared_by": "payment", "cleared_at": NOW},
          effects=(OweBuyer(100, "cleared"), StartFulfillment())),
    Taken("AWAITING_PAYMENT_METHOD", PaymentCaptured(PAYMENT, 400), "CLEARED_FOR_FULFILLMENT",
          replace(OPEN, admin=GRANTED), FACTS,
          changed={"captured_total": 400, "credit": seen(0), "cleared_by": "override", "exposed": 600, "admin": USED,
                   **CLEARED_NOW},
          effects=(OweOnCredit(600, "cleared"), StartFulfillment())),
    # It was approved for less than is still to pay, or has cleared the sale once.
    *(
        Taken("AWAITING_PAYMENT_METHOD", PaymentCaptured(PAYMENT, 400), "PAYMENT_PENDING_CONFIRMATION",
              replace(OPEN, admin=admin), FACTS,
              changed={"captured_total": 400, "credit": seen(0), "expires_at": None})
        for admin in (replace(GRANTED, approved_amount=599), USED)
    ),
    Taken("AWAITING_PAYMENT_METHOD", PaymentCaptured(PAYMENT, 400), "CLEARED_FOR_FULFILLMENT",
          replace(OPEN, admin=replace(GRANTED, approved_amount=600)), FACTS,
          changed={"captured_total": 400, "credit": seen(0), "cleared_by": "override", "exposed": 600,
                   "admin": replace(USED, approved_amount=600), **CLEARED_NOW},
          effects=(OweOnCredit(600, "cleared"), StartFulfillment())),
    # On account within the limit, it needs none of what was granted: that stays for another time.
    Taken("PAYMENT_FAILED", InitiatePayment(), "CLEARED_FOR_FULFILLMENT",
          replace(ON_ACCOUNT, admin=GRANTED, credit_override=GRANTED_400), ROOMY,
          changed={"credit": ROOMY_SEEN, "cleared_by": "credit", "exposed": 1000, **CLEARED_NOW},
          effects=(OweOnCredit(1000, "cleared"), StartFulfillment())),
    # On account over the limit, what cleared it once is asked for anew.
    Taken("PAYMENT_FAILED", InitiatePayment(), "OVERRIDE_REVIEW", replace(ON_ACCOUNT, credit_override=USED_400), FACTS,
          changed={"credit": seen(400), **CREDIT_ASKED}, effects=(ASK_CREDIT,)),
    Taken("AWAITING_PAYMENT_METHOD", PaymentCaptured(PAYMENT, 400), "PAYMENT_PENDING_CONFIRMATION",
          replace(OPEN, admin=replace(GRANTED, expires_at=EARLIER)), FACTS,
          changed={"captured_total": 400, "credit": seen(0), "expires_at": None}),
    Taken("AWAITING_PAYMENT_METHOD", PaymentCaptured(PAYMENT, 400), "CLEARED_FOR_FULFILLMENT",
          replace(OPEN, admin=replace(GRANTED, expires_at=NOW)), FACTS,
          changed={"captured_total": 400, "credit": seen(0), "cleared_by": "override", "exposed": 600,
                   "admin": replace(USED, expires_at=NOW), **CLEARED_NOW},
          effects=(OweOnCredit(600, "cleared"), StartFulfillment())),
    Taken(WITHOUT_REVIEW, FAILED, "PAYMENT_FAILED", BY_CARD, FACTS, changed={"credit": seen(400)}),
    Taken(WITHOUT_REVIEW, PaymentExpired(), "PAYMENT_FAILED", BY_CARD, FACTS, changed={"credit": seen(400)}),
    Taken("OVERRIDE_REVIEW", FAILED, "PAYMENT_FAILED", ADMIN_REVIEW, FACTS,
          changed={"credit": seen(400), "admin": Override(), **CLOSED}, effects=(CancelOverrides(),)),
    Taken("OVERRIDE_REVIEW", PaymentExpired(), "PAYMENT_FAILED", CREDIT_REVIEW, FACTS,
          changed={"credit": seen(400), "credit_override": Override(), **CLOSED}, effects=(CancelOverrides(),)),
]  # fmt: skip

REVIEWING = [
    *(
        Taken(state, AdminOverrideRequested("A good customer"), "OVERRIDE_REVIEW", BY_CARD, FACTS,
              changed={"admin": REQUESTED, "credit": seen(400),
                       "review": Review(state, "person:biller", "A good customer")},
              effects=(OpenOverride("ADMIN", 1000, "A good customer", "person:biller"),))
        for state in ("AWAITING_PAYMENT_METHOD", "PAYMENT_INITIATED", "PAYMENT_PENDING_CONFIRMATION")
    ),
    Taken("OVERRIDE_REVIEW", PaymentCaptured(PAYMENT, 300), "OVERRIDE_REVIEW", ADMIN_REVIEW, FACTS,
          changed={"captured_total": 300, "credit": seen(100), "expires_at": None}),
    Taken("OVERRIDE_REVIEW", PaymentCaptured(PAYMENT, 1000), "CLEARED_FOR_FULFILLMENT", ADMIN_REVIEW, FACTS,
          changed={"captured_total": 1000, "credit": seen(0), "cleared_by": "payment", "admin": Override(),
                   **CLEARED_NOW, **CLOSED},
          effects=(CancelOverrides(), StartFulfillment())),
    Taken("OVERRIDE_REVIEW", PaymentCaptured(PAYMENT, 400), "CLEARED_FOR_FULFILLMENT", CREDIT_REVIEW, FACTS,
          changed={"captured_total": 400, "credit": seen(0), "cleared_by": "credit", "exposed": 600,
                   "credit_override": Override(), **CLEARED_NOW, **CLOSED},
          effects=(CancelOverrides(), OweOnCredit(600, "cleared"), StartFulfillment())),
    Taken("OVERRIDE_REVIEW", AdminOverrideGranted(ASKED, 1000), "CLEARED_FOR_FULFILLMENT", ADMIN_REVIEW, ROOMY,
          changed={"admin": USED, "credit": ROOMY_SEEN, "cleared_by": "override", "exposed": 1000, **CLEARED_NOW,
                   **CLOSED},
          effects=(OweOnCredit(1000, "cleared"), StartFulfillment())),
    Taken("OVERRIDE_REVIEW", AdminOverrideGranted(ASKED, 1000, TOMORROW), "OVERRIDE_REVIEW", ADMIN_REVIEW, FACTS,
          changed={"admin": Override("granted", ASKED, 1000, TOMORROW), "credit": seen(400),
                   "credit_override": REQUESTED},
          effects=(OpenOverride("CREDIT_LIMIT", 400, "A good customer", "person:asker"),)),
    Taken("OVERRIDE_REVIEW", CreditOverrideGranted(ASKED_CREDIT, 400, TOMORROW), "CLEARED_FOR_FULFILLMENT",
          CREDIT_REVIEW, FACTS,
          changed={"credit_override": Override("used", ASKED_CREDIT, 400, TOMORROW), "credit": seen(400),
                   "cleared_by": "override", "exposed": 1000, **CLEARED_NOW, **CLOSED},
          effects=(OweOnCredit(1000, "cleared"), StartFulfillment())),
    Taken("OVERRIDE_REVIEW", CreditOverrideGranted(ASKED_CREDIT, 400), "CLEARED_FOR_FULFILLMENT",
          replace(CREDIT_REVIEW, payment_method="CARD", admin=GRANTED), FACTS,
          changed={"credit_override": USED_400, "admin": USED, "credit": seen(400), "cleared_by": "override",
                   "exposed": 1000, **CLEARED_NOW, **CLOSED},
          effects=(OweOnCredit(1000, "cleared"), StartFulfillment())),
    # A part is released: what is still to pay is asked for again.
    Taken("OVERRIDE_REVIEW", AdminOverrideGranted(ASKED, 999), "OVERRIDE_REVIEW", ADMIN_REVIEW, ROOMY,
          changed={"credit": ROOMY_SEEN},
          effects=(OpenOverride("ADMIN", 1000, "A good customer", "person:asker"),)),
    # What is valid is not asked for again: what is missing beside it is.
    *(
        Taken(state, AdminOverrideRequested("A good customer"), "OVERRIDE_REVIEW", replace(BY_CARD, admin=GRANTED),
              FACTS,
              changed={"credit": seen(400), "credit_override": REQUESTED,
                       "review": Review(state, "person:biller", "A good customer")},
              effects=(OpenOverride("CREDIT_LIMIT", 400, "A good customer", "person:biller"),))
        for state in ("AWAITING_PAYMENT_METHOD", "PAYMENT_INITIATED", "PAYMENT_PENDING_CONFIRMATION")
    ),
    *(
        Taken("PAYMENT_INITIATED", AdminOverrideRequested("A good customer"), "OVERRIDE_REVIEW",
              replace(BY_CARD, admin=admin), FACTS,
              changed={"admin": REQUESTED, "credit": seen(400),
                       "review": Review("PAYMENT_INITIATED", "person:biller", "A good customer")},
              effects=(OpenOverride("ADMIN", 1000, "A good customer", "person:biller"),))
        for admin in (USED, replace(GRANTED, expires_at=EARLIER), replace(GRANTED, approved_amount=999))
    ),
    # Less is approved than is needed: what is needed is asked for again.
    Taken("OVERRIDE_REVIEW", CreditOverrideGranted(ASKED_CREDIT, 399), "OVERRIDE_REVIEW", CREDIT_REVIEW, FACTS,
          changed={"credit": seen(400)},
          effects=(OpenOverride("CREDIT_LIMIT", 400, "A good customer", "person:asker"),)),
    # The override lapsed before the credit was decided: it is asked for again.
    Taken("OVERRIDE_REVIEW", CreditOverrideGranted(ASKED_CREDIT, 400), "OVERRIDE_REVIEW",
          replace(CREDIT_REVIEW, payment_method="CARD", admin=replace(GRANTED, expires_at=EARLIER)), FACTS,
          changed={"credit_override": GRANTED_400, "credit": seen(400), "admin": REQUESTED},
          effects=(OpenOverride("ADMIN", 1000, "A good customer", "person:asker"),)),
    *(
        Taken("OVERRIDE_REVIEW", AdminOverrideDenied(ASKED, "No"), state,
              replace(ADMIN_REVIEW, review=reviewed(state)), FACTS,
              changed={"admin": Override("denied", ASKED), "credit": seen(400), **CLOSED})
        for state in ("AWAITING_PAYMENT_METHOD", "PAYMENT_INITIATED", "PAYMENT_PENDING_CONFIRMATION")
    ),
    *(
        Taken("OVERRIDE_REVIEW", CreditOverrideDenied(ASKED_CREDIT, "No"), state,
              replace(CREDIT_REVIEW, payment_method="CARD", admin=GRANTED, review=reviewed(state)), FACTS,
              changed={"credit_override": Override("denied", ASKED_CREDIT), "credit": seen(400), **CLOSED})
        for state in ("AWAITING_PAYMENT_METHOD", "PAYMENT_INITIATED", "PAYMENT_PENDING_CONFIRMATION")
    ),
    Taken("OVERRIDE_REVIEW", CreditOverrideDenied(ASKED_CREDIT, "No"), "AWAITING_PAYMENT_METHOD", CREDIT_REVIEW, FACTS,
          changed={"credit_override": Override("denied", ASKED_CREDIT), "payment_method": None, "credit": seen(400),
                   **CLOSED}),
    Taken(WITHOUT_REVIEW, OverrideRevoked(ASKED, "Changed our mind"), "PAYMENT_PENDING_CONFIRMATION",
          replace(BY_CARD, admin=GRANTED), FACTS,
          changed={"admin": Override("revoked", ASKED), "credit": seen(400)}),
    Taken("OVERRIDE_REVIEW", OverrideRevoked(ASKED, "Changed our mind"), "PAYMENT_PENDING_CONFIRMATION",
          replace(CREDIT_REVIEW, payment_method="CARD", admin=GRANTED), FACTS,
          changed={"admin": Override("revoked", ASKED), "credit_override": Override(), "credit": seen(400), **CLOSED},
          effects=(CancelOverrides(),)),
    Taken("AWAITING_PAYMENT_METHOD", OverrideRevoked(ASKED_CREDIT, "Changed our mind"), "PAYMENT_PENDING_CONFIRMATION",
          replace(BY_CARD, credit_override=GRANTED_400), FACTS,
          changed={"credit_override": Override("revoked", ASKED_CREDIT), "credit": seen(400)}),
]  # fmt: skip

ENDING = [
    Taken(WITHOUT_REVIEW, CancelRequested("No longer wanted"), "CANCELLED", BY_CARD, FACTS,
          changed={"expires_at": None}, effects=(ReleaseStock(),)),
    Taken("PAYMENT_PENDING_CONFIRMATION", CancelRequested("No longer wanted"), "CANCELLED", PART_PAID, FACTS,
          effects=(ReleaseStock(), OweBuyer(300, "cancelled"))),
    Taken("OVERRIDE_REVIEW", CancelRequested("No longer wanted"), "CANCELLED", ADMIN_REVIEW, FACTS,
          changed={"admin": Override(), "expires_at": None, **CLOSED}, effects=(CancelOverrides(), ReleaseStock())),
    Taken("PAYMENT_PENDING_CONFIRMATION", CancelRequested("No longer wanted"), "CANCELLED", HELD, FACTS,
          changed={"expires_at": None}, effects=(ReleaseStock(), CancelFulfillment("The sale was cancelled."))),
    Taken(WITHOUT_REVIEW, Expire(), "EXPIRED", replace(BY_CARD, expires_at=NOW), FACTS,
          changed={"expires_at": None}, effects=(ReleaseStock(),)),
    Taken("OVERRIDE_REVIEW", Expire(), "EXPIRED", replace(CREDIT_REVIEW, expires_at=EARLIER), FACTS,
          changed={"credit_override": Override(), "expires_at": None, **CLOSED},
          effects=(CancelOverrides(), ReleaseStock())),
    Taken("PAYMENT_PENDING_CONFIRMATION", Expire(), "EXPIRED", replace(HELD, expires_at=EARLIER), FACTS,
          changed={"expires_at": None}, effects=(ReleaseStock(), CancelFulfillment("The sale expired."))),
    Taken(WITHOUT_REVIEW, FulfillmentCancelled(), "CANCELLED", HELD, FACTS, changed={"expires_at": None}),
    Taken("PAYMENT_PENDING_CONFIRMATION", FulfillmentCancelled(), "CANCELLED",
          replace(HELD, captured_total=300), FACTS, changed={"expires_at": None},
          effects=(OweBuyer(300, "cancelled"),)),
]  # fmt: skip

TAKEN = [*PAYING, *REVIEWING, *ENDING]

NOT_OURS = {"is_its_own": "The override must be one that was granted to this sale and still stands."}
CAPTURED = {"nothing_captured": "Nothing must have been captured."}
DUE = replace(BY_CARD, expires_at=NOW)
REVOKED = OverrideRevoked(ASKED, "Changed our mind")

REFUSED = [
    Refused("PAYMENT_INITIATED PAYMENT_PENDING_CONFIRMATION OVERRIDE_REVIEW CLEARED_FOR_FULFILLMENT COMPLETED",
            SetPaymentMethod("CARD"), {}, BY_CARD, FACTS),
    Refused("AWAITING_PAYMENT_METHOD PAYMENT_INITIATED CANCELLED", InitiatePayment(), {}, BY_CARD, FACTS),
    Refused("AWAITING_PAYMENT_METHOD PAYMENT_FAILED OVERRIDE_REVIEW", PaymentAuthorized(), {}, BY_CARD, FACTS),
    Refused(f"{WITHOUT_REVIEW} OVERRIDE_REVIEW", PaymentCaptured(PAYMENT, 0),
            {"captures_something": "The amount captured must be more than nothing."}, ADMIN_REVIEW, FACTS),
    Refused("COMPLETED CANCELLED EXPIRED REFUNDED", PaymentCaptured(PAYMENT, 300), {}, BY_CARD, FACTS),
    Refused(WITHOUT_REVIEW, FAILED, CAPTURED, PART_PAID, FACTS),
    Refused(WITHOUT_REVIEW, PaymentExpired(), CAPTURED, PART_PAID, FACTS),
    Refused("CLEARED_FOR_FULFILLMENT EXPIRED", FAILED, {}, BY_CARD, FACTS),
    Refused("PAYMENT_FAILED OVERRIDE_REVIEW CLEARED_FOR_FULFILLMENT", AdminOverrideRequested("Please"), {},
            ADMIN_REVIEW, FACTS),
    Refused("AWAITING_PAYMENT_METHOD PAYMENT_PENDING_CONFIRMATION CANCELLED", AdminOverrideGranted(ASKED, 1000), {},
            BY_CARD, FACTS),
    Refused("PAYMENT_FAILED CLEARED_FOR_FULFILLMENT", CreditOverrideGranted(ASKED_CREDIT, 400), {}, BY_CARD, FACTS),
    Refused("PAYMENT_INITIATED EXPIRED", AdminOverrideDenied(ASKED, "No"), {}, BY_CARD, FACTS),
    Refused("PAYMENT_INITIATED CLEARED_FOR_FULFILLMENT", CreditOverrideDenied(ASKED_CREDIT, "No"), {}, BY_CARD, FACTS),
    Refused(WITHOUT_REVIEW, OverrideRevoked(OTHER, "Changed our mind"), NOT_OURS, replace(BY_CARD, admin=GRANTED),
            FACTS),
    Refused("PAYMENT_PENDING_CONFIRMATION", REVOKED, NOT_OURS, replace(BY_CARD, admin=Override("denied", ASKED)),
            FACTS),
    Refused("CLEARED_FOR_FULFILLMENT AWAITING_SETTLEMENT CANCELLED EXPIRED", CancelRequested("No longer wanted"), {},
            BY_CARD, FACTS),
    Refused("AWAITING_PAYMENT_METHOD", Expire(), {"time_is_up": "The time to pay must be over."},
            replace(BY_CARD, expires_at=datetime(2026, 3, 10, 12, 0, 1, tzinfo=UTC)), FACTS),
    Refused("AWAITING_PAYMENT_METHOD", Expire(), {"sales_expire": "The settings must let sales expire."}, DUE,
            replace(FACTS, expiry_minutes=0)),
    Refused("PAYMENT_PENDING_CONFIRMATION", Expire(),
            {"time_is_up": "The time to pay must be over.", **CAPTURED}, PART_PAID, FACTS),
    Refused("PAYMENT_PENDING_CONFIRMATION", Expire(), CAPTURED, replace(DUE, captured_total=1), FACTS),
    Refused("PAYMENT_INITIATED", Expire(),
            {"nothing_pending": "No payment must be awaiting confirmation, or the end of a dispute."}, DUE,
            replace(FACTS, pending_payments=1)),
    Refused("CLEARED_FOR_FULFILLMENT AWAITING_SETTLEMENT COMPLETED", Expire(), {}, DUE, FACTS),
    Refused("CLEARED_FOR_FULFILLMENT COMPLETED CANCELLED EXPIRED", COLLECTED, {}, BY_CARD, FACTS),
    Refused("COMPLETED CANCELLED EXPIRED", BILLED, {}, BY_CARD, FACTS),
    Refused("PAYMENT_PENDING_CONFIRMATION", FulfillmentCancelled(),
            {"fulfillment_is_held": "A fulfillment must be on hold until the sale is cleared again."}, BY_CARD, TIGHT),
]  # fmt: skip
