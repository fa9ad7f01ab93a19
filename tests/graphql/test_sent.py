"""The messages about an order through the API: all for the seller's people, their own for a buyer and a rider."""

from __future__ import annotations

from typing import Any

import pytest
from tests.graphql.office import Api
from tests.graphql.orders import Made, agreed, released
from tests.outbound.listening import deliver_all

from orderway.app import make_workflow
from orderway.workflow.runner import Runner

SENT = """messages(first: $first, after: $after) {
    nodes { eventNumber to title text at readAt } pageInfo { hasNextPage endCursor } totalCount
}"""


async def tell(api: Api) -> None:
    await deliver_all(Runner(api.office.pool, make_workflow(api.office.settings), lambda: api.office.now))


async def sent(api: Api, who: str, order: str, *, first: int = 20, after: str | None = None) -> Any:
    document = f"query($id: UUID!, $first: Int!, $after: String) {{ order(id: $id) {{ {SENT} }} }}"
    return (await api.ask(who, document, id=order, first=first, after=after))["order"]["messages"]


@pytest.fixture
async def order(api: Api) -> Made:
    """An agreed order of which everybody was told what concerns them."""
    made = await agreed(api)
    await tell(api)
    return made


async def test_the_sellers_people_see_who_was_told_what_and_the_buyer_their_own(api: Api, order: Made):
    number = (await api.order("biller", order.order, "number"))["number"]
    mine = await sent(api, "customer", order.order)
    own = [
        f"Your order {number} is agreed",
        f"Lagos approved your quotation {number}",
        f"Your quotation {number} is ready",
    ]
    assert [each["title"] for each in mine["nodes"]] == own
    assert len({each["to"] for each in mine["nodes"]}) == 1
    assert mine["nodes"][0]["text"] == "NGN\N{NO-BREAK SPACE}63.00 is to be paid."
    for who in ("manager", "biller", "admin"):
        all_of_them = await sent(api, who, order.order)
        titles = [each["title"] for each in all_of_them["nodes"]]
        assert set(own) < set(titles)
        assert f"The sale of order {number} is open" in titles
        assert all_of_them["totalCount"] == len(titles) > mine["totalCount"] == 3


async def test_a_rider_sees_what_they_were_told_themselves(api: Api):
    made = await released(api)
    await tell(api)
    told = (await sent(api, "rider", made.order))["nodes"]
    assert any("looks for a rider" in each["title"] for each in told)
    assert len({each["to"] for each in told}) == 1
    assert (await sent(api, "biller", made.order))["totalCount"] > len(told)


async def test_they_come_a_page_at_a_time(api: Api, order: Made):
    whole = (await sent(api, "manager", order.order))["nodes"]
    page, found = await sent(api, "manager", order.order, first=2), list[Any]()
    while True:
        found += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            break
        page = await sent(api, "manager", order.order, first=2, after=page["pageInfo"]["endCursor"])
    assert found == whole
    assert len(whole) > 2


async def test_that_one_was_read_is_seen(api: Api, order: Made):
    await api.ask("customer", "mutation { markAllNotificationsRead(input: {}) { __typename } }")
    read = [each for each in (await sent(api, "manager", order.order))["nodes"] if each["readAt"]]
    assert len(read) == 3


@pytest.mark.parametrize(("given", "said"), [({"first": 0}, "A page holds 1 to 100"), ({"after": "x"}, "messages")])
async def test_what_can_not_be_asked_is_told(given: dict[str, Any], said: str, api: Api, order: Made):
    with pytest.raises(AssertionError, match=said):
        await sent(api, "manager", order.order, **given)
