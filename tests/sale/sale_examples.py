"""Sales, credit and facts that the cases of the sale begin with. The total is 1000; the credit limit leaves 600."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from orderway.sale.context import Credit, CreditFacts, Override, Review, SaleContext, SaleFacts

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
TOMORROW = datetime(2026, 3, 11, 12, tzinfo=UTC)
EARLIER = datetime(2026, 3, 10, 11, tzinfo=UTC)
PAYMENT = UUID("018f0000-0000-7000-8000-0000000000a1")
ASKED = UUID("018f0000-0000-7000-8000-0000000000b1")
ASKED_CREDIT = UUID("018f0000-0000-7000-8000-0000000000b2")
OTHER = UUID("018f0000-0000-7000-8000-0000000000b3")

FACTS = SaleFacts(
    now=NOW,
    actor="person:biller",
    expiry_minutes=1440,
    credit=CreditFacts(tier="SILVER", limit=1000, exposure=400, earned=5000),
)
ROOMY = replace(FACTS, credit=CreditFacts(tier="GOLD", limit=5000, exposure=4000, earned=9000))
TIGHT = replace(FACTS, credit=CreditFacts(tier="SILVER", limit=1000, exposure=1000, earned=5000))
NO_ACCOUNT = replace(FACTS, credit=None)
RETURNED = replace(FACTS, everything_returned=True)


def seen(overage: int) -> Credit:
    """The snapshot that a decision with FACTS keeps."""
    return Credit(tier="SILVER", limit=1000, exposure=400, earned=5000, overage=overage, at=NOW)


ROOMY_SEEN = Credit(tier="GOLD", limit=5000, exposure=4000, earned=9000, overage=0, at=NOW)
TIGHT_SEEN = Credit(tier="SILVER", limit=1000, exposure=1000, earned=5000, overage=600, at=NOW)

OPEN = SaleContext(grand_total=1000, currency="NGN", expires_at=TOMORROW)
BY_CARD = replace(OPEN, payment_method="CARD")
ON_ACCOUNT = replace(OPEN, payment_method="INVOICE")
PART_PAID = replace(BY_CARD, captured_total=300, expires_at=None)

REQUESTED = Override("requested")
GRANTED = Override("granted", ASKED, approved_amount=1000)
USED = replace(GRANTED, status="used")
GRANTED_400 = Override("granted", ASKED_CREDIT, approved_amount=400)
USED_400 = replace(GRANTED_400, status="used")
OVER_THE_LIMIT = "The sale goes over the customer's credit limit."


def reviewed(opened_from: str) -> Review:
    return Review(opened_from=opened_from, asked_by="person:asker", reason="A good customer")  # type: ignore[arg-type]


ADMIN_REVIEW = replace(BY_CARD, admin=REQUESTED, review=reviewed("PAYMENT_INITIATED"))
CREDIT_REVIEW = replace(ON_ACCOUNT, credit_override=REQUESTED, review=reviewed("PAYMENT_INITIATED"))
"""Over the limit by 400."""

PAID = replace(BY_CARD, captured_total=1000, cleared_by="payment", cleared_at=EARLIER, expires_at=None)
ON_CREDIT = replace(
    ON_ACCOUNT,
    exposed=1000,
    cleared_by="override",
    cleared_at=EARLIER,
    expires_at=None,
    credit_override=USED_400,
)
"""Cleared on account by a credit override; nothing is paid."""

HELD = replace(BY_CARD, is_held=True, admin=Override("revoked", ASKED))
"""Was cleared by an override that has been revoked."""
