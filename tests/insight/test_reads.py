"""Figures as their viewer may see them: of the stores whose operations are theirs to see."""

from datetime import timedelta
from typing import Any

import pytest
from tests.graphql.office import KANO, LAGOS, Api
from tests.graphql.orders import Made, agreed, draft, released

from orderway.app import make_workflow
from orderway.insight.gathering import gather_all
from orderway.insight.reads import Ratio, load_dwell, load_figures
from orderway.insight.stuck import load_stuck
from orderway.insight.windows import Window, last_days
from orderway.people.viewer import Viewer, find_viewer
from orderway.workflow.errors import Invalid, NotFound

Connection = Any


async def chosen(api: Api, made: Made) -> None:
    """Choose the offer of the rider."""
    delivery, offer = made.ids["fulfillment"], made.ids["rider_interest"]
    await api.move("biller", "fulfillmentRiderSelected", id=delivery, interest=offer)


async def viewer(api: Api, connection: Connection, who: str) -> Viewer:
    found = await find_viewer(connection, api.office.ids[who])
    assert found is not None
    return found


async def figures(api: Api, connection: Connection, who: str, store: Any = None) -> list[int]:
    """How many orders came to each stage in the last week."""
    await gather_all(api.office.pool, now=api.office.now)
    window = last_days(7, now=api.office.now, store_id=store)
    found = await load_figures(connection, await viewer(api, connection, who), window)
    return [each.orders for each in found.reached]


async def test_figures_are_of_the_stores_that_one_sees(api: Api, connection: Connection):
    await agreed(api)
    await draft(api, "admin", store=KANO)
    assert await figures(api, connection, "admin") == [2, 1, 1, 0, 0]
    assert await figures(api, connection, "accountant") == [2, 1, 1, 0, 0]
    assert await figures(api, connection, "manager") == [1, 1, 1, 0, 0]
    assert await figures(api, connection, "manager of kano") == [1, 0, 0, 0, 0]
    assert await figures(api, connection, "admin", KANO) == [1, 0, 0, 0, 0]
    assert await figures(api, connection, "manager", LAGOS) == [1, 1, 1, 0, 0]


@pytest.mark.parametrize("who", ["biller", "rider", "customer", "reseller"])
async def test_who_sees_no_operations_sees_no_figures(api: Api, connection: Connection, who: str):
    for read in (load_figures(connection, await viewer(api, connection, who), last_days(7, now=api.office.now)),
                 load_dwell(connection, await viewer(api, connection, who), "sale",
                            window=last_days(7, now=api.office.now))):  # fmt: skip
        with pytest.raises(NotFound):
            await read


async def test_the_figures_of_another_store_are_not_there(api: Api, connection: Connection):
    with pytest.raises(NotFound):
        await figures(api, connection, "manager", KANO)


async def test_days_are_told_also_where_nothing_happened(api: Api, connection: Connection):
    await draft(api)
    api.office.later(days=2)
    await draft(api)
    await gather_all(api.office.pool, now=api.office.now)
    admin = await viewer(api, connection, "admin")
    found = await load_figures(connection, admin, last_days(4, now=api.office.now))
    assert [(each.day.isoformat(), each.placed, each.completed) for each in found.days] == [
        ("2026-03-01", 0, 0), ("2026-03-02", 1, 0), ("2026-03-03", 0, 0), ("2026-03-04", 1, 0),
    ]  # fmt: skip
    assert found.read_at == api.office.now


async def test_overrides_and_offers_are_told_as_shares(api: Api, connection: Connection):
    made = await released(api)
    await agreed(api)
    await chosen(api, made)
    await gather_all(api.office.pool, now=api.office.now)
    admin = await viewer(api, connection, "admin")
    found = await load_figures(connection, admin, last_days(7, now=api.office.now))
    assert (found.asked, found.granted, found.chosen) == (Ratio(2, 2), Ratio(2, 2), Ratio(1, 1))
    assert Ratio(0, 0).share is None


async def test_a_window_has_days(api: Api):
    today = api.office.now.date()
    for first, last in ((today, today - timedelta(days=1)), (today - timedelta(days=366), today)):
        with pytest.raises(Invalid):
            Window(first, last)


async def test_what_stands_longer_than_nine_of_ten_is_stuck(api: Api, connection: Connection):
    """Twenty drafts were shared within an hour and some; one still is a draft after three."""
    workflow = make_workflow(api.office.settings)
    late = [await draft(api) for _ in range(20)]
    left = await draft(api)
    api.office.later(hours=2)
    for made in late:
        await api.move("biller", "quotationShare", id=made.ids["quotation"])
    await gather_all(api.office.pool, now=api.office.now)
    manager = await viewer(api, connection, "manager")
    assert await load_stuck(connection, workflow, manager, now=api.office.now) == ()
    api.office.later(hours=1)
    (stuck,) = await load_stuck(connection, workflow, manager, now=api.office.now)
    assert (stuck.machine, stuck.state, stuck.tally.count) == ("quotation", "DRAFT", 1)
    assert api.office.now - stuck.since == timedelta(hours=3)
    assert timedelta(hours=1, minutes=48) < stuck.usual < timedelta(hours=2, minutes=12)
    kano = await viewer(api, connection, "manager of kano")
    assert await load_stuck(connection, workflow, kano, now=api.office.now) == ()
    assert left.ids["quotation"]
