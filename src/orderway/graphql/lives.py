"""Things with a lifecycle as types of the API: where they stand, in words, and what their machine knows of them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import strawberry

from orderway.delivery.address import Delivery
from orderway.fulfillment.context import FulfillmentContext
from orderway.fulfillment.interests.machine import RiderInterestContext
from orderway.graphql.asking import Info
from orderway.graphql.charts import STATES, Tone
from orderway.graphql.forms import Outputs
from orderway.graphql.paging import Page
from orderway.graphql.story import AvailableEvent, Transition, TransitionConnection, life_events, life_log
from orderway.graphql.versions import VersionConnection, versions
from orderway.order import shape
from orderway.order.returns import SalesReturn
from orderway.order.shape import Life, Order, Receipt
from orderway.order.versions import Version
from orderway.quotation.context import QuotationContext
from orderway.sale.context import SaleContext
from orderway.sale.overrides.machine import OverrideRequestContext
from orderway.sale.payments.context import PaymentContext
from orderway.statechart.nodes import Node

if TYPE_CHECKING:
    from orderway.graphql.orders import SaleOrder

OUTPUTS = Outputs(hidden=("pin_hash",))
"""What the domain's records look like from outside; a secret is no field of any of them."""

LINK = "Whoever has this address reads the receipt, until the time of RECEIPT_URL_MINUTES is over."

DeliveryType: Any = OUTPUTS.of(Delivery, machine="order", name="Delivery")
SalesReturnType: Any = OUTPUTS.of(SalesReturn, machine="order", name="SalesReturn")
PersonType = OUTPUTS.of(shape.Person, machine="order", name="Person")


def node_of(life: Life[Any], info: Info) -> Node:
    """The state in which it stands, of the version of its machine that it runs under."""
    return info.context.desk.runner.workflow.kind(life.machine).charts[life.version].node(life.state)


def state_label(root: strawberry.Parent[Life[Any]], info: Info) -> str:
    return node_of(root, info).label


def tone(root: strawberry.Parent[Life[Any]], info: Info) -> str:
    return node_of(root, info).tone


ItsOrder = Annotated["SaleOrder", strawberry.lazy("orderway.graphql.orders")]


async def its_order(root: strawberry.Parent[Life[Any]], info: Info) -> Order | None:
    return await info.context.orders.load(root.order_id)


@strawberry.type
class Alive:
    """What the types of all machines share; each adds its states and its context."""

    id: UUID
    step: int = strawberry.field(description="Rises with each move; send it as `seen` to be told of a move between.")
    state_label: str = strawberry.field(resolver=state_label)
    tone: str = strawberry.field(resolver=tone, graphql_type=Tone)
    due_at: datetime | None = strawberry.field(description="When its timer goes off.")
    due_event: str | None = strawberry.field(description="What the timer sends.")
    created_at: datetime
    moved_at: datetime = strawberry.field(description="Since when it stands where it stands.")
    order: Order | None = strawberry.field(
        resolver=its_order,
        graphql_type=ItsOrder | None,
        description="What it belongs to.",
    )
    transition_log: Page[Transition] = strawberry.field(
        resolver=life_log, graphql_type=TransitionConnection, description="What happened to it, newest first."
    )
    available_events: list[AvailableEvent] = strawberry.field(
        resolver=life_events, description="What can be done with it, and why not."
    )


@strawberry.type(name="Quotation")
class Quotation(Alive):
    state: str = strawberry.field(graphql_type=STATES["quotation"])
    context: QuotationContext = strawberry.field(
        graphql_type=OUTPUTS.of(QuotationContext, machine="quotation", name="QuotationContext")
    )
    versions: Page[Version] = strawberry.field(
        resolver=versions,
        graphql_type=VersionConnection,
        description="What it offered, newest first; a buyer reads from the version on that was shared first.",
    )


@strawberry.type(name="Sale")
class Sale(Alive):
    state: str = strawberry.field(graphql_type=STATES["sale"])
    context: SaleContext = strawberry.field(graphql_type=OUTPUTS.of(SaleContext, machine="sale", name="SaleContext"))


@strawberry.type(name="OverrideRequest", description="A question whether a sale may go on without payment or credit.")
class OverrideRequest(Alive):
    state: str = strawberry.field(graphql_type=STATES["override_request"])
    asked_by: str
    decided_by: str | None
    context: OverrideRequestContext = strawberry.field(
        graphql_type=OUTPUTS.of(OverrideRequestContext, machine="override_request", name="OverrideRequestContext")
    )


@strawberry.type(name="FulfillmentRiderInterest", description="A rider's offer to deliver.")
class FulfillmentRiderInterest(Alive):
    state: str = strawberry.field(graphql_type=STATES["rider_interest"])
    rider: shape.Person = strawberry.field(graphql_type=PersonType)
    context: RiderInterestContext = strawberry.field(
        graphql_type=OUTPUTS.of(RiderInterestContext, machine="rider_interest", name="RiderInterestContext")
    )


async def receipt_url(root: strawberry.Parent[Receipt], info: Info) -> str:
    return await info.context.receipt_urls.load(root)


@strawberry.type(name="Receipt", description="A picture or PDF that shows a payment.")
class ReceiptType:
    id: UUID
    content_type: str = strawberry.field(description="By its content: image/png, image/jpeg, image/webp, …")
    size: int = strawberry.field(description="In bytes.")
    sha256: str = strawberry.field(description="In hexadecimal digits.")
    uploaded_by: str
    uploaded_at: datetime
    url: str = strawberry.field(resolver=receipt_url, description=LINK)


def receipt_bucket(root: strawberry.Parent[shape.Payment]) -> str | None:
    return root.receipts[0].bucket if root.receipts else None


def receipt_key(root: strawberry.Parent[shape.Payment]) -> str | None:
    return root.receipts[0].key if root.receipts else None


async def newest_url(root: strawberry.Parent[shape.Payment], info: Info) -> str | None:
    return await info.context.receipt_urls.load(root.receipts[0]) if root.receipts else None


@strawberry.interface(name="Payment", description="Money that was registered for an order.")
class Payment(Alive):
    state: str = strawberry.field(graphql_type=STATES["payment"])
    context: PaymentContext = strawberry.field(
        graphql_type=OUTPUTS.of(PaymentContext, machine="payment", name="PaymentContext")
    )
    receipts: list[Receipt] = strawberry.field(graphql_type=list[ReceiptType], description="The newest first.")
    receipt_bucket: str | None = strawberry.field(resolver=receipt_bucket, description="Where the newest receipt lies.")
    receipt_key: str | None = strawberry.field(resolver=receipt_key, description="Under which key it lies there.")
    receipt_url: str | None = strawberry.field(resolver=newest_url, description=LINK)

    @classmethod
    def resolve_type(cls, value: Life[PaymentContext], *_: object) -> str:
        return "ConsumerPayment" if value.context.buyer_kind == "CONSUMER" else "ResellerPayment"


@strawberry.type(name="ConsumerPayment")
class ConsumerPayment(Payment):
    @classmethod
    def is_type_of(cls, value: Life[PaymentContext], *_: object) -> bool:
        return value.context.buyer_kind == "CONSUMER"


@strawberry.type(name="ResellerPayment")
class ResellerPayment(Payment):
    @classmethod
    def is_type_of(cls, value: Life[PaymentContext], *_: object) -> bool:
        return value.context.buyer_kind == "RESELLER"


FULFILLMENT_CONTEXT = OUTPUTS.of(FulfillmentContext, machine="fulfillment", name="FulfillmentContext")
