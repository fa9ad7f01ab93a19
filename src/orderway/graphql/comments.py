"""Comments on orders in the API: what was said of one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import strawberry

from orderway.graphql.asking import Info
from orderway.graphql.paging import After, First, Page, connection_of
from orderway.graphql.story import LARGEST, read_number
from orderway.order import comments
from orderway.order.shape import Order
from orderway.workflow import errors
from orderway.workflow.kinds import Connection


@strawberry.type(name="OrderComment", description="Something that was said about an order.")
class OrderComment:
    number: int = strawberry.field(description="Its place among all that happened to the order.")
    who: str
    text: str
    for_buyer: bool = strawberry.field(description="Whether the buyer reads it too.")
    at: datetime


OrderCommentConnection: Any = connection_of(OrderComment)


async def order_comments(
    root: strawberry.Parent[Order], info: Info, *, first: First = comments.PAGE, after: After = None
) -> Page[comments.Comment]:
    info.context.look()
    if not 1 <= first <= LARGEST:
        raise errors.Invalid(f"A page holds 1 to {LARGEST} comments.", "Ask for fewer, and then for the next page.",
                             "first")  # fmt: skip
    async with info.context.connection() as connection:
        found, more = await comments.list_comments(connection, root, before=read_number(after), limit=first)

    async def count(connection: Connection) -> int:
        return await comments.count_comments(connection, root)

    return Page(nodes=found, has_more=more, cursor=lambda node: str(node.number), count=count, after=after)
