"""One order the whole way, by mutations alone, each sent by the person whose work it is."""

from datetime import timedelta
from typing import Any

from tests.graphql.office import BUYER, LAGOS, NOON, SHIRT, SHOES, Api, Office
from tests.graphql.orders import DOOR
from tests.pins import OF_ORDER

PARTS = """
    phase workflowState
    quotation { id step state context { version total } }
    sale { id step state context { grandTotal capturedTotal } }
    fulfillment { id step state context { rider cost } }
    payments { __typename id state }
    totals { total captured outstanding }
"""


async def can(api: Api, who: str, order: str) -> dict[str, Any]:
    """What the person can do with the order now, by the name of its mutation."""
    listed = await api.order(who, order, "availableEvents { mutation enabled reasons { sentence } }")
    return {each["mutation"]: each["enabled"] for each in listed["availableEvents"]}


async def test_an_order_goes_from_draft_to_completion(api: Api, office: Office):
    drafted = await api.move(
        "biller", "createQuotation", store=LAGOS, customer=BUYER, fulfillmentType="DELIVERY",
        lines=[{"variant": str(SHIRT), "quantity": 2}, {"variant": str(SHOES), "quantity": 1}],
        delivery=DOOR,
        validUntil=NOON + timedelta(days=7),
    )  # fmt: skip
    order = drafted["order"]["id"]
    assert drafted["order"]["phase"] == "QUOTATION"
    now = await api.order("biller", order, PARTS)
    quotation = now["quotation"]["id"]
    assert now["quotation"] == {
        "id": quotation, "step": 1, "state": "DRAFT", "context": {"version": 2, "total": 7350},
    }  # fmt: skip
    assert now["totals"] == {"total": 7350, "captured": 0, "outstanding": 0}

    assert (await can(api, "biller", order))["quotationShare"] is True
    await api.move("biller", "quotationShare", id=quotation, seen=1)
    assert (await can(api, "customer", order))["quotationBuyerApproves"] is True
    await api.move("customer", "quotationBuyerApproves", id=quotation, version=2)
    agreed = await api.move("biller", "quotationSellerApproves", id=quotation, version=2)
    assert (agreed["state"], agreed["stateLabel"]) == ("MUTUALLY_APPROVED", "Agreed")
    assert agreed["order"]["phase"] == "SALE"

    now = await api.order("biller", order, PARTS)
    sale = now["sale"]["id"]
    assert now["workflowState"] == "AWAITING_PAYMENT_METHOD"
    assert (await can(api, "biller", order))["saleSetPaymentMethod"] is True
    await api.move("biller", "saleSetPaymentMethod", id=sale, method="TRANSFER")
    registered = await api.move(
        "biller", "registerPayment", order=order, amount=7350, method="TRANSFER", provider="bank", reference="T-1"
    )
    assert (await can(api, "accountant", order))["paymentConfirm"] is True
    await api.move("accountant", "paymentConfirm", id=registered["id"])

    now = await api.order("biller", order, PARTS)
    fulfillment = now["fulfillment"]["id"]
    assert now["phase"] == "FULFILLMENT"
    assert (now["sale"]["state"], now["fulfillment"]["state"]) == ("CLEARED_FOR_FULFILLMENT", "PICK_PACK")
    assert now["totals"] == {"total": 7350, "captured": 7350, "outstanding": 0}
    assert now["payments"] == [{"__typename": "ConsumerPayment", "id": registered["id"], "state": "CONFIRMED"}]

    assert (await can(api, "biller", order))["fulfillmentStarted"] is True
    await api.move("biller", "fulfillmentStarted", id=fulfillment)
    offer = await api.move(
        "rider", "registerFulfillmentInterest", fulfillment=fulfillment, proposedCost=800, etaMinutes=30
    )
    assert (await can(api, "biller", order))["fulfillmentRiderSelected"] is True
    await api.move("biller", "fulfillmentRiderSelected", id=fulfillment, interest=offer["id"])
    now = await api.order("biller", order, PARTS)
    assert now["fulfillment"]["context"] == {"rider": str(office.ids["rider"]), "cost": 800}

    assert (await can(api, "rider", order)) == {
        "fulfillmentRiderUnassigned": True, "fulfillmentPackageShipped": True,
    }  # fmt: skip
    await api.move("rider", "fulfillmentPackageShipped", id=fulfillment)
    pin = await office.pool.fetchval(OF_ORDER, order)
    assert (await can(api, "rider", order))["fulfillmentPackageDelivered"] is True
    delivered = await api.move("rider", "fulfillmentPackageDelivered", id=fulfillment, pin=pin)
    assert delivered["state"] == "DELIVERED"

    office.later(hours=2)
    completed = await api.move("biller", "fulfillmentComplete", id=fulfillment)
    assert completed["state"] == "COMPLETED"
    now = await api.order("customer", order, PARTS)
    assert (now["sale"]["state"], now["fulfillment"]["state"]) == ("COMPLETED", "COMPLETED")
    log = (await api.order("biller", order, "transitionLog { pageInfo { hasNextPage } nodes { who phrase toLabel } }"))[
        "transitionLog"
    ]
    assert log["pageInfo"]["hasNextPage"] is False
    assert [(each["who"], each["phrase"]) for each in log["nodes"]][:3] == [
        ("Orderway", "noted the fulfillment as completed"),
        ("Biller", "completed the order"),
        ("Rider", "confirmed the delivery"),
    ]


async def test_staff_who_accept_for_the_buyer_do_it_on_their_behalf(api: Api):
    for who, behalf in (("biller", "Buyer of shirts"), ("customer", None)):
        drafted = await api.move(
            "biller", "createQuotation", store=LAGOS, customer=BUYER, fulfillmentType="PICKUP",
            lines=[{"variant": str(SHIRT), "quantity": 1}], validUntil=NOON + timedelta(days=7),
        )  # fmt: skip
        quotation, order = drafted["id"], drafted["order"]["id"]
        await api.move("biller", "quotationShare", id=quotation)
        await api.move(who, "quotationBuyerApproves", id=quotation, version=2)
        await api.move("biller", "quotationSellerApproves", id=quotation, version=2)
        log = (await api.order("biller", order, "transitionLog { nodes { event who onBehalfOf } }"))["transitionLog"]
        said = {each["event"]: (each["who"], each["onBehalfOf"]) for each in log["nodes"]}
        assert said["BUYER_APPROVES"] == (who.capitalize(), behalf)
        assert said["SELLER_APPROVES"] == ("Biller", None)
