"""The table of the payment as cases."""

from dataclasses import replace
from datetime import UTC, datetime

from tests.tables import Refused, Taken

from orderway.sale.payments.context import PaymentContext, PaymentFacts
from orderway.sale.payments.events import (
    Captured,
    Confirm,
    Credited,
    Dispute,
    DisputeLost,
    Fail,
    Failed,
    LoseDispute,
    PaidOut,
    Refund,
    Restored,
    Reverse,
    Reversed,
    Spent,
    WinDispute,
)

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
EARLIER = datetime(2026, 3, 10, 11, tzinfo=UTC)

FACTS = PaymentFacts(now=NOW, actor="person:accountant", owed=1000)
PENDING = PaymentContext(
    amount=1000, currency="NGN", method="CARD", provider="bank", reference="A-1", buyer_kind="CONSUMER"
)
CONFIRMED = replace(PENDING, confirmed_at=EARLIER)
PARTLY = replace(CONFIRMED, refunded=400)
DISPUTED = replace(CONFIRMED, reversed=1000, disputed=1000)
PARTLY_DISPUTED = replace(PARTLY, reversed=200, disputed=200)

FROM_ACCOUNT = replace(PENDING, method="ACCOUNT_CREDIT", provider="account")
PAID_FROM_ACCOUNT = replace(FROM_ACCOUNT, confirmed_at=EARLIER)
HELD = replace(FACTS, on_account=1000)

PAYING = [
    Taken("PENDING FAILED", Confirm(), "CONFIRMED", PENDING, FACTS, changed={"confirmed_at": NOW},
          effects=(Captured(1000),)),
    # Less came than was announced, or more: that is what it is from now on.
    Taken("PENDING FAILED", Confirm(600), "CONFIRMED", PENDING, FACTS, changed={"amount": 600, "confirmed_at": NOW},
          effects=(Captured(600),)),
    Taken("PENDING", Confirm(10**18), "CONFIRMED", PENDING, FACTS, changed={"amount": 10**18, "confirmed_at": NOW},
          effects=(Captured(10**18),)),
    # Some sources record payments of nothing: there is nothing to capture.
    Taken("PENDING", Confirm(), "CONFIRMED", replace(PENDING, amount=0), FACTS, changed={"confirmed_at": NOW}),
    Taken("PENDING", Fail("Declined"), "FAILED", PENDING, FACTS, effects=(Failed("Declined"),)),
    Taken("CONFIRMED", Refund(400), "PARTIALLY_REFUNDED", CONFIRMED, FACTS, changed={"refunded": 400},
          effects=(PaidOut(400),)),
    Taken("CONFIRMED", Refund(1000), "REFUNDED", CONFIRMED, FACTS, changed={"refunded": 1000},
          effects=(PaidOut(1000),)),
    Taken("CONFIRMED", Refund(700), "REFUNDED", replace(CONFIRMED, reversed=300), FACTS, changed={"refunded": 700},
          effects=(PaidOut(700),)),
    Taken("PARTIALLY_REFUNDED", Refund(100), "PARTIALLY_REFUNDED", PARTLY, FACTS, changed={"refunded": 500},
          effects=(PaidOut(100),)),
    Taken("PARTIALLY_REFUNDED", Refund(600), "REFUNDED", PARTLY, FACTS, changed={"refunded": 1000},
          effects=(PaidOut(600),)),
]  # fmt: skip

BY_ACCOUNT = [
    Taken("PENDING FAILED", Confirm(), "CONFIRMED", FROM_ACCOUNT, HELD, changed={"confirmed_at": NOW},
          effects=(Spent(1000), Captured(1000))),
    Taken("PENDING", Confirm(600), "CONFIRMED", FROM_ACCOUNT, replace(FACTS, on_account=600),
          changed={"amount": 600, "confirmed_at": NOW}, effects=(Spent(600), Captured(600))),
    Taken("CONFIRMED", Refund(400, "ACCOUNT"), "PARTIALLY_REFUNDED", CONFIRMED, FACTS,
          changed={"refunded": 400, "credited": 400}, effects=(PaidOut(400), Credited(400))),
    Taken("PARTIALLY_REFUNDED", Refund(600, "ACCOUNT"), "REFUNDED", PARTLY, FACTS,
          changed={"refunded": 1000, "credited": 600}, effects=(PaidOut(600), Credited(600))),
    Taken("PARTIALLY_REFUNDED", Refund(100, "ACCOUNT"), "PARTIALLY_REFUNDED", replace(PARTLY, credited=400), FACTS,
          changed={"refunded": 500, "credited": 500}, effects=(PaidOut(100), Credited(100))),
    # What came from the account goes back there, whatever was said.
    Taken("CONFIRMED", Refund(1000), "REFUNDED", PAID_FROM_ACCOUNT, FACTS,
          changed={"refunded": 1000, "credited": 1000}, effects=(PaidOut(1000), Credited(1000))),
]  # fmt: skip

TAKING_BACK = [
    Taken("CONFIRMED", Dispute(1000, "Not delivered"), "DISPUTED", CONFIRMED, FACTS,
          changed={"reversed": 1000, "disputed": 1000}, effects=(Reversed(1000, "Not delivered"),)),
    Taken("CONFIRMED", Dispute(300, "Too dear"), "DISPUTED", replace(CONFIRMED, reversed=100, disputed=100), FACTS,
          changed={"reversed": 400, "disputed": 300}, effects=(Reversed(300, "Too dear"),)),
    Taken("PARTIALLY_REFUNDED", Dispute(600, "Not delivered"), "DISPUTED", PARTLY, FACTS,
          changed={"reversed": 600, "disputed": 600}, effects=(Reversed(600, "Not delivered"),)),
    Taken("CONFIRMED PARTIALLY_REFUNDED", Reverse(600, "Chargeback"), "REVERSED", PARTLY, FACTS,
          changed={"reversed": 600}, effects=(Reversed(600, "Chargeback"),)),
    Taken("CONFIRMED PARTIALLY_REFUNDED", Reverse(100, "Chargeback"), "", PARTLY, FACTS, changed={"reversed": 100},
          effects=(Reversed(100, "Chargeback"),)),
    # While a part is disputed the provider may pay back another, or all that is left.
    Taken("DISPUTED", Reverse(300, "Refunded by hand"), "", PARTLY_DISPUTED, FACTS, changed={"reversed": 500},
          effects=(Reversed(300, "Refunded by hand"),)),
    Taken("DISPUTED", Reverse(400, "Refunded by hand"), "", PARTLY_DISPUTED, FACTS, changed={"reversed": 600},
          effects=(Reversed(400, "Refunded by hand"),)),
    Taken("DISPUTED", WinDispute(), "CONFIRMED", DISPUTED, FACTS, changed={"reversed": 0}, effects=(Restored(1000),)),
    Taken("DISPUTED", WinDispute(), "PARTIALLY_REFUNDED", PARTLY_DISPUTED, FACTS, changed={"reversed": 0},
          effects=(Restored(200),)),
    # Only what the dispute was about comes back.
    Taken("DISPUTED", WinDispute(), "CONFIRMED", replace(CONFIRMED, reversed=300, disputed=200), FACTS,
          changed={"reversed": 100}, effects=(Restored(200),)),
    Taken("DISPUTED", LoseDispute(), "REVERSED", DISPUTED, FACTS, effects=(DisputeLost(),)),
    Taken("DISPUTED", LoseDispute(), "REVERSED", replace(PARTLY, reversed=600, disputed=200), FACTS,
          effects=(DisputeLost(),)),
    Taken("DISPUTED", LoseDispute(), "PARTIALLY_REFUNDED", PARTLY_DISPUTED, FACTS, effects=(DisputeLost(),)),
    Taken("DISPUTED", LoseDispute(), "CONFIRMED", replace(CONFIRMED, reversed=200, disputed=200), FACTS,
          effects=(DisputeLost(),)),
]  # fmt: skip

TAKEN = [*PAYING, *BY_ACCOUNT, *TAKING_BACK]

ENDED = "REFUNDED REVERSED"
MORE_THAN_NOTHING = {"takes_something": "The amount must be more than nothing."}
WITHIN_REST = {"within_rest": "The amount must not be more than is left of the payment."}
NOT_THE_REST = {"takes_the_rest": "All that is left of the payment must be taken back."}

NOT_ON_IT = {"account_holds_it": "The buyer's account must hold what is paid from it."}
NO_PROVIDER = {
    "has_a_provider": "The money must have come from outside: what the buyer's account paid is taken back by nobody."
}

REFUSED = [
    Refused("PENDING FAILED", Confirm(), NOT_ON_IT, FROM_ACCOUNT, replace(FACTS, on_account=999)),
    Refused("PENDING FAILED", Confirm(1001), NOT_ON_IT, FROM_ACCOUNT, HELD),
    Refused("CONFIRMED PARTIALLY_REFUNDED", Dispute(1000, "Not delivered"), NO_PROVIDER, PAID_FROM_ACCOUNT, FACTS),
    Refused("CONFIRMED PARTIALLY_REFUNDED", Reverse(1000, "Chargeback"), NO_PROVIDER, PAID_FROM_ACCOUNT, FACTS),
    Refused("CONFIRMED PARTIALLY_REFUNDED", Reverse(100, "Chargeback"), {**NO_PROVIDER, **NOT_THE_REST},
            PAID_FROM_ACCOUNT, FACTS),
    Refused("DISPUTED", Reverse(100, "Chargeback"), NO_PROVIDER, PAID_FROM_ACCOUNT, FACTS),
    Refused("CONFIRMED PARTIALLY_REFUNDED", Refund(301, "ACCOUNT"),
            {"is_owed": "The refund must not be more than is owed to the buyer."}, PARTLY, replace(FACTS, owed=300)),
    Refused(f"CONFIRMED PARTIALLY_REFUNDED DISPUTED {ENDED}", Confirm(), {}, CONFIRMED, FACTS),
    Refused(f"CONFIRMED PARTIALLY_REFUNDED DISPUTED {ENDED}", Confirm(600), {}, CONFIRMED, FACTS),
    *(
        Refused("PENDING FAILED", Confirm(amount),
                {"brings_something": "The amount that came must be more than nothing."}, PENDING, FACTS)
        for amount in (0, -1)
    ),
    Refused("PENDING FAILED", Confirm(10**18 + 1),
            {"is_believable": "The amount that came must not be more than any payment."}, PENDING, FACTS),
    Refused(f"CONFIRMED FAILED PARTIALLY_REFUNDED DISPUTED {ENDED}", Fail("Charged back"), {}, CONFIRMED, FACTS),
    Refused("CONFIRMED PARTIALLY_REFUNDED", Refund(0), {"refunds_something": "The refund must be more than nothing."},
            PARTLY, FACTS),
    Refused("CONFIRMED PARTIALLY_REFUNDED", Refund(601),
            {"within_payment": "The refund must not be more than is left of the payment."}, PARTLY, FACTS),
    Refused("CONFIRMED", Refund(601),
            {"within_payment": "The refund must not be more than is left of the payment."},
            replace(CONFIRMED, reversed=400), FACTS),
    Refused("CONFIRMED PARTIALLY_REFUNDED", Refund(301),
            {"is_owed": "The refund must not be more than is owed to the buyer."}, PARTLY, replace(FACTS, owed=300)),
    Refused("CONFIRMED PARTIALLY_REFUNDED", Refund(1),
            {"something_is_owed": "Something must be owed to the buyer."}, PARTLY, replace(FACTS, owed=0)),
    Refused(f"PENDING FAILED DISPUTED {ENDED}", Refund(100), {}, CONFIRMED, FACTS),
    *(
        Refused("CONFIRMED PARTIALLY_REFUNDED", Dispute(amount, "Not delivered"), MORE_THAN_NOTHING, PARTLY, FACTS)
        for amount in (0, -1)
    ),
    Refused("CONFIRMED PARTIALLY_REFUNDED", Dispute(601, "Not delivered"), WITHIN_REST, PARTLY, FACTS),
    Refused(f"PENDING FAILED DISPUTED {ENDED}", Dispute(100, "Not delivered"), {}, CONFIRMED, FACTS),
    *(
        Refused("CONFIRMED PARTIALLY_REFUNDED", Reverse(amount, "Chargeback"), {**MORE_THAN_NOTHING, **NOT_THE_REST},
                PARTLY, FACTS)
        for amount in (0, -1)
    ),
    # Nothing is left, and nothing can be taken back.
    Refused("CONFIRMED", Reverse(0, "Chargeback"), MORE_THAN_NOTHING, replace(CONFIRMED, amount=0), FACTS),
    Refused("CONFIRMED PARTIALLY_REFUNDED", Reverse(601, "Chargeback"), {**NOT_THE_REST, **WITHIN_REST}, PARTLY, FACTS),
    Refused("DISPUTED", Reverse(401, "Chargeback"), WITHIN_REST, PARTLY_DISPUTED, FACTS),
    Refused("DISPUTED", Reverse(0, "Chargeback"), MORE_THAN_NOTHING, PARTLY_DISPUTED, FACTS),
    Refused(f"PENDING FAILED {ENDED}", Reverse(100, "Chargeback"), {}, CONFIRMED, FACTS),
    Refused(f"PENDING CONFIRMED FAILED PARTIALLY_REFUNDED {ENDED}", WinDispute(), {}, CONFIRMED, FACTS),
    Refused(f"PENDING CONFIRMED FAILED PARTIALLY_REFUNDED {ENDED}", LoseDispute(), {}, CONFIRMED, FACTS),
]  # fmt: skip
