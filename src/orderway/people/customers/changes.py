"""Adding customers and changing what is known of them: who may, where, and what is written down of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from orderway.ids import new_id
from orderway.people.accounts import checked_email, checked_name
from orderway.people.customers.reach import managed
from orderway.people.customers.record import Change, enter, require_unmoved
from orderway.people.customers.words import checked_currency, checked_phone
from orderway.people.permissions import CUSTOMER_MANAGE, RESELLER_APPROVE, SCOPE_BILLED
from orderway.people.scope import scopes_of, stores_of
from orderway.people.viewer import Viewer, find_viewer
from orderway.workflow.errors import Invalid, NotFound, not_allowed
from orderway.workflow.kinds import Connection

Kind = Literal["CONSUMER", "RESELLER"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """What is known of a customer: how they are reached, the store that serves them, and who bills what they begin."""

    name: str
    phone: str | None = None
    email: str | None = None
    store: UUID | None = None
    biller: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateCustomer(Contact):
    """A customer to be added. A reseller is one for who may approve resellers; `currency` stays for good."""

    currency: str
    kind: Kind = "CONSUMER"
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeCustomer(Contact):
    """A customer as they are to stand: what is left out, they have not."""

    customer: UUID
    reason: str
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class CustomerMade:
    """The customer that was added or changed: what an idempotency key keeps."""

    customer: UUID


INSERT = """
INSERT INTO customer (id, kind, name, phone, email, currency, default_store_id, biller_id, person_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
CHANGE = """
UPDATE customer SET name = $2, phone = $3, email = $4, default_store_id = $5, biller_id = $6 WHERE id = $1
"""
STANDING = """
SELECT c.name, c.phone, c.email, c.default_store_id AS store, c.biller_id AS biller, c.step FROM customer c
WHERE c.id = $1 AND {} FOR UPDATE OF c
"""
NAMES = "SELECT id, name FROM store WHERE id = ANY ($1) UNION ALL SELECT id, name FROM person WHERE id = ANY ($1)"


async def add_customer(connection: Connection, new: CreateCustomer, *, by: Viewer, at: datetime) -> UUID:
    """Add a customer, who then has no account of their own. A biller who names no other bills them.

    Raises Refused for who may add none, NotFound for a store or a biller out of reach, and Invalid.
    """
    require(by)
    if new.kind == "RESELLER":
        _require_approval(by, store=new.store)
    contact = checked(new)
    await _require_store(connection, contact.store, by=by)
    if contact.biller is None and SCOPE_BILLED in scopes_of(by, CUSTOMER_MANAGE):
        contact = Contact(
            name=contact.name, phone=contact.phone, email=contact.email, store=contact.store, biller=by.person_id
        )
    elif contact.biller:
        await require_biller(connection, contact.biller, store_id=contact.store)
    return await insert(
        connection, contact, kind=new.kind, currency=checked_currency(new.currency), by=by.actor().id, at=at,
        reason=new.reason or "",
    )  # fmt: skip


async def insert(
    connection: Connection,
    contact: Contact,
    *,
    kind: Kind,
    currency: str,
    by: str,
    at: datetime,
    reason: str,
    person: UUID | None = None,
) -> UUID:
    """Write a customer whose contact was checked; `person` is who signs in for them, `by` the id of an actor."""
    id = new_id()
    await connection.execute(
        INSERT, id, kind, contact.name, contact.phone, contact.email, currency, contact.store, contact.biller, person
    )
    await enter(connection, id, [Change("CREATED", became=contact.name)], by=by, at=at, reason=reason)
    return id


async def change_customer(connection: Connection, wanted: ChangeCustomer, *, by: Viewer, at: datetime) -> None:
    """Let the customer stand as is wanted; what is so already changes nothing.

    Raises Refused for who may change none, NotFound for a customer, store or biller out of reach, Conflict and Invalid.
    """
    require(by)
    reached = managed(by, first=2)
    row = await connection.fetchrow(STANDING.format(reached.sql), wanted.customer, *reached.values)
    if row is None:
        raise NotFound("There is no such customer.", "Check the id.")
    await require_unmoved(connection, wanted.customer, step=row["step"], seen=wanted.seen)
    contact = checked(wanted)
    if contact.store != row["store"]:
        await _require_store(connection, contact.store, by=by)
    if contact.biller and (contact.biller, contact.store) != (row["biller"], row["store"]):
        await require_biller(connection, contact.biller, store_id=contact.store)
    was = Contact(**{name: row[name] for name in ("name", "phone", "email", "store", "biller")})
    await put_contact(
        connection, wanted.customer, was=was, now=contact, by=by.actor().id, at=at, reason=wanted.reason
    )  # fmt: skip


async def put_contact(
    connection: Connection, customer: UUID, *, was: Contact, now: Contact, by: str, at: datetime, reason: str
) -> None:
    """Write down another contact, which was checked, and what of it is different; `by` is the id of an actor."""
    if changes := await _told(connection, was, now):
        await connection.execute(CHANGE, customer, now.name, now.phone, now.email, now.store, now.biller)
        await enter(connection, customer, changes, by=by, at=at, reason=reason)


def require(by: Viewer) -> None:
    """Raise Refused for who may manage customers nowhere."""
    if stores_of(by, CUSTOMER_MANAGE) == frozenset():
        raise not_allowed(CUSTOMER_MANAGE, to="add or change customers")


def _require_approval(by: Viewer, *, store: UUID | None) -> None:
    """Raise Refused for who may approve no reseller of this store."""
    reach = stores_of(by, RESELLER_APPROVE)
    if reach is not None and store not in reach:
        raise not_allowed(RESELLER_APPROVE, to="add a reseller")


def checked(given: Contact) -> Contact:
    """Return the contact as it is kept. Raises Invalid."""
    return Contact(
        name=checked_name(given.name),
        phone=checked_phone(given.phone),
        email=checked_email(given.email) if given.email and given.email.strip() else None,
        store=given.store,
        biller=given.biller,
    )


async def _require_store(connection: Connection, store: UUID | None, *, by: Viewer) -> None:
    """Raises Invalid where a store has to be named, and NotFound for one out of reach."""
    reach = stores_of(by, CUSTOMER_MANAGE)
    if store is None:
        if reach is not None:
            raise Invalid("Say which of your stores serves the customer.", "Choose one.", "store")
        return
    there = await connection.fetchval("SELECT true FROM store WHERE id = $1", store)
    if not there or (reach is not None and store not in reach):
        raise NotFound("There is no such store.", "Choose one from the list of stores.")


async def require_biller(connection: Connection, person_id: UUID, *, store_id: UUID | None) -> None:
    """Raises NotFound for anyone but a biller of the store: who else there is, is told to nobody."""
    biller = await find_viewer(connection, person_id)
    if biller is None or SCOPE_BILLED not in biller.permissions or store_id not in biller.stores:
        raise NotFound("The store has no such biller.", "Leave it out, or name one of the store.")


async def _told(connection: Connection, was: Contact, now: Contact) -> list[Change]:
    """What is different, in words: stores and billers by their names."""
    ids = {each for each in (was.store, was.biller, now.store, now.biller) if each}
    names = {row["id"]: row["name"] for row in await connection.fetch(NAMES, ids)}
    pairs = {
        "NAME": (was.name, now.name),
        "PHONE": (was.phone, now.phone),
        "EMAIL": (was.email, now.email),
        "STORE": (names.get(was.store), names.get(now.store)),
        "BILLER": (names.get(was.biller), names.get(now.biller)),
    }
    moved = {"STORE": was.store != now.store, "BILLER": was.biller != now.biller}
    return [Change(what, *pair) for what, pair in pairs.items() if moved.get(what, pair[0] != pair[1])]
