"""Lists of what belongs to orders in the API: quotations, sales, fulfillments and payments of all that one sees."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import strawberry
from strawberry.types.field import StrawberryField

from orderway.graphql.asking import Info
from orderway.graphql.filters import ListSort, PaymentFilter, life_filter, read_life_filters
from orderway.graphql.lives import Payment, Quotation, Sale
from orderway.graphql.orders import Fulfillment
from orderway.graphql.paging import After, First, Page, connection_of
from orderway.order.lives import Kind, count_lives, list_lives
from orderway.order.shape import Life

LISTS: tuple[tuple[Kind, Any, Any, str], ...] = (
    (
        "quotation",
        Quotation,
        life_filter("quotation"),
        "Quotations of orders that the viewer sees with their money.",
    ),
    ("sale", Sale, life_filter("sale"), "Sales of orders that the viewer sees with their money."),
    ("fulfillment", Fulfillment, life_filter("fulfillment"), "Fulfillments of orders that the viewer sees."),
    ("payment", Payment, PaymentFilter, "Payments of orders that the viewer sees with their money."),
)
BY = {"payment": "by when they were registered"}


def belonging() -> Iterator[StrawberryField]:
    """The queries of what belongs to orders."""
    for kind, of, filters, description in LISTS:
        by = BY.get(kind, "by when the order was placed")
        yield listing(kind, of, filters, description=f"{description[:-1]}, the newest first or the oldest, {by}.")


def listing(kind: Kind, of: Any, filters: Any, *, description: str) -> StrawberryField:
    """The query of one kind."""

    async def resolve(
        info: Info,
        *,
        first: First = 20,
        after: After = None,
        filter: Any = None,  # noqa: A002  (the API's word for it)
        sort: Any = None,
    ) -> Page[Life[Any]]:
        viewer, asked = info.context.signed_in, read_life_filters(kind, filter, sort)
        async with info.context.connection() as connection:
            found, more = await list_lives(connection, viewer, kind, filters=asked, after=after or "", limit=first)
        places = {each.life.id: each.cursor for each in found}
        return Page(
            nodes=[each.life for each in found],
            has_more=more,
            cursor=lambda life: places[life.id],
            count=partial(count_lives, viewer=viewer, kind=kind, filters=asked),
            after=after,
        )

    resolve.__name__ = f"{kind}s"
    resolve.__annotations__ |= {"filter": filters | None, "sort": ListSort | None}
    field: StrawberryField = strawberry.field(
        resolver=resolve, name=f"{kind}s", graphql_type=connection_of(of), description=description
    )
    return field
