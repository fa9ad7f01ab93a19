"""What people are told of what they do: in words that fit who does it, and with a way out."""

from typing import Any

from tests.graphql.office import BUYER, LAGOS, SHIRT, Api
from tests.graphql.orders import draft, released

LABELS = "availableEvents { event label }"


async def test_a_buyer_accepts_for_themselves_and_staff_for_the_buyer(api: Api):
    made = await draft(api)
    await api.move("biller", "quotationShare", id=made.ids["quotation"])
    told = {}
    for who in ("customer", "biller"):
        events = (await api.order(who, made.order, LABELS))["availableEvents"]
        told[who] = next(each["label"] for each in events if each["event"] == "BUYER_APPROVES")
    assert told == {"customer": "Accept the quotation", "biller": "Accept the quotation for the buyer"}


async def test_the_timeline_says_when_an_edit_set_a_price_by_hand(api: Api):
    made = await draft(api)
    line: dict[str, Any] = {"variant": str(SHIRT), "quantity": 1}
    for given in (line, {**line, "unitPrice": 900}, {**line, "discountRate": 1000}):
        await api.move("manager", "quotationEdit", id=made.ids["quotation"], lines=[given])
    log = (await api.order("biller", made.order, "transitionLog(first: 3) { nodes { phrase } }"))["transitionLog"]
    assert [each["phrase"] for each in log["nodes"]] == [
        "edited the quotation and set a price by hand", "edited the quotation and set a price by hand",
        "edited the quotation",
    ]  # fmt: skip


async def test_a_quotation_with_a_price_that_may_not_be_is_not_drafted(api: Api):
    lines = [{"variant": str(SHIRT), "quantity": 1, "unitPrice": -1}]
    answer = await api.do(
        "manager", "createQuotation", store=LAGOS, customer=BUYER, fulfillmentType="PICKUP", lines=lines
    )
    assert answer["sentence"].startswith("The quotation can not be drafted. A price must not be negative.")
    assert (answer["state"], answer["takes"]) == ("", [])
    assert "prices_fit" in {each["guard"] for each in answer["reasons"]}


async def test_whoever_tries_a_wrong_pin_is_told_that_it_does_not_match(api: Api):
    made = await released(api)
    fulfillment = made.ids["fulfillment"]
    await api.move("biller", "fulfillmentRiderSelected", id=fulfillment, interest=made.ids["rider_interest"])
    await api.move("rider", "fulfillmentPackageShipped", id=fulfillment)
    query = (
        "mutation($input: FulfillmentPackageDeliveredInput!) { fulfillmentPackageDelivered(input: $input)"
        " { ... on Moved { phrase state } } }"
    )
    answer = await api.ask("rider", query, input={"id": fulfillment, "pin": "wrong"})
    assert answer["fulfillmentPackageDelivered"] == {"phrase": "tried a PIN that does not match", "state": "SHIPPED"}


async def test_there_is_a_way_out_where_nothing_is_on_its_way_any_more(api: Api):
    made = await released(api)
    await api.move("manager", "fulfillmentCancel", id=made.ids["fulfillment"], reason="No more.")
    answer = await api.do(
        "manager", "updateFulfillmentPreferences", order=made.order, fulfillmentType="PICKUP", reason="They come by."
    )
    assert answer["sentence"] == (
        "Something of the order must still be on its way to the buyer. Ask for the goods back, or place a new order."
    )
    assert answer["reasons"][0]["remedy"] == "Ask for the goods back, or place a new order."


async def test_staff_are_told_who_can_do_what_they_may_not_and_a_buyer_is_not(api: Api):
    made = await released(api)
    asked = "availableEvents { event machine enabled yours reasons { sentence whoCanHelp } }"
    told = {}
    for who in ("biller", "customer", "accountant"):
        events = (await api.order(who, made.order, asked))["availableEvents"]
        told[who] = [
            (each["enabled"], each["yours"], [(why["sentence"], why["whoCanHelp"]) for why in each["reasons"]])
            for each in events if (each["machine"], each["event"]) == ("payment", "CONFIRM")
        ]  # fmt: skip
    closed = (False, False, [("You may not do this: confirm the payment.", "an accountant or an admin")])
    assert told == {"biller": [closed], "customer": [], "accountant": [(True, True, [])]}
