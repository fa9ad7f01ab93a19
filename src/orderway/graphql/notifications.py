"""Notifications in the API: what the viewer was told, how much of it is unread, and marking it as read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

import strawberry
from strawberry.types.field import StrawberryField

from orderway.graphql.answers import NOES, Conflict, Invalid, NotFound, Refused, denied
from orderway.graphql.asking import Asking, Info
from orderway.graphql.expose import key_of, said
from orderway.graphql.orders import SaleOrder
from orderway.graphql.paging import After, First, Page, connection_of
from orderway.notifications.marking import Marked, mark_all_read, mark_read
from orderway.notifications.reads import (
    EVERYTHING,
    UNREAD,
    Filters,
    Notification,
    count_notifications,
    list_notifications,
    read_number,
)
from orderway.order.shape import Order
from orderway.workflow.transaction import Transaction


async def order_told(root: strawberry.Parent[Notification], info: Info) -> Order | None:
    return await info.context.orders.load(root.order_id) if root.order_id else None


@strawberry.type(name="Notification", description="What the viewer was told of what concerns them.")
class NotificationType:
    id: UUID
    number: int = strawberry.field(description="Rises by one for each person: who read up to one has missed nothing.")
    title: str
    text: str = strawberry.field(description="What there is to add; empty where there is nothing.")
    at: datetime = strawberry.field(description="When it happened.")
    read_at: datetime | None = strawberry.field(description="Null while it is unread.")
    type: str = strawberry.field(description="What kind of event it tells of: order.quotation.share.")
    event_number: int | None = strawberry.field(description="The number of the event among those of its order.")
    machine: str = strawberry.field(description="What it is about: a quotation, a sale, a payment, …")
    instance_id: UUID = strawberry.field(description="Which one.")
    order_id: UUID | None = strawberry.field(description="Null where it is of no order, as of a webhook.")
    order_number: str | None
    order: Order | None = strawberry.field(
        resolver=order_told, graphql_type=SaleOrder | None, description="Null where the viewer sees it no longer."
    )


@strawberry.input(name="NotificationFilter", description="What a notification has to fulfill to be listed: all of it.")
class NotificationFilter:
    unread: bool = strawberry.field(default=False, description="Only what is unread.")
    order: UUID | None = strawberry.field(default=None, description="Only what is about this order.")


@strawberry.type(name="NotificationsRead", description="They are read now.")
class NotificationsRead:
    marked: int = strawberry.field(description="How many were unread before.")
    unread: int = strawberry.field(description="How many are unread now.")


NotificationsAnswer = Annotated[
    NotificationsRead | Refused | Conflict | NotFound | Invalid,
    strawberry.union("NotificationsAnswer", description="What marking notifications comes to."),
]


@strawberry.input(name="MarkNotificationsReadInput")
class MarkNotificationsReadInput:
    ids: list[UUID]
    idempotency_key: str | None = strawberry.UNSET


@strawberry.input(name="MarkAllNotificationsReadInput")
class MarkAllNotificationsReadInput:
    up_to: int | None = strawberry.field(
        default=strawberry.UNSET, description="The number of the newest one that you saw; without it, all are marked."
    )
    idempotency_key: str | None = strawberry.UNSET


async def notifications(
    info: Info,
    *,
    filter: NotificationFilter | None = None,  # noqa: A002  (the API's word for it)
    first: First = 20,
    after: After = None,
) -> Page[Notification]:
    viewer, behind = info.context.signed_in, read_number(after)
    filters = EVERYTHING if filter is None else Filters(filter.unread, filter.order)
    async with info.context.connection() as connection:
        found, more = await list_notifications(connection, viewer, filters=filters, after=behind, limit=first)
    count = partial(count_notifications, viewer=viewer, filters=filters)
    return Page(nodes=found, has_more=more, cursor=lambda each: str(each.number), count=count, after=after)


async def unread_notifications(info: Info) -> int:
    async with info.context.connection() as connection:
        return await count_notifications(connection, info.context.signed_in, UNREAD)


async def mark_notifications_read(info: Info, input: MarkNotificationsReadInput) -> NotificationsAnswer:  # noqa: A002  (the same)
    async def work(tx: Transaction) -> Marked:
        return await mark_read(tx, info.context.signed_in, input.ids)

    return await marked(info.context, input, work, request=("markNotificationsRead", sorted(input.ids)))


async def mark_all_notifications_read(info: Info, input: MarkAllNotificationsReadInput) -> NotificationsAnswer:  # noqa: A002  (the same)
    up_to = said(input.up_to)

    async def work(tx: Transaction) -> Marked:
        return await mark_all_read(tx, info.context.signed_in, up_to=up_to)

    return await marked(info.context, input, work, request=("markAllNotificationsRead", up_to))


async def marked(
    asking: Asking, given: Any, work: Callable[[Transaction], Awaitable[Marked]], *, request: object
) -> NotificationsAnswer:
    """Mark notifications as the viewer, and say what it came to."""
    runner, actor = asking.desk.runner, asking.signed_in.actor()
    try:
        done = await runner.once(
            work, Marked, key=key_of(given), request=request, actor=actor, request_id=asking.request_id
        )
    except NOES as no:
        return denied(runner.workflow, no)
    return NotificationsRead(marked=done.marked, unread=done.unread)


def notified() -> list[StrawberryField]:
    """The queries of notifications."""
    told: StrawberryField = strawberry.field(
        resolver=notifications,
        graphql_type=connection_of(NotificationType),
        description="What the viewer was told, newest first.",
    )  # type: ignore[assignment]  # a field, though typed as what it resolves to
    count: StrawberryField = strawberry.field(resolver=unread_notifications, description="How much of it is unread.")  # type: ignore[assignment]  # the same
    return [told, count]


def marking() -> list[StrawberryField]:
    """The mutations that mark notifications."""
    some: StrawberryField = strawberry.mutation(
        resolver=mark_notifications_read, description="Mark some notifications as read: all of them, or none."
    )  # type: ignore[assignment]  # the same
    every: StrawberryField = strawberry.mutation(
        resolver=mark_all_notifications_read, description="Mark all notifications as read."
    )  # type: ignore[assignment]  # the same
    return [some, every]
