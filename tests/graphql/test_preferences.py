"""updateFulfillmentPreferences: the way and the address of an order, changed by those who may."""

import pytest
from tests.graphql.office import Api
from tests.graphql.orders import DOOR, agreed, draft, released, written

CHANGE = "updateFulfillmentPreferences"
ELSEWHERE = {**DOOR, "address": "12 Broad Street", "notes": "The blue gate."}
WAY = "fulfillmentType delivery { receiver phone address city notes }"


async def test_a_buyer_moves_and_the_log_says_who_and_why_but_not_where(api: Api):
    made = await agreed(api)
    moved = await api.move("customer", CHANGE, order=made.order, delivery=ELSEWHERE, reason="I have moved.")
    assert (moved["id"], moved["state"]) == (made.ids["sale"], "AWAITING_PAYMENT_METHOD")
    assert await api.order("customer", made.order, WAY) == {"fulfillmentType": "DELIVERY", "delivery": ELSEWHERE}
    log = "transitionLog { nodes { event who onBehalfOf reason } }"
    entries = (await api.order("biller", made.order, log))["transitionLog"]["nodes"]
    [entry] = [each for each in entries if each["event"] == "PREFERENCES_CHANGED"]
    assert (entry["who"], entry["onBehalfOf"], entry["reason"]) == ("Orderway", "Customer", "I have moved.")
    kept = await api.office.pool.fetchval("SELECT string_agg(payload::text || facts::text, ' ') FROM transition_log")
    assert "Broad Street" not in kept


async def test_staff_read_every_address_that_counted_once_and_nobody_else_does(api: Api):
    made = await released(api)
    api.office.later(hours=1)
    await api.move("biller", CHANGE, order=made.order, delivery=ELSEWHERE, reason="They have moved.")
    asked = "addresses { who delivery { address } }"
    assert (await api.order("manager", made.order, asked))["addresses"] == [
        {"who": "Biller", "delivery": {"address": "12 Broad Street"}},
        {"who": "Biller", "delivery": {"address": "1 Harbour Road"}},
    ]
    for who in ("customer", "rider"):
        assert (await api.order(who, made.order, asked))["addresses"] == []


async def test_the_same_key_changes_it_once(api: Api):
    made = await agreed(api)
    given = {"order": made.order, "fulfillmentType": "PICKUP", "reason": "They come for it.", "idempotencyKey": "k"}
    first = await api.move("biller", CHANGE, **given)
    assert await api.move("biller", CHANGE, **given) == first
    assert (await api.order("biller", made.order, WAY))["fulfillmentType"] == "PICKUP"


async def test_no_one_changes_what_is_not_theirs_to_change(api: Api):
    made = await released(api)
    before = await written(api)
    for who, kind in (
        ("customer", "Refused"), ("accountant", "Refused"), ("rider", "Refused"),
        ("reseller", "NotFound"), ("manager of kano", "NotFound"),
    ):  # fmt: skip
        answer = await api.do(who, CHANGE, order=made.order, delivery=ELSEWHERE, reason="Mine.")
        assert answer["__typename"] == kind, who
    assert await written(api) == before


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        ({"delivery": {**DOOR, "latitude": 6.5}}, "delivery.longitude", "A place has both a latitude and a longitude."),
        ({"delivery": {**DOOR, "phone": "none"}}, "delivery.phone", "none is no telephone number."),
        ({"delivery": {**DOOR, "city": "y" * 101}}, "delivery.city", "The city has more than 100 characters."),
        ({"fulfillmentType": "SERVICE"}, "fulfillmentType", "Goods do not become a service, nor a service goods."),
        ({}, None, "The order is to be brought just so already."),
        ({"fulfillmentType": "PICKUP", "reason": " "}, "reason", "Reason is missing."),
    ],
)
async def test_what_can_not_be_is_told_by_its_field(api: Api, given: dict[str, object], field: str, sentence: str):
    made = await agreed(api)
    before = await written(api)
    answer = await api.do("biller", CHANGE, **{"order": made.order, "reason": "They asked.", **given})
    assert (answer["__typename"], answer["field"]) == ("Invalid", field)
    assert answer["sentence"].startswith(sentence)
    assert await written(api) == before


@pytest.mark.parametrize(
    ("delivery", "field", "lacking"),
    [
        ({"city": "Lagos"}, "delivery.receiver", "the receiver, a telephone number and the street"),
        ({**DOOR, "phone": " "}, "delivery.phone", "a telephone number"),
    ],
)
async def test_once_the_sale_is_open_an_address_says_all_that_a_delivery_needs(
    api: Api, delivery: dict[str, str], field: str, lacking: str
):
    made = await draft(api)
    await api.move("biller", CHANGE, order=made.order, delivery=delivery, reason="The rest follows.")
    for order in ((await agreed(api)).order, (await released(api)).order):
        before = await written(api)
        answer = await api.do("biller", CHANGE, order=order, delivery=delivery, reason="They have moved.")
        assert (answer["__typename"], answer["field"]) == ("Invalid", field)
        assert answer["sentence"] == f"The address does not name {lacking}. Add what is missing: nothing can go there."
        assert await written(api) == before
        await api.move("biller", CHANGE, order=order, fulfillmentType="PICKUP", delivery=delivery, reason="They come.")
        answer = await api.do("biller", CHANGE, order=order, fulfillmentType="DELIVERY", reason="They do not come.")
        assert (answer["__typename"], answer["field"]) == ("Invalid", field)
