"""Riders and staff by the names that clients know: register, withdraw, assign."""

import pytest
from tests.graphql.office import KANO, Api
from tests.graphql.orders import Made, released, written

OFFERS = """
    interests { id state context { proposedCost etaMinutes message reason } }
    fulfillment { state context { rider cost } }
"""


async def offers(api: Api, made: Made) -> list[tuple[str, int, str | None]]:
    found = (await api.order("biller", made.order, OFFERS))["interests"]
    return [(each["state"], each["context"]["proposedCost"], each["context"]["reason"]) for each in found]


async def fulfillment(api: Api, made: Made) -> tuple[str, str | None, int | None]:
    found = (await api.order("biller", made.order, OFFERS))["fulfillment"]
    return found["state"], found["context"]["rider"], found["context"]["cost"]


async def test_who_registers_twice_changes_their_offer(api: Api):
    made = await released(api)
    delivery = made.ids["fulfillment"]
    given = {"fulfillment": delivery, "proposedCost": 650, "etaMinutes": 10, "message": "Near by."}
    again = await api.move("rider", "registerFulfillmentInterest", **given, idempotencyKey="once")
    assert (again["id"], again["state"], again["step"]) == (made.ids["rider_interest"], "ACTIVE", 1)
    assert await api.move("rider", "registerFulfillmentInterest", **given, idempotencyKey="once") == again
    assert await offers(api, made) == [("ACTIVE", 650, None)]
    before = await written(api)
    answer = await api.do("rider", "registerFulfillmentInterest", **{**given, "proposedCost": -1})
    assert answer["__typename"] == "Refused"
    answer = await api.do("biller", "registerFulfillmentInterest", **given)
    assert answer["sentence"] == "You may not offer to deliver."
    assert await written(api) == before


async def test_an_offer_is_withdrawn_and_a_chosen_one_releases_its_rider(api: Api):
    made = await released(api)
    interest = made.ids["rider_interest"]
    left = await api.move("rider", "withdrawFulfillmentInterest", id=interest)
    assert (left["id"], left["state"]) == (interest, "WITHDRAWN")
    before = await written(api)
    answer = await api.do("rider", "withdrawFulfillmentInterest", id=interest)
    assert (answer["__typename"], answer["state"]) == ("Refused", "WITHDRAWN")
    answer = await api.do("second rider", "withdrawFulfillmentInterest", id=interest)
    assert answer["__typename"] == "NotFound"
    assert await written(api) == before
    delivery, rider = made.ids["fulfillment"], str(api.office.ids["rider"])
    await api.move("rider", "registerFulfillmentInterest", fulfillment=delivery, proposedCost=700, etaMinutes=5)
    await api.move("biller", "assignFulfillmentRider", id=delivery, rider=rider)
    assert await fulfillment(api, made) == ("RIDER_ASSIGNED", rider, 700)
    freed = await api.move("rider", "withdrawFulfillmentInterest", id=interest, reason="A flat tyre.")
    assert (freed["id"], freed["state"]) == (delivery, "AWAITING_RIDER_SELECTION")
    assert await offers(api, made) == [("WITHDRAWN", 700, "A flat tyre.")]


async def test_a_rider_is_assigned_by_their_offer_or_by_name_and_in_the_place_of_another(api: Api):
    made = await released(api)
    delivery = made.ids["fulfillment"]
    rider, second = str(api.office.ids["rider"]), str(api.office.ids["second rider"])
    answer = await api.do("biller", "assignFulfillmentRider", id=delivery, rider=rider, cost=900)
    assert [each["sentence"] for each in answer["reasons"]] == [
        "The rider must not have offered to deliver this order already."
    ]
    await api.move("biller", "assignFulfillmentRider", id=delivery, rider=second, cost=900)
    assert await fulfillment(api, made) == ("RIDER_ASSIGNED", second, 900)
    assert await offers(api, made) == [("REJECTED", 700, "Another rider was chosen.")]
    await api.move("biller", "riderInterestRevive", id=made.ids["rider_interest"])
    await api.move("biller", "assignFulfillmentRider", id=delivery, rider=rider)
    assert await fulfillment(api, made) == ("RIDER_ASSIGNED", rider, 700)
    answer = await api.do("rider", "assignFulfillmentRider", id=delivery, rider=second)
    assert answer["sentence"].endswith("You may not do this: name a rider.")


async def test_who_repeats_a_choice_or_a_withdrawal_by_its_key_gets_the_same_answer(api: Api):
    made = await released(api)
    delivery, offer, rider = made.ids["fulfillment"], made.ids["rider_interest"], str(api.office.ids["rider"])
    choice = {"id": delivery, "rider": rider, "idempotencyKey": "choice"}
    chosen = await api.move("biller", "assignFulfillmentRider", **choice)
    leaving = {"id": offer, "reason": "A flat tyre.", "idempotencyKey": "leaving"}
    left = await api.move("rider", "withdrawFulfillmentInterest", **leaving)
    before = await written(api)
    assert await api.do("biller", "assignFulfillmentRider", **choice) == chosen
    assert await api.do("rider", "withdrawFulfillmentInterest", **leaving) == left
    answer = await api.do("biller", "assignFulfillmentRider", **{**choice, "cost": 5})
    assert answer["sentence"].startswith("This idempotency key was already used for another request.")
    assert await written(api) == before


async def test_a_chosen_offer_is_given_back_by_its_rider_as_they_saw_it_and_for_a_reason_with_an_end(api: Api):
    made = await released(api)
    delivery, offer, rider = made.ids["fulfillment"], made.ids["rider_interest"], str(api.office.ids["rider"])
    await api.move("biller", "assignFulfillmentRider", id=delivery, rider=rider)
    before = await written(api)
    answer = await api.do("rider", "withdrawFulfillmentInterest", id=offer, seen=0)
    assert (answer["__typename"], answer["step"]) == ("Conflict", 1)
    answer = await api.do("rider", "withdrawFulfillmentInterest", id=offer, reason="x" * 2001)
    assert (answer["__typename"], answer["field"]) == ("Invalid", "reason")
    answer = await api.do("biller", "withdrawFulfillmentInterest", id=offer)
    assert answer["sentence"].endswith("You may not do this: withdraw the offer.")
    assert await written(api) == before
    await api.move("rider", "withdrawFulfillmentInterest", id=offer, seen=1)
    assert await fulfillment(api, made) == ("AWAITING_RIDER_SELECTION", None, None)


@pytest.mark.parametrize(("minutes", "cost"), [(44, 700), (45, None)])
async def test_who_was_turned_down_is_taken_at_their_price_while_their_offer_would_stand(
    api: Api, minutes: int, cost: int | None
):
    made = await released(api)
    delivery = made.ids["fulfillment"]
    rider, second = str(api.office.ids["rider"]), str(api.office.ids["second rider"])
    await api.move("biller", "assignFulfillmentRider", id=delivery, rider=second, cost=900)
    api.office.later(minutes=minutes)
    await api.move("biller", "assignFulfillmentRider", id=delivery, rider=rider)
    assert await fulfillment(api, made) == ("RIDER_ASSIGNED", rider, cost)
    assert [state for state, _, _ in await offers(api, made)] == ["ASSIGNED" if cost else "REJECTED"]


@pytest.mark.parametrize("meanwhile", ["held", "out of reach", "theirs"])
async def test_an_open_offer_is_taken_back_also_where_the_delivery_is_to_be_had_no_more(api: Api, meanwhile: str):
    made = await released(api)
    delivery, offer = made.ids["fulfillment"], made.ids["rider_interest"]
    match meanwhile:
        case "held":
            await api.move("biller", "fulfillmentHold", id=delivery, reason="The buyer is away.")
        case "out of reach":
            await api.office.pool.execute(
                "INSERT INTO rider_coverage (rider_id, store_id) VALUES ($1, $2)", api.office.ids["rider"], KANO
            )
        case "theirs":
            await api.move("biller", "assignFulfillmentRider", id=delivery, rider=str(api.office.ids["second rider"]))
            await api.move("biller", "riderInterestRevive", id=offer)
    seen = await api.order("rider", made.order, "customer { name } delivery { address city } interests { id }")
    assert seen == {"customer": None, "delivery": {"address": "", "city": "Lagos"}, "interests": [{"id": offer}]}
    answer = await api.do("rider", "fulfillmentPackageShipped", id=delivery)
    assert answer["sentence"].endswith("You may not do this: ship the package.")
    left = await api.move("rider", "withdrawFulfillmentInterest", id=offer)
    assert (left["state"], left["order"]) == ("WITHDRAWN", None)
    answer = await api.do("rider", "withdrawFulfillmentInterest", id=offer)
    assert answer["__typename"] == "NotFound"
