"""Whom a filter is about: names of stores, customers, billers and riders, as far as the viewer knows them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from orderway.people.customers.reads import Wanted, list_customers, load_customer
from orderway.people.permissions import RIDER_VOLUNTEER, STAFF_SCOPES
from orderway.people.scope import stores_of
from orderway.people.stores import list_stores
from orderway.people.viewer import Viewer
from orderway.ui.language import t, tr
from orderway.ui.orders.query import IDS, NAMES, Query
from orderway.workflow.errors import NotFound
from orderway.workflow.kinds import Connection

SEES = "money.see"
MOST = 12
"""So many of the same name are offered to choose from."""


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody, by what they are called."""

    id: UUID
    name: str


# Colleagues: those who work in the stores that the viewer works for the seller in, or deliver for them.
PEOPLE = """
SELECT p.id, p.name FROM person p WHERE {}
AND ($1::uuid[] IS NULL OR EXISTS (SELECT FROM person_store w WHERE w.person_id = p.id AND w.store_id = ANY ($1))
    OR EXISTS (SELECT FROM rider_coverage c WHERE c.rider_id = p.id AND c.store_id = ANY ($1)))
"""
FOUND = f"""
{PEOPLE.format("to_tsvector('simple'::regconfig, p.name) @@ to_tsquery('simple', $2)")}
AND EXISTS (SELECT FROM person_role h JOIN role r ON r.id = h.role_id
    WHERE h.person_id = p.id AND r.permissions && $3::text[])
ORDER BY p.name, p.id LIMIT {MOST}
"""
HOLD: Mapping[str, tuple[str, ...]] = {
    "biller": ("quotation.approve_as_seller",), "rider": (RIDER_VOLUNTEER,),
}  # fmt: skip
"""What one holds who is asked for as a biller, or as a rider."""


def is_staff(viewer: Viewer) -> bool:
    """Whether the viewer works for the seller: others filter by no names."""
    return not viewer.permissions.isdisjoint(STAFF_SCOPES)


async def find_named(connection: Connection, viewer: Viewer, *, what: str, text: str) -> list[Named]:
    """Return the customers, billers or riders whom the viewer knows by the beginnings of words of their name."""
    if not is_staff(viewer):
        return []
    if what == "customer":
        customers, _ = await list_customers(connection, viewer, Wanted(search=text), limit=MOST)
        return [Named(each.id, each.name) for each in customers]
    words = " & ".join(f"{word}:*" for word in re.findall(r"[^\W_]+", text.lower())[:10])
    rows = await connection.fetch(FOUND, _stores(viewer), words, list(HOLD[what])) if words else []
    return [Named(row["id"], row["name"]) for row in rows]


async def name_of(connection: Connection, viewer: Viewer, *, what: str, id: UUID) -> str:
    """Return what somebody is called; empty for whom the viewer does not know."""
    if what == "store":
        return next((store.name for store in await list_stores(connection, viewer) if store.id == id), "")
    if what == "customer":
        try:
            return (await load_customer(connection, viewer, id)).name
        except NotFound:
            return ""
    if not is_staff(viewer):
        return ""
    row = await connection.fetchrow(PEOPLE.format("p.id = $2"), _stores(viewer), id)
    return row["name"] if row else ""


def _stores(viewer: Viewer) -> list[UUID] | None:
    stores = stores_of(viewer, SEES)
    return None if stores is None else list(stores)


@dataclass(frozen=True, slots=True)
class Names:
    """What those are called whom the filters of a query are about; `unknown` are the filters about nobody known."""

    names: Mapping[str, str]
    unknown: frozenset[str] = frozenset()

    def heard(self, query: Query) -> Query:
        """The query without filters about whom the viewer does not know, which it says."""
        if not self.unknown:
            return query
        notices = [
            t("There is no {what} “{value}”, so it is ignored.", what=tr(NAMES[name]), value=query.one(name))
            for name in IDS
            if name in self.unknown
        ]
        kept = tuple(pair for pair in query.pairs if pair[0] not in self.unknown)
        return replace(query, pairs=kept, notices=(*query.notices, *notices))


async def known_names(connection: Connection, viewer: Viewer, query: Query) -> Names:
    """Return the names of those whom a query is about."""
    asked = {name: query.one(name) for name in IDS if query.one(name)}
    found = {name: await name_of(connection, viewer, what=name, id=UUID(id)) for name, id in asked.items()}
    names = {asked[name]: called for name, called in found.items() if called}
    return Names(names, frozenset(name for name, called in found.items() if not called))
