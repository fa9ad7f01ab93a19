"""The outbox in the API: what was told of orders, for those who look after its delivery."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import strawberry
from strawberry.types.field import StrawberryField

from orderway.graphql.asking import Info
from orderway.graphql.expose import said
from orderway.graphql.filters import left_out
from orderway.graphql.forms import input_type
from orderway.graphql.lives import ItsOrder
from orderway.graphql.paging import After, First, Page, connection_of, place_of
from orderway.order.shape import Order
from orderway.order.told import Told, ToldFilters, count_told, list_told

OutboxFilter = input_type(
    "OutboxEventFilter",
    [
        left_out("store", UUID | None),
        left_out("order", UUID | None),
        left_out("since", datetime | None, "Told then or later."),
        left_out("until", datetime | None, "Told before that."),
    ],
    description="What an event has to fulfill to be listed: all of it.",
)


async def its_order(root: strawberry.Parent[Told], info: Info) -> Order | None:
    return await info.context.orders.load(root.order_id)


@strawberry.type(name="OutboxEvent", description="Something that was told to the world when it happened to an order.")
class OutboxEvent:
    id: UUID = strawberry.field(description="Whoever hears it twice knows it by this.")
    order_id: UUID
    order_number: str
    number: int = strawberry.field(description="Rises by one for each order: who sees a gap has missed something.")
    type: str = strawberry.field(description="As order.sale.payment_captured.")
    at: datetime
    order: Order | None = strawberry.field(resolver=its_order, graphql_type=ItsOrder | None)


async def outbox_events(
    info: Info,
    *,
    first: First = 20,
    after: After = None,
    filter: Any = None,  # noqa: A002  (the API's word for it)
) -> Page[Told]:
    viewer, filters = info.context.signed_in, read_filters(filter)
    async with info.context.connection() as connection:
        found, more = await list_told(connection, viewer, filters=filters, after=after or "", limit=first)
    count = partial(count_told, viewer=viewer, filters=filters)
    return Page(nodes=found, has_more=more, cursor=place_of, count=count, after=after)


def read_filters(given: Any) -> ToldFilters:
    if not given:
        return ToldFilters()
    return ToldFilters(
        store_id=said(given.store), order_id=said(given.order), since=said(given.since), until=said(given.until)
    )


def told() -> StrawberryField:
    """The query of the outbox."""
    outbox_events.__annotations__["filter"] = OutboxFilter | None
    field: StrawberryField = strawberry.field(
        resolver=outbox_events,
        graphql_type=connection_of(OutboxEvent),
        description="What the outbox told of orders of the stores whose outbox the viewer sees, newest first.",
    )
    return field
