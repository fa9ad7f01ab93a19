"""The page of one shelf: what lies there, and how it came and went."""

from __future__ import annotations

from uuid import UUID

from starlette.responses import Response

from orderway.stock.reads import Filters, Shelf, list_movements, list_shelves
from orderway.ui.language import t
from orderway.ui.site import Visit
from orderway.ui.stock.heads import address, id_or_none, require
from orderway.ui.stock.listing import row_of
from orderway.ui.stock.movements import told
from orderway.workflow.errors import NotFound
from orderway.workflow.kinds import Connection

SIZE = 20


async def shelf(visit: Visit) -> Response:
    """The page, for who manages the stock of its store."""
    after = id_or_none(visit.request.query_params.get("after", ""))
    async with visit.site.pool.acquire() as connection:
        here = await shelf_of(connection, visit)
        store, variant = here.store.id, here.variant.id
        found = await list_movements(connection, store, variant=variant, after=after, limit=SIZE + 1)
        moved = await told(connection, found[:SIZE], now=visit.site.now())
    row = row_of(here)
    return visit.page(
        "stock/shelf.html",
        shelf=row,
        moved=moved,
        first_url=row.url if after else "",
        more_url=address(row.url, after=str(found[SIZE - 1].id)) if len(found) > SIZE else "",
    )


async def shelf_of(connection: Connection, visit: Visit) -> Shelf:
    """The shelf that the address names. Raises NotFound."""
    within, given = require(visit), visit.request.path_params
    store, variant = _id(given["store"]), _id(given["variant"])
    found = await list_shelves(
        connection, within=within, filters=Filters(stores=(store,), variants=(variant,)), limit=1
    )
    if not found:
        raise NotFound(t("There is no such shelf."))
    return found[0]


def _id(text: str) -> UUID:
    found = id_or_none(text)
    if found is None:
        raise NotFound(t("There is no such shelf."))
    return found
