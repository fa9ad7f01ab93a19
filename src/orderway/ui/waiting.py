"""How much waits for the viewer: the figures beside places of the rail."""

from __future__ import annotations

from orderway.order.lists import count_some
from orderway.order.questions import count_questions
from orderway.order.returns import count_returns
from orderway.order.worklist import OrderFilters
from orderway.people.permissions import OVERRIDE_DECIDE, PAYMENT_RECONCILE
from orderway.people.scope import stores_of
from orderway.people.viewer import Viewer
from orderway.sale.reconciliation.inbox import Filters, count_items
from orderway.stock.changes import MANAGE
from orderway.stock.reads import count_low_shelves
from orderway.ui.shell import ORDERS
from orderway.workflow.kinds import Connection

OPEN = Filters(status="open")
MINE = OrderFilters(needs_me=True)
MOST = 101
"""So many of what waits are counted; of more it is said that they are more."""


async def waiting(connection: Connection, viewer: Viewer) -> dict[str, int]:
    """Return the figures of what is the viewer's to do, by their names: a short statement for each that they have."""
    found, may = dict[str, int](), viewer.permissions
    if ORDERS(viewer):
        (found["orders"],) = await count_some(connection, viewer, (MINE, MOST))
    if OVERRIDE_DECIDE in may:
        found["overrides"] = await count_questions(connection, viewer, "waiting_for_me", most=MOST)
    if PAYMENT_RECONCILE in may:
        found["reconciliation"] = await count_items(connection, viewer, OPEN)
    if "return.decide" in may:
        found["returns"] = await count_returns(connection, viewer, statuses=["REQUESTED"])
    if MANAGE in may:
        found["stock"] = await count_low_shelves(connection, within=stores_of(viewer, MANAGE))
    return found
