"""Orders by where they stand now: which need whom, are late, have stood for long, or are worth so much."""

from datetime import timedelta
from typing import Any

import pytest
from tests.graphql.office import BUYER, Api
from tests.graphql.orders import agreed, draft, released

from orderway.app import make_workflow
from orderway.order.lists import count_orders, count_some, list_orders
from orderway.order.next_steps import next_steps
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


async def steps(api: Api, connection: Connection, who: str) -> dict[str, str]:
    """The label of the next step of each order that somebody sees, by its number."""
    viewing = await viewer(api, connection, who)
    rows = (await list_orders(connection, viewing)).rows
    ahead = await next_steps(connection, make_workflow(api.office.settings), viewing, rows)
    return {row.number: step.label for row in rows if (step := ahead[row.id].step)}


async def test_the_next_step_is_the_first_by_which_one_leads_an_order_on(api: Api, connection: Connection):
    made = await draft(api)
    await api.move("biller", "quotationShare", id=made.ids["quotation"])
    await agreed(api)
    await released(api)
    assert await steps(api, connection, "biller") == {
        "LAG-000001": "Approve the quotation for the seller",
        "LAG-000002": "Choose how to pay",
        "LAG-000003": "Assign the rider",
    }
    assert await steps(api, connection, "customer") == {"LAG-000001": "Accept the quotation"}
    assert await steps(api, connection, "accountant") == {}


async def test_a_search_finds_the_end_of_a_phone_number_and_the_reference_of_a_payment(
    api: Api, connection: Connection
):
    made = await released(api)
    await draft(api)
    await connection.execute("UPDATE customer SET phone = '+2348031234567' WHERE id = $1", BUYER)
    both = ["LAG-000002", "LAG-000001"]
    assert await numbers(api, connection, "biller", search="0803 123 4567") == both
    assert await numbers(api, connection, "biller", search="+234 (803) 123-4567") == both
    assert await numbers(api, connection, "biller", search="04567") == [], "too few digits find nobody"
    assert await numbers(api, connection, "biller", search=f"r-{made.order}") == ["LAG-000001"]
    assert await numbers(api, connection, "rider", search=f"r-{made.order}") == [], "a rider sees no money"
    assert await numbers(api, connection, "manager of kano", search="0803 123 4567") == []
