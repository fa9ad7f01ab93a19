"""What a person may not see is not found: by no query, no mutation, no count and no text."""

import pytest
from tests.graphql.office import BUYER, KANO, LAGOS, SHIRT, Api
from tests.graphql.orders import DOOR as DOOR_OF_BUYER
from tests.graphql.orders import Made, draft, released, written
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


async def test_another_store_reaches_no_event_of_any_machine(api: Api, made: Made):
    before = await written(api)
    for machine, chart in CHARTS.items():
        for name, event in chart.events.items():
            given = {**sample(event), "id": made.ids[machine]}
            answer = await api.do("manager of kano", mutation_name(machine, name), **given)
            thing = chart.label.lower()
            assert answer == {
                "__typename": "NotFound",
                "sentence": f"There is no such {thing}. Check its id, or look for its order in the list of orders.",
            }, (machine, name)
    assert await written(api) == before


async def test_another_store_can_begin_nothing_on_the_order(api: Api, made: Made):
    before = await written(api)
    payment = {"order": made.order, "amount": 1, "method": "CASH", "provider": "till", "reference": "R-9"}
    answer = await api.do("manager of kano", "registerPayment", **payment)
    assert answer == {
        "__typename": "NotFound",
        "sentence": "There is no such order. Check its number, or look for it in the list of orders.",
    }
    offer = {"fulfillment": made.ids["fulfillment"], "proposedCost": 1, "etaMinutes": 1}
    choice = {"id": made.ids["fulfillment"], "rider": made.order}
    for mutation, given in (("registerFulfillmentInterest", offer), ("assignFulfillmentRider", choice)):
        answer = await api.do("manager of kano", mutation, **given)
        assert answer == {
            "__typename": "NotFound",
            "sentence": "There is no such fulfillment. Check its id, or look for its order in the list of orders.",
        }
    line = {"variant": str(SHIRT), "quantity": 1}
    answer = await api.do(
        "manager of kano", "createQuotation", store=LAGOS, customer=BUYER, fulfillmentType="PICKUP", lines=[line]
    )
    assert answer["__typename"] == "NotFound"
    assert await written(api) == before


async def test_another_store_finds_the_order_by_no_query(api: Api, made: Made):
    number = (await api.order("biller", made.order, "number"))["number"]
    for argument, value in (("id: $value", made.order), ("number: $value", number)):
        kind = "UUID" if argument.startswith("id") else "String"
        query = f"query($value: {kind}) {{ order({argument}) {{ number }} }}"
        [error] = await api.errors("manager of kano", query, value=value)
        assert error["message"] == "There is no such order. Check its number, or look for it in the list of orders."
        assert error["extensions"]["code"] == "NOT_FOUND"
    query = 'query { orders(filter: {search: "LAG"}) { totalCount nodes { id } pageInfo { hasNextPage endCursor } } }'
    assert (await api.ask("manager of kano", query))["orders"] == {
        "totalCount": 0, "nodes": [], "pageInfo": {"hasNextPage": False, "endCursor": None},
    }  # fmt: skip
    assert (await api.ask("manager", query))["orders"]["totalCount"] == 1


async def test_a_rider_sees_the_delivery_and_nothing_of_its_money(api: Api, made: Made):
    seen = await api.order("second rider", made.order, WHOLE)
    assert seen["customer"] is None
    assert seen["lines"] == [{"quantity": 1, "price": None}, {"quantity": 1, "price": None}]
    assert seen["fulfillment"] == {"id": made.ids["fulfillment"]}
    assert {name: seen[name] for name in ("totals", "quotation", "sale")} == dict.fromkeys(
        ("totals", "quotation", "sale")
    )
    assert (seen["payments"], seen["overrides"], seen["interests"]) == ([], [], [])
    assert {each["machine"] for each in seen["transitionLog"]["nodes"]} == {"fulfillment"}
    assert seen["availableEvents"] == []
    text = (await api.post("second rider", f'{{ order(id: "{made.order}") {{ {WHOLE} }} }}')).text
    assert not {"6300", "630000", "captured", "grand_total", "late"} & set(text.replace('"', " ").split())


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
    assert [word for word in ("Buyer of shirts", "803", "Harbour") if word in text] == []
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


async def test_a_buyer_sees_their_order_without_what_the_sellers_people_keep_to_themselves(api: Api, made: Made):
    seen = await api.order("customer", made.order, WHOLE)
    assert seen["totals"] == {"total": 6300}
    assert (seen["overrides"], seen["interests"]) == ([], [])
    asked = [each for each in seen["transitionLog"]["nodes"] if each["event"] == "ADMIN_OVERRIDE_REQUESTED"]
    assert asked == [{"machine": "sale", "event": "ADMIN_OVERRIDE_REQUESTED", "reason": None}]
    staff = (await api.order("biller", made.order, "transitionLog { nodes { event reason } }"))["transitionLog"]
    assert {"event": "ADMIN_OVERRIDE_REQUESTED", "reason": "They always pay late."} in staff["nodes"]
    for machine in ("override_request", "rider_interest"):
        name = next(iter(CHARTS[machine].events))
        given = {**sample(CHARTS[machine].events[name]), "id": made.ids[machine]}
        assert (await api.do("customer", mutation_name(machine, name), **given))["__typename"] == "NotFound"


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


async def test_a_buyer_reaches_no_order_of_another(api: Api, made: Made):
    [error] = await api.errors("reseller", "query($id: UUID!) { order(id: $id) { number } }", id=made.order)
    assert error["extensions"]["code"] == "NOT_FOUND"
    answer = await api.do("reseller", "quotationDecline", id=made.ids["quotation"], reason="Not mine.")
    assert answer["__typename"] == "NotFound"


async def test_what_may_be_seen_of_one_order_is_not_seen_of_the_other(api: Api):
    """A biller sees what they bill; the manager of the other store, theirs."""
    mine = await draft(api)
    other = await draft(api, "manager of kano", store=KANO)
    query = "query { orders { nodes { id } } }"
    assert (await api.ask("biller", query))["orders"]["nodes"] == [{"id": mine.order}]
    assert (await api.ask("manager of kano", query))["orders"]["nodes"] == [{"id": other.order}]
    both = (await api.ask("admin", query))["orders"]["nodes"]
    assert both == [{"id": other.order}, {"id": mine.order}]
