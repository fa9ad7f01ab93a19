"""Returns through the API: asked for by their order, answered, received line by line, and listed for who may see."""

from typing import Any
from uuid import uuid4

import pytest
from tests.graphql.handed_over import Handed, handed_over
from tests.graphql.office import KANO, Api
from tests.graphql.orders import draft, written

RETURN = """
    status reason requestedBy acceptedBy closedBy answer refunded refundedTo
    lines { position description quantity sellable damaged missing }
"""
LIST = """
    query($statuses: [SalesReturnStatus!], $store: UUID, $first: Int!, $after: String) {
        salesReturns(statuses: $statuses, store: $store, first: $first, after: $after) {
            nodes { number status } pageInfo { hasNextPage endCursor } } }
"""


async def ask(api: Api, handed: Handed, pieces: int, *, who: str = "customer", **given: Any) -> Any:
    wanted = [{"line": handed.line, "quantity": pieces}]
    return await api.do(
        who, "createSalesReturn", **{"order": handed.order, "lines": wanted, "reason": "Too small.", **given}
    )


async def returns(api: Api, who: str, order: str) -> Any:
    return (await api.order(who, order, f"returns {{ {RETURN} }}"))["returns"]


async def listed(api: Api, who: str, **given: Any) -> list[str]:
    page = (await api.ask(who, LIST, **{"first": 20, **given}))["salesReturns"]
    return [each["status"] for each in page["nodes"]]


async def test_a_return_is_asked_for_accepted_received_and_refunded_onto_the_account(api: Api):
    handed = await handed_over(api)
    asked = await ask(api, handed, 3)
    assert (asked["__typename"], asked["state"], asked["stateLabel"]) == (
        "Moved",
        "RETURN_REQUESTED",
        "Return requested",
    )
    id = handed.fulfillment
    accepted = await api.move("manager", "fulfillmentReturnAccepted", id=id)
    assert accepted["stateLabel"] == "Return accepted"
    came = [
        {"line": handed.line, "quantity": 1, "condition": condition} for condition in ("SELLABLE", "DAMAGED", "MISSING")
    ]
    await api.move("manager", "fulfillmentReturnReceived", id=id, lines=came)
    refunded = await api.move("accountant", "fulfillmentRefundIssued", id=id, amount=2100, to="ACCOUNT")
    assert refunded["state"] == "DELIVERED"
    assert await returns(api, "customer", handed.order) == [{
        "status": "RECEIVED", "reason": "Too small.", "requestedBy": "Customer", "acceptedBy": "Manager",
        "closedBy": "Manager", "answer": None, "refunded": 2100, "refundedTo": "ACCOUNT",
        "lines": [{"position": 1, "description": "Shirt", "quantity": 3, "sellable": 1, "damaged": 1, "missing": 1}],
    }]  # fmt: skip


async def test_a_return_is_rejected_with_its_reason(api: Api):
    handed = await handed_over(api)
    await ask(api, handed, 1)
    await api.move("manager", "fulfillmentReturnAccepted", id=handed.fulfillment)
    await api.move("manager", "fulfillmentReturnRejected", id=handed.fulfillment, reason="It never came.")
    (kept,) = await returns(api, "biller", handed.order)
    assert (kept["status"], kept["answer"], kept["refunded"]) == ("REJECTED", "It never came.", None)


async def test_accepting_twice_changes_nothing(api: Api):
    handed = await handed_over(api)
    await ask(api, handed, 1)
    key = str(uuid4())
    first = await api.do("manager", "fulfillmentReturnAccepted", id=handed.fulfillment, idempotencyKey=key)
    before = await written(api)
    assert await api.do("manager", "fulfillmentReturnAccepted", id=handed.fulfillment, idempotencyKey=key) == first
    again = await api.do("manager", "fulfillmentReturnAccepted", id=handed.fulfillment)
    assert again["__typename"] == "Refused"
    assert {each["event"] for each in again["takes"]} == {"RETURN_RECEIVED", "RETURN_REJECTED"}
    assert await written(api) == before


@pytest.mark.parametrize("pieces", [4, 0, -1])
async def test_no_more_and_no_less_can_be_asked_back_than_there_is(api: Api, pieces: int):
    handed = await handed_over(api)
    before = await written(api)
    answer = await ask(api, handed, pieces)
    assert answer["__typename"] == "Refused"
    assert answer["reasons"][0]["sentence"] == (
        "Some goods must be named, and no more of each than were delivered and have not come back."
    )
    assert await written(api) == before


async def test_nothing_can_come_back_of_what_has_not_left(api: Api):
    made = await draft(api)
    lines = [{"line": str(uuid4()), "quantity": 1}]
    answer = await api.do("biller", "createSalesReturn", order=made.order, lines=lines, reason="Too small.")
    assert answer == {"__typename": "Invalid", "field": "order",
                      "sentence": "Nothing of the order is on its way yet. Cancel the order instead."}  # fmt: skip


async def test_the_fulfillment_that_is_named_must_be_of_the_order(api: Api):
    handed = await handed_over(api)
    answer = await ask(api, handed, 1, fulfillment=uuid4())
    assert (answer["__typename"], answer["sentence"]) == (
        "NotFound",
        "The order has no such fulfillment. Check its id.",
    )
    named = await ask(api, handed, 1, fulfillment=handed.fulfillment)
    assert named["state"] == "RETURN_REQUESTED"


@pytest.mark.parametrize(
    ("who", "answer"),
    [("reseller", "NotFound"), ("rider", "NotFound"), ("manager of kano", "NotFound"), ("accountant", "Refused")],
)
async def test_who_does_not_see_the_order_or_may_not_asks_for_nothing(api: Api, who: str, answer: str):
    handed = await handed_over(api)
    before = await written(api)
    assert (await ask(api, handed, 1, who=who))["__typename"] == answer
    assert await written(api) == before


async def test_only_who_leads_answers_a_return(api: Api):
    handed = await handed_over(api)
    await ask(api, handed, 1)
    for who in ("customer", "biller", "accountant"):
        answer = await api.do(who, "fulfillmentReturnAccepted", id=handed.fulfillment)
        assert (answer["__typename"], answer["reasons"][0]["permission"]) == ("Refused", "return.decide")


async def test_returns_are_listed_newest_first_for_who_sees_their_money(api: Api):
    first, second = await handed_over(api, shirts=1), await handed_over(api, shirts=1)
    await ask(api, first, 1)
    api.office.later(minutes=1)
    await ask(api, second, 1)
    await api.move("manager", "fulfillmentReturnAccepted", id=second.fulfillment)
    for who in ("customer", "biller", "manager", "accountant", "admin"):
        assert await listed(api, who) == ["ACCEPTED", "REQUESTED"]
    for who in ("reseller", "rider", "manager of kano"):
        assert await listed(api, who) == []
    assert await listed(api, "admin", statuses=["REQUESTED"]) == ["REQUESTED"]
    assert await listed(api, "admin", statuses=["RECEIVED", "REJECTED"]) == []
    assert await listed(api, "admin", store=str(KANO)) == []
    page = (await api.ask("admin", LIST, first=1))["salesReturns"]
    assert page["pageInfo"]["hasNextPage"] is True
    rest = (await api.ask("admin", LIST, first=1, after=page["pageInfo"]["endCursor"]))["salesReturns"]
    assert ([each["status"] for each in rest["nodes"]], rest["pageInfo"]["hasNextPage"]) == (["REQUESTED"], False)
    assert "A page holds 1 to 100" in (await api.errors("admin", LIST, first=101))[0]["message"]
