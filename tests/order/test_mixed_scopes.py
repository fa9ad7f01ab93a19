"""Lists of who reaches orders in several ways at once, or in none: all their pages are what a plain condition finds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from tests.graphql.office import BUYER, KANO, LAGOS, RESELLER, SHIRT, Api
from tests.graphql.orders import agreed, draft, released
from tests.graphql.test_parts import with_two_riders
from tests.order.test_lists import viewer
from tests.order.test_walks import SEARCHES, paged, plainly
from tests.stories.arrivals import Arrival, arrive

from orderway.app import make_workflow
from orderway.order.filters import Filters
from orderway.order.lists import count_orders
from orderway.order.lives import LifeFilters, count_lives, list_lives
from orderway.order.lives import listing_of as of_lives
from orderway.order.sight import Sight
from orderway.order.walks import standing
from orderway.people.viewer import Viewer
from orderway.stock.movements import Goods
from orderway.workflow.actor import Actor
from orderway.workflow.runner import Runner

Connection = Any
MIXED: Mapping[str, tuple[str, ...]] = {
    "rider who buys": ("rider", "customer"), "second rider": ("second rider",), "rider": ("rider",),
    "manager who buys and brings": ("manager of kano", "customer", "rider"),
    "biller of kano who brings": ("biller", "manager of kano", "second rider"),
}  # fmt: skip
KEYS: tuple[frozenset[UUID] | None, ...] = (None, frozenset({KANO}), frozenset())


@pytest.fixture
async def orders(api: Api) -> None:
    """Orders of two stores, each buyer and several states, many placed at one moment; one is brought by two riders."""
    await with_two_riders(api)
    for customer, store in product((BUYER, RESELLER), (LAGOS, KANO)):
        made = await draft(api, "manager of kano" if store == KANO else "biller", store=store, customer=customer)
        who = "manager of kano" if store == KANO else "biller"
        await api.move(who, "quotationShare", id=made.ids["quotation"])
    await agreed(api)
    runner = Runner(api.office.pool, make_workflow(api.office.settings), lambda: api.office.now)
    await arrive(runner, Arrival(LAGOS, (Goods(SHIRT, 9),)), actor=Actor("import:test", frozenset({"stock.manage"})))
    await released(api)


async def mixed(api: Api, connection: Connection, who: str) -> Viewer:
    """Somebody who is several at once: the first of them, with the roles and the reach of the others."""
    first, *others = [await viewer(api, connection, each) for each in MIXED[who]]
    for other in others:
        first = replace(
            first, roles=(*first.roles, *other.roles), stores=first.stores | other.stores,
            customer_id=first.customer_id or other.customer_id,
        )  # fmt: skip
    return first


def filters(api: Api) -> list[dict[str, Any]]:
    people = api.office.ids
    single: list[dict[str, Any]] = [
        {}, {"phase": "QUOTATION"}, {"phase": "SALE"}, {"phase": "FULFILLMENT"}, {"quotation_states": ("IN_REVIEW",)},
        {"sale_states": ("AWAITING_PAYMENT_METHOD", "CLEARED_FOR_FULFILLMENT")},
        {"fulfillment_states": ("AWAITING_RIDER_SELECTION", "RIDER_ASSIGNED")},
        {"store_id": LAGOS}, {"store_id": KANO}, {"customer_id": BUYER}, {"customer_id": RESELLER},
        {"biller_id": people["biller"]}, {"rider_id": people["rider"]}, {"rider_id": people["second rider"]},
        *({"search": search} for search in SEARCHES if search),
    ]  # fmt: skip
    return single + [one | other for one, other in product(single[1:], single[1:]) if not set(one) & set(other)]


@pytest.mark.parametrize("who", MIXED)
@pytest.mark.usefixtures("orders")
async def test_every_list_of_who_is_several_is_what_its_condition_says(who: str, api: Api, connection: Connection):
    whole = await mixed(api, connection, who)
    some = 0
    for number, each in enumerate(filters(api)):
        only = KEYS[number % 7] if number % 7 < len(KEYS) else None
        looking = replace(whole, only=only, stores=whole.stores if only is None else whole.stores & only)
        asked = Filters(**each, sort=("newest", "oldest")[number % 2])
        expected = await plainly(connection, looking, asked)
        assert await paged(connection, looking, asked, limit=2 + number % 2) == expected, (who, only, each)
        assert await count_orders(connection, looking, asked) == len(expected), (who, only, each)
        some += bool(expected)
    assert some > 10


async def lives_plainly(connection: Connection, looking: Viewer, kind: Any, asked: LifeFilters) -> list[UUID]:
    sight = Sight(looking)
    listing = of_lives(sight, kind, asked)
    parts = [*listing.where, *([listing.search.found] if listing.search else [])]
    if listing.lead:
        parts.append(standing(sight, kind, listing.states, lives=kind))
    at, way = "w.listed_at" if kind == "payment" else "o.placed_at", "DESC" if asked.sort == "newest" else "ASC"
    rows = await connection.fetch(
        f"SELECT w.id FROM {kind} w JOIN sale_order o ON o.store_id = w.store_id AND o.id = w.order_id"
        f" WHERE {' AND '.join(parts)} ORDER BY {at} {way}, o.id {way}, w.id {way}",
        *sight.values,
    )
    return [row["id"] for row in rows]


LOOKING = ("rider who buys", "second rider", "biller of kano who brings")


@pytest.mark.parametrize("who", LOOKING)
@pytest.mark.usefixtures("orders")
async def test_what_belongs_to_orders_is_listed_in_its_order(who: str, api: Api, connection: Connection):
    """One filter is tried by each of them, and two together, of each kind, by one."""
    looking, turn = await mixed(api, connection, who), LOOKING.index(who)
    kinds = ("quotation", "sale", "fulfillment", "payment")
    for (place, kind), (number, each) in product(enumerate(kinds), enumerate(filters(api))):
        if len(each) > 1 and (number + place + turn) % len(LOOKING):
            continue
        asked = LifeFilters(**each, sort=("newest", "oldest")[number % 2])
        found, after, more = list[UUID](), "", True
        while more:
            page, more = await list_lives(connection, looking, kind, filters=asked, after=after, limit=2)
            found += [one.life.id for one in page]
            after = page[-1].cursor if page else ""
        expected = await lives_plainly(connection, looking, kind, asked)
        assert found == expected, (who, kind, each)
        assert await count_lives(connection, looking, kind, filters=asked) == len(expected), (who, kind, each)
