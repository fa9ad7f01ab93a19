"""Taking on a reseller: an application becomes a person, a customer and a credit account, all at once or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from orderway.people.accounts import NewPerson, add_person
from orderway.people.customers.applications import Taken, decide, take
from orderway.people.customers.arriving import SIGNED_UP
from orderway.people.customers.changes import Contact, insert, require_biller
from orderway.people.customers.words import checked_currency
from orderway.people.permissions import RESELLER_APPROVE, RESELLER_ROLE
from orderway.people.scope import stores_of
from orderway.people.viewer import Viewer
from orderway.sale.accounts import Terms
from orderway.sale.terms import TermsChange, change_terms, check_limit
from orderway.workflow.actor import Actor
from orderway.workflow.errors import NotFound
from orderway.workflow.kinds import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveResellerApplication:
    """Who becomes a reseller, and on which terms: the price lists of their `tier` are theirs, and up to `limit` minor
    units of `currency` may be owed. `store` serves them instead of the one that they chose, `biller` bills what they
    begin themselves.
    """

    application: UUID
    tier: str
    limit: int
    reason: str
    currency: str | None = None
    store: UUID | None = None
    biller: UUID | None = None


@dataclass(frozen=True, slots=True)
class TakenOn:
    """The application that was approved, and the reseller that it became."""

    application: UUID
    customer: UUID


async def approve(connection: Connection, wanted: ApproveResellerApplication, *, by: Viewer, at: datetime) -> TakenOn:
    """Approve an application, in the transaction of the caller: from its end on the applicant can sign in.

    Raises Refused for who may approve none or give no credit, NotFound for an application, store or biller out of
    reach, Conflict where it was decided already, and Invalid where the address or the terms can not be.
    """
    application = await take(connection, wanted.application, by=by)
    check_limit(wanted.limit, field="limit")
    store = wanted.store or application.store
    await _require_store(connection, store, by=by)
    if wanted.biller:
        await require_biller(connection, wanted.biller, store_id=store)
    person = await _let_in(connection, application, by=by, at=at)
    contact = Contact(
        name=application.company, phone=application.phone, email=application.email, store=store, biller=wanted.biller
    )
    currency = checked_currency(wanted.currency or application.currency)
    customer = await insert(
        connection, contact, kind="RESELLER", currency=currency, person=person, by=by.actor().id, at=at,
        reason=wanted.reason,
    )  # fmt: skip
    terms = Terms("FIXED", wanted.tier, wanted.limit)
    change = TermsChange(customer_id=customer, currency=currency, terms=terms, reason=wanted.reason)
    await change_terms(connection, change, by=by, at=at)
    await decide(connection, application, "APPROVED", reason=wanted.reason, by=by, at=at, customer=customer)
    return TakenOn(application.id, customer)


async def _require_store(connection: Connection, store: UUID, *, by: Viewer) -> None:
    """Raises NotFound for a store that is not there, or whose resellers are not theirs to approve."""
    reach = stores_of(by, RESELLER_APPROVE)
    there = await connection.fetchval("SELECT true FROM store WHERE id = $1", store)
    if not there or (reach is not None and store not in reach):
        raise NotFound("There is no such store.", "Choose one from the list of stores.")


async def _let_in(connection: Connection, application: Taken, *, by: Viewer, at: datetime) -> UUID:
    """Make the applicant a person, in the name of who approves; the role of resellers is all that this gives out."""
    new = NewPerson(
        email=application.email, name=application.name, password_hash=application.password_hash, roles=[RESELLER_ROLE]
    )
    approver = Actor(by.actor().id, permissions=None)
    person = await add_person(connection, new, by=approver, at=at, reason="The application was approved.")
    await connection.execute(SIGNED_UP, person, application.applied_at)
    return person
