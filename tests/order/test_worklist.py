"""Orders by where they stand now: which need whom, are late, have stood for long, or are worth so much."""

from datetime import timedelta
from typing import Any

import pytest
from tests.graphql.office import Api
from tests.graphql.orders import agreed, draft, released

from orderway.order.lists import count_orders, count_some, list_orders
from orderway.order.worklist import OrderFilters
from orderway.people.viewer import Viewer, find_viewer

Connection = Any


async def viewer(api: Api, connection: Connection, who: str) -> Viewer:
    found = await find_viewer(connection, api.office.ids[who])
    assert found is not None
    return found


async def numbers(api: Api, connection: Connection, who: str, **filters: Any) -> list[str]:
    """The numbers of a whole list, read one order a page; its count says the same."""
    viewing, asked, found, after, has_more = await viewer(api, connection, who), OrderFilters(**filters), [], "", True
    while has_more:
        page = await list_orders(connection, viewing, filters=asked, after=after, limit=1)
        found += [row.number for row in page.rows]
        after, has_more = page.rows[-1].cursor if page.rows else "", page.has_more
    assert len(found) == await count_orders(connection, viewing, asked)
    assert await count_some(connection, viewing, asked, asked, most=2) == [min(len(found), 2)] * 2
    return found


async def test_an_order_needs_whoever_may_lead_it_on(api: Api, connection: Connection):
    await draft(api)
    await agreed(api)
    await released(api)
    for who, need in {
        "biller": ["LAG-000001", "LAG-000002", "LAG-000003"],
        "manager": ["LAG-000001", "LAG-000002", "LAG-000003"],
        "accountant": [],
        "customer": [],
    }.items():
        assert sorted(await numbers(api, connection, who, needs_me=True)) == need, who
