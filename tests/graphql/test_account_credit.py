"""The buyer's account through the API: who sees it, who pays from it, and who pays it out."""

from typing import Any
from uuid import uuid4

import pytest
from tests.graphql.handed_over import agreed_pickup, handed_over
from tests.graphql.office import BUYER, KANO, LAGOS, RESELLER, Api
from tests.graphql.orders import written

ACCOUNT = """
    query($customer: UUID!, $store: UUID) { accountCredit(customer: $customer, store: $store) {
        store customer currency balance
        entries { nodes { kind amount note who number } pageInfo { hasNextPage } } } }
"""
PAY_OUT = """
    mutation($input: PayOutAccountCreditInput!) { payOutAccountCredit(input: $input) {
        __typename ... on AccountCreditPaidOut { account { balance } } ... on NotFound { sentence }
        ... on Invalid { field sentence } ... on Refused { sentence reasons { permission } } } }
"""


async def accounts(api: Api, who: str, customer: object = BUYER, **given: Any) -> Any:
    return (await api.ask(who, ACCOUNT, customer=str(customer), **given))["accountCredit"]


async def balance(api: Api) -> int:
    (account,) = await accounts(api, "admin")
    return int(account["balance"])


async def pay_out(api: Api, who: str = "accountant", **given: Any) -> Any:
    usual = {"customer": str(BUYER), "store": str(LAGOS), "currency": "NGN", "amount": 500, "note": "In cash."}
    return (await api.ask(who, PAY_OUT, input={**usual, **given}))["payOutAccountCredit"]


async def credited(api: Api) -> str:
    """The customer has 2,100 on their account; the number of the order it came from."""
    handed = await handed_over(api)
    lines = [{"line": handed.line, "quantity": 2}]
    await api.move("customer", "createSalesReturn", order=handed.order, lines=lines, reason="Too small.")
    came = [{"line": handed.line, "quantity": 2, "condition": "SELLABLE"}]
    await api.move("manager", "fulfillmentReturnReceived", id=handed.fulfillment, lines=came)
    await api.move("accountant", "fulfillmentRefundIssued", id=handed.fulfillment, amount=2100, to="ACCOUNT")
    return str((await api.order("biller", handed.order, "number"))["number"])


async def test_a_buyer_pays_their_order_from_their_account(api: Api):
    first = await credited(api)
    order = await agreed_pickup(api, shirts=1)
    key = str(uuid4())
    paid = await api.do("customer", "payFromAccountCredit", order=order, amount=1050, idempotencyKey=key)
    assert (paid["__typename"], paid["state"]) == ("Moved", "CONFIRMED")
    assert await api.do("customer", "payFromAccountCredit", order=order, amount=1050, idempotencyKey=key) == paid
    seen = await api.order("customer", order, "number sale { state } payments { context { method amount } }")
    assert seen["sale"]["state"] == "CLEARED_FOR_FULFILLMENT"
    assert seen["payments"] == [{"context": {"method": "ACCOUNT_CREDIT", "amount": 1050}}]
    assert await accounts(api, "customer") == [{
        "store": "Lagos", "customer": "Buyer of shirts", "currency": "NGN", "balance": 1050,
        "entries": {"pageInfo": {"hasNextPage": False}, "nodes": [
            {"kind": "SPENT", "amount": -1050, "note": None, "who": "Customer", "number": seen["number"]},
            {"kind": "REFUNDED", "amount": 2100, "note": None, "who": "Accountant", "number": first},
        ]},
    }]  # fmt: skip


async def test_it_is_seen_where_the_money_of_the_buyer_is_seen(api: Api):
    await credited(api)
    for who in ("customer", "biller", "manager", "accountant", "admin"):
        assert [each["balance"] for each in await accounts(api, who)] == [2100]
    for who in ("reseller", "rider", "manager of kano"):
        (error,) = await api.errors(who, ACCOUNT, customer=str(BUYER))
        assert error["message"] == "There is no such customer. Check the id."
    assert await accounts(api, "reseller", RESELLER) == []
    assert await accounts(api, "admin", store=str(LAGOS)) != []
    (error,) = await api.errors("admin", ACCOUNT, customer=str(BUYER), store=str(KANO))
    assert error["message"] == "There is no such customer. Check the id."


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        (1051, "Only NGN\N{NO-BREAK SPACE}10.50 is still to pay for the order. Pay no more than that."),
        (0, "The amount of a payment is more than nothing. Enter what is to be paid."),
        (-1, "The amount of a payment is more than nothing. Enter what is to be paid."),
    ],
)
async def test_no_more_is_paid_than_is_to_pay(api: Api, amount: int, sentence: str):
    await credited(api)
    order = await agreed_pickup(api, shirts=1)
    before = await written(api)
    answer = await api.do("customer", "payFromAccountCredit", order=order, amount=amount)
    assert answer == {"__typename": "Invalid", "field": "amount", "sentence": sentence}
    assert await written(api) == before


async def test_no_more_is_paid_than_the_account_holds(api: Api):
    await credited(api)
    order = await agreed_pickup(api, shirts=3)
    before = await written(api)
    answer = await api.do("customer", "payFromAccountCredit", order=order, amount=2101)
    sentence = "The account holds NGN\N{NO-BREAK SPACE}21.00, which is less. Correct the amount."
    assert answer == {"__typename": "Invalid", "field": "amount", "sentence": sentence}
    assert await written(api) == before


@pytest.mark.parametrize(("who", "answer"), [("reseller", "NotFound"), ("rider", "NotFound")])
async def test_nobody_pays_an_order_that_they_do_not_see(api: Api, who: str, answer: str):
    await credited(api)
    order = await agreed_pickup(api, shirts=1)
    assert (await api.do(who, "payFromAccountCredit", order=order, amount=10))["__typename"] == answer


async def test_no_payment_is_registered_as_if_it_came_from_the_account(api: Api):
    order = await agreed_pickup(api, shirts=1)
    query = """mutation($o: UUID!) { registerPayment(input: {
        order: $o, amount: 10, method: ACCOUNT_CREDIT, provider: "till"}) { __typename } }"""
    assert "ACCOUNT_CREDIT" in (await api.errors("biller", query, o=order))[0]["message"]
    answer = await api.do("biller", "registerPayment", order=order, amount=10, method="CASH", provider="account")
    assert (answer["__typename"], answer["field"]) == ("Invalid", "provider")


async def test_it_is_paid_out_once_for_a_key(api: Api):
    await credited(api)
    key = str(uuid4())
    for _ in range(2):
        answer = await pay_out(api, idempotencyKey=key)
        assert answer == {"__typename": "AccountCreditPaidOut", "account": {"balance": 1600}}
    assert (await pay_out(api, amount=501, idempotencyKey=key))["field"] == "idempotencyKey"
    assert await balance(api) == 1600


@pytest.mark.parametrize(
    ("given", "field"),
    [({"amount": 2101}, "amount"), ({"amount": 0}, "amount"), ({"amount": -1}, "amount"), ({"note": " "}, "note"),
     ({"customer": str(RESELLER)}, "amount"), ({"currency": "KWD"}, "amount"), ({"currency": "???"}, "currency")],
)  # fmt: skip
async def test_what_can_not_be_paid_out_is_told_why(api: Api, given: dict[str, Any], field: str):
    await credited(api)
    before = await written(api)
    answer = await pay_out(api, **given)
    assert (answer["__typename"], answer["field"]) == ("Invalid", field)
    assert await written(api) == before


@pytest.mark.parametrize("who", ["customer", "biller", "manager", "rider"])
async def test_only_who_confirms_payments_pays_out(api: Api, who: str):
    await credited(api)
    before = await written(api)
    answer = await pay_out(api, who)
    assert (answer["__typename"], answer["reasons"]) == ("Refused", [{"permission": "payment.confirm"}])
    assert await written(api) == before
