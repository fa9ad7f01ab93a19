"""Whoever lists orders, by whatever: page by page they find what a plain condition finds, no more and no less."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from typing import Any, get_args

import pytest
from tests.graphql.office import BUYER, KANO, LAGOS, NOON, RESELLER, Api
from tests.graphql.orders import agreed, draft, released
from tests.order.test_lists import viewer

from orderway.order import walks
from orderway.order.filters import Filters, conditions
from orderway.order.lists import list_orders
from orderway.order.lives import Kind, LifeFilters, count_lives, list_lives
from orderway.order.sight import Sight
from orderway.people.viewer import Viewer

Connection = Any
WHO = ("admin", "accountant", "manager", "manager of kano", "biller", "customer", "reseller", "rider", "second rider")
SEARCHES = ("", "lag", "LAG-000003", "buyer of", "sho", "nobody")


@pytest.fixture
async def orders(api: Api) -> None:
    """Orders of two stores, two buyers and several states, some placed at one moment; one delivery is assigned."""
    for customer in (BUYER, RESELLER, BUYER):
        made = await draft(api, customer=customer)
        await api.move("biller", "quotationShare", id=made.ids["quotation"])
    made = await draft(api, "manager of kano", store=KANO, customer=RESELLER)
    await api.move("manager of kano", "quotationShare", id=made.ids["quotation"])
    api.office.later(hours=1)
    await agreed(api)
    api.office.later(hours=1)
    await released(api)
    made = await released(api)
    offer = {"id": made.ids["fulfillment"], "interest": made.ids["rider_interest"]}
    await api.move("biller", "fulfillmentRiderSelected", **offer)


def filters(api: Api) -> list[dict[str, Any]]:
    """Every filter alone, and each two of them that differ."""
    people = api.office.ids
    single: list[dict[str, Any]] = [
        {}, {"phase": "QUOTATION"}, {"phase": "SALE"}, {"phase": "FULFILLMENT"},
        {"quotation_states": ("IN_REVIEW", "MUTUALLY_APPROVED")}, {"sale_states": ("CLEARED_FOR_FULFILLMENT",)},
        {"fulfillment_states": ("AWAITING_RIDER_SELECTION", "RIDER_ASSIGNED")},
        {"fulfillment_states": ("RIDER_ASSIGNED",)},
        {"store_id": LAGOS}, {"store_id": KANO}, {"customer_id": BUYER}, {"customer_id": RESELLER},
        {"biller_id": people["biller"]}, {"rider_id": people["rider"]},
        {"since": NOON + timedelta(hours=1)}, {"until": NOON + timedelta(hours=1)},
        *({"search": search} for search in SEARCHES if search),
    ]  # fmt: skip
    return single + [
        one | other for one, other in product(single, single) if one and other and not set(one) & set(other)
    ]


async def plainly(connection: Connection, viewer: Viewer, asked: Filters) -> list[str]:
    """What the condition finds, in order."""
    sight = Sight(viewer)
    way = "DESC" if asked.sort == "newest" else "ASC"
    where = conditions(sight, asked)
    rows = await connection.fetch(
        f"SELECT o.number FROM sale_order o WHERE {where} ORDER BY o.placed_at {way}, o.id {way}", *sight.values
    )
    return [row["number"] for row in rows]


async def paged(connection: Connection, viewer: Viewer, asked: Filters, *, limit: int) -> list[str]:
    found, after = list[str](), ""
    while True:
        page = await list_orders(connection, viewer, filters=asked, after=after, limit=limit)
        found += [row.number for row in page.rows]
        if not page.has_more:
            return found
        after = page.rows[-1].cursor


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("few", ["few", "many"])
@pytest.mark.usefixtures("orders")
async def test_every_list_is_what_its_condition_says(
    who: str, few: str, api: Api, connection: Connection, monkeypatch: pytest.MonkeyPatch
):
    if few == "many":
        monkeypatch.setattr(walks, "FEW", 0)
        monkeypatch.setattr(walks, "FEW_NUMBERS", 0)
        monkeypatch.setattr(walks, "MANY_NUMBERS", "EXISTS (SELECT FROM numbered WHERE matches > 0)")
    looking, some = await viewer(api, connection, who), 0
    for number, each in enumerate(filters(api)):
        if few == "many" and "search" not in each:
            continue
        asked = Filters(**each, sort=("newest", "oldest")[number % 2])
        expected = await plainly(connection, looking, asked)
        assert await paged(connection, looking, asked, limit=2 + number % 2) == expected, (who, each)
        some += bool(expected)
    assert some or who == "second rider"


@pytest.mark.parametrize("who", WHO)
@pytest.mark.usefixtures("orders")
async def test_what_belongs_to_orders_is_listed_once(who: str, api: Api, connection: Connection):
    looking = await viewer(api, connection, who)
    seen = set(await plainly(connection, looking, Filters()))
    turn, kinds = WHO.index(who), get_args(Kind)
    for place, kind in enumerate(kinds):
        for number, each in enumerate(filters(api)):
            if len(each) > 1 and (number + place + turn) % 3:  # two filters together are tried by a third of the people
                continue
            asked = LifeFilters(**each)
            found, after, more = [], "", True
            while more:
                page, more = await list_lives(connection, looking, kind, filters=asked, after=after, limit=2)
                found += [one.life.id for one in page]
                after = page[-1].cursor if page else ""
            assert len(set(found)) == len(found) == await count_lives(connection, looking, kind, filters=asked), (
                kind,
                each,
            )
            if kind in {"quotation", "sale"} and who == "rider":
                assert found == []
    assert seen or who == "second rider"


@pytest.mark.usefixtures("orders")
async def test_payments_are_cut_by_what_they_are(api: Api, connection: Connection):
    admin = await viewer(api, connection, "admin")
    for asked, count in (
        (LifeFilters(), 2), (LifeFilters(payment_states=("PENDING",)), 2),
        (LifeFilters(payment_states=("CONFIRMED",)), 0),
        (LifeFilters(method="CASH"), 2), (LifeFilters(method="CARD"), 0), (LifeFilters(provider="till"), 2),
        (LifeFilters(least=1000), 2), (LifeFilters(least=1001), 0), (LifeFilters(most=999), 0),
    ):  # fmt: skip
        found, _ = await list_lives(connection, admin, "payment", filters=asked)
        assert len(found) == count == await count_lives(connection, admin, "payment", filters=asked), asked
