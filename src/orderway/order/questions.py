"""Requests for overrides as their viewers see them: those that wait for them, those they asked, those decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from orderway.order.reads import load_orders
from orderway.order.shape import Order, Override
from orderway.order.sight import EVERY_STORE, Sight
from orderway.people.permissions import OVERRIDE_DECIDE
from orderway.people.viewer import Viewer
from orderway.workflow.errors import Invalid
from orderway.workflow.kinds import Connection

Box = Literal["waiting_for_me", "waiting", "asked_by_me", "decided"]
BOXES: Mapping[str, str] = {
    "waiting_for_me": "Waiting for my decision",
    "waiting": "Waiting for a decision, whoever makes it",
    "asked_by_me": "Asked by me",
    "decided": "Decided or lapsed",
}
"""Which requests, in words."""

LARGEST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A request with what it is about: amounts in minor units of the order's currency, as at the last decision."""

    order: Order
    request: Override

    @property
    def amount(self) -> int:
        """What was asked for."""
        return self.request.context.amount

    @property
    def currency(self) -> str:
        return self.request.context.currency

    @property
    def outstanding(self) -> int:
        """What is still to pay for the sale."""
        return self.order.sale.context.outstanding if self.order.sale else 0

    @property
    def limit(self) -> int:
        """What the customer may owe."""
        credit = self.order.sale.context.credit if self.order.sale else None
        return credit.limit if credit else 0

    @property
    def exposure(self) -> int:
        """What all their other sales owe."""
        credit = self.order.sale.context.credit if self.order.sale else None
        return credit.exposure if credit else 0

    @property
    def overage(self) -> int:
        """How far the sale goes over the limit."""
        return self.order.sale.context.overage if self.order.sale else 0

    @property
    def overage_percent(self) -> float | None:
        """The overage in percent of the limit, to a tenth; None where the limit is 0."""
        return round(self.overage * 100 / self.limit, 1) if self.limit else None


@dataclass(frozen=True, slots=True)
class Lies:
    """What a listed request `i` fulfills, and what its order `o` does."""

    request: str
    order: str


def lies(sight: Sight, box: Box | None) -> Lies:
    """Its order is seen for the seller, and it lies in the box."""
    me = f"person:{sight.viewer.person_id}"
    staff = sight.staff()
    match box:
        case "waiting_for_me":
            others = f"i.context ->> 'requested_by' <> {sight.value(me)}::text"
            return Lies(f"i.state = 'PENDING' AND {others}", f"{staff} AND {sight.may(OVERRIDE_DECIDE)}")
        case "waiting":
            return Lies("i.state = 'PENDING'", staff)
        case "asked_by_me":
            return Lies(f"i.context ->> 'requested_by' = {sight.value(me)}::text", staff)
        case "decided":
            return Lies("i.state <> 'PENDING'", staff)
    return Lies("true", staff)


async def list_questions(
    connection: Connection, viewer: Viewer, *, box: Box | None = None, after: UUID | None = None, limit: int = 20
) -> tuple[list[Question], bool]:
    """Return the requests of orders that the viewer sees for the seller, newest first, and whether more follow.

    `after` is the last request of the page before. Two statements. Raises Invalid for a page that is too large.
    """
    if not 1 <= limit <= LARGEST:
        raise Invalid(f"A page holds 1 to {LARGEST} requests.", "Ask for fewer, and then for the next page.", "first")
    sight = Sight(viewer, after, limit + 1)
    told = lies(sight, box)
    rows = await connection.fetch(
        f"""
        SELECT i.id, i.order_id FROM override_request i
        JOIN sale_order o ON o.store_id = i.store_id AND o.id = i.order_id
        WHERE {told.request} AND {told.order} AND ($1::uuid IS NULL OR (i.created_at, i.id) < (
            SELECT created_at, id FROM override_request WHERE id = $1 AND store_id = {EVERY_STORE}))
        ORDER BY i.created_at DESC, i.id DESC LIMIT $2
        """,  # noqa: S608  (texts of this module and of the viewer's conditions, which hold no values)
        *sight.values,
    )
    shown = rows[:limit]
    orders = {order.id: order for order in await load_orders(connection, viewer, [row["order_id"] for row in shown])}
    found = [question(orders[row["order_id"]], row["id"]) for row in shown if row["order_id"] in orders]
    return [each for each in found if each], len(rows) > limit


async def count_questions(
    connection: Connection, viewer: Viewer, box: Box | None = None, *, most: int | None = None
) -> int:
    """Return how many requests lie in the box, counting no further than `most`. One statement."""
    sight = Sight(viewer)
    told = lies(sight, box)
    order = f"SELECT FROM sale_order o WHERE o.store_id = i.store_id AND o.id = i.order_id AND {told.order} OFFSET 0"
    counted: int = await connection.fetchval(
        f"""
        SELECT count(*) FROM (
            SELECT FROM override_request i CROSS JOIN LATERAL ({order}) o
            WHERE {told.request} LIMIT {sight.value(most)}::bigint) counted
        """,  # noqa: S608  (as above)
        *sight.values,
    )
    return counted


def question(order: Order, id: UUID) -> Question | None:
    """The request in its order; None where the order moved on between the two statements."""
    request = next((each for each in order.overrides if each.id == id), None)
    return Question(order=order, request=request) if request else None
