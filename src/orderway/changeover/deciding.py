"""Deciding on an order of the review list: once, with a reason, by who may decide on its store's overrides."""

from __future__ import annotations

from dataclasses import dataclass

from orderway.changeover.reviews import DECISIONS, Decision, Place, Review, load_review
from orderway.people.names import name_of
from orderway.people.permissions import OVERRIDE_DECIDE
from orderway.people.viewer import Viewer
from orderway.workflow.errors import Conflict, Invalid, not_allowed
from orderway.workflow.transaction import Transaction

LONGEST = 2000

DECIDE = """
UPDATE import_review SET decided_at = $4, decided_by = $5, decision = $6, reason = $7
WHERE store_id = $1 AND order_id = $2 AND kind = $3
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How somebody decides on a review, and why. It moves nothing: what is to be moved is moved on the order itself."""

    place: Place
    decision: Decision
    reason: str


async def decide(tx: Transaction, viewer: Viewer, verdict: Verdict) -> Review:
    """Decide as the viewer says; gives the review as it stands then.

    Raises NotFound for what they do not see, Refused where they may not decide, Conflict where somebody has decided,
    and Invalid for a reason that is missing or too long.
    """
    reason = checked(verdict)
    seen = await load_review(tx.connection, viewer, verdict.place)
    await tx.lock(seen.store_id, seen.order_id)
    review = await load_review(tx.connection, viewer, verdict.place)
    if not review.may_decide:
        raise not_allowed(OVERRIDE_DECIDE, to="decide on an order of the review list")
    if review.decided_at:
        who = await name_of(tx.connection, f"person:{review.decided_by}")
        raise Conflict(who=who, when=review.decided_at, what="decided on it", step=1)
    await tx.connection.execute(
        DECIDE, review.store_id, review.order_id, review.kind, tx.now, viewer.person_id, verdict.decision, reason
    )
    return await load_review(tx.connection, viewer, verdict.place)


def checked(verdict: Verdict) -> str:
    """The reason. Raises Invalid."""
    reason = verdict.reason.strip()
    if verdict.decision not in DECISIONS:
        raise Invalid("Nothing can be decided like this.", f"Choose one of {', '.join(DECISIONS)}.", "decision")
    if not reason:
        raise Invalid("Reason is missing.", "Say why.", "reason")
    if len(reason) > LONGEST:
        raise Invalid(f"The reason is longer than {LONGEST} characters.", "Shorten it.", "reason")
    return reason
