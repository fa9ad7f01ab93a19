"""What the outbox told: listed for who looks after it, of their stores alone."""

from __future__ import annotations

from typing import Any

import pytest
from tests.graphql.office import KANO, RESELLER, Api
from tests.graphql.orders import draft

EVENTS = """query($first: Int! = 20, $after: String, $filter: OutboxEventFilter) {
    outboxEvents(first: $first, after: $after, filter: $filter) {
        nodes { type number orderNumber order { id } } totalCount pageInfo { hasNextPage endCursor } } }"""


@pytest.fixture
async def two(api: Api) -> tuple[str, str]:
    """An order of each store; that of Lagos is shared a minute later."""
    lagos = await draft(api)
    kano = await draft(api, "manager of kano", store=KANO, customer=RESELLER)
    api.office.later(minutes=1)
    await api.move("biller", "quotationShare", id=lagos.ids["quotation"])
    return lagos.order, kano.order


async def events(api: Api, who: str, **given: Any) -> Any:
    return (await api.ask(who, EVENTS, **given))["outboxEvents"]


@pytest.mark.parametrize("who", ["admin", "accountant", "manager", "manager of kano", "biller", "rider", "customer"])
async def test_who_looks_after_the_outbox_of_which_store_sees_it(who: str, api: Api, two: tuple[str, str]):
    lagos, kano = two
    seen = {"admin": {lagos, kano}, "accountant": {lagos, kano}, "manager": {lagos}, "manager of kano": {kano}}
    found = await events(api, who)
    assert {each["order"]["id"] for each in found["nodes"]} == seen.get(who, set())
    assert found["totalCount"] == len(found["nodes"])


async def test_the_newest_come_first_and_each_is_told_by_its_number(api: Api, two: tuple[str, str]):
    lagos, _ = two
    found = await events(api, "admin", filter={"order": lagos})
    assert found["nodes"][0]["type"] == "order.quotation.share"
    numbers = [each["number"] for each in found["nodes"]]
    assert numbers == list(range(len(numbers), 0, -1))


async def test_it_is_cut_by_store_and_time_and_read_page_by_page(api: Api, two: tuple[str, str]):
    lagos, kano = two
    moment = api.office.now.isoformat()
    assert {each["order"]["id"] for each in (await events(api, "admin", filter={"store": str(KANO)}))["nodes"]} == {
        kano
    }
    assert (await events(api, "manager", filter={"store": str(KANO)}))["nodes"] == []
    late = await events(api, "admin", filter={"since": moment})
    early = await events(api, "admin", filter={"until": moment})
    assert {each["order"]["id"] for each in late["nodes"]} == {lagos}
    whole = await events(api, "admin", first=100)
    assert late["totalCount"] + early["totalCount"] == whole["totalCount"]
    seen, after = [], None
    for _ in whole["nodes"]:
        page = await events(api, "admin", first=1, after=after)
        seen += page["nodes"]
        after = page["pageInfo"]["endCursor"]
    assert (seen, page["pageInfo"]["hasNextPage"]) == (whole["nodes"], False)
