"""How a list is read: from the ends of the indexes in which its viewer's part of it lies together, never further.

A viewer reaches a list in one way or in several: all of it, some stores, what they bill, what they buy, what they
deliver. Each way, where states are asked for each of them, is read from its own index as far as one page goes, and the
page is what comes first of all that. Whether an order is seen and passes the filters is asked of each that is read:
one after the other, which OFFSET 0 sees to, for PostgreSQL can not know how many will pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Literal

from orderway.order.sight import Sight
from orderway.order.ways import Search, Way
from orderway.people.scope import SOUGHT_WITHIN, UNBOUND

Sort = Literal["newest", "oldest"]
Lead = Literal["o", "w", "x", "n"]
"""What is read: orders; what stands in a state; what a rider brings; numbers that a search found."""

FEW = 500
"""So many customers found by a search are looked up one by one; for more the list is read through."""

FEW_NUMBERS = 20_000
"""So many numbers that a search finds in a store are sorted; for more the store is read through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Which page: so many rows from behind a time, the order and what of it was the last; only between two times."""

    limit: int
    at: datetime | None = None
    ids: tuple[object, ...] = ()
    sort: Sort = "newest"
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What is listed: orders `o` or, with `lives`, the rows `w` of that table.

    With `lead` and `states` the indexes of that table by state are read, and not those of orders. All of `where` holds
    for what is listed, and `search` finds it.
    """

    where: tuple[str, ...]
    lives: str = ""
    lead: str = ""
    states: tuple[str, ...] = ()
    search: Search | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a search asks of each row that is read, with `{}` for it, then of its order; and when it is read at all.

    What is asked of a row is coalesced, so that PostgreSQL neither joins by it nor thinks that hardly a row passes.
    """

    read: tuple[str, ...] = ()
    order: str = "true"
    gate: str = "true"


def standing(sight: Sight, table: str, states: tuple[str, ...], *, lives: str = "") -> str:
    """Whether something of the order `o` stands in one of the states: of a list of lives the one that is listed."""
    among = f"state = ANY ({sight.value(list(states))}::text[])"
    if lives:
        return f"w.{among}"
    return f"EXISTS (SELECT FROM {table} e WHERE e.store_id = o.store_id AND e.order_id = o.id AND e.{among} OFFSET 0)"


class Walk:
    """One page of a listing, as a query of (at, id, store_id, life)."""

    def __init__(self, sight: Sight, listing: Listing, place: Place) -> None:
        self.sight, self.listing, self.place = sight, listing, place
        self.beyond, self.direction = ("<", "DESC") if place.sort == "newest" else (">", "ASC")
        self.limit = sight.value(place.limit)
        behind = [f"{sight.value(place.at)}::timestamptz"] if place.at else []
        behind += [f"{sight.value(id)}::uuid" for id in place.ids]
        self.behind = f"({', '.join(behind)})" if behind else ""
        times = ((">=", place.since), ("<", place.until))
        self.bounds = [f"{{at}} {sign} {sight.value(time)}::timestamptz" for sign, time in times if time]
        if len(behind) > 2:
            self.bounds.append(f"({{at}}, {{id}}) {self.beyond}= ({', '.join(behind[:2])})")

    @cached_property
    def standing(self) -> str:
        """Whether something of an order stands in one of the states, where it is not their index that is read."""
        listing = self.listing
        return standing(self.sight, listing.lead, listing.states, lives=listing.lives) if listing.lead else "true"

    def page(self, ways: Sequence[Way]) -> str:
        """The query, to stand as a table; what it names by WITH is its own."""
        if self.listing.search is None:
            return self.first_of([branch for way in ways for branch in self.way(way, Asked())])
        return self.found(ways, self.listing.search)

    def found(self, ways: Sequence[Way], search: Search) -> str:
        """What a search finds: by a name, of few customers each on its own; or by a number, of few in order."""
        branches = []
        for way in ways:
            branches += [*self.of_names(way, search), *self.of_numbers(way, search.number), self.of_paid(way, search)]
        return f"""
        WITH named AS MATERIALIZED ({search.named}), paid AS MATERIALIZED ({search.paid}), numbered AS MATERIALIZED (
            SELECT s.id, (SELECT count(*) FROM (SELECT FROM sale_order n WHERE n.store_id = s.id
                AND {search.number.format("n")} LIMIT {FEW_NUMBERS + 1}) n) AS matches FROM store s)
        {self.first_of(branches)}
        """  # noqa: S608

    def first_of(self, branches: list[str]) -> str:
        """What comes first of all that the branches read."""
        every = " UNION ALL ".join(branches)
        return f"SELECT DISTINCT at, id, store_id, life FROM ({every}) b {self.ordered('at', 'id', 'life')}"  # noqa: S608

    def way(self, way: Way, asked: Asked) -> list[str]:
        """The branches that read one way."""
        if way.column == "rider_id":
            return self.of_rider(way, asked)
        keys = self.keys(way)
        if not self.listing.lead:
            return [self.of_orders(way, asked, keys=keys, column=way.column)]
        return [self.in_state(way, asked, keys=keys, state=state) for state in self.listing.states]

    def of_orders(self, way: Way, asked: Asked, *, keys: str, column: str) -> str:
        """What the index of a column of orders holds for each of the keys, if there are any."""
        conditions = [f"o.{column} = k.id" if column else "", *self.told_apart(way, "o", column=column, asked=asked)]
        return gated(self.select("sale_order o", conditions, self.of_order(asked.order)), keys, asked.gate)

    def in_state(self, way: Way, asked: Asked, *, keys: str, state: str) -> str:
        """What the index of what stands in a state holds."""
        conditions = [
            f"w.{way.column} = k.id" if keys else "",
            *self.told_apart(way, "w", column=way.column, asked=asked),
        ]
        conditions.append(f"w.state = {self.sight.value(state)}::text")
        if self.listing.lead == "fulfillment" and not self.listing.lives:
            conditions.append(FIRST_THERE)
        probe = f"(SELECT o.id FROM sale_order o WHERE {IS_ORDER.format('w')} AND {self.held(asked.order)} OFFSET 0) o"  # noqa: S608
        return gated(self.select(f"{self.listing.lead} w", conditions, probe, lead="w"), keys, asked.gate)

    def of_rider(self, way: Way, asked: Asked) -> list[str]:
        """What a rider brings or brought, out of its indexes; and the little that they may offer to bring, or did."""
        me = self.sight.value(way.values[0])
        bringing = [self.select("fulfillment x", each, self.around("x", asked.order), lead="x")
                    for each in self.brought(way, asked, me=me)]  # fmt: skip
        seeks = f"SELECT o.* FROM sale_order o WHERE {IS_ORDER.format('s')} OFFSET 0"  # noqa: S608
        sought = f"({SOUGHT_BY.replace('?', me)}) s CROSS JOIN LATERAL ({seeks}) o"
        seeking = self.select(
            sought, self.told_apart(way, "o", column="rider_id", asked=asked), self.of_order(asked.order)
        )
        return [gated(each, "", asked.gate) for each in (*bringing, seeking)]

    def brought(self, way: Way, asked: Asked, *, me: str) -> list[list[str]]:
        """The conditions under which a rider's are read: each state that is asked for, and orders in parts, alone.

        An order in one part has one rider, and stands where that part stands. Of one in several any part may be the
        one that is asked for.
        """
        mine = [f"x.rider_id = {me}::uuid", *self.told_apart(way, "x", column="rider_id", asked=asked)]
        in_parts = [*mine, "x.parted", FIRST_OF_RIDER]
        if way.with_rider:
            return [in_parts]
        states = self.listing.states if self.listing.lead == "fulfillment" else ()
        where = [[f"x.state = {self.sight.value(state)}::text"] for state in states] or [[]]
        return [*([*mine, "NOT x.parted", *each] for each in where), in_parts]

    def of_names(self, way: Way, search: Search) -> list[str]:
        """What a search found by names: a buyer's own, if it is that; what a rider has of them; of few the orders."""
        many = f"(SELECT count(*) FROM (SELECT FROM named LIMIT {FEW + 1}) n) > {FEW}"  # noqa: S608
        if way.column == "customer_id":
            theirs = f"EXISTS (SELECT FROM named WHERE id = ANY ({self.sight.value([*way.values])}::uuid[]))"
            return self.way(way, Asked(read=(NAMED,), order=search.sees, gate=theirs))
        if way.column == "rider_id":
            return self.way(way, Asked(read=(NAMED,), order=search.sees))
        few = Asked(order=search.sees, gate=f"NOT {many}")
        through = self.way(way, Asked(read=(NAMED,), order=search.sees, gate=many))
        return [*through, self.of_orders(way.apart, few, keys="named k (id)", column="customer_id")]

    def of_numbers(self, way: Way, number: str) -> list[str]:
        """What a search found by numbers: sorted where a store has few of them, and read through where it has more."""
        apart = " AND ".join(["true", *self.told_apart(way, "n", column="", asked=Asked())])
        few = f"""
        (SELECT n.placed_at AS listed_at, n.id AS order_id, n.store_id FROM numbered m CROSS JOIN LATERAL (
                SELECT n.placed_at, n.id, n.store_id FROM sale_order n
                WHERE n.store_id = m.id AND {number.format("n")} AND {apart} OFFSET 0) n
            WHERE m.matches BETWEEN 1 AND {FEW_NUMBERS}
            ORDER BY n.placed_at {self.direction}, n.id {self.direction} OFFSET 0) n
        """  # noqa: S608
        through = Asked(read=(f"coalesce({number}, false)",), gate=MANY_NUMBERS)
        by_store = f"(SELECT id FROM numbered m WHERE m.matches > {FEW_NUMBERS}) k"  # noqa: S608
        if way.column in {"", "store_id"}:
            rest = self.of_orders(way.apart, through, keys=by_store, column="store_id")
        elif way.column == "rider_id":
            rest = " UNION ALL ".join(self.of_rider(way, Asked(order=number.format("o"), gate=MANY_NUMBERS)))
        else:
            rest = self.of_orders(way, through, keys=self.keys(way), column=way.column)
        return [f"({self.select(few, [], self.around('n', 'true'), lead='n')})", rest]

    def of_paid(self, way: Way, search: Search) -> str:
        """What a search found by the reference of a payment: few, and sorted."""
        apart = " AND ".join(["true", *self.told_apart(way, "n", column="", asked=Asked())])
        found = f"""
        (SELECT n.placed_at AS listed_at, n.id AS order_id, n.store_id FROM paid
            JOIN sale_order n ON n.store_id = paid.store_id AND n.id = paid.order_id WHERE {apart} OFFSET 0) n
        """  # noqa: S608
        return f"({self.select(found, [], self.around('n', search.money), lead='n')})"

    def keys(self, way: Way) -> str:
        """The values of a way, as a table."""
        return f"unnest({self.sight.value([*way.values])}::uuid[]) k (id)" if way.column else ""

    def told_apart(self, way: Way, lead: Lead, *, column: str, asked: Asked) -> list[str]:
        """What is asked of each row of an index before anything else is: but for the column that it is read by."""
        held = [(each, values) for each, values in ((way.column, way.values), *way.also) if each and each != "rider_id"]
        keys = [(each, self.sight.value([*values])) for each, values in held if each != column or way.column != column]
        return [
            *(f"{lead}.{each} = ANY ({values}::uuid[])" for each, values in keys),
            *(each.format(lead) for each in asked.read),
        ]

    def held(self, more: str) -> str:
        """What is asked of each order that is read."""
        return " AND ".join((*self.listing.where, more))

    def of_order(self, more: str) -> str:
        """What is listed of the order `o` that was read."""
        held, lives = f"{self.standing} AND {self.held(more)}", self.listing.lives
        if not lives:
            return f"(SELECT WHERE {held} OFFSET 0) h"
        there = "w.store_id = o.store_id AND w.order_id = o.id"
        return f"(SELECT w.id, w.listed_at FROM {lives} w WHERE {there} AND {held} OFFSET 0) w"  # noqa: S608

    def around(self, lead: Lead, more: str) -> str:
        """What is listed of the order of what was read."""
        lives, held = self.listing.lives, f"{self.standing} AND {self.held(more)}"
        joined = f"JOIN {lives} w ON w.store_id = o.store_id AND w.order_id = o.id" if lives else ""
        shown = "w.id, w.listed_at" if lives else "o.id"
        return f"(SELECT {shown} FROM sale_order o {joined} WHERE {IS_ORDER.format(lead)} AND {held} OFFSET 0) w"  # noqa: S608

    def select(self, read: str, conditions: list[str], probe: str, *, lead: Lead = "o") -> str:
        """The rows of a page in their order, out of the index of what is `read`, as far as the probe lets them."""
        at, id = ("o.placed_at", "o.id") if lead == "o" else (f"{lead}.listed_at", f"{lead}.order_id")
        if self.listing.lives == "payment":
            at = "w.listed_at"
        order = (at, id, *(["w.id"] if self.listing.lives else []))
        bounds = [each.format(at=at, id=id) for each in self.bounds]
        exact = f"({', '.join(order)}) {self.beyond} {self.behind}" if self.behind else ""
        where = " AND ".join(each for each in (*conditions, *bounds, exact) if each) or "true"
        life = "w.id" if self.listing.lives else "NULL::uuid"
        return f"""
        SELECT {at} AS at, {id} AS id, {lead}.store_id, {life} AS life FROM {read} CROSS JOIN LATERAL {probe}
        WHERE {where} {self.ordered(*order)}
        """  # noqa: S608

    def ordered(self, *columns: str) -> str:
        """The order of the list, and how much of it."""
        return f"ORDER BY {', '.join(f'{each} {self.direction}' for each in columns)} LIMIT {self.limit}"


def gated(inner: str, keys: str, gate: str) -> str:
    """A branch, which is read where its gate is open, for each of the keys."""
    return f"(SELECT r.* FROM {f'{keys} CROSS JOIN LATERAL' if keys else ''} ({inner}) r WHERE {gate})"  # noqa: S608


NAMED = "coalesce({}.customer_id IN (SELECT id FROM named), false)"
MANY_NUMBERS = f"EXISTS (SELECT FROM numbered WHERE matches > {FEW_NUMBERS})"
IS_ORDER = "o.store_id = {0}.store_id AND o.id = {0}.order_id"

FIRST_THERE = """NOT EXISTS (SELECT FROM fulfillment e
    WHERE e.store_id = w.store_id AND e.order_id = w.order_id AND e.state = w.state AND e.part < w.part OFFSET 0)"""
"""An order whose fulfillments stand in one state is read once."""

FIRST_OF_RIDER = """NOT EXISTS (SELECT FROM fulfillment e WHERE e.store_id = x.store_id
    AND e.order_id = x.order_id AND e.rider_id = x.rider_id AND e.part < x.part OFFSET 0)"""
"""The same of an order of which a rider brings several parts."""

SOUGHT_BY = f"""
    SELECT i.store_id, i.order_id FROM rider_interest i WHERE i.rider_id = ?::uuid AND i.state = 'ACTIVE'
    UNION SELECT f.store_id, f.order_id FROM rider_coverage c JOIN fulfillment f ON f.store_id = c.store_id
    WHERE c.rider_id = ?::uuid AND f.state = 'AWAITING_RIDER_SELECTION' AND {SOUGHT_WITHIN}
    UNION SELECT f.store_id, f.order_id FROM fulfillment f
    WHERE f.state = 'AWAITING_RIDER_SELECTION' AND {UNBOUND}
"""  # noqa: S608
"""The orders of which the rider `?` may bring something, or offered to, and some more."""
