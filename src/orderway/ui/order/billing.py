"""Who bills an order, as its page says it to the seller's people, and who else could."""

from __future__ import annotations

from orderway.order.shape import Order
from orderway.people.customers.reads import list_billers
from orderway.people.viewer import Viewer
from orderway.ui.forms import Choice
from orderway.ui.language import t
from orderway.workflow.errors import NotFound
from orderway.workflow.kinds import Connection


def billed(order: Order) -> str:
    """Who is answerable for the order; nothing for its buyer and its riders."""
    if not order.sees_notes:
        return ""
    return t("billed by {who}", who=order.biller.name) if order.biller else t("nobody bills it yet")


async def billers(connection: Connection, viewer: Viewer, order: Order) -> list[Choice]:
    """Who else could bill the order: nobody, for one who bills it and has left its store."""
    try:
        there = await list_billers(connection, viewer, order.store_id)
    except NotFound:
        return []
    return [Choice(str(each.id), each.name) for each in there if order.biller is None or each.id != order.biller.id]
