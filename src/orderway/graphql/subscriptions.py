"""What can be followed: one order, all orders that the viewer sees; each event tells where to go on after it."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Annotated, Any
from uuid import UUID

import strawberry
from strawberry.types.field import StrawberryField

from orderway.graphql.asking import Info
from orderway.graphql.filters import OrderFilter, read_filters
from orderway.graphql.notifications import NotificationType
from orderway.graphql.orders import SaleOrder
from orderway.graphql.story import Transition, transition_of
from orderway.notifications.reads import Notification
from orderway.order.shape import Order
from orderway.streams.follow import Follower
from orderway.workflow.errors import Invalid


async def order_then(root: strawberry.Parent[OrderChange], info: Info) -> Order | None:
    return await info.context.orders.load(root.order_id)


@strawberry.type(name="OrderChange", description="Something that happened to an order.")
class OrderChange:
    number: int = strawberry.field(description="Send it as `after` of `orderChanged` to go on behind this event.")
    type: str = strawberry.field(description='Its name for programs: "order.sale.cancel_requested".')
    transition: Transition
    order_id: UUID

    order: Order | None = strawberry.field(
        resolver=order_then,
        graphql_type=SaleOrder | None,
        description="As it stands when the event is sent; null where you see it no longer.",
    )


@strawberry.type(name="OrdersChange", description="Something that happened to one of the orders that you see.")
class OrdersChange(OrderChange):
    cursor: str = strawberry.field(description="Send it as `after` of `ordersChanged` to go on behind this event.")


After = Annotated[
    int | None, strawberry.argument(description="The `number` of the last event that you have; null for from now on.")
]
Behind = Annotated[
    str | None, strawberry.argument(description="The `cursor` of the last event that you have; null for from now on.")
]


async def order_changed(info: Info, *, order: UUID, after: After = None) -> AsyncGenerator[OrderChange, None]:
    number = read_after(after)
    with info.context.desk.streams.seats.take(info.context.signed_in.person_id):
        async for seen in follower(info).order(order, number):
            info.context.renew(seen.viewer)
            change = seen.change
            yield OrderChange(
                number=change.entry.what.number,
                type=change.type,
                transition=transition_of(change.entry),
                order_id=change.order_id,
            )


async def orders_changed(
    info: Info,
    *,
    after: Behind = None,
    filter: Any = None,  # noqa: A002
) -> AsyncGenerator[OrdersChange, None]:
    filters = read_filters(filter)
    with info.context.desk.streams.seats.take(info.context.signed_in.person_id):
        async for seen in follower(info).orders(filters, after):
            info.context.renew(seen.viewer)
            change = seen.change
            yield OrdersChange(
                number=change.entry.what.number,
                type=change.type,
                transition=transition_of(change.entry),
                order_id=change.order_id,
                cursor=str(change.place),
            )


async def notification_added(info: Info, *, after: After = None) -> AsyncGenerator[Notification, None]:
    number = read_after(after)
    with info.context.desk.streams.seats.take(info.context.signed_in.person_id):
        async for seen in follower(info).notifications(number):
            info.context.renew(seen.viewer)
            yield seen.change


def read_after(number: int | None) -> int | None:
    """Read the number of the last event that somebody has. Raises Invalid."""
    if number is not None and number < 0:
        raise Invalid("The number of an event is 0 or more.", "Send that of the last that you have.", "after")
    return number


def follower(info: Info) -> Follower:
    """The one who asks, as somebody who follows."""
    desk = info.context.desk
    return Follower(desk.streams.feed, desk.runner, desk.sessions, info.context.token)


def followed() -> list[StrawberryField]:
    """Everything that can be followed."""
    orders_changed.__annotations__["filter"] = OrderFilter | None
    fields: list[Any] = [
        strawberry.subscription(
            resolver=order_changed,
            name="orderChanged",
            description="Each event of an order that you see, in its order: from behind `after` on, or from now on.",
        ),
        strawberry.subscription(
            resolver=orders_changed,
            name="ordersChanged",
            description="Each event of every order that you see and that passes the filter at that time. Those of one"
            " order come in their order.",
        ),
        strawberry.subscription(
            resolver=notification_added,
            name="notificationAdded",
            graphql_type=NotificationType,
            description="What you are told, in its order: from behind `after` on, or from now on.",
        ),
    ]
    return fields
