"""What a list reads: of a rider's orders, and of those in a phase, the end of one index each, and nothing before it."""

from __future__ import annotations

from typing import Any

import pytest
from tests.graphql.office import KANO, LAGOS, RESELLER, SHIRT, Api
from tests.graphql.orders import draft, released
from tests.graphql.test_parts import divided, parts, with_two_riders
from tests.order.test_lists import numbers, viewer
from tests.order.test_walks import paged
from tests.stories.arrivals import Arrival, arrive

from orderway.app import make_workflow
from orderway.order.filters import Filters, listing_of
from orderway.order.lives import LifeFilters, count_lives, list_lives
from orderway.order.sight import Sight
from orderway.order.walks import Place, Walk
from orderway.people.viewer import Viewer
from orderway.stock.movements import Goods
from orderway.workflow.actor import Actor
from orderway.workflow.runner import Runner

Connection = Any
OF_RIDER = "Index Only Scan Backward using fulfillment_rider_id_listed_at_order_id_idx on fulfillment x"
OF_RIDER_BY_STATE = "Index Only Scan Backward using fulfillment_rider_id_state_listed_at_order_id_idx on fulfillment x"
OF_PARTS = "Index Scan Backward using fulfillment_parted_idx on fulfillment x"


async def read(connection: Connection, viewer: Viewer, **asked: Any) -> list[tuple[str, str]]:
    """What the first page is read from: each scan of a rider's fulfillments, or of what stands in a state, by its keys.

    Small tables would be sorted whole, and what is open among few looked through by one index: it is asked for what
    PostgreSQL does where that is out of the question.
    """
    sight, filters = Sight(viewer), Filters(**asked)
    page = Walk(sight, listing_of(sight, filters), Place(limit=51)).page(filters.ways(viewer))
    undone = connection.transaction()
    await undone.start()
    for way in ("seqscan", "bitmapscan", "sort"):
        await connection.execute(f"SET LOCAL enable_{way} = off")
    await connection.execute("DROP INDEX quotation_open_idx, sale_open_idx, fulfillment_open_idx")
    plan = [row[0].strip().removeprefix("->  ") for row in await connection.fetch(f"EXPLAIN {page}", *sight.values)]
    await undone.rollback()
    scans = [line.partition("  (cost")[0] for line in plan]
    return [
        (scan.rstrip("_0123456789"), plan[number + 1].partition(": ")[2])
        for number, scan in enumerate(scans)
        if " using " in scan and scan.rpartition(" ")[2][0] in "xw"
    ]


async def test_a_riders_orders_are_read_by_the_rider(api: Api, connection: Connection):
    rider = await viewer(api, connection, "rider")
    other = api.office.ids["second rider"]
    by_rider = f"(rider_id = '{rider.person_id}'::uuid)"
    assert await read(connection, rider) == [(OF_RIDER, by_rider), (OF_PARTS, by_rider)]
    assert await read(connection, rider, rider_id=other) == [(OF_PARTS, by_rider)]
    for who in ("admin", "manager", "biller", "reseller", "customer"):
        looking = await viewer(api, connection, who)
        assert await read(connection, looking, rider_id=rider.person_id) == [(OF_RIDER, by_rider), (OF_PARTS, by_rider)]


@pytest.mark.parametrize("who", ["rider", "manager", "reseller"])
async def test_a_riders_orders_in_a_state_are_read_by_both(who: str, api: Api, connection: Connection):
    looking, rider = await viewer(api, connection, who), api.office.ids["rider"]
    by_rider = f"rider_id = '{rider}'::uuid"
    assert await read(connection, looking, rider_id=rider, fulfillment_states=("SHIPPED", "DELIVERED")) == [
        (OF_RIDER_BY_STATE, f"(({by_rider}) AND (state = 'SHIPPED'::text))"),
        (OF_RIDER_BY_STATE, f"(({by_rider}) AND (state = 'DELIVERED'::text))"),
        (OF_PARTS, f"({by_rider})"),
    ]


PHASES: dict[str, tuple[str, ...]] = {
    "quotation": (
        "APPROVED_BY_BUYER", "APPROVED_BY_SELLER", "CANCELLED", "DRAFT", "EXPIRED", "IN_REVIEW", "REJECTED", "REVISED",
    ),
    "sale": (
        "AWAITING_PAYMENT_METHOD", "CANCELLED", "EXPIRED", "OVERRIDE_REVIEW", "PAYMENT_FAILED", "PAYMENT_INITIATED",
        "PAYMENT_PENDING_CONFIRMATION",
    ),
}  # fmt: skip
KEYS = {"manager": "store_id", "biller": "biller_id", "reseller": "customer_id"}


@pytest.mark.parametrize("who", KEYS)
async def test_orders_in_a_phase_are_read_by_the_states_that_it_has(who: str, api: Api, connection: Connection):
    looking, key = await viewer(api, connection, who), KEYS[who]
    for machine, states in PHASES.items():
        found = await read(connection, looking, phase=machine.upper())
        index = f"{machine}_{key}_state_listed_at_order_id_idx on {machine} w"
        assert {scan.partition(" using ")[2] for scan, _ in found} == {index}
        assert [by.partition("state = '")[2].partition("'")[0] for _, by in found] == list(states)
        assert all(f"({key} = k" in by for _, by in found)
    [(_, by)] = await read(connection, looking, phase="SALE", sale_states=("EXPIRED", "COMPLETED"))
    assert "'EXPIRED'" in by


CONTRADICTORY: tuple[dict[str, Any], ...] = (
    {"phase": "SALE", "sale_states": ("CLEARED_FOR_FULFILLMENT", "COMPLETED")},
    {"phase": "QUOTATION", "quotation_states": ("MUTUALLY_APPROVED",)},
    {"phase": "QUOTATION", "sale_states": ("CLEARED_FOR_FULFILLMENT",)},
    {"phase": "SALE", "fulfillment_states": ("AWAITING_RIDER_SELECTION",)},
)


async def test_where_a_phase_has_no_such_state_nothing_is_read(api: Api, connection: Connection):
    await released(api)
    admin = await viewer(api, connection, "admin")
    for asked in CONTRADICTORY:
        assert Filters(**asked).ways(admin) == []
        assert await numbers(connection, admin, **asked) == []
        lives = LifeFilters(**asked)
        assert await list_lives(connection, admin, "sale", filters=lives) == ([], False)
        assert await count_lives(connection, admin, "sale", filters=lives) == 0


async def stocked(api: Api, shirts: int) -> None:
    runner = Runner(api.office.pool, make_workflow(api.office.settings), lambda: api.office.now)
    goods = Arrival(LAGOS, (Goods(SHIRT, shirts),))
    await arrive(runner, goods, actor=Actor("import:test", frozenset({"stock.manage"})))


async def test_an_order_whose_parts_one_rider_brings_is_listed_once_by_each_state(api: Api, connection: Connection):
    before, rider = await released(api), api.office.ids["rider"]
    offer = before.ids["rider_interest"]
    await api.move("biller", "fulfillmentRiderSelected", id=before.ids["fulfillment"], interest=offer)
    order = await divided(api)
    await stocked(api, 3)
    for part in await parts(api, order):
        await api.move("biller", "fulfillmentStarted", id=part["id"])
        await api.move("biller", "fulfillmentRiderNamed", id=part["id"], rider=rider)
    assigned = Filters(rider_id=rider, fulfillment_states=("RIDER_ASSIGNED",))
    admin = await viewer(api, connection, "admin")
    assert await paged(connection, admin, assigned, limit=1) == ["LAG-000002", "LAG-000001"]
    await api.move("rider", "fulfillmentPackageShipped", id=(await parts(api, order))[0]["id"])
    assert await paged(connection, admin, assigned, limit=1) == ["LAG-000002", "LAG-000001"]
    for who in ("rider", "manager", "customer"):
        looking = await viewer(api, connection, who)
        assert await numbers(connection, looking, rider_id=rider, fulfillment_states=("SHIPPED",)) == ["LAG-000002"]
        assert await numbers(connection, looking, rider_id=rider, fulfillment_states=("DELIVERED",)) == []
        assert await numbers(connection, looking, rider_id=api.office.ids["second rider"]) == []
        for states in (("SHIPPED", "RIDER_ASSIGNED"), ()):
            asked = Filters(rider_id=rider, fulfillment_states=states)
            assert await paged(connection, looking, asked, limit=1) == ["LAG-000002", "LAG-000001"], (who, states)
    for who in ("second rider", "reseller", "manager of kano"):
        looking = await viewer(api, connection, who)
        assert await numbers(connection, looking, fulfillment_states=("SHIPPED",)) == [], who
        assert await numbers(connection, looking, rider_id=rider) == [], who


async def test_a_rider_finds_by_another_what_both_bring(api: Api, connection: Connection):
    await with_two_riders(api)
    await stocked(api, 9)
    made = await released(api)
    await api.move("biller", "fulfillmentRiderNamed", id=made.ids["fulfillment"], rider=api.office.ids["second rider"])
    rider, second = await viewer(api, connection, "rider"), await viewer(api, connection, "second rider")
    assert await numbers(connection, second) == ["LAG-000002", "LAG-000001"]
    assert await numbers(connection, second, rider_id=rider.person_id) == ["LAG-000001"]
    assert await numbers(connection, rider, rider_id=second.person_id) == ["LAG-000001"]
    assert await numbers(connection, rider, rider_id=rider.person_id) == ["LAG-000001"]


async def test_who_buys_finds_by_a_rider_and_by_a_phase_only_their_own(api: Api, connection: Connection):
    made = await released(api)
    rider, offer = api.office.ids["rider"], made.ids["rider_interest"]
    await api.move("biller", "fulfillmentRiderSelected", id=made.ids["fulfillment"], interest=offer)
    mine = await draft(api, "manager of kano", store=KANO, customer=RESELLER)
    reseller = await viewer(api, connection, "reseller")
    assert await numbers(connection, reseller, rider_id=rider) == []
    assert await numbers(connection, reseller, phase="FULFILLMENT") == []
    assert await numbers(connection, reseller, phase="QUOTATION") == []
    await api.move("manager of kano", "quotationShare", id=mine.ids["quotation"])
    assert await numbers(connection, reseller, phase="QUOTATION") == ["KAN-000002"]
    for who, found in (("customer", []), ("manager", []), ("rider", []), ("manager of kano", ["KAN-000002"])):
        assert await numbers(connection, await viewer(api, connection, who), phase="QUOTATION") == found, who
