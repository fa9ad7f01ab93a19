"""Applications of resellers: who waits, what was decided of each, once and for good, and by whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

import asyncpg

from orderway.people.customers.reads import LARGEST_PAGE, Place
from orderway.people.names import name_of, names_of
from orderway.people.permissions import RESELLER_APPROVE
from orderway.people.scope import stores_of
from orderway.people.viewer import Viewer
from orderway.statechart import Reason, Refusal
from orderway.workflow.errors import Conflict, Invalid, NotFound, Refused, not_allowed
from orderway.workflow.kinds import Connection

State = Literal["PENDING", "APPROVED", "DECLINED"]
STATES: Mapping[State, str] = {"PENDING": "Waiting", "APPROVED": "Approved", "DECLINED": "Declined"}
PHRASES: Mapping[str, str] = {"APPROVED": "approved the application", "DECLINED": "declined the application"}
DECIDING = "decide who becomes a reseller"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided of an application, and why; `customer` is the reseller that was made by it."""

    outcome: State
    reason: str
    who: str
    at: datetime
    customer: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """Somebody who wants to sell on for a `company`, and the store that they chose."""

    id: UUID
    email: str
    name: str
    company: str
    phone: str | None
    currency: str
    store: Place
    applied_at: datetime
    decision: Decision | None

    @property
    def state(self) -> State:
        return self.decision.outcome if self.decision else "PENDING"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineResellerApplication:
    """An application that comes to nothing, and why."""

    application: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class Decided:
    """The application that was decided: what an idempotency key keeps."""

    application: UUID


@dataclass(frozen=True, slots=True)
class Taken:
    """An application in the hands of who decides it: locked, and still open. `password_hash` goes with the decision."""

    id: UUID
    email: str
    name: str
    company: str
    phone: str | None
    currency: str
    store: UUID
    password_hash: str = field(repr=False)
    applied_at: datetime


APPLICATION = """
SELECT a.id, a.email, a.name, a.company, a.phone, a.currency, s.id AS store_id, s.name AS store_name, a.applied_at,
    d.outcome, d.reason, d.customer_id, d.at, d.actor
FROM reseller_application a JOIN store s ON s.id = a.store_id LEFT JOIN reseller_decision d ON d.application_id = a.id
"""
REACHED = "($1::uuid[] IS NULL OR a.store_id = ANY ($1))"
IN_STATE = "($2::text IS NULL OR coalesce(d.outcome, 'PENDING') = $2)"
LOCK = f"""
SELECT a.id, a.email, a.name, a.company, a.phone, a.currency, a.store_id, a.password_hash, a.applied_at
FROM reseller_application a WHERE {REACHED} AND a.id = $2 FOR UPDATE
"""  # noqa: S608  (texts of this module)
DECIDED = "SELECT outcome, at, actor FROM reseller_decision WHERE application_id = $1"
DECIDE = """
INSERT INTO reseller_decision (application_id, outcome, customer_id, reason, at, actor)
VALUES ($1, $2, $3, $4, $5, $6)
"""
CLOSE = "UPDATE reseller_application SET decided_at = $2, password_hash = NULL WHERE id = $1"
OWN = "SELECT email = $2 FROM person WHERE id = $1"


async def list_applications(
    connection: Connection, viewer: Viewer, *, state: State | None, after: UUID | None = None, limit: int = 20
) -> tuple[list[Application], bool]:
    """Return the applications for the stores of the viewer, the newest first, and whether more follow.

    Raises Refused for who may decide none, and Invalid.
    """
    require(viewer)
    if not 1 <= limit <= LARGEST_PAGE:
        raise Invalid(
            f"A page holds 1 to {LARGEST_PAGE} of them.", "Ask for fewer, and then for the next page.", "first"
        )
    rows = await connection.fetch(
        f"{APPLICATION} WHERE {REACHED} AND {IN_STATE} AND ($3::uuid IS NULL OR a.id < $3) ORDER BY a.id DESC LIMIT $4",
        _reach(viewer), state, after, limit + 1,
    )  # fmt: skip
    names = await names_of(connection, {row["actor"] for row in rows if row["actor"]})
    return [_application(row, names) for row in rows[:limit]], len(rows) > limit


async def count_applications(connection: Connection, *, viewer: Viewer, state: State | None) -> int:
    """Count the applications of a list."""
    count: int = await connection.fetchval(
        "SELECT count(*) FROM reseller_application a"  # noqa: S608  (texts of this module)
        f" LEFT JOIN reseller_decision d ON d.application_id = a.id WHERE {REACHED} AND {IN_STATE}",
        _reach(viewer), state,
    )  # fmt: skip
    return count


async def load_application(connection: Connection, viewer: Viewer, id: UUID) -> Application:
    """Return an application. Raises Refused for who may decide none, NotFound for one out of reach."""
    require(viewer)
    row = await connection.fetchrow(f"{APPLICATION} WHERE {REACHED} AND a.id = $2", _reach(viewer), id)
    if row is None:
        raise _no_such()
    names = await names_of(connection, [row["actor"]] if row["actor"] else [])
    return _application(row, names)


async def decline(connection: Connection, wanted: DeclineResellerApplication, *, by: Viewer, at: datetime) -> None:
    """Decline an application for good; the same address may apply again. Raises what `take` raises."""
    application = await take(connection, wanted.application, by=by)
    await decide(connection, application, "DECLINED", reason=wanted.reason, by=by, at=at)


async def take(connection: Connection, id: UUID, *, by: Viewer) -> Taken:
    """Lock an application for a decision, which ends with the transaction.

    Raises Refused for who may decide none, or applied themselves, NotFound for one out of reach, and Conflict where
    somebody decided it already: who, when and what.
    """
    require(by)
    row = await connection.fetchrow(LOCK, _reach(by), id)
    if row is None:
        raise _no_such()
    decided = await connection.fetchrow(DECIDED, id)
    if decided:
        who = await name_of(connection, decided["actor"])
        raise Conflict(who=who, when=decided["at"], what=PHRASES[decided["outcome"]], step=1)
    if await connection.fetchval(OWN, by.person_id, row["email"]):
        sentence = "Nobody decides on their own application."
        reason = Reason(guard="somebody else", sentence=sentence, help=RESELLER_APPROVE)
        raise Refused(Refusal("", "", "", (reason,), ()), sentence)
    return Taken(*row)


async def decide(
    connection: Connection,
    application: Taken,
    outcome: State,
    *,
    reason: str,
    by: Viewer,
    at: datetime,
    customer: UUID | None = None,
) -> None:
    """Write the decision down, once; what the applicant would have signed in with is kept no longer."""
    await connection.execute(DECIDE, application.id, outcome, customer, reason.strip(), at, by.actor().id)
    await connection.execute(CLOSE, application.id, at)


def require(by: Viewer) -> None:
    """Raise Refused for who may decide nowhere."""
    if _reach(by) == []:
        raise not_allowed(RESELLER_APPROVE, to=DECIDING)


def _reach(viewer: Viewer) -> list[UUID] | None:
    """The stores whose applications the viewer may decide; None is all of them."""
    stores = stores_of(viewer, RESELLER_APPROVE)
    return None if stores is None else list(stores)


def _no_such() -> NotFound:
    return NotFound("There is no such application.", "Choose one from the list of applications.")


def _application(row: asyncpg.Record, names: Mapping[str, str]) -> Application:
    decision = None
    if row["outcome"]:
        decision = Decision(
            outcome=row["outcome"], reason=row["reason"], who=names[row["actor"]], at=row["at"],
            customer=row["customer_id"],
        )  # fmt: skip
    return Application(
        id=row["id"], email=row["email"], name=row["name"], company=row["company"], phone=row["phone"],
        currency=row["currency"], store=Place(row["store_id"], row["store_name"]), applied_at=row["applied_at"],
        decision=decision,
    )  # fmt: skip
