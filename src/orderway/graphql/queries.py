"""What can be asked: orders as the viewer may see them, the machines, and who the viewer is."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

import strawberry
from strawberry.types.field import StrawberryField

from orderway.graphql.asking import Info
from orderway.graphql.charts import MACHINES, Machine, find_machine
from orderway.graphql.filters import OrderFilter, OrderSort, read_filters
from orderway.graphql.orders import SaleOrder
from orderway.graphql.paging import After, First, Page, connection_of
from orderway.graphql.wanted import PAGE, parts_of
from orderway.order.lists import count_orders, list_orders
from orderway.order.reads import load_order, load_order_numbered, load_orders
from orderway.order.shape import Order
from orderway.workflow.errors import Invalid


@strawberry.type(name="Viewer", description="Who is signed in.")
class ViewerType:
    id: UUID
    name: str
    roles: list[str] = strawberry.field(description='As they stand in a sentence: "manager".')
    permissions: list[str] = strawberry.field(description="All that any of the roles grants, where that role reaches.")
    customer: UUID | None = strawberry.field(description="The customer that they buy as.")
    step: int = strawberry.field(description="How often their account was changed.")
    language: str | None = strawberry.field(description="The one that they chose to be spoken to in (ISO 639).")


async def order(info: Info, *, id: UUID | None = None, number: str | None = None) -> Order:
    """By its id or by its number; an order that the viewer may not see is not found."""
    viewer = info.context.signed_in
    if (id is None) == (number is None):
        raise Invalid("An order is asked for by its id or by its number.", "Send one of them.", "id")
    async with info.context.connection() as connection:
        if id is not None:
            return await load_order(connection, viewer, id, parts=parts_of(info))
        return await load_order_numbered(connection, viewer, number or "")


async def orders(
    info: Info,
    *,
    first: First = 20,
    after: After = None,
    filter: Any = None,  # noqa: A002  (the API's word for it)
    sort: Any = None,
) -> Page[Order]:
    """Two statements, however much of each order is asked for."""
    viewer, filters = info.context.signed_in, read_filters(filter, sort)
    async with info.context.reading() as connection:
        page = await list_orders(connection, viewer, filters=filters, after=after or "", limit=first)
        ids = [row.id for row in page.rows]
        loaded = await load_orders(connection, viewer, ids, parts=parts_of(info, PAGE))
    cursors = {row.id: row.cursor for row in page.rows}
    found = sorted(loaded, key=lambda each: ids.index(each.id))
    return Page(
        nodes=found,
        has_more=page.has_more,
        cursor=lambda each: cursors[each.id],
        count=partial(count_orders, viewer=viewer, filters=filters),
        after=after,
    )


async def machines() -> list[Machine]:
    return list(MACHINES.values())


async def machine(name: str) -> Machine:
    return find_machine(name)


async def viewer(info: Info) -> ViewerType | None:
    """Null where nobody is signed in."""
    found = info.context.viewer
    if found is None:
        return None
    return ViewerType(
        id=found.person_id,
        name=found.name,
        roles=[role.label for role in found.roles],
        permissions=sorted(found.permissions),
        customer=found.customer_id,
        step=found.step,
        language=found.language,
    )


def asked() -> list[StrawberryField]:
    """The queries."""
    orders.__annotations__ |= {"filter": OrderFilter | None, "sort": OrderSort | None}
    return [
        strawberry.field(resolver=order, graphql_type=SaleOrder, description=order.__doc__),
        strawberry.field(
            resolver=orders,
            graphql_type=connection_of(SaleOrder),
            description="Orders that the viewer sees: by when they were placed, or by how long they have stood so.",
        ),
        strawberry.field(resolver=machines, description="Every machine that things run by."),
        strawberry.field(resolver=machine),
        strawberry.field(resolver=viewer, description="Who is signed in; null where nobody is."),
    ]
