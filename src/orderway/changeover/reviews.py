"""The review list: orders of the former system that the import could not decide, longest waiting first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from orderway.changeover.listing import SEES, Asked, Listed, Listing
from orderway.people.names import names_of
from orderway.people.permissions import OVERRIDE_DECIDE
from orderway.people.viewer import Viewer
from orderway.workflow.errors import NotFound
from orderway.workflow.kinds import Connection

KINDS: Mapping[str, str] = {
    "LEFT_UNPAID": "The goods left unpaid",
    "CONTRADICTION": "Its statuses contradict each other",
    "NOT_CLEARED": "It counted as cleared there, and nothing clears it",
    "NOT_RELEASED": "It was being brought there, and was not released here",
    "MONEY_OF_CANCELLED": "It is cancelled, and there is money",
    "RIDER": "Who delivers it is not clear",
    "RIDER_PAID": "Its rider was paid there, and not all of it is in the books here",
    "ADDRESS": "It has no address",
    "ADDRESS_CHANGED": "It goes to another address there than here",
    "RETURN": "A return is not clear",
    "CREDIT": "The buyer's credit did not reach",
    "ON_HOLD": "It is paid, and nothing says that its goods are still to be brought",
    "PAYMENTS": "A payment speaks of another order too",
    "ROWS": "Something of it can not be read",
    "GOODS": "Its goods were not there when it was to be packed",
    "STUCK": "It could not be brought over, or not go on",
    "REWRITTEN": "It went on there after it was brought over",
}
"""Why an order is on the list, in words. One kind that is not here is told by its sentence alone."""

Decision = Literal["STANDS", "MENDED", "ELSEWHERE"]
DECISIONS: Mapping[Decision, str] = {
    "STANDS": "It is right as it stands here",
    "MENDED": "It was put right here",
    "ELSEWHERE": "It is settled outside of Orderway",
}
"""How a person may decide, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review(Listed):
    """One reason why a person has to look at an order; decided where `decision` says how."""

    decided_at: datetime | None
    decided_by: UUID | None
    decision: Decision | None
    reason: str | None
    may_decide: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Which review: an order is on the list at most once for each kind."""

    order_id: UUID
    kind: str


# Whoever sees operations sees the list; whoever decides on overrides in the store of an order does, and decides.
REVIEWS = Listing(
    table="import_review",
    things="reviews",
    row=Review,
    over="decided",
    way="ASC",
    sees={"see": SEES, "decide": OVERRIDE_DECIDE},
    more="coalesce({decide}, false) AS may_decide",
)


async def load_review(connection: Connection, viewer: Viewer, place: Place) -> Review:
    """Return a review that the viewer sees, decided or not. Raises NotFound."""
    asked = Asked(viewer, REVIEWS.sees)
    is_it = f"r.order_id = {asked.value(place.order_id)} AND r.kind = {asked.value(place.kind)}"
    for review in await REVIEWS.read(connection, asked, f"{asked.seen} AND {is_it}"):
        return review
    raise NotFound("There is no such review.")


async def names_in(connection: Connection, reviews: Sequence[Review]) -> Mapping[str, str]:
    """What the people who decided are called, by their actors."""
    return await names_of(connection, {f"person:{each.decided_by}" for each in reviews if each.decided_by})
