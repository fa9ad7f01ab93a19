"""Money that was taken back from a sale, came back to it, or came a little short, as cases."""

from dataclasses import replace

from tests.sale.sale_examples import (
    ADMIN_REVIEW,
    ASKED,
    BY_CARD,
    FACTS,
    GRANTED,
    HELD,
    NOW,
    ON_CREDIT,
    PAID,
    PART_PAID,
    PAYMENT,
    REQUESTED,
    ROOMY,
    ROOMY_SEEN,
    TIGHT,
    TIGHT_SEEN,
    TOMORROW,
    USED,
    seen,
)
from tests.tables import Refused, Taken

from orderway.sale.context import Override
from orderway.sale.effects import (
    CancelFulfillment,
    CancelOverrides,
    HoldFulfillment,
    OweBuyer,
    OweOnCredit,
    RecordEarned,
    ReleaseStock,
    StartFulfillment,
)
from orderway.sale.events import (
    AcceptShort,
    CancelRequested,
    Expire,
    FulfillmentCompleted,
    FulfillmentRefunded,
    PaymentCaptured,
    PaymentFailed,
    PaymentRestored,
    PaymentReversed,
)

WITHOUT_REVIEW = "AWAITING_PAYMENT_METHOD PAYMENT_INITIATED PAYMENT_PENDING_CONFIRMATION PAYMENT_FAILED"
CLEARED = "CLEARED_FOR_FULFILLMENT AWAITING_SETTLEMENT"
ENDED = "COMPLETED CANCELLED EXPIRED REFUNDED"
DISPATCHED = replace(FACTS, dispatched=True)
HOLD = HoldFulfillment("The sale is no longer cleared.")
UNCLEARED = {"cleared_by": None, "cleared_at": None, "is_held": True}
TAKEN_BACK = replace(PAID, reversed_total=1000, exposed=1000)
"""Delivered, paid for, and all of it taken back."""
OVERPAID = replace(PAID, captured_total=1500)
"""By 500, which are owed to the buyer or were paid back."""
RELEASED = replace(PAID, captured_total=400, exposed=600, cleared_by="override", admin=USED)
"""Released without the rest, which fits into the limit."""
NEARLY = replace(BY_CARD, captured_total=990, expires_at=None)
ON_TOLERANCE = replace(FACTS, short_percent=1)

REVERSED = [
    # Before it is cleared: less is paid, and with nothing left the time to pay begins anew.
    Taken(f"{WITHOUT_REVIEW}", PaymentReversed(PAYMENT, 100), "", PART_PAID, FACTS,
          changed={"reversed_total": 100, "credit": seen(200)}, effects=(OweBuyer(0, "reversed"),)),
    Taken("PAYMENT_PENDING_CONFIRMATION", PaymentReversed(PAYMENT, 300), "", PART_PAID, FACTS,
          changed={"reversed_total": 300, "credit": seen(400), "expires_at": TOMORROW},
          effects=(OweBuyer(0, "reversed"),)),
    Taken("PAYMENT_PENDING_CONFIRMATION", PaymentReversed(PAYMENT, 300), "", PART_PAID,
          replace(FACTS, expiry_minutes=0), changed={"reversed_total": 300, "credit": seen(400)},
          effects=(OweBuyer(0, "reversed"),)),
    Taken("OVERRIDE_REVIEW", PaymentReversed(PAYMENT, 300), "", replace(ADMIN_REVIEW, captured_total=300), FACTS,
          changed={"reversed_total": 300, "credit": seen(400)}, effects=(OweBuyer(0, "reversed"),)),
    # Cleared, and nothing has left: it waits until it is paid again.
    Taken("CLEARED_FOR_FULFILLMENT", PaymentReversed(PAYMENT, 1000), "PAYMENT_PENDING_CONFIRMATION", PAID, FACTS,
          changed={"reversed_total": 1000, "credit": seen(400), "expires_at": TOMORROW, **UNCLEARED},
          effects=(HOLD, OweOnCredit(0, "reversed"), OweBuyer(0, "reversed"))),
    Taken("CLEARED_FOR_FULFILLMENT", PaymentReversed(PAYMENT, 1), "PAYMENT_PENDING_CONFIRMATION", PAID, FACTS,
          changed={"reversed_total": 1, "credit": seen(0), **UNCLEARED},
          effects=(HOLD, OweOnCredit(0, "reversed"), OweBuyer(0, "reversed"))),
    # On account, and what is open again goes over the limit, or what was approved over it.
    Taken("CLEARED_FOR_FULFILLMENT", PaymentReversed(PAYMENT, 400), "PAYMENT_PENDING_CONFIRMATION",
          replace(ON_CREDIT, captured_total=400, exposed=600, cleared_by="credit", credit_override=Override()), TIGHT,
          changed={"reversed_total": 400, "credit": replace(TIGHT_SEEN, overage=1000), "expires_at": TOMORROW,
                   "exposed": 0, **UNCLEARED},
          effects=(HOLD, OweOnCredit(0, "reversed"), OweBuyer(0, "reversed"))),
    # On account, and within what was approved: it stays cleared, and owes more.
    Taken("CLEARED_FOR_FULFILLMENT", PaymentReversed(PAYMENT, 400), "",
          replace(ON_CREDIT, captured_total=400, exposed=600), FACTS,
          changed={"reversed_total": 400, "credit": seen(400), "exposed": 1000},
          effects=(OweOnCredit(1000, "reversed"), OweBuyer(0, "reversed"))),
    # Released by an override that still holds, within the limit.
    Taken("CLEARED_FOR_FULFILLMENT", PaymentReversed(PAYMENT, 1000), "", replace(PAID, admin=GRANTED), ROOMY,
          changed={"reversed_total": 1000, "credit": ROOMY_SEEN, "exposed": 1000, "cleared_by": "override",
                   "admin": USED},
          effects=(OweOnCredit(1000, "reversed"), OweBuyer(0, "reversed"))),
    # Cleared by an override that covers what is open again: that was used for just this, and holds.
    Taken("CLEARED_FOR_FULFILLMENT", PaymentReversed(PAYMENT, 400), "", RELEASED, ROOMY,
          changed={"reversed_total": 400, "credit": ROOMY_SEEN, "exposed": 1000},
          effects=(OweOnCredit(1000, "reversed"), OweBuyer(0, "reversed"))),
    # It was approved for less than that, or had cleared the sale before it was paid for.
    *(
        Taken("CLEARED_FOR_FULFILLMENT", PaymentReversed(PAYMENT, 400), "PAYMENT_PENDING_CONFIRMATION", released,
              ROOMY, changed={"reversed_total": 400, "credit": ROOMY_SEEN, "expires_at": TOMORROW, "exposed": 0,
                              **UNCLEARED},
              effects=(HOLD, OweOnCredit(0, "reversed"), OweBuyer(0, "reversed")))
        for released in (
            replace(RELEASED, admin=replace(USED, approved_amount=999)), replace(RELEASED, cleared_by="payment"),
        )
    ),
    # What is left still pays for it.
    Taken("CLEARED_FOR_FULFILLMENT", PaymentReversed(PAYMENT, 300), "", OVERPAID, FACTS,
          changed={"reversed_total": 300, "credit": seen(0)},
          effects=(OweOnCredit(0, "reversed"), OweBuyer(200, "reversed"))),
    # The goods have left: it owes again, as far as the account goes and further.
    Taken("CLEARED_FOR_FULFILLMENT", PaymentReversed(PAYMENT, 1000), "", PAID, DISPATCHED,
          changed={"reversed_total": 1000, "credit": seen(400), "exposed": 1000},
          effects=(OweOnCredit(1000, "reversed"), OweBuyer(0, "reversed"))),
    Taken("AWAITING_SETTLEMENT", PaymentReversed(PAYMENT, 400), "", replace(ON_CREDIT, captured_total=400, exposed=600),
          FACTS, changed={"reversed_total": 400, "credit": seen(400), "exposed": 1000},
          effects=(OweOnCredit(1000, "reversed"), OweBuyer(0, "reversed"))),
    # A surplus of 500 had been paid back: it is no longer there to pay with, nor owed.
    Taken("CLEARED_FOR_FULFILLMENT", PaymentReversed(PAYMENT, 300), "", OVERPAID,
          replace(DISPATCHED, surplus_paid_out=500),
          changed={"reversed_total": 300, "refunded_total": 500, "credit": seen(0), "exposed": 300},
          effects=(OweOnCredit(300, "reversed"), OweBuyer(500, "reversed"))),
    # Goods for 300 came back, for which nothing was paid out yet: the buyer has that money now.
    Taken("CLEARED_FOR_FULFILLMENT", PaymentReversed(PAYMENT, 1000), "",
          replace(PAID, refunded_total=300, returned_total=300), DISPATCHED,
          changed={"reversed_total": 1000, "refunded_total": 0, "credit": seen(100), "exposed": 700},
          effects=(OweOnCredit(700, "reversed"), OweBuyer(0, "reversed"))),
]  # fmt: skip

AFTERWARDS = [
    Taken("PAYMENT_PENDING_CONFIRMATION", CancelRequested("No longer wanted"), "CANCELLED",
          replace(PART_PAID, reversed_total=100), FACTS, effects=(ReleaseStock(), OweBuyer(200, "cancelled"))),
    Taken("PAYMENT_PENDING_CONFIRMATION", CancelRequested("No longer wanted"), "CANCELLED",
          replace(PART_PAID, reversed_total=300), FACTS, effects=(ReleaseStock(),)),
    Taken("PAYMENT_PENDING_CONFIRMATION", Expire(), "EXPIRED",
          replace(HELD, captured_total=1000, reversed_total=1000, expires_at=NOW), FACTS,
          changed={"expires_at": None}, effects=(ReleaseStock(), CancelFulfillment("The sale expired."))),
    Taken("PAYMENT_PENDING_CONFIRMATION", PaymentFailed("Declined"), "PAYMENT_FAILED",
          replace(PART_PAID, reversed_total=300), FACTS, changed={"credit": seen(400)}),
    Taken("PAYMENT_PENDING_CONFIRMATION", PaymentCaptured(PAYMENT, 1000), "CLEARED_FOR_FULFILLMENT",
          replace(HELD, captured_total=1000, reversed_total=1000), FACTS,
          changed={"captured_total": 2000, "credit": seen(0), "expires_at": None, "cleared_by": "payment",
                   "cleared_at": NOW, "is_held": False},
          effects=(StartFulfillment(),)),
    Taken("CLEARED_FOR_FULFILLMENT", PaymentCaptured(PAYMENT, 400), "", TAKEN_BACK, FACTS,
          changed={"captured_total": 1400, "exposed": 600}, effects=(OweOnCredit(600, "captured"),)),
    # Nothing is reversed any more, and yet it stood on credit: a surplus that was paid back is still missing.
    Taken("CLEARED_FOR_FULFILLMENT", PaymentCaptured(PAYMENT, 400), "",
          replace(PAID, captured_total=1400, refunded_total=800, exposed=400), FACTS,
          changed={"captured_total": 1800, "exposed": 0},
          effects=(OweOnCredit(0, "captured"), OweBuyer(800, "captured"))),
    Taken("CLEARED_FOR_FULFILLMENT", FulfillmentCompleted(), "AWAITING_SETTLEMENT", TAKEN_BACK, FACTS),
    Taken("CLEARED_FOR_FULFILLMENT", FulfillmentRefunded(0, waived=400), "", TAKEN_BACK, FACTS,
          changed={"returned_total": 400, "exposed": 600}, effects=(OweOnCredit(600, "refunded"),)),
]  # fmt: skip

RESTORED = [
    Taken(WITHOUT_REVIEW, PaymentRestored(PAYMENT, 300), "PAYMENT_PENDING_CONFIRMATION",
          replace(PART_PAID, reversed_total=300, expires_at=TOMORROW), FACTS,
          changed={"reversed_total": 0, "credit": seen(100), "expires_at": None}),
    Taken("OVERRIDE_REVIEW", PaymentRestored(PAYMENT, 300), "",
          replace(ADMIN_REVIEW, captured_total=300, reversed_total=300), FACTS,
          changed={"reversed_total": 0, "credit": seen(100), "expires_at": None}),
    Taken("OVERRIDE_REVIEW", PaymentRestored(PAYMENT, 1000), "CLEARED_FOR_FULFILLMENT",
          replace(ADMIN_REVIEW, captured_total=1000, reversed_total=1000), FACTS,
          changed={"reversed_total": 0, "credit": seen(0), "expires_at": None, "cleared_by": "payment",
                   "cleared_at": NOW, "admin": Override(), "review": None},
          effects=(CancelOverrides(), StartFulfillment())),
    Taken("PAYMENT_PENDING_CONFIRMATION", PaymentRestored(PAYMENT, 1000), "CLEARED_FOR_FULFILLMENT",
          replace(HELD, captured_total=1000, reversed_total=1000), FACTS,
          changed={"reversed_total": 0, "credit": seen(0), "expires_at": None, "cleared_by": "payment",
                   "cleared_at": NOW, "is_held": False},
          effects=(StartFulfillment(),)),
    # Meanwhile the buyer had paid again: what came back is too much.
    Taken("CLEARED_FOR_FULFILLMENT", PaymentRestored(PAYMENT, 1000), "",
          replace(PAID, captured_total=2000, reversed_total=1000), FACTS,
          changed={"reversed_total": 0}, effects=(OweOnCredit(0, "restored"), OweBuyer(1000, "restored"))),
    Taken("CLEARED_FOR_FULFILLMENT", PaymentRestored(PAYMENT, 600), "", TAKEN_BACK, FACTS,
          changed={"reversed_total": 400, "exposed": 400},
          effects=(OweOnCredit(400, "restored"), OweBuyer(0, "restored"))),
    Taken("AWAITING_SETTLEMENT", PaymentRestored(PAYMENT, 1000), "COMPLETED", TAKEN_BACK, FACTS,
          changed={"reversed_total": 0, "exposed": 0},
          effects=(OweOnCredit(0, "restored"), OweBuyer(0, "restored"), RecordEarned(1000))),
]  # fmt: skip

SHORT = [
    Taken(WITHOUT_REVIEW, AcceptShort("Bank fees"), "CLEARED_FOR_FULFILLMENT", NEARLY, ON_TOLERANCE,
          changed={"allowance": 10, "credit": seen(0), "cleared_by": "payment", "cleared_at": NOW},
          effects=(StartFulfillment(),)),
    Taken("OVERRIDE_REVIEW", AcceptShort("Bank fees"), "CLEARED_FOR_FULFILLMENT",
          replace(ADMIN_REVIEW, captured_total=990, expires_at=None), ON_TOLERANCE,
          changed={"allowance": 10, "credit": seen(0), "cleared_by": "payment", "cleared_at": NOW,
                   "admin": Override(), "review": None},
          effects=(CancelOverrides(), StartFulfillment())),
    Taken("CLEARED_FOR_FULFILLMENT", AcceptShort("Bank fees"), "", replace(ON_CREDIT, captured_total=990, exposed=10),
          ON_TOLERANCE, changed={"allowance": 10, "exposed": 0}, effects=(OweOnCredit(0, "accepted"),)),
    Taken("AWAITING_SETTLEMENT", AcceptShort("Bank fees"), "COMPLETED",
          replace(ON_CREDIT, captured_total=990, exposed=10), ON_TOLERANCE, changed={"allowance": 10, "exposed": 0},
          effects=(OweOnCredit(0, "accepted"), RecordEarned(990))),
    Taken("AWAITING_SETTLEMENT", AcceptShort("Bank fees"), "COMPLETED",
          replace(TAKEN_BACK, reversed_total=10, exposed=10), ON_TOLERANCE, changed={"allowance": 10, "exposed": 0},
          effects=(OweOnCredit(0, "accepted"), RecordEarned(990))),
    # All goods come back: no more is refunded than was paid.
    Taken("CLEARED_FOR_FULFILLMENT", FulfillmentRefunded(990, waived=10), "REFUNDED",
          replace(PAID, captured_total=990, allowance=10), replace(FACTS, everything_returned=True),
          changed={"refunded_total": 990, "returned_total": 1000},
          effects=(OweOnCredit(0, "refunded"), OweBuyer(990, "refunded"))),
]  # fmt: skip

TAKEN = [*REVERSED, *AFTERWARDS, *RESTORED, *SHORT]

WAS_CAPTURED = {
    "was_captured": (
        "The amount taken back must be more than nothing, and no more than was captured and not taken back before."
    ),
}
WAS_REVERSED = {"was_reversed": "The amount restored must be more than nothing, and no more than was taken back."}
TOO_MUCH = {"within_tolerance": "No more must be missing than may be let go."}
NOT_COVERED = {"not still_covered": "What is left must no longer cover the sale."}

REFUSED = [
    *(
        Refused(f"{WITHOUT_REVIEW} OVERRIDE_REVIEW AWAITING_SETTLEMENT", PaymentReversed(PAYMENT, amount), WAS_CAPTURED,
                replace(ADMIN_REVIEW, captured_total=300, reversed_total=200), FACTS)
        for amount in (101, 0, -1)
    ),
    Refused("CLEARED_FOR_FULFILLMENT", PaymentReversed(PAYMENT, 1001), WAS_CAPTURED, PAID, FACTS),
    Refused("CLEARED_FOR_FULFILLMENT", PaymentReversed(PAYMENT, 0), {**WAS_CAPTURED, **NOT_COVERED}, PAID, FACTS),
    Refused("CLEARED_FOR_FULFILLMENT", PaymentReversed(PAYMENT, 1001), {**WAS_CAPTURED, "nothing_dispatched":
            "Nothing must have been dispatched."}, PAID, DISPATCHED),
    Refused(ENDED, PaymentReversed(PAYMENT, 300), {}, PAID, FACTS),
    *(
        Refused(f"{WITHOUT_REVIEW} OVERRIDE_REVIEW {CLEARED}", PaymentRestored(PAYMENT, amount), WAS_REVERSED,
                replace(ADMIN_REVIEW, captured_total=300, reversed_total=200), FACTS)
        for amount in (201, 0, -1)
    ),
    Refused(ENDED, PaymentRestored(PAYMENT, 300), {}, TAKEN_BACK, FACTS),
    Refused(f"{WITHOUT_REVIEW} OVERRIDE_REVIEW {CLEARED}", AcceptShort("Bank fees"), TOO_MUCH,
            replace(NEARLY, captured_total=989, admin=REQUESTED), ON_TOLERANCE),
    # What was let go before counts.
    Refused("PAYMENT_PENDING_CONFIRMATION", AcceptShort("Bank fees"), TOO_MUCH,
            replace(NEARLY, captured_total=994, reversed_total=5, allowance=5), replace(FACTS, short_percent=1)),
    Refused("PAYMENT_PENDING_CONFIRMATION", AcceptShort("Bank fees"), TOO_MUCH, NEARLY, FACTS),
    Refused("AWAITING_PAYMENT_METHOD", AcceptShort("Bank fees"),
            {"something_paid": "Something must have been paid."}, BY_CARD, replace(FACTS, short_percent=100)),
    Refused("CLEARED_FOR_FULFILLMENT", AcceptShort("Bank fees"),
            {"something_missing": "Something must still be to pay."}, PAID, ON_TOLERANCE),
    Refused(ENDED, AcceptShort("Bank fees"), {}, NEARLY, ON_TOLERANCE),
    # As much as can be counted, and no more.
    Refused(f"{WITHOUT_REVIEW} OVERRIDE_REVIEW {CLEARED}", PaymentCaptured(PAYMENT, 2**63 - 300),
            {"can_be_counted": "What is captured in all must be an amount that can be counted."},
            replace(ADMIN_REVIEW, captured_total=300, admin=Override("revoked", ASKED)), FACTS),
]  # fmt: skip
