"""When somebody comes to see more of an order, and when no longer; who sees what at all is walked in `walk`."""

import pytest
from tests.graphql.office import KANO, Api
from tests.graphql.orders import DOOR as DOOR_OF_BUYER
from tests.graphql.orders import Made, draft, released
from tests.graphql.samples import sample

from orderway.graphql.names import mutation_name
from orderway.machines import CHARTS

WHOLE = """
    number phase currency customer { name phone email } lines { quantity price { unit total } }
    totals { total } quotation { id } sale { id } fulfillment { id } payments { id } overrides { id askedBy }
    interests { id rider { name } context { proposedCost } } workflowState workflowContext
    transitionLog { nodes { machine event reason } } availableEvents { mutation }
"""


@pytest.fixture
async def made(api: Api) -> Made:
    return await released(api)


DOOR = """
    number customer { name phone email }
    delivery { receiver phone address city region postcode country latitude longitude notes }
"""
HIDDEN = {
    "receiver": "", "phone": "", "address": "", "city": "Lagos", "region": "", "postcode": "", "country": "",
    "latitude": None, "longitude": None, "notes": "",
}  # fmt: skip


async def changed_for(api: Api, made: Made) -> tuple[str | None, str | None]:
    """For whom, and why, the way was changed, as far as the second rider reads it."""
    log = "transitionLog { nodes { event onBehalfOf reason } }"
    entries = (await api.order("second rider", made.order, log))["transitionLog"]["nodes"]
    [entry] = [each for each in entries if each["event"] == "PREFERENCES_CHANGED"]
    return entry["onBehalfOf"], entry["reason"]


async def test_a_rider_learns_whom_it_goes_to_and_where_when_it_is_theirs(api: Api, made: Made):
    moved = {**DOOR_OF_BUYER, "address": "2 Harbour Road"}
    await api.move("biller", "updateFulfillmentPreferences", order=made.order, delivery=moved, reason="803 is no more.")
    before = await api.order("second rider", made.order, DOOR)
    assert (before["customer"], before["delivery"]) == (None, HIDDEN)
    found = 'query { orders(filter: {search: "Buyer of"}) { totalCount nodes { number } } }'
    assert (await api.ask("second rider", found))["orders"] == {"totalCount": 0, "nodes": []}
    text = (await api.post("second rider", f'{{ order(id: "{made.order}") {{ {WHOLE} {DOOR} }} }}')).text
    assert [word for word in ("Buyer of shirts", "803 123", "Harbour") if word in text] == []
    rider = str(api.office.ids["second rider"])
    assert await changed_for(api, made) == (None, None)
    await api.move("biller", "fulfillmentRiderNamed", id=made.ids["fulfillment"], rider=rider)
    after = await api.order("second rider", made.order, DOOR)
    assert after["customer"] == {"name": "Buyer of shirts", "phone": None, "email": None}
    assert after["delivery"] == {
        **HIDDEN, "receiver": "Buyer of shirts", "phone": "+234 803 123 4567", "address": "2 Harbour Road",
    }  # fmt: skip
    assert await changed_for(api, made) == ("Biller", "803 is no more.")
    assert (await api.ask("second rider", found))["orders"]["totalCount"] == 1
    await api.move("second rider", "fulfillmentRiderUnassigned", id=made.ids["fulfillment"], reason="A puncture.")
    assert (await api.order("second rider", made.order, DOOR))["delivery"] == HIDDEN


async def test_why_an_attempt_failed_tells_no_other_rider_who_it_was_for(api: Api, made: Made):
    delivery = made.ids["fulfillment"]
    failed, turned_down = "Mrs Bello of 1 Harbour Road did not open.", "Another rider was chosen."
    await api.move("biller", "assignFulfillmentRider", id=delivery, rider=str(api.office.ids["second rider"]))
    await api.move("second rider", "fulfillmentPackageShipped", id=delivery)
    await api.move("second rider", "fulfillmentDeliveryFailed", id=delivery, reason=failed)
    told = {who: await reasons(api, who, made) & {failed, turned_down} for who in ("rider", "biller", "customer")}
    assert told == {"rider": {turned_down}, "biller": {failed, turned_down}, "customer": {failed}}
    await api.move("biller", "assignFulfillmentRider", id=delivery, rider=str(api.office.ids["rider"]))
    assert failed in await reasons(api, "rider", made)


async def reasons(api: Api, who: str, made: Made) -> set[str | None]:
    """Every reason that somebody reads of the order."""
    log = (await api.order(who, made.order, "transitionLog { nodes { reason } }"))["transitionLog"]
    return {each["reason"] for each in log["nodes"]}


async def test_a_rider_reaches_their_own_offer_and_no_other(api: Api, made: Made):
    mine = (await api.order("rider", made.order, "interests { id rider { name } context { proposedCost } }"))[
        "interests"
    ]
    assert mine == [{"id": made.ids["rider_interest"], "rider": {"name": "Rider"}, "context": {"proposedCost": 700}}]
    answer = await api.do("second rider", "riderInterestWithdraw", id=made.ids["rider_interest"])
    assert answer["__typename"] == "NotFound"
    for machine in ("quotation", "sale", "payment", "override_request"):
        name = next(iter(CHARTS[machine].events))
        given = {**sample(CHARTS[machine].events[name]), "id": made.ids[machine]}
        answer = await api.do("rider", mutation_name(machine, name), **given)
        assert answer["__typename"] == "NotFound", machine


async def test_why_money_went_back_stays_with_the_seller(api: Api, made: Made):
    await api.move("accountant", "paymentConfirm", id=made.ids["payment"])
    await api.move("accountant", "paymentDispute", id=made.ids["payment"], amount=1000, reason="A known trick.")
    reasons = {}
    for who in ("accountant", "customer"):
        log = (await api.order(who, made.order, "transitionLog { nodes { event reason } }"))["transitionLog"]
        told = {each["event"]: each["reason"] for each in log["nodes"]}
        reasons[who] = told["DISPUTE"], told["PAYMENT_REVERSED"]
    assert reasons == {"accountant": ("A known trick.", "A known trick."), "customer": (None, None)}


async def test_why_a_sale_is_under_review_stays_with_the_seller(api: Api):
    made = await draft(api)
    for who, mutation in (("biller", "quotationShare"), ("customer", "quotationBuyerApproves")):
        given = {"version": 2} if mutation != "quotationShare" else {}
        await api.move(who, mutation, id=made.ids["quotation"], **given)
    await api.move("biller", "quotationSellerApproves", id=made.ids["quotation"], version=2)
    sale = (await api.order("biller", made.order, "sale { id }"))["sale"]["id"]
    await api.move("biller", "saleAdminOverrideRequested", id=sale, reason="They always pay late.")
    fields = "sale { state context { review { reason } } } workflowContext"
    assert (await api.order("biller", made.order, fields))["sale"]["context"]["review"] == {
        "reason": "They always pay late."
    }
    seen = await api.order("customer", made.order, fields)
    assert seen["sale"] == {"state": "OVERRIDE_REVIEW", "context": {"review": None}}
    assert "They always pay late." not in str(seen)


async def test_what_may_be_seen_of_one_order_is_not_seen_of_the_other(api: Api):
    """A biller sees what they bill; the manager of the other store, theirs."""
    mine = await draft(api)
    other = await draft(api, "manager of kano", store=KANO)
    query = "query { orders { nodes { id } } }"
    assert (await api.ask("biller", query))["orders"]["nodes"] == [{"id": mine.order}]
    assert (await api.ask("manager of kano", query))["orders"]["nodes"] == [{"id": other.order}]
    both = (await api.ask("admin", query))["orders"]["nodes"]
    assert both == [{"id": other.order}, {"id": mine.order}]
