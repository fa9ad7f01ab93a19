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
from orderway.people.scope import Condition
from orderway.people.viewer import Viewer
from orderway.workflow.errors import Invalid, NotFound
from orderway.workflow.kinds import Connection

KINDS: Mapping[Kind, str] = {"CONSUMER": "Consumer", "RESELLER": "Reseller"}
LARGEST_PAGE = 100

CUSTOMER = """
SELECT c.id, c.kind, c.name, c.phone, c.email, c.currency, c.step, c.person_id IS NOT NULL AS has_account,
    s.id AS store_id, s.name AS store_name, b.id AS biller_id, b.name AS biller_name
FROM customer c LEFT JOIN store s ON s.id = c.default_store_id LEFT JOIN person b ON b.id = c.biller_id
"""
FOUND = """
($1::text = '' OR to_tsvector('simple', c.name) @@ to_tsquery('simple', $1)
    OR $2::text <> '' AND c.email ~>=~ $2 AND c.email ~<~ ($2 || chr(1114111))
    OR $3::text <> '' AND c.phone ~>=~ $3 AND c.phone ~<~ ($3 || chr(1114111)))
AND ($4::text IS NULL OR c.kind = $4) AND ($5::uuid IS NULL OR c.default_store_id = $5)
"""


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
    row = await connection.fetchrow(f"{CUSTOMER} WHERE c.id = $1 AND {seen.sql}", customer_id, *seen.values)
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
    seen = known(viewer, first=8)
    rows = await connection.fetch(
        f"{CUSTOMER} WHERE {FOUND} AND ($6::uuid IS NULL OR c.id < $6) AND {seen.sql} ORDER BY c.id DESC LIMIT $7",
        *_asked(wanted), after, limit + 1, *seen.values,
    )  # fmt: skip
    return [_customer(row) for row in rows[:limit]], len(rows) > limit


async def count_customers(connection: Connection, *, viewer: Viewer, wanted: Wanted) -> int:
    """Count the customers of a list."""
    seen = known(viewer, first=6)
    count: int = await connection.fetchval(
        f"SELECT count(*) FROM customer c WHERE {FOUND} AND {seen.sql}",  # noqa: S608  (conditions hold no values)
        *_asked(wanted), *seen.values,
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


def _asked(wanted: Wanted) -> tuple[object, ...]:
    """The values of FOUND: the words of the search as a query, and the search as the beginning of a text."""
    text = wanted.search.replace("\0", "").strip().lower()
    words = re.findall(r"[^\W_]+", text)
    query = " & ".join(f"{word}:*" for word in words)
    digits = re.sub(r"[\s().\-/]+", "", text)
    phone = digits if re.fullmatch(r"\+?[0-9]+", digits, re.ASCII) else ""
    # A search of signs alone finds nobody: as a query of no words it would find everyone.
    return query or ("x & !x" if text else ""), text, phone, wanted.kind, wanted.store


def _customer(row: asyncpg.Record) -> Customer:
    return Customer(
        id=row["id"], kind=row["kind"], name=row["name"], phone=row["phone"], email=row["email"],
        currency=row["currency"], step=row["step"], has_account=row["has_account"],
        store=Place(row["store_id"], row["store_name"]) if row["store_id"] else None,
        biller=Place(row["biller_id"], row["biller_name"]) if row["biller_id"] else None,
    )  # fmt: skip
