"""Orders by where they stand now: which need whom, are late, have stood for long, or are worth so much."""

from datetime import timedelta
from typing import Any

import pytest
from tests.graphql.office import BUYER, Api
from tests.graphql.orders import DOOR, agreed, draft, released

from orderway.app import make_workflow
from orderway.order.lists import count_orders, count_some, list_orders
from orderway.order.next_steps import next_steps
from orderway.order.sight import Sight
from orderway.order.worklist import Behind, OrderFilters, Worklist, passing
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
    assert await count_some(connection, viewing, (asked, 2), (asked, 3)) == [min(len(found), 2), min(len(found), 3)]
    sight = Sight(viewing)
    each = f"SELECT o.number FROM sale_order o WHERE {passing(sight, asked)}"
    assert {row["number"] for row in await connection.fetch(each, *sight.values)} == set(found)
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


async def test_a_sale_needs_whoever_confirms_what_was_paid_for_it(api: Api, connection: Connection):
    made, other = await agreed(api), await agreed(api)
    assert await numbers(api, connection, "accountant", needs_me=True) == []
    for order in (other, made):
        api.office.later(hours=1)
        paid = await api.move(
            "biller", "registerPayment", order=order.order, amount=1000, method="CASH", provider="till",
            reference=f"R-{order.order}",
        )  # fmt: skip
    assert await numbers(api, connection, "accountant", needs_me=True) == ["LAG-000002", "LAG-000001"]
    assert await numbers(api, connection, "accountant", needs_me=True, sort="oldest") == ["LAG-000001", "LAG-000002"]
    assert await numbers(api, connection, "accountant", needs_me=True, phase="FULFILLMENT") == []
    assert await numbers(api, connection, "manager of kano", needs_me=True) == []
    await api.move("accountant", "paymentConfirm", id=paid["id"])
    assert await numbers(api, connection, "accountant", needs_me=True) == ["LAG-000002"]


async def steps(api: Api, connection: Connection, who: str) -> dict[str, str]:
    """The label of the next step of each order that somebody sees, by its number."""
    viewing = await viewer(api, connection, who)
    rows = (await list_orders(connection, viewing)).rows
    ahead = await next_steps(connection, make_workflow(api.office.settings), viewer=viewing, rows=rows)
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


async def test_a_rider_is_assigned_as_the_next_step_only_while_one_offers(api: Api, connection: Connection):
    made = await released(api)
    assert await steps(api, connection, "biller") == {"LAG-000001": "Assign the rider"}
    await api.move("rider", "withdrawFulfillmentInterest", id=made.ids["rider_interest"])
    assert await steps(api, connection, "biller") == {"LAG-000001": "Name a rider"}


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


async def test_open_orders_are_listed_by_how_long_they_have_stood_where_they_stand(api: Api, connection: Connection):
    drafted = await draft(api)
    api.office.later(hours=1)
    await released(api)
    api.office.later(hours=1)
    await agreed(api)
    api.office.later(hours=1)
    await api.move("biller", "quotationShare", id=drafted.ids["quotation"])
    assert await numbers(api, connection, "admin", longest_first=True) == ["LAG-000002", "LAG-000003", "LAG-000001"]
    assert await numbers(api, connection, "admin", longest_first=True, phase="SALE") == ["LAG-000003"]
    since = api.office.now - timedelta(minutes=90)
    assert await numbers(api, connection, "admin", stood_since=since) == ["LAG-000002"]
    assert await numbers(api, connection, "admin", stood_since=since, sale_states=("PAYMENT_INITIATED",)) == []
    assert await numbers(api, connection, "manager of kano", longest_first=True) == []
    await api.move("biller", "quotationWithdraw", id=drafted.ids["quotation"], reason="They want it no more.")
    assert await numbers(api, connection, "admin", longest_first=True, phase="QUOTATION") == [], "it is over"


async def test_an_order_is_late_from_the_moment_for_which_it_was_promised(api: Api, connection: Connection):
    made, drafted = await agreed(api), await draft(api)
    then = api.office.now + timedelta(hours=1)
    for order in (made.order, drafted.order):
        door = {**DOOR, "promisedAt": then.isoformat()}
        await api.move("biller", "updateFulfillmentPreferences", order=order, delivery=door, reason="They asked.")
    later = then + timedelta(seconds=1)
    assert await numbers(api, connection, "biller", late_at=then) == []
    assert await numbers(api, connection, "biller", late_at=later) == ["LAG-000001"], "a draft promises nothing yet"
    assert await numbers(api, connection, "biller", late_at=later, needs_me=True) == ["LAG-000001"]
    assert await numbers(api, connection, "biller", late_at=later, quotation_states=("DRAFT",)) == []
    door = {**DOOR, "promisedAt": later.isoformat()}
    await api.move("biller", "updateFulfillmentPreferences", order=made.order, delivery=door, reason="They can wait.")
    assert await numbers(api, connection, "biller", late_at=later) == []
    later += timedelta(seconds=1)
    assert await numbers(api, connection, "biller", late_at=later) == ["LAG-000001"], "another day was promised"
    await api.move("biller", "saleCancelRequested", id=made.ids["sale"], reason="They want it no more.")
    assert await numbers(api, connection, "biller", late_at=later) == [], "it is over"


@pytest.mark.parametrize("index", ["open", "standing"])
async def test_what_is_late_is_told_by_the_index_of_what_is_open_in_its_order(
    index: str, api: Api, connection: Connection
):
    for who in ("admin", "manager", "biller", "customer"):
        sight = Sight(await viewer(api, connection, who))
        late = OrderFilters(late_at=api.office.now, longest_first=index == "standing")
        page = Worklist(sight, late, Behind(limit=41)).page(sight.viewer)
        async with connection.transaction():
            # Small tables would be sorted whole: it is asked for what is done where that is out of the question.
            for way in ("seqscan", "bitmapscan", "sort"):
                await connection.execute(f"SET LOCAL enable_{way} = off")
            plan = [row[0] for row in await connection.fetch(f"EXPLAIN {page}", *sight.values)]
        for machine in ("sale", "fulfillment"):
            (scan,) = (
                number for number, line in enumerate(plan) if f"using {machine}_{index}_idx on {machine} w" in line
            )
            assert ("Scan Backward" in plan[scan]) == (index == "open")
            assert plan[scan + 1].strip().startswith("Index Cond: ")
            assert "promised_at <" in plan[scan + 1], who
        assert not any("delivery_address" in line or "Sort  (" in line for line in plan), who


async def test_orders_are_found_by_their_total_in_its_currency(api: Api, connection: Connection):
    await draft(api)
    assert await numbers(api, connection, "biller", currency="NGN", least=6300, most=6300) == ["LAG-000001"]
    assert await numbers(api, connection, "biller", currency="NGN", least=6301) == []
    assert await numbers(api, connection, "biller", currency="NGN", most=6299, longest_first=True) == []
    assert await numbers(api, connection, "biller", currency="KES") == []
    await released(api)
    assert await numbers(api, connection, "rider", least=1) == [], "a rider finds nothing by money"
