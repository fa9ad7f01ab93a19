"""The reconciliation inbox over the API: who sees what, the evidence, and what doing something comes to."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from tests.graphql.office import BUYER, KANO, LAGOS, RESELLER, SHIRT, Api, Office
from tests.graphql.orders import agreed, draft, written

from orderway.ids import new_id
from orderway.sale.reconciliation.parking import Kind, Parked, park

ITEM = """
    id kind kindLabel why provider transaction reference amount currency holds usable
    order { number store customer } saleState saleStateLabel payment { state stateLabel amount left }
    candidates { hasSame payment { reference stateLabel } order { number } }
    availableActions { action label mutation enabled reasons { guard sentence whoCanHelp } }
    suggestion { action label order { number } }
    resolution resolutionLabel resolvedBy reason sentReference toOrder { number }
"""
ANSWER = f"""
    __typename ... on Settled {{ item {{ {ITEM} }} }}
    ... on Refused {{ sentence reasons {{ guard permission whoCanHelp }} }}
    ... on Conflict {{ sentence who what step }} ... on NotFound {{ sentence }} ... on Invalid {{ field sentence }}
"""
LIST = f"""
    query($first: Int! = 20, $after: String, $filter: ReconciliationFilter) {{
        reconciliationItems(first: $first, after: $after, filter: $filter) {{
            nodes {{ {ITEM} }} totalCount pageInfo {{ hasNextPage endCursor }}
        }}
    }}
"""


async def parked(office: Office, kind: Kind = "orphan", amount: int = 3000, **about: Any) -> UUID:
    new = Parked(
        kind=kind, provider="paystack", amount=amount, currency="NGN", why="It names no order.", at=office.now, **about
    )
    async with office.pool.acquire() as connection:
        return await park(connection, new)


async def do(api: Api, who: str, mutation: str, **given: Any) -> Any:
    kind = f"{mutation[0].upper()}{mutation[1:]}Input"
    query = f"mutation($input: {kind}!) {{ answer: {mutation}(input: $input) {{ {ANSWER} }} }}"
    given = {name: str(value) if isinstance(value, UUID) else value for name, value in given.items()}
    return (await api.ask(who, query, input=given))["answer"]


async def listed(api: Api, who: str, **variables: Any) -> list[str]:
    found = (await api.ask(who, LIST, **variables))["reconciliationItems"]
    assert found["totalCount"] == len(found["nodes"])
    return [each["id"] for each in found["nodes"]]


async def test_an_item_tells_its_evidence(api: Api, office: Office):
    made = await agreed(api)
    payment = await api.move(
        "biller", "registerPayment", order=made.order, amount=3000, method="CASH", provider="till", reference="R-1"
    )
    await parked(office, transaction="T-1", reference="R-7")
    (item,) = (await api.ask("accountant", LIST))["reconciliationItems"]["nodes"]
    number = payment["order"]["number"]
    assert item["kind"] == "ORPHAN"
    assert item["kindLabel"] == "Of no known order"
    assert (item["amount"], item["usable"], item["currency"], item["holds"]) == (3000, 3000, "NGN", True)
    assert (item["order"], item["payment"], item["resolution"]) == (None, None, None)
    assert item["candidates"] == [
        {
            "hasSame": "amount",
            "payment": {"reference": "R-1", "stateLabel": "Waiting for confirmation"},
            "order": {"number": number},
        }
    ]
    assert [(each["action"], each["mutation"], each["enabled"]) for each in item["availableActions"]] == [
        ("ATTACH", "attachParkedMoney", True),
        ("RETURN", "returnParkedMoney", True),
    ]
    assert item["suggestion"] == {"action": "ATTACH", "label": "Attach to an order", "order": {"number": number}}


async def test_an_item_about_a_payment_tells_its_order_and_where_that_stands(api: Api, office: Office):
    made = await agreed(api)
    payment = await api.move(
        "biller", "registerPayment", order=made.order, amount=6300, method="CARD", provider="paystack", reference="R-1"
    )
    item = await parked(
        office, "short", 6000, store=LAGOS, order=UUID(made.order), payment=UUID(payment["id"]), reference="R-1"
    )
    query = f"query($id: UUID!) {{ reconciliationItem(id: $id) {{ {ITEM} }} }}"
    found = (await api.ask("manager", query, id=str(item)))["reconciliationItem"]
    assert found["order"] == {
        "number": payment["order"]["number"], "store": "Lagos", "customer": "Buyer of shirts",
    }  # fmt: skip
    assert found["saleStateLabel"] == "Choosing how to pay"
    assert found["payment"] == {
        "state": "PENDING", "stateLabel": "Waiting for confirmation", "amount": 6300, "left": 6300,
    }  # fmt: skip
    (first, *_) = found["availableActions"]
    assert first["reasons"] == [
        {
            "guard": "permission",
            "sentence": "You may not decide what becomes of this money.",
            "whoCanHelp": "an accountant or an admin",
        }
    ]
    as_accountant = (await api.ask("accountant", query, id=str(item)))["reconciliationItem"]["availableActions"]
    assert {each["action"]: each["enabled"] for each in as_accountant} == {
        "ATTACH": True,
        "RETURN": True,
        "ACCEPT_SHORT": False,
    }


async def test_attaching_pays_the_order(api: Api, office: Office):
    made = await agreed(api)
    item = await parked(office, amount=6300, reference="R-1")
    answer = await do(api, "accountant", "attachParkedMoney", item=item, order=made.order, reason="The buyer called.")
    assert answer["__typename"] == "Settled"
    settled = answer["item"]
    assert (settled["resolution"], settled["resolutionLabel"]) == ("ATTACHED", "Attached to an order")
    assert (settled["resolvedBy"], settled["reason"]) == ("Accountant", "The buyer called.")
    assert (settled["availableActions"], settled["usable"]) == ([], 0)
    order = await api.order("biller", made.order, "number sale { state } payments { state context { reference } }")
    assert settled["toOrder"] == {"number": order["number"]}
    assert order["sale"]["state"] == "CLEARED_FOR_FULFILLMENT"
    assert order["payments"] == [{"state": "CONFIRMED", "context": {"reference": "R-1"}}]


async def test_money_that_went_back_says_how(api: Api, office: Office):
    item = await parked(office)
    answer = await do(api, "admin", "returnParkedMoney", item=item, reason="Sent by mistake.", sentReference="OUT-3")
    assert (answer["item"]["resolutionLabel"], answer["item"]["sentReference"]) == ("Returned to the sender", "OUT-3")


async def test_a_refusal_says_who_can_help(api: Api, office: Office):
    made = await agreed(api)
    item = await parked(office, "orphan", store=LAGOS, order=UUID(made.order))
    answer = await do(api, "manager", "returnParkedMoney", item=item, reason="Sent by mistake.")
    assert answer == {
        "__typename": "Refused",
        "sentence": "You may not decide what becomes of this money.",
        "reasons": [
            {"guard": "permission", "permission": "payment.reconcile", "whoCanHelp": "an accountant or an admin"}
        ],
    }


async def test_who_comes_second_hears_who_came_first(api: Api, office: Office):
    item = await parked(office)
    await do(api, "admin", "returnParkedMoney", item=item, reason="Sent by mistake.")
    answer = await do(api, "accountant", "returnParkedMoney", item=item, reason="Sent by mistake.")
    assert answer == {
        "__typename": "Conflict",
        "sentence": "This has changed since you looked: Admin returned it to the sender at 2026-03-02 12:00:00 UTC."
        " Check the new state and try again.",
        "who": "Admin",
        "what": "returned it to the sender",
        "step": 1,
    }


@pytest.mark.parametrize(
    ("mutation", "more"),
    [
        ("attachParkedMoney", {"order": str(LAGOS)}),
        ("refundParkedMoney", {}),
        ("returnParkedMoney", {}),
        ("acceptShortPayment", {}),
        ("acceptOverPayment", {}),
        ("dismissParkedItem", {}),
    ],
)
async def test_what_may_not_be_seen_is_not_found(api: Api, office: Office, mutation: str, more: dict[str, str]):
    made = await agreed(api)
    item = await parked(office, "orphan", store=LAGOS, order=UUID(made.order))
    before = await written(api)
    missing = {"__typename": "NotFound"}
    for who in ("manager of kano", "biller", "customer", "reseller", "rider"):
        answer = await do(api, who, mutation, item=item, reason="Mine.", **more)
        assert {**answer, "sentence": ""} == {**missing, "sentence": ""}, who
    answer = await do(api, "accountant", mutation, item=new_id(), reason="Mine.", **more)
    assert answer["sentence"] == "There is no such item in the inbox. Check its id, or look for it in the list."
    assert await written(api) == before


@pytest.mark.parametrize("reason", ["", " ", "x" * 2001])
async def test_a_reason_is_asked_for(api: Api, office: Office, reason: str):
    item = await parked(office)
    answer = await do(api, "accountant", "returnParkedMoney", item=item, reason=reason)
    assert (answer["__typename"], answer["field"]) == ("Invalid", "reason")


async def test_each_sees_the_items_of_their_orders(api: Api, office: Office):
    made = await agreed(api)
    orphan = str(await parked(office))
    of_lagos = str(await parked(office, "unverified", store=LAGOS, order=UUID(made.order)))
    assert await listed(api, "admin") == [of_lagos, orphan]
    assert await listed(api, "accountant") == [of_lagos, orphan]
    assert await listed(api, "manager") == [of_lagos]
    for who in ("manager of kano", "biller", "customer", "reseller", "rider"):
        assert await listed(api, who) == []


async def test_no_candidate_tells_of_an_order_that_is_not_seen(api: Api, office: Office):
    made = await agreed(api)
    await api.move(
        "biller", "registerPayment", order=made.order, amount=3000, method="CASH", provider="till", reference="R-1"
    )
    other = UUID((await api.move("admin", "createQuotation", **draft_in_kano()))["order"]["id"])
    item = await parked(office, "unverified", store=KANO, order=other)
    query = f"query($id: UUID!) {{ reconciliationItem(id: $id) {{ {ITEM} }} }}"
    for who, count in (("accountant", 1), ("manager of kano", 0)):
        found = (await api.ask(who, query, id=str(item)))["reconciliationItem"]
        assert len(found["candidates"]) == count, who


def draft_in_kano() -> dict[str, Any]:
    return {
        "store": KANO,
        "customer": BUYER,
        "fulfillmentType": "PICKUP",
        "lines": [{"variant": str(SHIRT), "quantity": 1}],
    }


async def test_the_list_is_read_by_kind_by_state_by_order_and_by_page(api: Api, office: Office):
    made = await agreed(api)
    first, second = str(await parked(office)), str(await parked(office, "unverified"))
    third = str(await parked(office, "orphan", store=LAGOS, order=UUID(made.order)))
    await do(api, "admin", "returnParkedMoney", item=second, reason="Sent by mistake.")
    assert await listed(api, "admin", filter={"kinds": ["ORPHAN"]}) == [third, first]
    assert await listed(api, "admin", filter={"status": "OPEN"}) == [third, first]
    assert await listed(api, "admin", filter={"status": "RESOLVED"}) == [second]
    assert await listed(api, "admin", filter={"order": made.order}) == [third]
    assert await listed(api, "admin", filter={}) == [third, second, first]
    page = (await api.ask("admin", LIST, first=2))["reconciliationItems"]
    assert [each["id"] for each in page["nodes"]] == [third, second]
    assert (page["totalCount"], page["pageInfo"]) == (3, {"hasNextPage": True, "endCursor": second})
    rest = (await api.ask("admin", LIST, first=2, after=second))["reconciliationItems"]
    assert [each["id"] for each in rest["nodes"]] == [first]
    assert rest["pageInfo"]["hasNextPage"] is False
    (error,) = await api.errors("admin", "{ reconciliationItems(first: 101) { nodes { id } } }")
    assert error["message"] == "A page holds 1 to 100 items. Ask for fewer, and then for the next page."


async def test_nobody_reads_the_inbox_signed_out(api: Api):
    (error,) = await api.errors("", "{ reconciliationItems { nodes { id } } }")
    assert error["extensions"]["code"] == "SIGNED_OUT"


PAYMENT = {"amount": 6300, "method": "CARD", "provider": "paystack", "reference": "R-1"}


async def test_a_consumers_payment_is_registered_and_confirmed_by_its_own_names(api: Api):
    made = await agreed(api)
    moved = await api.move("biller", "registerConsumerPayment", order=made.order, **PAYMENT)
    assert moved["state"] == "PENDING"
    again = await api.do("biller", "registerConsumerPayment", order=made.order, **PAYMENT)
    assert (again["__typename"], again["field"]) == ("Invalid", "reference")
    confirmed = await api.move("accountant", "confirmConsumerPayment", id=moved["id"], seen=0)
    assert confirmed["state"] == "CONFIRMED"
    order = await api.order("biller", made.order, "payments { __typename } sale { state }")
    assert order["payments"] == [{"__typename": "ConsumerPayment"}]
    assert order["sale"]["state"] == "CLEARED_FOR_FULFILLMENT"


async def test_the_names_for_resellers_refuse_what_a_consumer_pays(api: Api):
    made = await agreed(api)
    before = await written(api)
    answer = await api.do("biller", "registerResellerPayment", order=made.order, **PAYMENT)
    assert (answer["__typename"], answer["reasons"][0]["guard"]) == ("Refused", "buyer_kind")
    assert answer["sentence"] == (
        "The buyer must be a reseller. The buyer of this order is a consumer. Send registerConsumerPayment instead."
    )
    assert await written(api) == before
    moved = await api.move("biller", "registerConsumerPayment", order=made.order, **PAYMENT)
    before = await written(api)
    answer = await api.do("accountant", "confirmResellerPayment", id=moved["id"])
    assert answer["sentence"] == (
        "The buyer must be a reseller. The buyer of this order is a consumer. Send confirmConsumerPayment instead."
    )
    assert await written(api) == before


async def test_a_resellers_payment_is_registered_and_confirmed_by_its_own_names(api: Api):
    made = await draft(api, customer=RESELLER)
    refused = await api.do("biller", "registerConsumerPayment", order=made.order, **PAYMENT)
    assert refused["reasons"][0]["remedy"] == "Send registerResellerPayment instead."
    await api.move("biller", "quotationShare", id=made.ids["quotation"])
    moved = await api.move("reseller", "registerResellerPayment", order=made.order, **PAYMENT)
    confirmed = await api.move("accountant", "confirmResellerPayment", id=moved["id"], amount=6000)
    assert confirmed["state"] == "CONFIRMED"
    order = await api.order("biller", made.order, "payments { __typename context { amount } }")
    assert order["payments"] == [{"__typename": "ResellerPayment", "context": {"amount": 6000}}]


@pytest.mark.parametrize("who", ["manager of kano", "rider"])
async def test_the_known_names_find_no_order_that_is_not_seen(api: Api, who: str):
    made = await agreed(api)
    moved = await api.move("biller", "registerConsumerPayment", order=made.order, **PAYMENT)
    for mutation, given in (
        ("registerConsumerPayment", {"order": made.order, **PAYMENT}),
        ("registerResellerPayment", {"order": made.order, **PAYMENT}),
        ("confirmConsumerPayment", {"id": moved["id"]}),
        ("confirmResellerPayment", {"id": moved["id"]}),
    ):
        assert (await api.do(who, mutation, **given))["__typename"] == "NotFound", mutation


async def test_nobody_pays_in_the_name_of_orderway(api: Api):
    made = await agreed(api)
    answer = await api.do("biller", "registerPayment", order=made.order, **{**PAYMENT, "provider": "orderway"})
    assert answer == {
        "__typename": "Invalid",
        "field": "provider",
        "sentence": "Only Orderway itself pays by that name. Say who brought the money.",
    }


async def test_money_that_waits_in_the_inbox_is_not_confirmed_by_hand(api: Api, office: Office):
    made = await agreed(api)
    await parked(office, amount=6300, reference="R-1")
    moved = await api.move("biller", "registerPayment", order=made.order, **PAYMENT)
    before = await written(api)
    answer = await api.do("accountant", "paymentConfirm", id=moved["id"])
    assert answer["sentence"] == (
        "What came for the payment must not wait in the reconciliation inbox. NGN 63.00 waits there."
        " Attach or accept it there."
    )
    assert answer["reasons"][0]["whoCanHelp"] == "an accountant or an admin"
    assert await written(api) == before
