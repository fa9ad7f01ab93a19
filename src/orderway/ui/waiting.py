"""How much waits for the viewer: the figures beside places of the rail."""

from __future__ import annotations

from orderway.order.questions import count_questions
from orderway.people.permissions import OVERRIDE_DECIDE, PAYMENT_RECONCILE
from orderway.people.viewer import Viewer
from orderway.sale.reconciliation.inbox import Filters, count_items
from orderway.workflow.kinds import Connection

OPEN = Filters(status="open")
MOST = 100
"""So many of what waits are counted; of more it is said that they are more."""


async def waiting(connection: Connection, viewer: Viewer) -> dict[str, int]:
    """Return the figures of what the viewer decides, by their names: at most two statements, none for most people."""
    found = dict[str, int]()
    if OVERRIDE_DECIDE in viewer.permissions:
        found["overrides"] = await count_questions(connection, viewer, "waiting_for_me", most=MOST)
    if PAYMENT_RECONCILE in viewer.permissions:
        found["reconciliation"] = await count_items(connection, viewer, OPEN)
    return found
