"""The order as a type of the API: the root of all that belongs to one order, from draft onward."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, get_args
from uuid import UUID

import msgspec
import strawberry
from strawberry.scalars import JSON

from orderway.delivery.address import Delivery
from orderway.delivery.way import FulfillmentType
from orderway.fulfillment.context import FulfillmentContext
from orderway.graphql.asking import Info
from orderway.graphql.charts import STATES
from orderway.graphql.comments import OrderCommentConnection, order_comments
from orderway.graphql.forms import enum_of
from orderway.graphql.lives import (
    OUTPUTS,
    Alive,
    DeliveryType,
    FulfillmentRiderInterest,
    OverrideRequest,
    Payment,
    PersonType,
    Quotation,
    Sale,
    SalesReturnType,
)
from orderway.graphql.paging import Page
from orderway.graphql.sent import OrderMessageConnection, order_messages
from orderway.graphql.story import AvailableEvent, Transition, TransitionConnection, available_events, transition_log
from orderway.notifications.messages import Message
from orderway.order import shape
from orderway.order.addresses import KeptAddress, load_addresses
from orderway.order.comments import Comment
from orderway.order.copies import load_copies, load_origin
from orderway.order.returns import SalesReturn
from orderway.order.shape import Life, Order

Phase = enum_of(get_args(shape.Phase), "Phase")
OrderLine = OUTPUTS.of(shape.Line, machine="order", name="OrderLine")
Portion = OUTPUTS.of(shape.Portion, machine="fulfillment", name="FulfillmentLine")
TypeOfFulfillment = enum_of(get_args(FulfillmentType), "FulfillmentType")


def life_state(root: strawberry.Parent[Life[Any]]) -> str:
    return root.state


def life_context(root: strawberry.Parent[Life[Any]]) -> JSON:
    """What a machine knows of an instance, as plain JSON without its secrets."""
    context = msgspec.to_builtins(root.context)
    return JSON({name: value for name, value in context.items() if name not in OUTPUTS.hidden})


def workflow_state(root: strawberry.Parent[Order]) -> str | None:
    return root.current.state if root.current else None


def workflow_context(root: strawberry.Parent[Order]) -> JSON | None:
    return life_context(root.current) if root.current else None


async def copied_from(root: strawberry.Parent[Order], info: Info) -> Order | None:
    info.context.look()
    async with info.context.connection() as connection:
        return await load_origin(connection, info.context.signed_in, root)


async def copies(root: strawberry.Parent[Order], info: Info) -> list[Order]:
    info.context.look()
    async with info.context.connection() as connection:
        return await load_copies(connection, info.context.signed_in, root)


async def addresses(root: strawberry.Parent[Order], info: Info) -> list[KeptAddress]:
    info.context.look()
    async with info.context.connection() as connection:
        return [*await load_addresses(connection, info.context.signed_in, root)]


Itself = Annotated["SaleOrder", strawberry.lazy("orderway.graphql.orders")]


@strawberry.type(name="Fulfillment", description="How the goods or the service reach the buyer.")
class Fulfillment(Alive):
    rider: shape.Person | None = strawberry.field(graphql_type=PersonType | None)
    lines: list[shape.Portion] = strawberry.field(
        graphql_type=list[Portion],  # type: ignore[valid-type]  # made just now
        description="What of each line it brings; empty for a service.",
    )
    state: str = strawberry.field(graphql_type=STATES["fulfillment"])
    context: FulfillmentContext = strawberry.field(
        graphql_type=OUTPUTS.of(FulfillmentContext, machine="fulfillment", name="FulfillmentContext")
    )
    workflow_state: str = strawberry.field(resolver=life_state)
    workflow_context: JSON = strawberry.field(resolver=life_context)


@strawberry.type(name="SaleOrder", description="One order, from draft onward. What the viewer may not see is null.")
class SaleOrder:
    id: UUID
    number: str
    phase: str = strawberry.field(graphql_type=Phase)
    placed_at: datetime
    currency: str = strawberry.field(description="ISO 4217; every amount of the order is in its minor units.")
    fulfillment_type: str = strawberry.field(graphql_type=TypeOfFulfillment)
    delivery: Delivery | None = strawberry.field(graphql_type=DeliveryType | None)
    addresses: list[KeptAddress] = strawberry.field(
        resolver=addresses,
        graphql_type=list[OUTPUTS.of(KeptAddress, machine="order", name="KeptAddress")],  # type: ignore[misc]  # a type
        description="Every address that it had, newest first; none for its buyer and its riders.",
    )
    source: str | None = strawberry.field(description="Where it was imported from.")
    source_ref: str | None
    copied_from: Order | None = strawberry.field(
        resolver=copied_from, graphql_type=Itself | None, description="The order whose terms it began with."
    )
    copies: list[Order] = strawberry.field(
        resolver=copies, graphql_type=list[Itself], description="The orders that began with its terms, newest first."
    )
    store: shape.Store = strawberry.field(graphql_type=OUTPUTS.of(shape.Store, machine="order", name="Store"))
    customer: shape.Customer | None = strawberry.field(
        graphql_type=OUTPUTS.of(shape.Customer, machine="order", name="Customer") | None
    )
    biller: shape.Person | None = strawberry.field(graphql_type=PersonType | None)
    rider: shape.Person | None = strawberry.field(
        graphql_type=PersonType | None, description="The rider of its `fulfillment`."
    )
    lines: list[shape.Line] = strawberry.field(
        graphql_type=list[OUTPUTS.of(shape.Line, machine="order", name="OrderLine")]  # type: ignore[misc]  # a type
    )
    totals: shape.Totals | None = strawberry.field(
        graphql_type=OUTPUTS.of(shape.Totals, machine="order", name="Totals") | None
    )
    quotation: Quotation | None
    sale: Sale | None
    fulfillment: Fulfillment | None = strawberry.field(
        description="Of several the first that is under way, or else the last that brought something."
    )
    fulfillments: list[Fulfillment] = strawberry.field(description="Its parts in their order; most orders have one.")
    payments: list[Payment]
    overrides: list[OverrideRequest]
    interests: list[FulfillmentRiderInterest]
    returns: list[SalesReturn] = strawberry.field(
        graphql_type=list[SalesReturnType], description="What was asked back of it, oldest first; none for a rider."
    )
    workflow_state: str | None = strawberry.field(
        resolver=workflow_state, description="The state of the machine of its phase."
    )
    workflow_context: JSON | None = strawberry.field(
        resolver=workflow_context, description="What the machine of its phase knows of it."
    )
    transition_log: Page[Transition] = strawberry.field(
        resolver=transition_log, graphql_type=TransitionConnection, description="What happened to it, newest first."
    )
    comments: Page[Comment] = strawberry.field(
        resolver=order_comments,
        graphql_type=OrderCommentConnection,
        description="What was said of it, newest first: notes for the seller's people alone; none for a rider.",
    )
    messages: Page[Message] = strawberry.field(
        resolver=order_messages,
        graphql_type=OrderMessageConnection,
        description="What people were told of it, newest first: all for the seller's people, their own for others.",
    )
    available_events: list[AvailableEvent] = strawberry.field(
        resolver=available_events, description="What can be done with it, and why not."
    )
