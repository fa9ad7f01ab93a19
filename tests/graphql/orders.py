"""Orders for the tests, brought where they are needed by the API itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from tests.graphql.office import BUYER, LAGOS, SHIRT, SHOES, Api
from tests.written import digest

DOOR = {"receiver": "Buyer of shirts", "phone": "+234 803 123 4567", "address": "1 Harbour Road", "city": "Lagos"}


@dataclass(frozen=True)
class Made:
    """An order with an instance of each machine: its id, and theirs by the machine's name."""

    order: str
    ids: dict[str, str]


async def draft(api: Api, who: str = "biller", *, store: UUID = LAGOS, customer: UUID = BUYER) -> Made:
    """A draft of one shirt at 1,050 minor units and one pair of shoes at 5,250, prices for a consumer."""
    moved = await api.move(
        who, "createQuotation", store=store, customer=customer, fulfillmentType="DELIVERY",
        lines=[{"variant": str(SHIRT), "quantity": 1}, {"variant": str(SHOES), "quantity": 1}],
        delivery=DOOR,
        validUntil=api.office.now + timedelta(days=7),
    )  # fmt: skip
    return Made(moved["order"]["id"], {"quotation": moved["id"]})


async def agreed(api: Api) -> Made:
    """A sale that waits for its payment."""
    made = await draft(api)
    quotation = made.ids["quotation"]
    await api.move("biller", "quotationShare", id=quotation)
    await api.move("customer", "quotationBuyerApproves", id=quotation, version=2)
    await api.move("biller", "quotationSellerApproves", id=quotation, version=2)
    order = await api.order("biller", made.order, "sale { id }")
    return Made(made.order, {**made.ids, "sale": order["sale"]["id"]})


async def released(api: Api) -> Made:
    """A sale that two overrides cleared, its delivery looks for a rider and has an offer; a payment is pending."""
    made = await agreed(api)
    order, ids = made.order, dict(made.ids)
    await api.move("biller", "saleAdminOverrideRequested", id=ids["sale"], reason="They always pay late.")
    for _ in range(2):
        overrides = (await api.order("manager", order, "overrides { id state }"))["overrides"]
        waiting = next(each["id"] for each in overrides if each["state"] == "PENDING")
        await api.move("manager", "overrideRequestApprove", id=waiting)
        ids["override_request"] = waiting
    payment = await api.move(
        "biller", "registerPayment", order=order, amount=1000, method="CASH", provider="till", reference=f"R-{order}"
    )
    fulfillment = (await api.order("biller", order, "fulfillment { id }"))["fulfillment"]["id"]
    await api.move("biller", "fulfillmentStarted", id=fulfillment)
    offer = await api.move(
        "rider", "registerFulfillmentInterest", fulfillment=fulfillment, proposedCost=700, etaMinutes=20
    )
    more = {"payment": payment["id"], "fulfillment": fulfillment, "rider_interest": offer["id"]}
    return Made(order, {**ids, **more})


async def written(api: Api) -> dict[str, str | None]:
    """A digest of every table but those of sessions: where two are equal, nothing was written between them."""
    return await digest(api.office.pool)
