"""An order whose goods are with the buyer, brought there by the API itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from tests.graphql.office import BUYER, LAGOS, SHIRT, Api
from tests.pins import OF_ORDER


@dataclass(frozen=True)
class Handed:
    """The order, its fulfillment, its payment and its one line."""

    order: str
    fulfillment: str
    payment: str
    line: str


async def handed_over(api: Api, *, shirts: int = 3) -> Handed:
    """The customer bought shirts at 1,050 minor units each, paid them, and collected them."""
    order = await agreed_pickup(api, shirts=shirts)
    total = 1050 * shirts
    payment = await api.move(
        "biller", "registerPayment", order=order, amount=total, method="CASH", provider="till", reference=f"R-{order}"
    )
    await api.move("accountant", "paymentConfirm", id=payment["id"])
    seen = await api.order("biller", order, "fulfillment { id } lines { id }")
    fulfillment = seen["fulfillment"]["id"]
    await api.move("biller", "fulfillmentStarted", id=fulfillment)
    pin = await api.office.pool.fetchval(OF_ORDER, UUID(order))
    await api.move("biller", "fulfillmentPackageDelivered", id=fulfillment, pin=pin)
    return Handed(order, fulfillment, payment["id"], seen["lines"][0]["id"])


async def agreed_pickup(api: Api, *, shirts: int, store: UUID = LAGOS, customer: UUID = BUYER) -> str:
    """An agreed order of shirts to collect; its id."""
    moved = await api.move(
        "biller", "createQuotation", store=store, customer=customer, fulfillmentType="PICKUP",
        lines=[{"variant": str(SHIRT), "quantity": shirts}], validUntil=api.office.now + timedelta(days=7),
    )  # fmt: skip
    quotation, order = moved["id"], str(moved["order"]["id"])
    await api.move("biller", "quotationShare", id=quotation)
    await api.move("biller", "quotationBuyerApproves", id=quotation, version=2)
    await api.move("biller", "quotationSellerApproves", id=quotation, version=2)
    return order
