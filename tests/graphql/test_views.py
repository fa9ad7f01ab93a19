"""Saved views and lists of what waits, through the API."""

from datetime import timedelta
from typing import Any

from tests.graphql.office import Api
from tests.graphql.orders import agreed, draft

VIEWS = "{ savedViews { id name query shared owner isMine } }"
SAVED = "__typename ... on ViewSaved { view { id name query shared isMine } } ... on Invalid { field sentence }"
SAVE = f"mutation($input: SaveViewInput!) {{ answer: saveView(input: $input) {{ {SAVED} }} }}"
REMOVED = "__typename ... on ViewRemoved { id } ... on NotFound { sentence }"
REMOVE = f"mutation($input: RemoveViewInput!) {{ answer: removeView(input: $input) {{ {REMOVED} }} }}"
ORDERS = """
    query($filter: OrderFilter, $sort: OrderSort) {
        orders(filter: $filter, sort: $sort) { nodes { number } totalCount pageInfo { endCursor } }
    }
"""


async def save(api: Api, who: str, **given: Any) -> dict[str, Any]:
    answer: dict[str, Any] = (await api.ask(who, SAVE, input=given))["answer"]
    return answer


async def names(api: Api, who: str) -> list[str]:
    return [each["name"] for each in (await api.ask(who, VIEWS))["savedViews"]]


async def numbers(api: Api, who: str, sort: str = "NEWEST", **given: Any) -> list[str]:
    found = (await api.ask(who, ORDERS, filter=given, sort=sort))["orders"]
    assert found["totalCount"] == len(found["nodes"])
    return [each["number"] for each in found["nodes"]]


async def test_a_view_is_kept_replaced_shared_and_removed(api: Api):
    first = await save(api, "manager", name="Late ones", query="?show=late", idempotencyKey="k")
    assert first["view"] == {
        "id": first["view"]["id"], "name": "Late ones", "query": "show=late", "shared": False, "isMine": True,
    }  # fmt: skip
    assert await save(api, "manager", name="Late ones", query="?show=late", idempotencyKey="k") == first
    second = await save(api, "manager", name="Late ones", query="show=late&sort=oldest", shared=True)
    assert second["view"]["id"] == first["view"]["id"]
    assert await names(api, "biller") == ["Late ones"]
    assert await names(api, "customer") == []
    assert await names(api, "rider") == []
    refused = (await api.ask("biller", REMOVE, input={"id": first["view"]["id"]}))["answer"]
    assert refused == {
        "__typename": "NotFound", "sentence": "There is no such view among yours. Ask who saved it, or an admin.",
    }  # fmt: skip
    assert (await api.ask("admin", REMOVE, input={"id": first["view"]["id"]}))["answer"]["id"] == first["view"]["id"]
    assert await names(api, "manager") == []


async def test_a_view_that_can_not_be_kept_says_why(api: Api):
    assert (await save(api, "manager", name=" ", query="show=late"))["field"] == "name"
    assert (await save(api, "manager", name="x" * 61, query="show=late"))["field"] == "name"
    assert (await save(api, "manager", name="x", query="x" * 1001))["field"] == "query"
    assert (await save(api, "manager", name="x", query="a\nb"))["field"] == "query"
    assert (await save(api, "manager", name="x", query=" ? "))["field"] == "query"
    assert (await save(api, "customer", name="x", query="show=late", shared=True))["field"] == "shared"
    for number in range(50):
        assert "view" in await save(api, "customer", name=f"View {number}", query="show=late")
    assert (await save(api, "customer", name="One more", query="show=late"))["field"] == "name"
    assert "view" in await save(api, "customer", name="View 7", query="sort=oldest"), "one of them is replaced"


async def test_orders_are_listed_by_where_they_stand(api: Api):
    await draft(api)
    api.office.later(hours=2)
    await agreed(api)
    assert await numbers(api, "biller", sort="LONGEST") == ["LAG-000001", "LAG-000002"]
    assert await numbers(api, "biller", needsMe=True) == ["LAG-000002", "LAG-000001"]
    assert await numbers(api, "accountant", needsMe=True) == []
    since = (api.office.now - timedelta(hours=1)).isoformat()
    assert await numbers(api, "biller", stoodSince=since) == ["LAG-000001"]
    assert await numbers(api, "biller", lateAt=since) == []
    assert await numbers(api, "biller", currency="NGN", least=6300) == ["LAG-000002", "LAG-000001"]
    assert await numbers(api, "biller", currency="NGN", most=6299) == []
