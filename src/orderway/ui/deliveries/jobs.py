"""What a rider has in hand, and what they brought today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from starlette.responses import Response

from orderway.fulfillment.riding.record import IN_HAND
from orderway.order.filters import Filters
from orderway.order.lists import LARGEST, list_orders
from orderway.order.reads import load_orders
from orderway.order.shape import Fulfillment, Order
from orderway.ui.deliveries.errands import goods
from orderway.ui.deliveries.tabs import TODAY, in_hand, require, tabs
from orderway.ui.site import Visit
from orderway.ui.words import Shown, Told, age, ago, money, shown
from orderway.workflow.kinds import Connection

BROUGHT = ("DELIVERED",)
"""Where what was brought today stands, but for what came back already."""


@dataclass(frozen=True, slots=True)
class Job:
    """A delivery of the viewer's in a list."""

    url: str
    to: str
    place: str
    goods: str
    fee: str
    state: Shown
    since: Told


async def today(visit: Visit) -> Response:
    """What is to be brought, what is under way first, and what was brought today."""
    require(visit)
    now = visit.site.now()
    done = Filters(rider_id=visit.viewer.person_id, fulfillment_states=BROUGHT)
    async with visit.site.pool.acquire() as connection:
        under_way = [each for each in await _theirs(connection, visit, in_hand(visit)) if each[1].state in IN_HAND]
        brought = [each for each in await _theirs(connection, visit, done) if _is_of_today(*each, now)]
        heads = await tabs(connection, visit, TODAY)
    under_way.sort(key=lambda each: (each[1].state != "SHIPPED", each[1].moved_at))
    brought.sort(key=lambda each: each[1].moved_at, reverse=True)
    return visit.page(
        "deliveries/today.html",
        tabs=heads,
        jobs=[_job(visit, order, part, since=age(part.moved_at, now)) for order, part in under_way],
        brought=[_job(visit, order, part, since=ago(part.moved_at, now)) for order, part in brought],
    )


async def _theirs(connection: Connection, visit: Visit, filters: Filters) -> list[tuple[Order, Fulfillment]]:
    """The parts of these orders that the viewer brings."""
    page = await list_orders(connection, visit.viewer, filters=filters, limit=LARGEST)
    orders = await load_orders(
        connection, visit.viewer, [row.id for row in page.rows], parts=frozenset({"lines", "fulfillments"})
    )
    return [
        (order, part) for order in orders for part in order.fulfillments
        if part.rider and part.rider.id == visit.viewer.person_id
    ]  # fmt: skip


def _is_of_today(order: Order, part: Fulfillment, now: datetime) -> bool:
    """Whether it got there today, as the store counts days."""
    there, at = ZoneInfo(order.store.timezone), part.context.delivered_at
    return at is not None and at.astimezone(there).date() == now.astimezone(there).date()


def _job(visit: Visit, order: Order, part: Fulfillment, *, since: Told) -> Job:
    chart = visit.site.workflow.kind("fulfillment").charts[part.version]
    return Job(
        url=f"/deliveries/{part.id}",
        to=receiver(order),
        place=place(order),
        goods=goods(pieces(order, part)),
        fee=money(part.context.cost, order.currency) if part.context.cost else "",
        state=shown(chart, part.state),
        since=since,
    )


def receiver(order: Order) -> str:
    """Who gets it: by name where the address says one, or else the customer."""
    named = order.delivery.receiver if order.delivery else ""
    return named or (order.customer.name if order.customer else order.number)


def place(order: Order) -> str:
    """Where it goes, in one line."""
    to = order.delivery
    return ", ".join(filter(None, (to.address, to.city, to.region, to.postcode))) if to else ""


def pieces(order: Order, part: Fulfillment) -> list[tuple[str, int]]:
    """The goods of one part of an order, and how many of each."""
    named = {line.id: line.description for line in order.lines}
    return [(named[each.line], each.quantity) for each in part.lines if each.line in named]
