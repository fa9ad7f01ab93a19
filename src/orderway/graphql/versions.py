"""What a quotation offered before, as a type of the API."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import strawberry

from orderway.graphql.asking import Info
from orderway.graphql.forms import Outputs
from orderway.graphql.paging import After, First, Page, connection_of
from orderway.order.reads import load_order
from orderway.order.shape import Life
from orderway.order.versions import Version, count_versions, load_versions
from orderway.quotation.context import PricedLine
from orderway.workflow.errors import Invalid

OFFERED = Outputs()
QuotedLine = OFFERED.of(PricedLine, machine="quotation", name="QuotedLine")
QuotationVersion = OFFERED.of(Version, machine="quotation", name="QuotationVersion")

VersionConnection = connection_of(QuotationVersion)


async def versions(
    root: strawberry.Parent[Life[Any]], info: Info, *, first: First = 20, after: After = None
) -> Page[Version]:
    info.context.look()
    viewer, behind = info.context.signed_in, read_version(after)
    async with info.context.connection() as connection:
        order = await load_order(connection, viewer, root.order_id)
        found, more = await load_versions(connection, viewer, order, after=behind, limit=first)
    return Page(
        nodes=found,
        has_more=more,
        cursor=lambda each: str(each.version),
        count=partial(count_versions, viewer=viewer, order=order),
        after=after,
    )


def read_version(cursor: str | None) -> int | None:
    """The version with which a page ended; raises Invalid."""
    if not cursor:
        return None
    if not re.fullmatch(r"[0-9]{1,9}", cursor):
        raise Invalid(
            "This is no place in the list of versions.", "Send the cursor of a page as it was given.", "after"
        )
    return int(cursor)
