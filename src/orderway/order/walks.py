"""How a list is read: from the ends of the indexes in which its viewer's part of it lies together, never further.

A viewer reaches a list in one way or in several: all of it, some stores, what they bill, what they buy, what they
deliver. Each way, where states are asked for each of them, is read from its own index as far as one page goes, and the
page is what comes first of all that. Whether an order is seen and passes the filters is asked of each that is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Literal
from uuid import UUID

from orderway.order.sight import Sight
from orderway.people.permissions import SCOPE_ALL, SCOPE_BILLED, SCOPE_DELIVERY, SCOPE_OWN, SCOPE_STORE
from orderway.people.scope import SOUGHT_WITHIN, UNBOUND
from orderway.people.viewer import Viewer

Sort = Literal["newest", "oldest"]
Column = Literal["customer_id", "rider_id", "biller_id", "store_id", ""]
NARROWEST: tuple[Column, ...] = ("customer_id", "rider_id", "biller_id", "store_id", "")
"""The first of these in which a list can be read is the one with the fewest rows for each value."""

FEW = 500
"""So many customers or numbers found by a search are looked up one by one; of more the list is read through."""


@dataclass(frozen=True, slots=True)
class Way:
    """What lies together in the indexes of a column, for each of the values; without a column everything."""

    column: Column = ""
    values: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Which page: so many rows from behind a time, the order and what of it was the last; only between two times."""

    limit: int
    at: datetime | None = None
    ids: tuple[UUID, ...] = ()
    sort: Sort = "newest"
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What is listed: orders `o` or, with `lives`, the rows `w` of that table.

    With `lead` and `states` the indexes of that table by state are read, and not those of orders. All of `where` holds
    for what is listed. With `named` and `numbered`, two queries of customers and of orders, only what one of them finds
    is listed; `found` is the same as a condition.
    """

    where: tuple[str, ...]
    lives: str = ""
    lead: str = ""
    states: tuple[str, ...] = ()
    named: str = ""
    numbered: str = ""
    found: str = "true"


def ways_of(viewer: Viewer, narrowed: Way) -> list[Way]:
    """The ways in which the viewer reaches orders, each narrowed by what a filter asks for."""
    reached = {
        SCOPE_ALL: Way() if viewer.only is None else Way("store_id", tuple(viewer.only)),
        SCOPE_STORE: Way("store_id", tuple(viewer.stores)),
        SCOPE_BILLED: Way("biller_id", (viewer.person_id,)),
        SCOPE_OWN: Way("customer_id", (viewer.customer_id,) if viewer.customer_id else ()),
        SCOPE_DELIVERY: Way("rider_id", (viewer.person_id,)),
    }
    if SCOPE_ALL in viewer.permissions:
        reached = {SCOPE_ALL: reached[SCOPE_ALL]}
    mine = [way for scope, way in reached.items() if scope in viewer.permissions]
    return list(dict.fromkeys(min(narrowed, way, key=lambda each: NARROWEST.index(each.column)) for way in mine))


def standing(sight: Sight, table: str, states: tuple[str, ...], *, lives: str = "") -> str:
    """Whether something of the order `o` stands in one of the states: of a list of lives the one that is listed."""
    among = f"state = ANY ({sight.value(list(states))}::text[])"
    if lives:
        return f"w.{among}"
    return f"EXISTS (SELECT FROM {table} e WHERE e.store_id = o.store_id AND e.order_id = o.id AND e.{among})"


class Walk:
    """One page of a listing, as a query of (at, id, store_id, life)."""

    def __init__(self, sight: Sight, listing: Listing, place: Place) -> None:
        self.sight, self.listing, self.place = sight, listing, place
        self.beyond, self.direction = ("<", "DESC") if place.sort == "newest" else (">", "ASC")
        self.life = "w.id" if listing.lives else "NULL::uuid"
        self.limit = sight.value(place.limit)
        ids = "".join(f", {sight.value(id)}::uuid" for id in place.ids)
        self.behind = f"({sight.value(place.at)}::timestamptz{ids})" if place.at else ""
        self.since = f"{{at}} >= {sight.value(place.since)}::timestamptz" if place.since else ""
        self.until = f"{{at}} < {sight.value(place.until)}::timestamptz" if place.until else ""

    @property
    def placed(self) -> str:
        """When what is listed was placed: a payment when it was registered."""
        return "w.listed_at" if self.listing.lives == "payment" else "o.placed_at"

    @cached_property
    def standing(self) -> str:
        """Whether something of an order stands in one of the states, where it is not their index that is read."""
        listing = self.listing
        return standing(self.sight, listing.lead, listing.states, lives=listing.lives) if listing.lead else "true"

    def page(self, ways: list[Way]) -> str:
        """The query, to stand as a table; what it names by WITH is its own."""
        many = [branch for way in ways for branch in self.way(way)]
        if self.listing.found == "true":
            return self.first_of(many)
        few = [self.keyed("customer_id", "named k (id)", gate="(SELECT so FROM few)"), self.of_numbers()]
        return f"""
        WITH named AS MATERIALIZED ({self.listing.named}), numbered AS MATERIALIZED ({self.listing.numbered}),
        few AS MATERIALIZED (
            SELECT (SELECT count(*) FROM (SELECT FROM named LIMIT {FEW + 1}) n) <= {FEW}
                AND (SELECT count(*) FROM (SELECT FROM numbered LIMIT {FEW + 1}) n) <= {FEW} AS so)
        {self.first_of([*few, *many])}
        """  # noqa: S608  (texts of this module and of the viewer's conditions, which hold no values)

    def first_of(self, branches: list[str]) -> str:
        """What comes first of all that the branches read."""
        return f"""
        SELECT DISTINCT at, id, store_id, life FROM ({" UNION ALL ".join(branches)}) b
        {self.ordered("at", "id", "life")}
        """  # noqa: S608  (as above)

    def way(self, way: Way) -> list[str]:
        """The branches that read one way."""
        if way.column == "rider_id":
            return self.of_rider(way.values[0])
        keys = f"unnest({self.sight.value(list(way.values))}::uuid[]) k (id)" if way.column else ""
        if not self.listing.lead:
            return [self.keyed(way.column, keys, gate=self.many)]
        return [self.keyed(way.column, keys, gate=self.many, state=state) for state in self.listing.states]

    @property
    def many(self) -> str:
        """Whether the list is read through: always, but where a search found few."""
        return "true" if self.listing.found == "true" else "NOT (SELECT so FROM few)"

    def keyed(self, column: str, keys: str, *, gate: str, state: str = "") -> str:
        """What one index holds: for each of the keys, if there are any, and in one state or, without one, by order."""
        lead, conditions = ("w", [f"w.state = {self.sight.value(state)}::text"]) if state else ("o", [])
        if not state:
            conditions.append(self.standing)
        if not column:
            return f"(SELECT r.* FROM ({self.read(lead, conditions)}) r WHERE {gate})"  # noqa: S608  (as above)
        inner = self.read(lead, [f"{lead}.{column} = k.id", *conditions])
        return f"(SELECT r.* FROM {keys} CROSS JOIN LATERAL ({inner}) r WHERE {gate})"  # noqa: S608  (as above)

    def read(self, lead: str, conditions: list[str]) -> str:
        """A page of the index of the lifecycle `w` or of the order `o`."""
        if lead == "o":
            return self.select(f"sale_order o {self.joined}", conditions, at=self.placed, id="o.id")
        tables = f"{self.listing.lead} w JOIN sale_order o ON o.store_id = w.store_id AND o.id = w.order_id"
        if self.listing.lead == "fulfillment" and not self.listing.lives:
            conditions = [*conditions, FIRST_THERE]
        return self.select(tables, conditions, at="w.listed_at", id="w.order_id")

    @property
    def joined(self) -> str:
        """What is listed of an order, beside it."""
        lives = self.listing.lives
        return f"JOIN {lives} w ON w.store_id = o.store_id AND w.order_id = o.id" if lives else ""

    def select(self, tables: str, conditions: list[str], *, at: str, id: str) -> str:
        """The rows of a page, in their order."""
        order = (at, id, *(["w.id"] if self.listing.lives else []))
        bounds = [f"({', '.join(order)}) {self.beyond} {self.behind}" if self.behind else ""]
        bounds += [self.since.format(at=at), self.until.format(at=at)]
        held = (*self.listing.where, self.listing.found)
        where = " AND ".join(each for each in (*conditions, *bounds, *held) if each and each != "true")
        return f"""
        SELECT {at} AS at, o.id, o.store_id, {self.life} AS life FROM {tables} WHERE {where or "true"}
        {self.ordered(*order)}
        """  # noqa: S608  (as above)

    def ordered(self, *columns: str) -> str:
        """The order of the list, and how much of it."""
        return f"ORDER BY {', '.join(f'{each} {self.direction}' for each in columns)} LIMIT {self.limit}"

    def of_numbers(self) -> str:
        """The orders whose numbers a search found."""
        tables = f"numbered k JOIN sale_order o ON o.store_id = k.store_id AND o.id = k.id {self.joined}"
        inner = self.select(tables, [self.standing], at=self.placed, id="o.id")
        return f"(SELECT r.* FROM ({inner}) r WHERE (SELECT so FROM few))"  # noqa: S608  (as above)

    def of_rider(self, rider: UUID) -> list[str]:
        """What a rider brings or brought, out of its index; and the little that they may offer to bring, or did."""
        me, conditions = self.sight.value(rider), [self.standing, self.many]
        at = self.placed if self.listing.lives == "payment" else "x.listed_at"
        theirs = f"fulfillment x JOIN sale_order o ON o.store_id = x.store_id AND o.id = x.order_id {self.joined}"
        brought = [f"x.rider_id = {me}::uuid", FIRST_OF_RIDER, *conditions]
        sought = f"({SOUGHT_BY.replace('?', me)}) x JOIN sale_order o ON o.store_id = x.store_id AND o.id = x.order_id"
        return [
            f"({self.select(theirs, brought, at=at, id='x.order_id')})",
            f"({self.select(f'{sought} {self.joined}', conditions, at=self.placed, id='o.id')})",
        ]


FIRST_THERE = """NOT EXISTS (SELECT FROM fulfillment e
    WHERE e.store_id = w.store_id AND e.order_id = w.order_id AND e.state = w.state AND e.part < w.part)"""
"""An order whose fulfillments stand in one state is read once."""

FIRST_OF_RIDER = """NOT EXISTS (SELECT FROM fulfillment e
    WHERE e.store_id = x.store_id AND e.order_id = x.order_id AND e.rider_id = x.rider_id AND e.part < x.part)"""
"""The same of an order of which a rider brings several parts."""

SOUGHT_BY = f"""
    SELECT i.store_id, i.order_id FROM rider_interest i WHERE i.rider_id = ?::uuid AND i.state = 'ACTIVE'
    UNION SELECT f.store_id, f.order_id FROM rider_coverage c JOIN fulfillment f ON f.store_id = c.store_id
    WHERE c.rider_id = ?::uuid AND f.state = 'AWAITING_RIDER_SELECTION' AND {SOUGHT_WITHIN}
    UNION SELECT f.store_id, f.order_id FROM fulfillment f
    WHERE f.state = 'AWAITING_RIDER_SELECTION' AND {UNBOUND}
"""  # noqa: S608  (as above)
"""The orders of which the rider `?` may bring something, or offered to, and some more."""
