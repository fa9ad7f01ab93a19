"""Riders' money through the API: who pays, who sees what, and what a repeat comes to."""

from typing import Any

from tests.graphql.office import Api
from tests.graphql.orders import Made, released, written
from tests.pins import NEWEST

ENTRY = "kind amount currency method reference reason who number"
PAYMENT = f"fulfillment rider {{ name }} currency proposed agreed earned corrected paid due entries {{ {ENTRY} }}"
ANSWER = f"""
    __typename
    ... on RiderPaid {{ payment {{ {PAYMENT} }} }}
    ... on Refused {{ sentence reasons {{ sentence detail }} }}
    ... on NotFound {{ sentence }}
    ... on Invalid {{ field sentence }}
"""
EARNINGS = f"""
query($rider: UUID, $first: Int! = 20, $after: String) {{
    riderEarnings(rider: $rider) {{
        totals {{ currency earned corrected paid due }}
        entries(first: $first, after: $after) {{ nodes {{ {ENTRY} }} totalCount pageInfo {{ hasNextPage endCursor }} }}
    }}
}}
"""


async def delivered(api: Api) -> Made:
    """Brought by the rider whose offer of 700 was taken."""
    made = await released(api)
    await api.move(
        "biller", "fulfillmentRiderSelected", id=made.ids["fulfillment"], interest=made.ids["rider_interest"]
    )
    await bring(api, made, by="rider")
    return made


async def bring(api: Api, made: Made, *, by: str) -> None:
    """Its rider takes it to the door."""
    delivery = made.ids["fulfillment"]
    await api.move(by, "fulfillmentPackageShipped", id=delivery)
    pin = await api.office.pool.fetchval(NEWEST)
    await api.move(by, "fulfillmentPackageDelivered", id=delivery, pin=pin)


async def do(api: Api, who: str, mutation: str, **given: Any) -> Any:
    kind = f"{mutation[0].upper()}{mutation[1:]}Input"
    query = f"mutation($input: {kind}!) {{ answer: {mutation}(input: $input) {{ {ANSWER} }} }}"
    return (await api.ask(who, query, input=given))["answer"]


async def payments(api: Api, who: str, made: Made) -> Any:
    query = f"query($id: UUID!) {{ fulfillmentPayments(fulfillment: $id) {{ {PAYMENT} }} }}"
    return (await api.ask(who, query, id=made.ids["fulfillment"]))["fulfillmentPayments"]


async def test_a_delivery_tells_what_was_proposed_agreed_paid_and_is_due(api: Api):
    made = await delivered(api)
    given = {"fulfillment": made.ids["fulfillment"], "amount": 300, "method": "CASH", "reference": "Slip 7"}
    answer = await do(api, "accountant", "payFulfillmentRider", **given, idempotencyKey="once")
    assert await do(api, "accountant", "payFulfillmentRider", **given, idempotencyKey="once") == answer
    payment = answer["payment"]
    assert payment["rider"] == {"name": "Rider"}
    assert [payment[each] for each in ("proposed", "agreed", "earned", "corrected", "paid", "due")] == [
        700, 700, 700, 0, 300, 400,
    ]  # fmt: skip
    assert [(each["kind"], each["amount"], each["method"], each["who"]) for each in payment["entries"]] == [
        ("EARNED", 700, None, "Rider"),
        ("PAID", -300, "CASH", "Accountant"),
    ]
    assert await payments(api, "biller", made) == await payments(api, "rider", made) == [payment]


async def test_what_is_not_due_is_not_paid_and_who_may_not_pay_does_not(api: Api):
    made = await delivered(api)
    given = {"fulfillment": made.ids["fulfillment"], "amount": 701, "method": "TRANSFER"}
    before = await written(api)
    answer = await do(api, "accountant", "payFulfillmentRider", **given)
    assert answer["reasons"] == [
        {"sentence": "No more may be paid to a rider than is due for the delivery.", "detail": "NGN 7.00 is due."}
    ]
    for who in ("biller", "rider", "manager"):
        answer = await do(api, who, "payFulfillmentRider", **{**given, "amount": 1})
        assert answer["sentence"] == "You may not pay a rider."
    for who in ("manager of kano", "second rider"):
        answer = await do(api, who, "payFulfillmentRider", **given)
        assert answer["__typename"] == "NotFound"
    answer = await do(api, "accountant", "payFulfillmentRider", **{**given, "amount": 0})
    assert (answer["__typename"], answer["field"]) == ("Invalid", "amount")
    assert await written(api) == before


async def test_neither_the_buyer_nor_another_rider_sees_what_a_rider_is_paid(api: Api):
    made = await delivered(api)
    for who in ("customer", "second rider", "manager of kano"):
        assert await payments(api, who, made) == []
        earnings = (await api.ask(who, EARNINGS, rider=str(api.office.ids["rider"])))["riderEarnings"]
        assert (earnings["totals"], earnings["entries"]["nodes"], earnings["entries"]["totalCount"]) == ([], [], 0)


async def test_a_rider_reads_their_earnings_page_by_page(api: Api):
    made = await delivered(api)
    given = {"fulfillment": made.ids["fulfillment"]}
    await do(api, "accountant", "payFulfillmentRider", **given, amount=200, method="MOBILE_MONEY")
    await do(api, "accountant", "correctRiderEarning", **given, amount=-100, reason="A scratch.")
    earnings = (await api.ask("rider", EARNINGS))["riderEarnings"]
    assert earnings["totals"] == [{"currency": "NGN", "earned": 700, "corrected": -100, "paid": 200, "due": 400}]
    assert sorted((each["kind"], each["amount"]) for each in earnings["entries"]["nodes"]) == [
        ("CORRECTED", -100), ("EARNED", 700), ("PAID", -200),
    ]  # fmt: skip
    first = (await api.ask("rider", EARNINGS, first=2))["riderEarnings"]["entries"]
    assert (first["nodes"], first["totalCount"]) == (earnings["entries"]["nodes"][:2], 3)
    assert first["pageInfo"]["hasNextPage"] is True
    rest = (await api.ask("rider", EARNINGS, first=2, after=first["pageInfo"]["endCursor"]))["riderEarnings"]["entries"]
    assert rest["nodes"] == earnings["entries"]["nodes"][2:]
    assert rest["pageInfo"]["hasNextPage"] is False
    rider = str(api.office.ids["rider"])
    assert (await api.ask("manager", EARNINGS, rider=rider))["riderEarnings"]["totals"] == earnings["totals"]


async def test_no_correction_makes_a_ledger_that_can_not_be_counted(api: Api):
    """What is agreed when the delivery arrives comes on top of what was corrected before, and can be taken back."""
    made = await released(api)
    delivery, second, most = made.ids["fulfillment"], str(api.office.ids["second rider"]), 10**12
    correction = {"fulfillment": delivery, "rider": second, "reason": "A slip of the hand."}
    before = await written(api)
    for amount in (most + 1, 2**63 - 1, -(2**63)):
        answer = await do(api, "accountant", "correctRiderEarning", **correction, amount=amount)
        assert (answer["field"], answer["sentence"]) == (
            "amount", "No delivery is corrected by so much. Check the amount.",
        )  # fmt: skip
    assert await written(api) == before
    await do(api, "accountant", "correctRiderEarning", **correction, amount=most)
    await api.move("biller", "assignFulfillmentRider", id=delivery, rider=second, cost=700)
    await bring(api, made, by="second rider")
    answer = await do(api, "accountant", "correctRiderEarning", **correction, amount=-most)
    assert (answer["payment"]["earned"], answer["payment"]["corrected"], answer["payment"]["due"]) == (700, 0, 700)
    pays = {"fulfillment": delivery, "amount": 700, "method": "CASH"}
    assert (await do(api, "accountant", "payFulfillmentRider", **pays))["payment"]["due"] == 0
