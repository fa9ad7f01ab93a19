"""A new quotation out of one that there was, and what a quotation offered before."""

from datetime import timedelta
from typing import Any

import pytest
from tests.graphql.office import BUYER, LAGOS, RESELLER, SHIRT, SHOES, Api
from tests.graphql.orders import agreed, draft, written

LINES = """
    lines { description quantity price { unit listPrice taxRate discount tax total } } totals { total }
    quotation { id state context { version validUntil } }
"""
ORIGIN = "number copiedFrom { number } copies { number }"


async def copied(api: Api, who: str, order: str) -> str:
    """The id of a new order."""
    moved = await api.move(who, "copyQuotation", order=order)
    assert moved["id"] != order
    return str(moved["order"]["id"])


async def test_a_copy_has_the_same_goods_at_the_prices_of_today(api: Api):
    first = await draft(api)
    quotation = first.ids["quotation"]
    lines = [{"variant": str(SHIRT), "quantity": 3, "unitPrice": 700, "discountRate": 250}]
    await api.move("manager", "quotationEdit", id=quotation, lines=lines)
    offered = (await api.order("manager", first.order, LINES))["lines"]
    price = {"unit": 700, "listPrice": 1050, "taxRate": 0, "discount": 52, "tax": 0, "total": 2048}
    assert offered == [{"description": "Shirt", "quantity": 3, "price": price}]
    await api.office.pool.execute("UPDATE variant SET price = 2000, tax_rate = 750 WHERE id = $1", SHIRT)
    api.office.later(hours=5)
    new = await api.order("manager", await copied(api, "manager", first.order), LINES)
    price = {"unit": 2100, "listPrice": 2100, "taxRate": 750, "discount": 0, "tax": 472, "total": 6772}
    assert new["lines"] == [{"description": "Shirt", "quantity": 3, "price": price}]
    assert new["totals"] == {"total": 6772}
    until = (api.office.now + timedelta(days=7)).isoformat().replace("+00:00", "Z")
    assert new["quotation"]["context"] == {"version": 2, "validUntil": until}
    assert new["quotation"]["state"] == "DRAFT"


async def test_a_copy_knows_where_it_came_from_and_goes_to_the_same_place(api: Api):
    first = await draft(api)
    second, third = [await copied(api, "biller", first.order) for _ in range(2)]
    assert await api.order("biller", first.order, ORIGIN) == {
        "number": "LAG-000001", "copiedFrom": None, "copies": [{"number": "LAG-000003"}, {"number": "LAG-000002"}],
    }  # fmt: skip
    assert await api.order("biller", third, ORIGIN) == {
        "number": "LAG-000003", "copiedFrom": {"number": "LAG-000001"}, "copies": [],
    }  # fmt: skip
    fields = """
        store { id } customer { id } biller { name } currency fulfillmentType delivery { receiver address promisedAt }
        transitionLog { nodes { event reason } }
    """
    found = await api.order("biller", second, fields)
    log = found.pop("transitionLog")["nodes"]
    assert log == [{"event": "EDIT", "reason": None}, {"event": "BORN", "reason": "A copy of LAG-000001."}]
    assert found == {
        "store": {"id": str(LAGOS)}, "customer": {"id": str(BUYER)}, "biller": {"name": "Biller"}, "currency": "NGN",
        "fulfillmentType": "DELIVERY",
        "delivery": {"receiver": "Buyer of shirts", "address": "1 Harbour Road", "promisedAt": None},
    }  # fmt: skip


async def test_a_sale_that_expired_is_copied_and_the_same_key_copies_once(api: Api):
    first = await agreed(api)
    await api.move("manager", "saleCancelRequested", id=first.ids["sale"], reason="Nobody paid.")
    one = await api.move("biller", "copyQuotation", order=first.order, idempotencyKey="once")
    before = await written(api)
    again = await api.move("biller", "copyQuotation", order=first.order, idempotencyKey="once")
    assert again["order"] == one["order"]
    assert await written(api) == before
    other = await draft(api)
    reused = await api.do("biller", "copyQuotation", order=other.order, idempotencyKey="once")
    assert (reused["__typename"], reused["field"]) == ("Invalid", "idempotencyKey")


async def test_a_copy_of_nothing_is_an_empty_draft_without_an_end(api: Api):
    moved = await api.move("manager", "createQuotation", store=LAGOS, customer=BUYER, fulfillmentType="PICKUP")
    new = await api.order("manager", await copied(api, "manager", moved["order"]["id"]), LINES)
    assert (new["lines"], new["quotation"]["context"]) == ([], {"version": 1, "validUntil": None})


async def test_goods_that_are_sold_no_more_are_named_and_nothing_is_written(api: Api):
    first = await draft(api)
    await api.office.pool.execute("UPDATE variant SET active = false WHERE id = $1", SHIRT)
    await api.office.pool.execute("UPDATE product SET active = false WHERE id = $1", SHOES)
    before = await written(api)
    answer = await api.do("manager", "copyQuotation", order=first.order)
    assert answer == {
        "__typename": "Invalid", "field": "lines[0].variant",
        "sentence": "Line 1: Shirt is not sold any more. Line 2: Shoes is not sold any more. "
        "Choose another variant or take the line out.",
    }  # fmt: skip
    assert await written(api) == before


async def test_who_may_not_draft_does_not_copy(api: Api):
    first = await agreed(api)
    before = await written(api)
    for who in ("accountant", "customer"):
        answer = await api.do(who, "copyQuotation", order=first.order)
        assert (answer["__typename"], answer["sentence"]) == ("Refused", "You may not place an order."), who
    for who in ("rider", "reseller", "manager of kano"):
        assert (await api.do(who, "copyQuotation", order=first.order))["__typename"] == "NotFound", who
    assert await written(api) == before


async def test_a_reseller_copies_their_own_order_which_its_biller_goes_on_billing(api: Api):
    first = await draft(api, customer=RESELLER)
    await api.move("biller", "quotationShare", id=first.ids["quotation"])
    new = await copied(api, "reseller", first.order)
    assert (await api.order("reseller", new, "biller { name } quotation { state }")) == {
        "biller": {"name": "Biller"}, "quotation": {"state": "DRAFT"},
    }  # fmt: skip
    assert (await api.order("biller", new, ORIGIN))["copiedFrom"] == {"number": "LAG-000001"}


# ------------------------------------------------------------------------------------------- drafts are the seller's


async def seen(api: Api, who: str, order: str) -> Any:
    """The number where they see the order, else the code of the error."""
    body = (await api.post(who, "query($id: UUID!) { order(id: $id) { number } }", id=order)).json()
    return body["errors"][0]["extensions"]["code"] if "errors" in body else body["data"]["order"]["number"]


async def test_a_buyer_sees_a_quotation_once_it_is_shared(api: Api):
    made = await draft(api)
    quotation = made.ids["quotation"]
    assert await seen(api, "customer", made.order) == "NOT_FOUND"
    assert await seen(api, "biller", made.order) == "LAG-000001"
    assert (await api.ask("customer", "{ orders { totalCount nodes { id } } }"))["orders"] == {
        "totalCount": 0, "nodes": [],
    }  # fmt: skip
    before = await written(api)
    answer = await api.do("customer", "quotationDecline", id=quotation, reason="Too dear.")
    assert answer["__typename"] == "NotFound"
    assert await written(api) == before
    await api.move("biller", "quotationShare", id=quotation)
    assert await seen(api, "customer", made.order) == "LAG-000001"
    await api.move("biller", "quotationEdit", id=quotation, lines=[{"variant": str(SHIRT), "quantity": 1}])
    assert await seen(api, "customer", made.order) == "LAG-000001"


async def test_a_quotation_that_ended_as_a_draft_was_never_for_its_buyer(api: Api):
    made = await draft(api)
    await api.move("biller", "quotationWithdraw", id=made.ids["quotation"], reason="Quoted twice.")
    assert await seen(api, "customer", made.order) == "NOT_FOUND"


async def test_resellers_see_drafts_of_their_own_and_none_of_the_sellers(api: Api):
    theirs = await draft(api, customer=RESELLER)
    mine = await draft(api, "reseller", customer=RESELLER)
    assert await seen(api, "reseller", theirs.order) == "NOT_FOUND"
    assert await seen(api, "reseller", mine.order) == "LAG-000002"
    await api.move("reseller", "quotationEdit", id=mine.ids["quotation"], lines=[])


# ---------------------------------------------------------------------------------------------------------- versions

VERSIONS = """
    quotation { versions %s { nodes { version who onBehalfOf total
        lines { description quantity unitPrice listPrice total } } } }
"""


async def versions(api: Api, who: str, order: str, page: str = "") -> Any:
    return (await api.order(who, order, VERSIONS % page))["quotation"]["versions"]["nodes"]


@pytest.fixture
async def revised(api: Api) -> str:
    """An order drafted empty, edited, shared, and made cheaper by the manager."""
    made = await draft(api)
    quotation = made.ids["quotation"]
    await api.move("biller", "quotationEdit", id=quotation, lines=[{"variant": str(SHIRT), "quantity": 2}])
    await api.move("biller", "quotationShare", id=quotation)
    lines = [{"variant": str(SHIRT), "quantity": 2, "unitPrice": 900}]
    await api.move("manager", "quotationEdit", id=quotation, lines=lines)
    return made.order


async def test_the_versions_of_a_quotation_are_read_newest_first(api: Api, revised: str):
    found = await versions(api, "biller", revised)
    assert [(each["version"], each["who"], each["total"]) for each in found] == [
        (4, "Manager", 1800), (3, "Biller", 2100), (2, "Biller", 6300), (1, "Biller", 0),
    ]  # fmt: skip
    assert found[0]["lines"] == [
        {"description": "Shirt", "quantity": 2, "unitPrice": 900, "listPrice": 1050, "total": 1800}
    ]
    assert found[3]["lines"] == []
    page = await versions(api, "biller", revised, '(first: 2, after: "4")')
    assert [each["version"] for each in page] == [3, 2]


async def test_a_buyer_reads_the_versions_from_the_one_that_was_shared_on(api: Api, revised: str):
    assert [each["version"] for each in await versions(api, "customer", revised)] == [4, 3]


async def test_who_began_a_quotation_reads_all_of_it(api: Api):
    made = await draft(api, "reseller", customer=RESELLER)
    assert [each["version"] for each in await versions(api, "reseller", made.order)] == [2, 1]


async def test_a_page_of_versions_has_an_end(api: Api, revised: str):
    query = f"query($id: UUID!) {{ order(id: $id) {{ {VERSIONS % '(first: 101)'} }} }}"
    [error] = await api.errors("biller", query, id=revised)
    assert error["message"] == "A page holds 1 to 100 versions. Ask for fewer, and then for the next page."
