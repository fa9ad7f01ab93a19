"""The messages that were sent about an order, in the API."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import strawberry

from orderway.graphql.asking import Info
from orderway.graphql.paging import After, First, Page, connection_of, id_of, read_id
from orderway.notifications import messages
from orderway.order.shape import Order
from orderway.workflow import errors
from orderway.workflow.kinds import Connection


@strawberry.type(name="OrderMessage", description="What somebody was told of an order, in their notifications.")
class OrderMessage:
    id: UUID
    event_number: int = strawberry.field(description="The number of the event among those of its order.")
    to: str = strawberry.field(description="Who was told.")
    title: str
    text: str = strawberry.field(description="What there is to add; empty where there is nothing, or no right to it.")
    at: datetime = strawberry.field(description="When it happened.")
    read_at: datetime | None = strawberry.field(description="Null while they have not read it.")


OrderMessageConnection: Any = connection_of(OrderMessage)


async def order_messages(
    root: strawberry.Parent[Order], info: Info, *, first: First = 20, after: After = None
) -> Page[messages.Message]:
    info.context.look()
    if not 1 <= first <= messages.LARGEST:
        raise errors.Invalid(f"A page holds 1 to {messages.LARGEST} messages.",
                             "Ask for fewer, and then for the next page.", "first")  # fmt: skip
    viewer = info.context.signed_in
    behind = read_id(after, "messages")
    async with info.context.connection() as connection:
        found, more = await messages.list_messages(connection, viewer, root, after=behind, limit=first)

    async def count(connection: Connection) -> int:
        return await messages.count_messages(connection, viewer, root)

    return Page(nodes=found, has_more=more, cursor=id_of, count=count, after=after)
