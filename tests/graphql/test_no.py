"""The ways in which the API says no: each in a sentence, and after each nothing has been written."""

from typing import Any

from tests.graphql.office import BUYER, KANO, LAGOS, SHIRT, Api
from tests.graphql.orders import agreed, draft, released, written


async def no(api: Api, who: str, mutation: str, **given: Any) -> Any:
    """The answer to a mutation that must write nothing."""
    before = await written(api)
    answer = await api.do(who, mutation, **given)
    assert await written(api) == before
    return answer


async def test_a_guard_refuses_with_its_reason_and_what_could_happen_instead(api: Api):
    made = await draft(api)
    await api.move("biller", "quotationShare", id=made.ids["quotation"])
    answer = await no(api, "customer", "quotationBuyerApproves", id=made.ids["quotation"], version=1)
    assert answer["__typename"] == "Refused"
    assert answer["state"] == "IN_REVIEW"
    assert answer["stateLabel"] == "In review"
    assert answer["reasons"] == [{
        "guard": "is_current", "sentence": "The version approved must be the current one.",
        "detail": "Version 1 was read; the quotation is now at version 2.",
        "remedy": "Read the current version, then approve that.",
        "permission": None, "whoCanHelp": None, "mode": "leaf", "parts": [],
    }]  # fmt: skip
    assert {"event": "DECLINE", "label": "Decline the quotation", "mutation": "quotationDecline"} in answer["takes"]


async def test_a_reason_names_who_can_help(api: Api):
    made = await draft(api)
    await api.move("biller", "quotationShare", id=made.ids["quotation"])
    answer = await no(api, "customer", "quotationWithdraw", id=made.ids["quotation"], reason="No.")
    assert answer["sentence"] == (
        "“Withdraw the quotation” is refused while the quotation is “In review”."
        " You may not do this: withdraw the quotation."
    )
    assert [(each["guard"], each["permission"]) for each in answer["reasons"]] == [
        ("permission", "quotation.approve_as_seller")
    ]
    assert answer["reasons"][0]["whoCanHelp"] == "a biller, a manager or an admin"


async def test_an_event_that_the_state_does_not_take_is_refused(api: Api):
    made = await agreed(api)
    answer = await no(api, "biller", "quotationShare", id=made.ids["quotation"])
    assert answer["__typename"] == "Refused"
    assert answer["sentence"] == (
        "“Share the quotation” can not be done: the quotation is “Agreed”, and that is its end."
    )
    assert (answer["reasons"], answer["takes"]) == ([], [])


async def test_what_only_the_system_sends_is_refused_with_what_makes_it_so(api: Api):
    made = await agreed(api)
    answer = await no(
        api, "admin", "salePaymentCaptured", id=made.ids["sale"], payment=made.ids["sale"], amount=6300
    )  # fmt: skip
    assert answer["__typename"] == "Refused"
    assert answer["sentence"] == "Orderway sends this by itself, when a payment of the order is confirmed."


async def test_who_asked_for_an_override_does_not_decide_it(api: Api):
    made = await agreed(api)
    await api.move("manager", "saleAdminOverrideRequested", id=made.ids["sale"], reason="They always pay late.")
    override = (await api.order("manager", made.order, "overrides { id }"))["overrides"][0]["id"]
    answer = await no(api, "manager", "overrideRequestApprove", id=override)
    assert [each["sentence"] for each in answer["reasons"]] == [
        "An override must be decided by someone else than who asked for it."
    ]


async def test_amounts_in_a_reason_stand_with_their_currency(api: Api):
    made = await agreed(api)
    payment = await api.move(
        "biller", "registerPayment", order=made.order, amount=6300, method="CASH", provider="till", reference="R-1"
    )
    moved = await api.move("accountant", "paymentConfirm", id=payment["id"])
    fulfillment = await api.order("biller", moved["order"]["id"], "fulfillment { id }")
    await api.move("biller", "fulfillmentCancel", id=fulfillment["fulfillment"]["id"], reason="Sold twice.")
    answer = await no(api, "accountant", "paymentRefund", id=payment["id"], amount=700000)
    assert [each["detail"] for each in answer["reasons"]] == [
        "NGN\N{NO-BREAK SPACE}63.00 of this payment is left.", "NGN\N{NO-BREAK SPACE}63.00 is owed.",
    ]  # fmt: skip


async def test_a_step_that_is_past_is_a_conflict_that_says_who_moved_it_and_how(api: Api):
    made = await draft(api)
    await api.move("biller", "quotationShare", id=made.ids["quotation"], seen=1)
    answer = await no(api, "manager", "quotationWithdraw", id=made.ids["quotation"], seen=1, reason="Too late.")
    assert answer == {
        "__typename": "Conflict", "who": "Biller", "what": "shared the quotation with the buyer",
        "when": "2026-03-02T12:00:00Z", "step": 2,
        "sentence": "This has changed since you looked: Biller shared the quotation with the buyer"
        " at 2026-03-02 12:00:00 UTC. Check the new state and try again.",
    }  # fmt: skip


async def test_the_first_step_is_a_step_that_can_be_seen(api: Api):
    moved = await api.move("biller", "createQuotation", store=LAGOS, customer=BUYER, fulfillmentType="PICKUP")
    assert moved["step"] == 0
    answer = await no(api, "biller", "quotationShare", id=moved["id"], seen=3)
    assert (answer["__typename"], answer["step"]) == ("Conflict", 0)
    answer = await no(api, "biller", "quotationShare", id=moved["id"], seen=0)
    assert answer["__typename"] == "Refused"


async def test_what_is_not_there_is_not_found(api: Api):
    missing = "0198a000-0000-7000-8000-00000000ffff"
    answer = await no(api, "admin", "saleCancelRequested", id=missing, reason="No.")
    assert answer == {
        "__typename": "NotFound",
        "sentence": "There is no such sale. Check its id, or look for its order in the list of orders.",
    }


async def test_a_value_that_can_not_be_is_invalid_and_names_its_field(api: Api):
    made = await agreed(api)
    answer = await no(
        api, "biller", "registerPayment", order=made.order, amount=-1, method="CASH", provider="till", reference="R-1"
    )
    assert answer == {
        "__typename": "Invalid", "field": "amount",
        "sentence": "The amount of a payment is never negative. Correct the amount.",
    }  # fmt: skip


async def test_a_quotation_is_drafted_under_the_rules_of_an_edit(api: Api):
    given = {"store": LAGOS, "customer": BUYER, "fulfillmentType": "PICKUP"}
    answer = await no(api, "biller", "createQuotation", **given, lines=[{"variant": str(SHIRT), "quantity": 0}])
    assert (answer["__typename"], answer["field"]) == ("Invalid", "lines[0].quantity")
    line = {"variant": str(SHIRT), "quantity": 1, "unitPrice": 1}
    answer = await no(api, "biller", "createQuotation", **given, lines=[line])
    assert answer["__typename"] == "Refused"
    assert [each["permission"] for each in answer["reasons"]] == ["price.change"]
    assert answer["reasons"][0]["whoCanHelp"] == "a manager or an admin"
    answer = await no(api, "biller", "createQuotation", **{**given, "store": KANO})
    assert answer == {"__typename": "NotFound", "sentence": "There is no such store or customer. Check both ids."}


async def test_a_key_gives_the_same_answer_again_and_nothing_twice(api: Api):
    made = await draft(api)
    given = {"id": made.ids["quotation"], "idempotencyKey": "share-1"}
    first = await api.move("biller", "quotationShare", **given)
    again = await no(api, "biller", "quotationShare", **given)
    assert again == first
    answer = await no(api, "biller", "quotationWithdraw", **given, reason="No.")
    assert answer == {
        "__typename": "Invalid",
        "field": "idempotencyKey",
        "sentence": "This idempotency key was already used for another request. Use a new key for each new request.",
    }  # fmt: skip


async def test_a_key_lets_nothing_begin_twice(api: Api):
    given = {"store": LAGOS, "customer": BUYER, "fulfillmentType": "PICKUP", "idempotencyKey": "order-1"}
    first = await api.move("biller", "createQuotation", **given)
    again = await no(api, "biller", "createQuotation", **given)
    assert again == first
    answer = await no(api, "biller", "createQuotation", **{**given, "fulfillmentType": "DELIVERY"})
    assert (answer["__typename"], answer["field"]) == ("Invalid", "idempotencyKey")


async def test_an_offer_that_says_too_little_is_refused_before_there_is_one(api: Api):
    made = await released(api)
    answer = await no(
        api,
        "second rider",
        "registerFulfillmentInterest",
        fulfillment=made.ids["fulfillment"],
        proposedCost=0,
        etaMinutes=5,
    )
    assert (answer["__typename"], answer["state"]) == ("Refused", "")
    assert [each["sentence"] for each in answer["reasons"]] == [
        "The price must be more than nothing, and the minutes not fewer than none."
    ]


async def test_a_key_is_not_longer_than_it_can_be_kept(api: Api):
    made = await draft(api)
    for key in ("", "k" * 201):
        answer = await no(api, "biller", "quotationShare", id=made.ids["quotation"], idempotencyKey=key)
        assert answer == {
            "__typename": "Invalid",
            "field": "idempotencyKey",
            "sentence": "An idempotency key has 1 to 200 characters. Use a UUID.",
        }
