"""The override request as a table: asked, decided by someone else, and revoked or past its time.

`expires_at` is, while the request waits, when it lapses undecided; once approved, when the override ends.
An override that ended was good for what had been cleared by it; the sale itself compares the time.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from orderway.statechart import Amount, all_of, chart, entry, event, final, guard, on, state

Kind = Literal["ADMIN", "CREDIT_LIMIT"]
KINDS: dict[Kind, str] = {"ADMIN": "Release without payment", "CREDIT_LIMIT": "Go over the credit limit"}
"""What can be asked for, in words."""


@dataclass(frozen=True, slots=True)
class OverrideRequestContext:
    """`amount` in minor units of `currency`: what is still to pay, or how far the sale goes over the limit."""

    kind: Kind
    reason: str
    amount: int
    currency: str
    requested_by: str
    decided_by: str | None = None
    approved_amount: int | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OverrideRequestFacts:
    """Read under lock for each decision; `expiry_minutes` 0 means that a request does not lapse."""

    now: datetime
    actor: str
    on_behalf_of: str | None = None
    expiry_minutes: int = 0
    cap: int | None = None
    """The most that the actor may approve, in minor units; None where they may approve any amount."""
    who_may: str = ""
    """Who may approve all that was asked, in words."""
    objection: str = ""
    """Why the sale can not do without the override any more and what to do, in sentences; empty where it can."""


@event(
    label="Approve the override",
    log="approved the override",
    permission="override.decide",
    approved_amount="Amount approved, if not all",
    expires_at="Valid until, if not for good",
)
class Approve:
    """Without `approved_amount` (minor units) all that was asked is approved, or else a part of it; without
    `expires_at` for good.
    """

    approved_amount: int | None = None
    expires_at: datetime | None = None


@event(label="Decline the override", log="declined the override", permission="override.decide", reason_for="seller")
class Deny:
    reason: str


@event(label="Revoke the override", log="revoked the override", permission="override.decide", reason_for="seller")
class Revoke:
    reason: str


@event(label="Let the override lapse", log="ended the lapsed override")
class Expire:
    pass


@dataclass(frozen=True, slots=True)
class Granted:
    """The sale is to hear that the override was granted, for how much and until when."""

    kind: Kind
    approved_amount: int
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Denied:
    """The sale is to hear that the override was denied, or that nobody decided in time."""

    kind: Kind
    reason: str


@dataclass(frozen=True, slots=True)
class Revoked:
    """The sale is to hear that the override stands no longer; where it can not take it back, nothing is revoked."""

    kind: Kind
    reason: str


@guard(remedy="Let someone else decide it.", help="override.decide")
def by_someone_else(request: OverrideRequestContext, _event: object, facts: OverrideRequestFacts) -> bool:
    """An override must be decided by someone else than who asked for it."""
    return request.requested_by not in (facts.actor, facts.on_behalf_of)


def asked(request: OverrideRequestContext) -> dict[str, object]:
    return {"asked": Amount(request.amount, request.currency)}


def caps(request: OverrideRequestContext, _event: object, facts: OverrideRequestFacts) -> dict[str, object]:
    return {"cap": Amount(facts.cap or 0, request.currency), "who": facts.who_may or "nobody"}


def approved(request: OverrideRequestContext, event: Approve) -> int:
    """What an approval is for, in minor units."""
    return request.amount if event.approved_amount is None else event.approved_amount


@guard(remedy="Approve an amount above nothing, or decline the override.")
def approves_something(_request: OverrideRequestContext, event: Approve) -> bool:
    """The amount approved must be more than nothing."""
    return event.approved_amount is None or event.approved_amount > 0


@guard(detail="{asked} was asked for.", numbers=asked, remedy="Approve at most what was asked for.")
def at_most_what_was_asked(request: OverrideRequestContext, event: Approve) -> bool:
    """No more must be approved than was asked for."""
    return approved(request, event) <= request.amount


@guard(
    detail="You may approve {cap}; all that was asked for may be approved by {who}.",
    numbers=caps,
    remedy="Approve less, or let somebody approve it who may.",
    help="override.decide",
)
def within_cap(request: OverrideRequestContext, event: Approve, facts: OverrideRequestFacts) -> bool:
    """The amount approved must be within what the person may approve."""
    return facts.cap is None or (facts.cap > 0 and approved(request, event) <= facts.cap)


@guard(remedy="Set a later time, or none.")
def ends_later(_request: OverrideRequestContext, event: Approve, facts: OverrideRequestFacts) -> bool:
    """The override must end in the future."""
    return event.expires_at is None or event.expires_at > facts.now


def objection(_request: OverrideRequestContext, _event: object, facts: OverrideRequestFacts) -> dict[str, object]:
    return {"objection": facts.objection}


@guard(detail="{objection}", numbers=objection)
def sale_can_do_without(_request: OverrideRequestContext, _event: object, facts: OverrideRequestFacts) -> bool:
    """The sale must still be able to do without the override."""
    return not facts.objection


@guard()
def time_is_up(request: OverrideRequestContext, _event: object, facts: OverrideRequestFacts) -> bool:
    """The time of the override must be over."""
    return request.expires_at is not None and request.expires_at <= facts.now


def start_clock(request: OverrideRequestContext, _event: object, facts: OverrideRequestFacts) -> OverrideRequestContext:
    """The time to decide begins."""
    ends = facts.now + timedelta(minutes=facts.expiry_minutes) if facts.expiry_minutes else None
    return replace(request, expires_at=ends)


def approve(request: OverrideRequestContext, event: Approve, facts: OverrideRequestFacts) -> OverrideRequestContext:
    return replace(
        request, decided_by=facts.actor, approved_amount=approved(request, event), expires_at=event.expires_at
    )


def decide(request: OverrideRequestContext, _event: object, facts: OverrideRequestFacts) -> OverrideRequestContext:
    """Remember who decided; what no longer waits has no time to lapse at."""
    return replace(request, decided_by=facts.actor, expires_at=None)


def tell_granted(request: OverrideRequestContext) -> Granted:
    return Granted(request.kind, request.approved_amount or 0, request.expires_at)


def tell_denied(request: OverrideRequestContext, event: Deny) -> Denied:
    return Denied(request.kind, event.reason)


def tell_lapsed(request: OverrideRequestContext) -> Denied:
    return Denied(request.kind, "It lapsed without a decision.")


def tell_revoked(request: OverrideRequestContext, event: Revoke) -> Revoked:
    return Revoked(request.kind, event.reason)


can_be_approved = all_of(by_someone_else, approves_something, at_most_what_was_asked, within_cap, ends_later)
can_be_revoked = all_of(by_someone_else, sale_can_do_without)

OVERRIDE_REQUEST = chart(
    "override_request",
    version=1,
    label="Override",
    born="asked for the override",
    context=OverrideRequestContext,
    facts=OverrideRequestFacts,
    lanes=("main", "ended"),
    states=[
        state(
            "PENDING",
            entry(do=start_clock),
            on(Approve, "APPROVED", when=can_be_approved, do=approve, emit=tell_granted),
            on(Deny, "DENIED", when=by_someone_else, do=decide, emit=tell_denied),
            on(Expire, "EXPIRED", at="expires_at", emit=tell_lapsed),
            label="Waiting for a decision", tone="waiting", lane="main", row=0,
        ),
        state(
            "APPROVED",
            on(Revoke, "REVOKED", when=can_be_revoked, do=decide, emit=tell_revoked),
            on(Expire, "EXPIRED", when=time_is_up, at="expires_at"),
            label="Approved", tone="good", lane="main", row=1,
        ),
        final("DENIED", label="Declined", tone="bad", lane="ended", row=0),
        final("EXPIRED", label="Lapsed", tone="ended", lane="ended", row=1),
        final("REVOKED", label="Revoked", tone="bad", lane="main", row=2),
    ],
)  # fmt: skip
