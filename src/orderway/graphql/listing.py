"""A list of the way over in the API: a page of it by its filter, and the evidence that each of it has."""

from __future__ import annotations

from functools import partial
from typing import Any, TypeVar

from orderway.changeover.evidence import Evidence
from orderway.changeover.listing import Filters, Listed, Listing, place_in
from orderway.graphql.asking import Info
from orderway.graphql.forms import value_of
from orderway.graphql.lives import OUTPUTS
from orderway.graphql.paging import Page
from orderway.workflow.errors import Invalid

EvidenceType = OUTPUTS.of(Evidence, machine="review", name="ImportEvidence")
Row = TypeVar("Row", bound=Listed)


async def page_of(info: Info, listing: Listing[Row], *, first: int, after: str | None, given: Any) -> Page[Row]:
    """What a filter lets pass, from behind a cursor on. One statement. Raises Invalid."""
    viewer, filters, place = info.context.signed_in, read_filters(given), place_in(after) if after else None
    if after and place is None:
        sentence = f"This is no place in the list of {listing.things}."
        raise Invalid(sentence, "Send the endCursor of a page as it came.", "after")
    async with info.context.connection() as connection:
        found = await listing.page(connection, viewer, filters=filters, after=place, limit=first)
    return Page(
        nodes=found.rows,
        has_more=found.has_more,
        cursor=listing.cursor,
        count=partial(listing.count, viewer=viewer, filters=filters),
        after=after,
    )


def read_filters(given: Any) -> Filters:
    """A filter of the API, of which nothing has to be there: not all lists have classes."""

    def said(name: str) -> Any:
        return value_of(str, getattr(given, name, None))

    return Filters(status=said("status") or "open", class_=said("class_"), kind=said("kind"), order_id=said("order"))
