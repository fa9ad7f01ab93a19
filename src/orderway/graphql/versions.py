"""What a quotation offered before, as a type of the API."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry

from orderway.graphql.asking import Info
from orderway.graphql.forms import Outputs
from orderway.order.reads import load_order
from orderway.order.shape import Life
from orderway.order.versions import Version, load_versions
from orderway.quotation.context import PricedLine

OFFERED = Outputs()
QuotedLine = OFFERED.of(PricedLine, machine="quotation", name="QuotedLine")
QuotationVersion = OFFERED.of(Version, machine="quotation", name="QuotationVersion")

First = Annotated[int, strawberry.argument(description="How many, at most 50.")]
Before = Annotated[int | None, strawberry.argument(description="Only versions before this one.")]


async def versions(
    root: strawberry.Parent[Life[Any]], info: Info, *, first: First = 20, before: Before = None
) -> list[Version]:
    info.context.look()
    viewer = info.context.signed_in
    async with info.context.connection() as connection:
        order = await load_order(connection, viewer, root.order_id)
        return await load_versions(connection, viewer, order, before=before, limit=first)
