"""Lists of what belongs to orders: quotations, sales, fulfillments and payments, each within what its viewer sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

import asyncpg

from orderway.cursors import cursor_of, read_place
from orderway.machines import CHARTS
from orderway.order.filters import Filters, held
from orderway.order.lists import LARGEST
from orderway.order.reads import Part, load_orders
from orderway.order.shape import Life, Order
from orderway.order.sight import Sight
from orderway.order.walks import Listing, Place, Walk, standing
from orderway.order.ways import search_of
from orderway.people.viewer import Viewer
from orderway.sale.payments.context import PaidBy
from orderway.workflow.errors import Invalid
from orderway.workflow.kinds import Connection

Kind = Literal["quotation", "sale", "fulfillment", "payment"]
"""What can be listed; each is the name of its table as well."""

PARTS: Mapping[Kind, frozenset[Part]] = {
    "quotation": frozenset({"terms"}),
    "sale": frozenset({"terms"}),
    "fulfillment": frozenset({"fulfillments"}),
    "payment": frozenset({"payments"}),
}
"""What of its order a thing is read from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeFilters(Filters):
    """What to list of a kind; the states of its own machine are those that it stands in itself.

    `since` and `until` are about when a payment was registered, and of the others about when the order was placed.
    `least` and `most` are amounts of payments, in minor units of their currencies.
    """

    payment_states: tuple[str, ...] = ()
    method: PaidBy | None = None
    provider: str = ""
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """One of a list, and where the page ends that ends with it."""

    life: Life[Any]
    cursor: str


async def list_lives(
    connection: Connection, viewer: Viewer, kind: Kind, *, filters: LifeFilters, after: str = "", limit: int = 20
) -> tuple[list[Listed], bool]:
    """Return what the viewer sees of a kind, from behind the cursor `after` on, and whether more follows.

    The newest or the oldest first: by when the order was placed, or the payment registered. Two statements. Raises
    Invalid for a cursor that is none, or a limit outside 1 to LARGEST.
    """
    if not 1 <= limit <= LARGEST:
        raise Invalid(f"A page holds 1 to {LARGEST} {kind}s.", "Ask for fewer, and then for the next page.", "first")
    at, ids = read_place(after, f"{kind}s", ids=2) if after else (None, ())
    ways = filters.ways(viewer)
    if not ways:
        return [], False
    sight = Sight(viewer)
    place = Place(limit=limit + 1, at=at, ids=ids, sort=filters.sort, since=filters.since, until=filters.until)
    walk = Walk(sight, listing_of(sight, kind, filters), place)
    rows = await connection.fetch(walk.page(ways), *sight.values)
    orders = await load_orders(connection, viewer, list({row["id"] for row in rows[:limit]}), parts=PARTS[kind])
    lives = {life.id: life for order in orders for life in lives_of(order, kind)}
    return [listed(row, lives) for row in rows[:limit] if row["life"] in lives], len(rows) > limit


def lives_of(order: Order, kind: Kind) -> tuple[Life[Any], ...]:
    """All of a kind that belongs to an order."""
    match kind:
        case "quotation":
            return (order.quotation,) if order.quotation else ()
        case "sale":
            return (order.sale,) if order.sale else ()
        case "fulfillment":
            return order.fulfillments
        case "payment":
            return order.payments


def listed(row: asyncpg.Record, lives: Mapping[UUID, Life[Any]]) -> Listed:
    return Listed(lives[row["life"]], cursor_of(row["at"], row["id"], row["life"]))


async def count_lives(connection: Connection, viewer: Viewer, kind: Kind, *, filters: LifeFilters) -> int:
    """Return how many `list_lives` lists in all. One statement."""
    sight = Sight(viewer)
    listing = listing_of(sight, kind, filters)
    at = "w.listed_at" if kind == "payment" else "o.placed_at"
    parts = [sight.listed(), *listing.where, *([listing.search.found] if listing.search else [])]
    if listing.lead:
        parts.append(standing(sight, kind, listing.states, lives=kind))
    parts += [f"{at} {sign} {sight.value(time)}::timestamptz" for sign, time in filters.times if time]
    joined = f"{kind} w JOIN sale_order o ON o.store_id = w.store_id AND o.id = w.order_id"
    query = f"SELECT count(*) FROM {joined} WHERE {' AND '.join(parts)}"  # noqa: S608  (texts of the code alone)
    counted: int = await connection.fetchval(query, *sight.values)
    return counted


def listing_of(sight: Sight, kind: Kind, filters: LifeFilters) -> Listing:
    """What is walked through. Payments have no other index than that of their states: where none is asked for, all."""
    asked = dict(filters.standing)
    states = tuple(CHARTS["payment"].every_leaf) if kind == "payment" else asked.pop(kind, None)
    if kind == "payment" and filters.payment_states:
        states = tuple(dict.fromkeys(filters.payment_states))
    where = (*held(sight, filters), sight.instance(kind))
    where += tuple(standing(sight, machine, of) for machine, of in asked.items())
    return Listing(
        where=tuple(dict.fromkeys((*where, *paid(sight, filters)))),
        lives=kind,
        lead="" if states is None else kind,
        states=states or (),
        search=search_of(sight, filters.search),
    )


def paid(sight: Sight, filters: LifeFilters) -> list[str]:
    """What a payment `w` fulfills besides."""
    asked: list[tuple[str, object, str]] = [
        ("w.method =", filters.method, "text"), ("w.provider =", filters.provider or None, "text"),
        ("w.amount >=", filters.least, "bigint"), ("w.amount <=", filters.most, "bigint"),
    ]  # fmt: skip
    return [f"{test} {sight.value(value)}::{kind}" for test, value, kind in asked if value is not None]
