"""The rows of a sale that is cleared, as cases."""

from dataclasses import replace
from uuid import UUID

from tests.sale.sale_examples import (
    ASKED,
    ASKED_CREDIT,
    FACTS,
    GRANTED,
    NOW,
    ON_CREDIT,
    OTHER,
    PAID,
    PAYMENT,
    RETURNED,
    ROOMY,
    ROOMY_SEEN,
    TIGHT,
    TIGHT_SEEN,
    TOMORROW,
    seen,
)
from tests.tables import Refused, Taken

from orderway.sale.context import Override
from orderway.sale.effects import (
    HoldFulfillment,
    OweBuyer,
    OweOnCredit,
    RecordEarned,
    StartFulfillment,
)
from orderway.sale.events import (
    BillerNamed,
    FulfillmentCancelled,
    FulfillmentCompleted,
    FulfillmentFailed,
    FulfillmentRefunded,
    OverrideRevoked,
    PaymentCaptured,
    WriteOff,
)

CLEARED = "CLEARED_FOR_FULFILLMENT AWAITING_SETTLEMENT"
PART_ON_CREDIT = replace(ON_CREDIT, captured_total=400, exposed=600)
REVOKED = OverrideRevoked(ASKED_CREDIT, "The customer went bankrupt")
WITHIN_CREDIT = replace(ON_CREDIT, cleared_by="credit", credit_override=Override(), admin=GRANTED)

TAKEN = [
    Taken(CLEARED, BillerNamed(UUID(int=7), "They know the buyer."), context=PART_ON_CREDIT, facts=FACTS),
    Taken(CLEARED, PaymentCaptured(PAYMENT, 400), "", ON_CREDIT, FACTS,
          changed={"captured_total": 400, "exposed": 600}, effects=(OweOnCredit(600, "captured"),)),
    Taken("CLEARED_FOR_FULFILLMENT", PaymentCaptured(PAYMENT, 1050), "", ON_CREDIT, FACTS,
          changed={"captured_total": 1050, "exposed": 0},
          effects=(OweOnCredit(0, "captured"), OweBuyer(50, "captured"))),
    Taken("CLEARED_FOR_FULFILLMENT", PaymentCaptured(PAYMENT, 50), "", PAID, FACTS,
          changed={"captured_total": 1050}, effects=(OweOnCredit(0, "captured"), OweBuyer(50, "captured"))),
    Taken("AWAITING_SETTLEMENT", PaymentCaptured(PAYMENT, 600), "COMPLETED", PART_ON_CREDIT, FACTS,
          changed={"captured_total": 1000, "exposed": 0}, effects=(OweOnCredit(0, "captured"), RecordEarned(1000))),
    Taken("CLEARED_FOR_FULFILLMENT", FulfillmentCompleted(), "COMPLETED", PAID, FACTS, effects=(RecordEarned(1000),)),
    Taken("CLEARED_FOR_FULFILLMENT", FulfillmentCompleted(), "COMPLETED", replace(PAID, captured_total=1050), FACTS,
          effects=(RecordEarned(1000),)),
    Taken("CLEARED_FOR_FULFILLMENT", FulfillmentCompleted(), "AWAITING_SETTLEMENT", PART_ON_CREDIT, FACTS),
    Taken("AWAITING_SETTLEMENT", WriteOff("Not worth a lawyer"), "COMPLETED", PART_ON_CREDIT, FACTS,
          changed={"written_off": 600, "exposed": 0}, effects=(OweOnCredit(0, "written_off"), RecordEarned(400))),
    *(
        Taken("CLEARED_FOR_FULFILLMENT", event, "CANCELLED", PAID, FACTS,
              effects=(OweOnCredit(0, "cancelled"), OweBuyer(1000, "cancelled")))
        for event in (FulfillmentCancelled(), FulfillmentFailed())
    ),
    *(
        Taken("CLEARED_FOR_FULFILLMENT", event, "CANCELLED", PART_ON_CREDIT, FACTS, changed={"exposed": 0},
              effects=(OweOnCredit(0, "cancelled"), OweBuyer(400, "cancelled")))
        for event in (FulfillmentCancelled(), FulfillmentFailed())
    ),
    Taken("CLEARED_FOR_FULFILLMENT", FulfillmentRefunded(300), "", PAID, FACTS,
          changed={"refunded_total": 300, "returned_total": 300},
          effects=(OweOnCredit(0, "refunded"), OweBuyer(300, "refunded"))),
    Taken("CLEARED_FOR_FULFILLMENT", FulfillmentRefunded(1000), "REFUNDED", PAID, RETURNED,
          changed={"refunded_total": 1000, "returned_total": 1000},
          effects=(OweOnCredit(0, "refunded"), OweBuyer(1000, "refunded"))),
    # Overpaid by 50, which is owed to the buyer beside the refund.
    Taken("CLEARED_FOR_FULFILLMENT", FulfillmentRefunded(1000), "REFUNDED", replace(PAID, captured_total=1050),
          RETURNED, changed={"refunded_total": 1000, "returned_total": 1000},
          effects=(OweOnCredit(0, "refunded"), OweBuyer(1050, "refunded"))),
    # Goods of 500 came back, of which 200 had been paid: what is owed falls by what had not.
    Taken("CLEARED_FOR_FULFILLMENT", FulfillmentRefunded(200, waived=300), "", PART_ON_CREDIT, FACTS,
          changed={"refunded_total": 200, "returned_total": 500, "exposed": 300},
          effects=(OweOnCredit(300, "refunded"), OweBuyer(200, "refunded"))),
    Taken("CLEARED_FOR_FULFILLMENT", FulfillmentRefunded(400, waived=600), "REFUNDED", PART_ON_CREDIT, RETURNED,
          changed={"refunded_total": 400, "returned_total": 1000, "exposed": 0},
          effects=(OweOnCredit(0, "refunded"), OweBuyer(400, "refunded"))),
    # Everything is back, and less is paid back than was paid: whatever was not paid is no longer owed.
    Taken("CLEARED_FOR_FULFILLMENT", FulfillmentRefunded(100), "REFUNDED", PART_ON_CREDIT, RETURNED,
          changed={"refunded_total": 100, "returned_total": 100, "exposed": 0},
          effects=(OweOnCredit(0, "refunded"), OweBuyer(100, "refunded"))),
    Taken("AWAITING_SETTLEMENT", FulfillmentRefunded(0, waived=600), "COMPLETED", PART_ON_CREDIT, FACTS,
          changed={"returned_total": 600, "exposed": 0}, effects=(OweOnCredit(0, "refunded"), RecordEarned(400))),
    Taken("CLEARED_FOR_FULFILLMENT", REVOKED, "PAYMENT_PENDING_CONFIRMATION", ON_CREDIT, FACTS,
          changed={"credit_override": Override("revoked", ASKED_CREDIT), "credit": seen(400), "exposed": 0,
                   "cleared_by": None, "cleared_at": None, "is_held": True, "expires_at": TOMORROW},
          effects=(HoldFulfillment("The sale is no longer cleared."), OweOnCredit(0, "revoked"))),
    Taken("CLEARED_FOR_FULFILLMENT", REVOKED, "PAYMENT_PENDING_CONFIRMATION", PART_ON_CREDIT, TIGHT,
          changed={"credit_override": Override("revoked", ASKED_CREDIT), "credit": TIGHT_SEEN, "exposed": 0,
                   "cleared_by": None, "cleared_at": None, "is_held": True},
          effects=(HoldFulfillment("The sale is no longer cleared."), OweOnCredit(0, "revoked"))),
    Taken("CLEARED_FOR_FULFILLMENT", REVOKED, "PAYMENT_PENDING_CONFIRMATION", ON_CREDIT,
          replace(FACTS, expiry_minutes=0),
          changed={"credit_override": Override("revoked", ASKED_CREDIT), "credit": seen(400), "exposed": 0,
                   "cleared_by": None, "cleared_at": None, "is_held": True},
          effects=(HoldFulfillment("The sale is no longer cleared."), OweOnCredit(0, "revoked"))),
    # It stands on account within the limit without the override too: cleared again at once.
    Taken("CLEARED_FOR_FULFILLMENT", OverrideRevoked(ASKED, "Not needed"), "CLEARED_FOR_FULFILLMENT", WITHIN_CREDIT,
          ROOMY, changed={"admin": Override("revoked", ASKED), "credit": ROOMY_SEEN, "cleared_at": NOW},
          effects=(HoldFulfillment("The sale is no longer cleared."), OweOnCredit(0, "revoked"),
                   OweOnCredit(1000, "cleared"), StartFulfillment())),
]  # fmt: skip

NOT_COVERED = {
    "refund_is_covered": (
        "The refund must not be more than the buyer paid, nor the goods returned more than were sold."
    ),
    "everything_returned": "All goods of the sale must have come back.",
}

REFUSED = [
    Refused(CLEARED, PaymentCaptured(PAYMENT, 0),
            {"captures_something": "The amount captured must be more than nothing."}, PAID, FACTS),
    Refused("PAYMENT_PENDING_CONFIRMATION AWAITING_SETTLEMENT COMPLETED", FulfillmentCompleted(), {}, PAID, FACTS),
    Refused("CLEARED_FOR_FULFILLMENT COMPLETED", WriteOff("Not worth a lawyer"), {}, PAID, FACTS),
    Refused("AWAITING_SETTLEMENT COMPLETED CANCELLED", FulfillmentCancelled(), {}, PAID, FACTS),
    Refused("PAYMENT_PENDING_CONFIRMATION AWAITING_SETTLEMENT CANCELLED", FulfillmentFailed(), {}, PAID, FACTS),
    Refused(CLEARED, FulfillmentRefunded(1001), NOT_COVERED, PAID, FACTS),
    Refused(CLEARED, FulfillmentRefunded(-1), NOT_COVERED, PAID, FACTS),
    Refused(CLEARED, FulfillmentRefunded(900, waived=101), NOT_COVERED, PAID, FACTS),
    Refused(CLEARED, FulfillmentRefunded(900, waived=-1), NOT_COVERED, PAID, FACTS),
    Refused("CLEARED_FOR_FULFILLMENT", FulfillmentRefunded(1001),
            {"refund_is_covered": NOT_COVERED["refund_is_covered"]}, PAID, RETURNED),
    Refused("PAYMENT_PENDING_CONFIRMATION COMPLETED REFUNDED", FulfillmentRefunded(300), {}, PAID, FACTS),
    Refused("CLEARED_FOR_FULFILLMENT", OverrideRevoked(OTHER, "Changed our mind"),
            {"is_its_own": "The override must be one that was granted to this sale and still stands."}, ON_CREDIT,
            FACTS),
    Refused("CLEARED_FOR_FULFILLMENT", REVOKED, {"not paid_in_full": "The sale must not be paid in full."},
            replace(ON_CREDIT, captured_total=1000, exposed=0), FACTS),
    Refused("CLEARED_FOR_FULFILLMENT", REVOKED, {"nothing_dispatched": "Nothing must have been dispatched."},
            ON_CREDIT, replace(FACTS, dispatched=True)),
    Refused("AWAITING_SETTLEMENT COMPLETED", REVOKED, {}, ON_CREDIT, FACTS),
]  # fmt: skip
