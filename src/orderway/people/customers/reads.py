"""Customers as who serves them sees them: one, or a page of those that a search finds, the newest first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

import asyncpg

from orderway.people.customers.changes import Kind
from orderway.people.customers.reach import known, managed
from orderway.people.customers.record import Noted, list_noted
from orderway.people.permissions import CUSTOMER_MANAGE, SCOPE_BILLED
from orderway.people.scope import Condition, stores_of
from orderway.people.viewer import Viewer
from orderway.workflow.errors import Invalid, NotFound
from orderway.workflow.kinds import Connection

KINDS: Mapping[Kind, str] = {"CONSUMER": "Consumer", "RESELLER": "Reseller"}
LARGEST_PAGE = 100

CUSTOMER = """
SELECT c.id, c.kind, c.name, c.phone, c.email, c.currency, c.step, c.person_id IS NOT NULL AS has_account,
    s.id AS store_id, s.name AS store_name, b.id AS biller_id, b.name AS biller_name
FROM {} LEFT JOIN store s ON s.id = c.default_store_id LEFT JOIN person b ON b.id = c.biller_id
"""
EVERYONE = "customer c"
WORDS = "SELECT id FROM customer WHERE to_tsvector('simple', name) @@ to_tsquery('simple', ${})"
BEGINS = "SELECT id FROM customer WHERE {column} ~>=~ ${{}} AND {column} ~<~ (${{}} || chr(1114111))"
# Those found, from the newest on, each judged by itself: a page of a common name is full long before its last.
EACH = "({} ORDER BY id DESC) f CROSS JOIN LATERAL (SELECT * FROM customer WHERE id = f.id OFFSET 0) c"
EMAIL, PHONE = BEGINS.format(column="email"), BEGINS.format(column="phone")


class Place(NamedTuple):
    """A store, or a person, by what it is called."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A customer: `store` serves them, `biller` bills what they begin themselves, `step` counts their changes."""

    id: UUID
    kind: Kind
    name: str
    phone: str | None
    email: str | None
    currency: str
    step: int
    has_account: bool
    store: Place | None
    biller: Place | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which customers a list is of. `search` holds beginnings of words of the name, or one of the address or number."""

    search: str = ""
    kind: Kind | None = None
    store: UUID | None = None


async def load_customer(connection: Connection, viewer: Viewer, customer_id: UUID) -> Customer:
    """Return a customer. Raises NotFound for one whom the viewer does not serve. One statement."""
    seen = known(viewer, first=2)
    row = await connection.fetchrow(
        f"{CUSTOMER.format(EVERYONE)} WHERE c.id = $1 AND {seen.sql}", customer_id, *seen.values
    )
    if row is None:
        raise NotFound("There is no such customer.", "Check the id.")
    return _customer(row)


async def list_customers(
    connection: Connection, viewer: Viewer, wanted: Wanted, *, after: UUID | None = None, limit: int = 20
) -> tuple[list[Customer], bool]:
    """Return the customers whom the viewer serves, and whether more follow. One statement. Raises Invalid."""
    if not 1 <= limit <= LARGEST_PAGE:
        raise Invalid(
            f"A page holds 1 to {LARGEST_PAGE} of them.", "Ask for fewer, and then for the next page.", "first"
        )
    found = _found(wanted.search, first=3)
    asked = _asked(viewer, wanted, first=3 + len(found.values))
    order = "c.id" if found.sql == EVERYONE else "f.id"
    rows = await connection.fetch(
        f"{CUSTOMER.format(found.sql)} WHERE ($1::uuid IS NULL OR {order} < $1) AND {asked.sql}"
        f" ORDER BY {order} DESC LIMIT $2",
        after, limit + 1, *found.values, *asked.values,
    )  # fmt: skip
    return [_customer(row) for row in rows[:limit]], len(rows) > limit


async def count_customers(connection: Connection, *, viewer: Viewer, wanted: Wanted) -> int:
    """Count the customers of a list."""
    found = _found(wanted.search, first=1)
    asked = _asked(viewer, wanted, first=1 + len(found.values))
    count: int = await connection.fetchval(
        f"SELECT count(*) FROM {found.sql} WHERE {asked.sql}",  # noqa: S608  (conditions hold no values)
        *found.values, *asked.values,
    )  # fmt: skip
    return count


async def list_changes(connection: Connection, viewer: Viewer, customer_id: UUID) -> list[Noted]:
    """Return the latest changes of a customer, newest first: for who may change them, none for others."""
    mine: Condition = managed(viewer, first=2)
    may = await connection.fetchval(
        f"SELECT true FROM customer c WHERE c.id = $1 AND {mine.sql}",  # noqa: S608  (as above)
        customer_id,
        *mine.values,
    )
    return await list_noted(connection, customer_id) if may else []


BILLERS = """
SELECT p.id, p.name FROM person p JOIN person_store w ON w.person_id = p.id
WHERE w.store_id = $1 AND p.disabled_at IS NULL AND EXISTS (
    SELECT FROM person_role h JOIN role r ON r.id = h.role_id WHERE h.person_id = p.id AND $2 = ANY (r.permissions))
ORDER BY p.name, p.id
"""


async def list_billers(connection: Connection, viewer: Viewer, store_id: UUID) -> list[Place]:
    """Return who may bill the customers of a store, by name: for who may add customers there, else NotFound."""
    reach = stores_of(viewer, CUSTOMER_MANAGE)
    there = await connection.fetchval("SELECT true FROM store WHERE id = $1", store_id)
    if not there or (reach is not None and store_id not in reach):
        raise NotFound("There is no such store.", "Choose one from the list of stores.")
    return [Place(*row) for row in await connection.fetch(BILLERS, store_id, SCOPE_BILLED)]


def _asked(viewer: Viewer, wanted: Wanted, *, first: int) -> Condition:
    """The condition over `customer c` of a list: what is not asked for stands not in it."""
    parts, values = list[str](), list[object]()
    for column, value in (("kind", wanted.kind), ("default_store_id", wanted.store)):
        if value is not None:
            parts.append(f"c.{column} = ${first + len(values)}")
            values.append(value)
    seen = known(viewer, first=first + len(values))
    return Condition(" AND ".join((*parts, seen.sql)), (*values, *seen.values))


def _found(search: str, *, first: int) -> Condition:
    """What a list is read from, as `c`: everyone, or those whom a search finds, each way by its index."""
    text = search.replace("\0", "").strip().lower()
    if not text:
        return Condition(EVERYONE)
    ways, values = list[str](), list[object]()
    if words := re.findall(r"[^\W_]+", text):
        ways.append(WORDS.format(first))
        values.append(" & ".join(f"{word}:*" for word in words))
    digits = re.sub(r"[\s().\-/]+", "", text)
    number = digits if re.fullmatch(r"\+?[0-9]+", digits, re.ASCII) else None
    for way, beginning in ((EMAIL, text), (PHONE, number)):
        if beginning:
            place = first + len(values)
            ways.append(way.format(place, place))
            values.append(beginning)
    return Condition(EACH.format(" UNION ".join(ways)), tuple(values))


def _customer(row: asyncpg.Record) -> Customer:
    return Customer(
        id=row["id"], kind=row["kind"], name=row["name"], phone=row["phone"], email=row["email"],
        currency=row["currency"], step=row["step"], has_account=row["has_account"],
        store=Place(row["store_id"], row["store_name"]) if row["store_id"] else None,
        biller=Place(row["biller_id"], row["biller_name"]) if row["biller_id"] else None,
    )  # fmt: skip
