"""Coming by oneself: a consumer signs up, a reseller applies. Whether an address was known is told to nobody.

For an address that is known the same work is done in the name of nobody and taken back, so that the time tells nothing
either.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar
from uuid import UUID, uuid4

import asyncpg

from orderway.ids import new_id
from orderway.people.accounts import NewPerson, add_person, checked_email, checked_name
from orderway.people.customers.changes import Contact, insert
from orderway.people.customers.words import checked_currency, checked_phone
from orderway.people.names import PERSON
from orderway.people.passwords import Passwords, WeakPassword
from orderway.people.permissions import BUYER_ROLE
from orderway.workflow.actor import THE_SYSTEM
from orderway.workflow.errors import Invalid, NotFound
from orderway.workflow.kinds import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUp:
    """Somebody who wants to buy: as they are called, reached, and let in; `store` is the one they buy at."""

    email: str
    name: str
    password: str = field(repr=False)
    currency: str
    store: UUID
    phone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyAsReseller(SignUp):
    """Somebody who wants to sell on, for a `company`. Until somebody approves it, they are nobody here."""

    company: str


Arrival = TypeVar("Arrival", bound=SignUp)
Write = Callable[[Connection, Arrival, str, datetime], Awaitable[None]]
"""Writes an arrival with the hash of its password. Raises _Taken where its address was taken at this very moment."""


class _Taken(Exception):
    """Somebody else has the address."""


class _TakenBack(Exception):
    """Ends what was done for nobody."""


KNOWN = "SELECT EXISTS (SELECT FROM person WHERE email = $1)"
KNOWN_OR_WAITING = f"{KNOWN} OR EXISTS (SELECT FROM reseller_application WHERE email = $1 AND decided_at IS NULL)"
APPLY = """
INSERT INTO reseller_application (id, email, name, company, phone, currency, store_id, password_hash, applied_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING RETURNING true
"""
SIGNED_UP = "UPDATE person SET signed_up_at = $2 WHERE id = $1"


async def sign_up(pool: asyncpg.Pool, passwords: Passwords, wanted: SignUp, *, at: datetime) -> None:
    """Let a consumer in from now on, where nobody has the address; else nothing is written. Raises Invalid, NotFound.

    What somebody else wrote down of a customer with this address stays apart: nobody has seen yet whose it is.
    """
    await _arrive(pool, passwords, wanted, at=at, known=KNOWN, write=_let_in)


async def apply_as_reseller(pool: asyncpg.Pool, passwords: Passwords, wanted: ApplyAsReseller, *, at: datetime) -> None:
    """Write an application down, where nobody has the address and none waits for it. Raises Invalid, NotFound."""
    named = replace(wanted, company=_checked_company(wanted.company))
    await _arrive(pool, passwords, named, at=at, known=KNOWN_OR_WAITING, write=_write_down)


def _checked_company(text: str) -> str:
    try:
        return checked_name(text)
    except Invalid as wrong:
        raise Invalid(wrong.message, wrong.remedy, "company") from None


async def _arrive(
    pool: asyncpg.Pool, passwords: Passwords, wanted: Arrival, *, at: datetime, known: str, write: Write[Arrival]
) -> None:
    plain = replace(
        wanted,
        email=checked_email(wanted.email),
        name=checked_name(wanted.name),
        phone=checked_phone(wanted.phone),
        currency=checked_currency(wanted.currency),
    )
    try:
        hashed = await passwords.hash(wanted.password)
    except WeakPassword as weak:
        raise Invalid(weak.message, weak.remedy, "password") from None
    async with pool.acquire() as connection, connection.transaction():
        if not await connection.fetchval("SELECT true FROM store WHERE id = $1", plain.store):
            raise NotFound("There is no such store.", "Choose another one.")
        if not await connection.fetchval(known, plain.email):
            with suppress(_Taken):
                async with connection.transaction():
                    await write(connection, plain, hashed, at)
                return
        nobody = replace(plain, email=f"{uuid4()}@nobody.invalid")
        with suppress(_TakenBack):
            async with connection.transaction():
                await write(connection, nobody, hashed, at)
                raise _TakenBack


async def _let_in(connection: Connection, wanted: SignUp, hashed: str, at: datetime) -> None:
    new = NewPerson(email=wanted.email, name=wanted.name, password_hash=hashed, roles=[BUYER_ROLE])
    try:
        person = await add_person(connection, new, by=THE_SYSTEM, at=at, reason="Signed up.")
    except Invalid as taken:
        raise _Taken from taken
    await connection.execute(SIGNED_UP, person, at)
    contact = Contact(name=wanted.name, phone=wanted.phone, email=wanted.email, store=wanted.store)
    await insert(
        connection, contact, kind="CONSUMER", currency=wanted.currency, person=person, by=f"{PERSON}{person}", at=at,
        reason="Signed up.",
    )  # fmt: skip


async def _write_down(connection: Connection, wanted: ApplyAsReseller, hashed: str, at: datetime) -> None:
    written = await connection.fetchval(
        APPLY, new_id(), wanted.email, wanted.name, wanted.company, wanted.phone, wanted.currency, wanted.store,
        hashed, at,
    )  # fmt: skip
    if not written:
        raise _Taken
