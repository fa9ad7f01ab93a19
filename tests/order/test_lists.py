"""Lists of orders: by key, filtered, searched and counted, always within what the viewer sees."""

from typing import Any

import pytest
from tests.graphql.office import KANO, RESELLER, Api
from tests.graphql.orders import agreed, draft, released

from orderway.order.filters import Filters
from orderway.order.lists import Row, count_orders, list_orders
from orderway.people.viewer import Viewer, find_viewer
from orderway.workflow.errors import Invalid

Connection = Any


async def viewer(api: Api, connection: Connection, who: str) -> Viewer:
    found = await find_viewer(connection, api.office.ids[who])
    assert found is not None
    return found


async def numbers(connection: Connection, viewer: Viewer, **filters: Any) -> list[str]:
    page = await list_orders(connection, viewer, filters=Filters(**filters))
    assert len(page.rows) == await count_orders(connection, viewer, Filters(**filters))
    return [row.number for row in page.rows]


async def test_pages_follow_one_another_without_loss_or_repetition(api: Api, connection: Connection):
    """Some were placed at the same moment: their ids part them."""
    for _ in range(3):
        await draft(api)
    api.office.later(hours=1)
    for _ in range(2):
        await draft(api)
    admin = await viewer(api, connection, "admin")
    whole = await list_orders(connection, admin, limit=100)
    assert (len(whole.rows), whole.has_more) == (5, False)
    assert [row.placed_at for row in whole.rows] == sorted((row.placed_at for row in whole.rows), reverse=True)
    seen: list[Row] = []
    after, has_more = "", True
    while has_more:
        page = await list_orders(connection, admin, after=after, limit=2)
        seen += page.rows
        after, has_more = page.rows[-1].cursor, page.has_more
    assert tuple(seen) == whole.rows


async def test_what_is_placed_meanwhile_moves_no_page(api: Api, connection: Connection):
    for _ in range(3):
        await draft(api)
    admin = await viewer(api, connection, "admin")
    first = await list_orders(connection, admin, limit=2)
    api.office.later(minutes=1)
    await draft(api)
    second = await list_orders(connection, admin, after=first.rows[-1].cursor, limit=2)
    assert len(second.rows) == 1
    assert second.rows[0].id not in {row.id for row in first.rows}


async def test_a_list_is_cut_by_phase_and_by_state(api: Api, connection: Connection):
    await draft(api)
    await agreed(api)
    await released(api)
    admin = await viewer(api, connection, "admin")
    assert await numbers(connection, admin, phase="QUOTATION") == ["LAG-000001"]
    assert await numbers(connection, admin, phase="SALE") == ["LAG-000002"]
    assert await numbers(connection, admin, phase="FULFILLMENT") == ["LAG-000003"]
    assert await numbers(connection, admin, quotation_states=("MUTUALLY_APPROVED",)) == ["LAG-000003", "LAG-000002"]
    assert await numbers(connection, admin, sale_states=("AWAITING_PAYMENT_METHOD", "COMPLETED")) == ["LAG-000002"]
    assert await numbers(connection, admin, fulfillment_states=("AWAITING_RIDER_SELECTION",)) == ["LAG-000003"]
    assert await numbers(connection, admin, phase="SALE", fulfillment_states=("AWAITING_RIDER_SELECTION",)) == []


async def test_a_state_that_is_not_seen_finds_nothing(api: Api, connection: Connection):
    await released(api)
    rider = await viewer(api, connection, "rider")
    assert await numbers(connection, rider) == ["LAG-000001"]
    assert await numbers(connection, rider, fulfillment_states=("AWAITING_RIDER_SELECTION",)) == ["LAG-000001"]
    assert await numbers(connection, rider, sale_states=("CLEARED_FOR_FULFILLMENT",)) == []
    [row] = (await list_orders(connection, rider)).rows
    assert (row.total, row.quotation, row.sale) == (None, None, None)
    assert row.fulfillment is not None


async def test_a_search_finds_the_beginning_of_a_number_or_of_words_of_a_name(api: Api, connection: Connection):
    await draft(api)
    await draft(api, "manager of kano", store=KANO, customer=RESELLER)
    admin = await viewer(api, connection, "admin")
    assert await numbers(connection, admin, search="lag-0") == ["LAG-000001"]
    assert await numbers(connection, admin, search="000001") == []
    assert await numbers(connection, admin, search=" OF SHOES ") == ["KAN-000002"]
    assert await numbers(connection, admin, search="sho resel") == ["KAN-000002"]
    assert await numbers(connection, admin, search="hoes") == []
    assert await numbers(connection, admin, search="shirt' | 'shoes") == []
    assert await numbers(connection, admin, search="%") == []
    assert await numbers(connection, admin, search="LAG_0") == []
    assert await numbers(connection, admin, search="\\") == []
    assert await numbers(connection, admin, store_id=KANO) == ["KAN-000002"]


async def test_each_sees_their_own(api: Api, connection: Connection):
    first = await draft(api)
    second = await draft(api, "manager of kano", store=KANO, customer=RESELLER)
    await api.move("biller", "quotationShare", id=first.ids["quotation"])
    await api.move("manager of kano", "quotationShare", id=second.ids["quotation"])
    seen = {who: await numbers(connection, await viewer(api, connection, who)) for who in api.office.ids}
    assert seen == {
        "admin": ["KAN-000002", "LAG-000001"],
        "accountant": ["KAN-000002", "LAG-000001"],
        "manager": ["LAG-000001"],
        "biller": ["LAG-000001"],
        "customer": ["LAG-000001"],
        "reseller": ["KAN-000002"],
        "manager of kano": ["KAN-000002"],
        "rider": [],
        "second rider": [],
    }


@pytest.mark.parametrize("cursor", ["x", "AAAA", "!!!!", "é", "A" * 400])
async def test_a_cursor_that_is_none_is_told_so(cursor: str, api: Api, connection: Connection):
    admin = await viewer(api, connection, "admin")
    with pytest.raises(Invalid) as wrong:
        await list_orders(connection, admin, after=cursor)
    assert str(wrong.value) == "This is no place in the list of orders. Send the cursor of a page as it was given."
    assert wrong.value.field == "after"


@pytest.mark.parametrize("limit", [0, -1, 101])
async def test_a_page_has_a_size(limit: int, api: Api, connection: Connection):
    admin = await viewer(api, connection, "admin")
    with pytest.raises(Invalid, match="A page holds 1 to 100 orders"):
        await list_orders(connection, admin, limit=limit)
