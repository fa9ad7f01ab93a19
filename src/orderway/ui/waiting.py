"""How much waits for the viewer: the figures beside places of the rail, and on the bell."""

from __future__ import annotations

from collections.abc import Awaitable

from orderway.changeover.divergences import DIVERGENCES
from orderway.changeover.reviews import REVIEWS
from orderway.notifications.reads import UNREAD, count_notifications
from orderway.order.lists import count_some
from orderway.order.questions import count_questions
from orderway.order.returns import count_work
from orderway.order.worklist import OrderFilters
from orderway.outbound.panel.deliveries import count_given_up
from orderway.people.permissions import OVERRIDE_DECIDE, PAYMENT_RECONCILE
from orderway.people.scope import stores_of
from orderway.people.viewer import Viewer
from orderway.sale.reconciliation.inbox import Filters, count_items
from orderway.stock.changes import MANAGE
from orderway.stock.reads import count_low_shelves
from orderway.ui.shell import OPERATIONS, ORDERS, REVIEWING
from orderway.workflow.gathering import at_once, gathered
from orderway.workflow.kinds import Connection

OPEN = Filters(status="open")
MINE = OrderFilters(needs_me=True)
MOST = 101
"""So many of what waits are counted; of more it is said that they are more."""


async def waiting(connection: Connection, viewer: Viewer) -> dict[str, int]:
    """Return the figures of what is the viewer's to read and to do, by their names. One statement."""
    looking, may = gathered(connection), viewer.permissions
    counts: dict[str, Awaitable[int]] = {"unread": count_notifications(looking, viewer, UNREAD)}
    if ORDERS(viewer):
        counts["orders"] = _count_mine(looking, viewer)
    if OVERRIDE_DECIDE in may:
        counts["overrides"] = count_questions(looking, viewer, "waiting_for_me", most=MOST)
    if PAYMENT_RECONCILE in may:
        counts["reconciliation"] = count_items(looking, viewer, OPEN)
    if "return.decide" in may or "payment.confirm" in may:
        counts["returns"] = count_work(looking, viewer, most=MOST)
    if OPERATIONS(viewer):
        counts["outbox"] = count_given_up(looking, viewer, most=MOST)
        counts["shadow"] = DIVERGENCES.count(looking, viewer, most=MOST)
    if REVIEWING(viewer):
        counts["reviews"] = REVIEWS.count(looking, viewer, most=MOST)
    if MANAGE in may:
        counts["stock"] = count_low_shelves(looking, within=stores_of(viewer, MANAGE))
    return dict(zip(counts, await at_once(counts.values()), strict=True))


async def _count_mine(connection: Connection, viewer: Viewer) -> int:
    (count,) = await count_some(connection, viewer, (MINE, MOST))
    return count
