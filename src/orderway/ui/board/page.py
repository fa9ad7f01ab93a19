"""The page of the fulfillment board."""

from __future__ import annotations

from datetime import timedelta

from starlette.responses import Response

from orderway.ids import new_id
from orderway.insight.stuck import load_usual
from orderway.insight.windows import may_see
from orderway.order.board import MACHINE, load_board
from orderway.order.lists import count_some
from orderway.order.tallies import MOST, count_states
from orderway.order.worklist import OrderFilters
from orderway.ui.board.columns import Seen, columns
from orderway.ui.choosing import choose_store
from orderway.ui.shell import FULFILLING
from orderway.ui.site import Page, Visit
from orderway.workflow.errors import NotFound


async def board(visit: Visit) -> Response:
    """What is under way, by its state; moving it is pressing the event that is named."""
    if not FULFILLING(visit.viewer):
        raise NotFound("There is nothing at this address.")
    site, viewer = visit.site, visit.viewer
    kind, now = site.workflow.kind(MACHINE), site.now()
    async with site.runner.reading() as connection:
        stores = await choose_store(connection, visit)
        cards = await load_board(connection, site.workflow, viewer, store_id=stores.id)
        counts = await count_states(connection, viewer, kind=kind, store_id=stores.id)
        late_orders = OrderFilters(late_at=now, phase="FULFILLMENT", store_id=stores.id)
        (late,) = await count_some(connection, viewer, (late_orders, MOST))
        usual = dict[str, timedelta]()
        if may_see(viewer):
            usual = await load_usual(connection, viewer, MACHINE, now=now)
    return visit.page(
        "board/board.html",
        stores=stores,
        columns=list(columns(cards, counts, Seen(kind, stores, now, usual))),
        late=late,
        key=str(new_id()),
        late_url=f"/orders?show=late&phase=fulfillment{f'&{stores.query}' if stores.id else ''}",
        back=f"/fulfillment?{stores.query}" if stores.id else "/fulfillment",
    )


PAGES = (Page("/fulfillment", board, shows=("fulfillments", "standing")),)
