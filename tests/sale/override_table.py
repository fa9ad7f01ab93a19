"""The table of the override request as cases."""

from dataclasses import replace
from datetime import UTC, datetime

from tests.tables import Refused, Taken

from orderway.sale.overrides.machine import (
    Approve,
    Denied,
    Deny,
    Expire,
    Granted,
    OverrideRequestContext,
    OverrideRequestFacts,
    Revoke,
    Revoked,
)

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
EARLIER = datetime(2026, 3, 10, 11, tzinfo=UTC)
TOMORROW = datetime(2026, 3, 11, 12, tzinfo=UTC)

FACTS = OverrideRequestFacts(now=NOW, actor="person:manager")
BY_THE_ASKER = OverrideRequestFacts(now=NOW, actor="person:biller")
FOR_THE_ASKER = replace(FACTS, on_behalf_of="person:biller")
CAPPED = replace(FACTS, cap=300, who_may="an admin")
SHUT_OUT = replace(FACTS, cap=0, who_may="an admin")
GONE = replace(FACTS, objection="Nothing must have been dispatched.")
CREDIT = OverrideRequestContext(
    kind="CREDIT_LIMIT", reason="A good customer", amount=400, currency="NGN", requested_by="person:biller"
)
ADMIN = replace(CREDIT, kind="ADMIN", amount=1000)
APPROVED = replace(CREDIT, decided_by="person:admin", approved_amount=400, expires_at=TOMORROW)

TAKEN = [
    Taken("PENDING", Approve(), "APPROVED", CREDIT, FACTS,
          changed={"decided_by": "person:manager", "approved_amount": 400},
          effects=(Granted("CREDIT_LIMIT", 400, None),)),
    Taken("PENDING", Approve(approved_amount=300, expires_at=TOMORROW), "APPROVED", replace(CREDIT, expires_at=NOW),
          FACTS,
          changed={"decided_by": "person:manager", "approved_amount": 300, "expires_at": TOMORROW},
          effects=(Granted("CREDIT_LIMIT", 300, TOMORROW),)),
    Taken("PENDING", Approve(approved_amount=300), "APPROVED", CREDIT, CAPPED,
          changed={"decided_by": "person:manager", "approved_amount": 300},
          effects=(Granted("CREDIT_LIMIT", 300, None),)),
    # The time by which it was to be decided is not the time at which the override ends.
    Taken("PENDING", Approve(), "APPROVED", replace(ADMIN, expires_at=TOMORROW), FACTS,
          changed={"decided_by": "person:manager", "approved_amount": 1000, "expires_at": None},
          effects=(Granted("ADMIN", 1000, None),)),
    Taken("PENDING", Deny("Owes enough"), "DENIED", replace(CREDIT, expires_at=TOMORROW), FACTS,
          changed={"decided_by": "person:manager", "expires_at": None},
          effects=(Denied("CREDIT_LIMIT", "Owes enough"),)),
    Taken("PENDING", Expire(), "EXPIRED", ADMIN, FACTS, effects=(Denied("ADMIN", "It lapsed without a decision."),)),
    Taken("APPROVED", Revoke("Bankrupt"), "REVOKED", APPROVED, FACTS,
          changed={"decided_by": "person:manager", "expires_at": None},
          effects=(Revoked("CREDIT_LIMIT", "Bankrupt"),)),
    Taken("APPROVED", Expire(), "EXPIRED", replace(APPROVED, expires_at=NOW), FACTS),
]  # fmt: skip

TOO_MUCH = {"at_most_what_was_asked": "No more must be approved than was asked for."}
ABOVE_CAP = {"within_cap": "The amount approved must be within what the person may approve."}
FOUR_EYES = {"by_someone_else": "An override must be decided by someone else than who asked for it."}
NOT_OVER = {"time_is_up": "The time of the override must be over."}

REFUSED = [
    Refused("PENDING", Approve(), FOUR_EYES, CREDIT, BY_THE_ASKER),
    Refused("PENDING", Approve(approved_amount=0),
            {"approves_something": "The amount approved must be more than nothing."}, CREDIT, FACTS),
    Refused("PENDING", Approve(expires_at=NOW), {"ends_later": "The override must end in the future."}, CREDIT, FACTS),
    Refused("PENDING", Approve(), FOUR_EYES, CREDIT, FOR_THE_ASKER),
    Refused("PENDING", Approve(approved_amount=401), TOO_MUCH, CREDIT, FACTS),
    Refused("PENDING", Approve(approved_amount=2**63 - 1), {**TOO_MUCH, **ABOVE_CAP}, CREDIT, CAPPED),
    Refused("PENDING", Approve(), ABOVE_CAP, CREDIT, CAPPED),
    Refused("PENDING", Approve(approved_amount=301), ABOVE_CAP, CREDIT, CAPPED),
    Refused("PENDING", Approve(approved_amount=1), ABOVE_CAP, CREDIT, SHUT_OUT),
    Refused("PENDING", Approve(expires_at=EARLIER), {"ends_later": "The override must end in the future."}, CREDIT,
            FACTS),
    Refused("APPROVED DENIED EXPIRED REVOKED", Approve(), {}, CREDIT, FACTS),
    Refused("PENDING", Deny("Owes enough"), FOUR_EYES, CREDIT, BY_THE_ASKER),
    Refused("APPROVED DENIED EXPIRED REVOKED", Deny("Owes enough"), {}, CREDIT, FACTS),
    Refused("APPROVED", Revoke("Bankrupt"), FOUR_EYES, APPROVED, BY_THE_ASKER),
    Refused("APPROVED", Revoke("Bankrupt"),
            {"sale_can_do_without": "The sale must still be able to do without the override."}, APPROVED, GONE),
    Refused("PENDING DENIED EXPIRED REVOKED", Revoke("Bankrupt"), {}, APPROVED, FACTS),
    Refused("APPROVED", Expire(), NOT_OVER, APPROVED, FACTS),
    Refused("APPROVED", Expire(), NOT_OVER, replace(APPROVED, expires_at=None), FACTS),
    Refused("DENIED EXPIRED REVOKED", Expire(), {}, replace(APPROVED, expires_at=EARLIER), FACTS),
]  # fmt: skip
