"""What a person with a token may try: ids of others, absurd amounts and places, texts that say nothing or all."""

from typing import Any

import pytest
from tests.graphql.office import BUYER, LAGOS, RESELLER, SHIRT, Api
from tests.graphql.orders import agreed, draft, released, written

HERE = {"store": LAGOS, "customer": BUYER, "fulfillmentType": "PICKUP"}


async def no(api: Api, who: str, mutation: str, **given: Any) -> Any:
    """The answer to a mutation that must write nothing."""
    before = await written(api)
    answer = await api.do(who, mutation, **given)
    assert await written(api) == before
    return answer


@pytest.mark.parametrize("named", ["admin", "rider", "customer", "manager of kano", "nobody"])
async def test_an_order_is_billed_by_a_biller_of_its_store_and_naming_others_tells_nothing(api: Api, named: str):
    person = api.office.ids.get(named, "0198a000-0000-7000-8000-00000000ffff")
    answer = await no(api, "reseller", "createQuotation", **{**HERE, "customer": RESELLER, "biller": person})
    assert answer == {
        "__typename": "NotFound", "sentence": "The store has no such biller. Leave it out, or name one of the store.",
    }  # fmt: skip


async def test_a_biller_of_the_store_is_taken(api: Api):
    moved = await api.move("manager", "createQuotation", **HERE, biller=api.office.ids["biller"])
    order = await api.order("biller", moved["order"]["id"], "biller { name }")
    assert order["biller"] == {"name": "Biller"}


async def test_no_total_is_too_large_for_the_lists_that_show_it(api: Api):
    lines = [{"variant": str(SHIRT), "quantity": 1, "unitPrice": 2**62}] * 2
    answer = await no(api, "manager", "createQuotation", **HERE, lines=lines)
    assert answer["__typename"] == "Refused"
    await api.move("manager", "createQuotation", **HERE, lines=[{**lines[0], "unitPrice": 10**18}])
    assert (await api.ask("admin", "{ orders { nodes { totals { total } } } }"))["orders"]["nodes"] == [
        {"totals": {"total": 10**18}}
    ]


@pytest.mark.parametrize(
    ("place", "field", "sentence"),
    [
        ({"latitude": 91.0, "longitude": 3.0}, "delivery.latitude", "A latitude lies between -90 and 90 degrees."),
        (
            {"latitude": 6.0, "longitude": -181.0},
            "delivery.longitude",
            "A longitude lies between -180 and 180 degrees.",
        ),
        ({"latitude": 6.0}, "delivery.longitude", "A place has both a latitude and a longitude."),
        ({"longitude": 3.0}, "delivery.latitude", "A place has both a latitude and a longitude."),
    ],
)
async def test_a_place_is_on_the_earth(api: Api, place: dict[str, float], field: str, sentence: str):
    answer = await no(api, "biller", "createQuotation", **{**HERE, "fulfillmentType": "DELIVERY"}, delivery=place)
    assert answer == {"__typename": "Invalid", "field": field, "sentence": f"{sentence} Correct it."}


async def test_a_text_that_is_asked_for_is_not_blank(api: Api):
    made = await agreed(api)
    answer = await no(api, "biller", "saleCancelRequested", id=made.ids["sale"], reason=" \n")
    assert answer == {"__typename": "Invalid", "field": "reason", "sentence": "Reason is missing. Fill it in."}


@pytest.mark.parametrize("where", ["reason", "receiver"])
async def test_a_text_has_an_end(api: Api, where: str):
    long = "x" * 2001
    if where == "reason":
        made = await agreed(api)
        answer = await no(api, "biller", "saleCancelRequested", id=made.ids["sale"], reason=long)
    else:
        answer = await no(api, "biller", "createQuotation", **HERE, delivery={"receiver": long})
    assert answer["__typename"] == "Invalid"
    assert answer["sentence"] == f"{where.capitalize()} has more than 2,000 characters. Shorten it."


async def test_why_an_override_was_revoked_reaches_neither_the_buyer_nor_the_rider(api: Api):
    made = await released(api)
    await api.move(
        "biller", "fulfillmentRiderSelected", id=made.ids["fulfillment"], interest=made.ids["rider_interest"]
    )
    secret = "They are bankrupt."
    await api.move("manager", "overrideRequestRevoke", id=made.ids["override_request"], reason=secret)
    asked = "transitionLog { nodes { event reason } }"
    for who in ("customer", "rider"):
        entries = (await api.order(who, made.order, asked))["transitionLog"]["nodes"]
        assert {"event": "HOLD", "reason": "The sale is no longer cleared."} in entries
        assert secret not in str(entries)
    assert secret in str((await api.order("biller", made.order, asked))["transitionLog"])


async def test_what_a_rider_is_paid_is_between_the_rider_and_the_seller(api: Api):
    made = await released(api)
    await api.move(
        "biller", "fulfillmentRiderSelected", id=made.ids["fulfillment"], interest=made.ids["rider_interest"]
    )
    asked = "fulfillment { context { cost interest } workflowContext }"
    offer = made.ids["rider_interest"]
    for who, cost, interest in (("biller", 700, offer), ("rider", 700, offer), ("customer", None, None)):
        seen = (await api.order(who, made.order, asked))["fulfillment"]
        assert seen["context"] == {"cost": cost, "interest": interest}
        assert (seen["workflowContext"].get("cost"), seen["workflowContext"].get("interest")) == (cost, interest)


async def test_what_could_happen_instead_is_what_a_person_can_do(api: Api):
    made = await agreed(api)
    answer = await no(api, "biller", "salePaymentAuthorized", id=made.ids["sale"])
    assert "What can happen now: “Choose how to pay”, “Ask for an override”," in answer["sentence"]
    assert "Let the sale expire" not in answer["sentence"]
    assert "EXPIRE" not in [each["event"] for each in answer["takes"]]


async def test_which_of_several_operations_is_meant_has_to_be_said(api: Api):
    made = await draft(api)
    both = f'query A {{ viewer {{ name }} }} query B {{ order(id: "{made.order}") {{ number }} }}'
    answer = await api.client.post("/graphql", json={"query": both})
    assert answer.json()["data"] is None
    assert [each["message"] for each in answer.json()["errors"]] == [
        "The document has several operations. Send operationName to say which."
    ]
    answer = await api.client.post("/graphql", json={"query": both, "operationName": "A"})
    assert answer.json() == {"data": {"viewer": None}}


async def test_a_refund_is_open_only_where_something_is_owed(api: Api):
    made = await agreed(api)
    payment = await api.move(
        "biller", "registerPayment", order=made.order, amount=6300, method="CASH", provider="till", reference="R-1"
    )
    await api.move("accountant", "paymentConfirm", id=payment["id"])
    asked = "fulfillment { id } availableEvents { event enabled reasons { sentence } }"
    order = await api.order("accountant", made.order, asked)
    refund = {"event": "REFUND", "enabled": False, "reasons": [{"sentence": "Something must be owed to the buyer."}]}
    assert [each for each in order["availableEvents"] if each["event"] == "REFUND"] == [refund]
    await api.move("biller", "fulfillmentCancel", id=order["fulfillment"]["id"], reason="Sold twice.")
    order = await api.order("accountant", made.order, asked)
    refund = {"event": "REFUND", "enabled": True, "reasons": []}
    assert [each for each in order["availableEvents"] if each["event"] == "REFUND"] == [refund]


@pytest.mark.parametrize("sign", ["\x1b[2J", "\x07", "\x9b"])
async def test_no_text_commands_whoever_reads_it(api: Api, sign: str):
    made = await agreed(api)
    answer = await no(api, "biller", "saleCancelRequested", id=made.ids["sale"], reason=f"Sold twice.{sign}")
    assert answer == {
        "__typename": "Invalid", "field": "reason",
        "sentence": "Reason holds a character that can not be shown. Leave it out.",
    }  # fmt: skip
    answer = await no(api, "biller", "createQuotation", **HERE, delivery={"receiver": f"Shop{sign}"})
    assert answer["sentence"] == "Receiver holds a character that can not be shown. Leave it out."


async def test_a_forged_token_is_none_whatever_it_looks_like(api: Api):
    real = await api.token("admin")
    forged = [
        real[:-1] + ("A" if real[-1] != "A" else "B"), real[:-1], f"{real}A", real.upper(), real[::-1], "0", "null",
        "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.", "' OR 1 = 1 --", "x" * 8000, f"{real} {real}",
    ]  # fmt: skip
    answers = set()
    for token in forged:
        response = await api.client.post(
            "/graphql", json={"query": "{ orders { totalCount } }"}, headers={"Authorization": f"Bearer {token}"}
        )
        assert (response.status_code, response.headers["www-authenticate"]) == (401, "Bearer")
        [error] = response.json()["errors"]
        answers.add((error["message"], error["extensions"]["code"], response.json()["data"]))
    assert answers == {("This token is not known, or has ended. Sign in again by signIn.", "SIGNED_OUT", None)}


async def test_a_token_ends_in_time_and_with_its_person(api: Api):
    token = await api.token("biller")
    headers = {"Authorization": f"Bearer {token}"}
    asked = {"query": "{ viewer { name } }"}
    assert (await api.client.post("/graphql", json=asked, headers=headers)).status_code == 200
    await api.office.pool.execute("UPDATE person SET disabled_at = now() WHERE id = $1", api.office.ids["biller"])
    assert (await api.client.post("/graphql", json=asked, headers=headers)).status_code == 401
    await api.office.pool.execute("UPDATE person SET disabled_at = NULL WHERE id = $1", api.office.ids["biller"])
    api.office.later(days=1)
    assert (await api.client.post("/graphql", json=asked, headers=headers)).status_code == 401
