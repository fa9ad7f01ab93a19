"""The table of the payment as cases."""

from dataclasses import replace
from datetime import UTC, datetime

from tests.tables import Refused, Taken

from orderway.sale.payments.context import PaymentContext, PaymentFacts
from orderway.sale.payments.events import Captured, Confirm, Fail, Failed, PaidOut, Refund

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
EARLIER = datetime(2026, 3, 10, 11, tzinfo=UTC)

FACTS = PaymentFacts(now=NOW, actor="person:accountant", owed=1000)
PENDING = PaymentContext(
    amount=1000, currency="NGN", method="CARD", provider="bank", reference="A-1", buyer_kind="CONSUMER"
)
CONFIRMED = replace(PENDING, confirmed_at=EARLIER)
PARTLY = replace(CONFIRMED, refunded=400)

TAKEN = [
    Taken("PENDING", Confirm(), "CONFIRMED", PENDING, FACTS, changed={"confirmed_at": NOW}, effects=(Captured(1000),)),
    # Some sources record payments of nothing: there is nothing to capture.
    Taken("PENDING", Confirm(), "CONFIRMED", replace(PENDING, amount=0), FACTS, changed={"confirmed_at": NOW}),
    Taken("PENDING", Fail("Declined"), "FAILED", PENDING, FACTS, effects=(Failed("Declined"),)),
    Taken("CONFIRMED", Refund(400), "PARTIALLY_REFUNDED", CONFIRMED, FACTS, changed={"refunded": 400},
          effects=(PaidOut(400),)),
    Taken("CONFIRMED", Refund(1000), "REFUNDED", CONFIRMED, FACTS, changed={"refunded": 1000},
          effects=(PaidOut(1000),)),
    Taken("PARTIALLY_REFUNDED", Refund(100), "PARTIALLY_REFUNDED", PARTLY, FACTS, changed={"refunded": 500},
          effects=(PaidOut(100),)),
    Taken("PARTIALLY_REFUNDED", Refund(600), "REFUNDED", PARTLY, FACTS, changed={"refunded": 1000},
          effects=(PaidOut(600),)),
]  # fmt: skip

REFUSED = [
    Refused("CONFIRMED FAILED PARTIALLY_REFUNDED REFUNDED", Confirm(), {}, PENDING, FACTS),
    Refused("CONFIRMED FAILED PARTIALLY_REFUNDED REFUNDED", Fail("Charged back"), {}, CONFIRMED, FACTS),
    Refused("CONFIRMED PARTIALLY_REFUNDED", Refund(0), {"refunds_something": "The refund must be more than nothing."},
            PARTLY, FACTS),
    Refused("CONFIRMED PARTIALLY_REFUNDED", Refund(601),
            {"within_payment": "The refund must not be more than is left of the payment."}, PARTLY, FACTS),
    Refused("CONFIRMED PARTIALLY_REFUNDED", Refund(301),
            {"is_owed": "The refund must not be more than is owed to the buyer."}, PARTLY, replace(FACTS, owed=300)),
    Refused("CONFIRMED PARTIALLY_REFUNDED", Refund(1),
            {"something_is_owed": "Something must be owed to the buyer."}, PARTLY, replace(FACTS, owed=0)),
    Refused("PENDING FAILED REFUNDED", Refund(100), {}, CONFIRMED, FACTS),
]  # fmt: skip
