"""The page of one shelf: what lies there, the forms that change it, and how it came and went."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from starlette.responses import Response

from orderway.stock.reads import Filters, Shelf, list_movements, list_shelves
from orderway.ui.language import t
from orderway.ui.site import Visit
from orderway.ui.stock.heads import address, id_or_none, require
from orderway.ui.stock.listing import row_of
from orderway.ui.stock.movements import told
from orderway.ui.stock.points import points_of
from orderway.ui.typed import Typed, new_key
from orderway.workflow.errors import NotFound
from orderway.workflow.kinds import Connection

SIZE = 20


@dataclass(frozen=True, slots=True)
class Tried:
    """A form that was sent and not taken: which, and what is wrong with it."""

    what: str
    typed: Typed


async def shelf(visit: Visit) -> Response:
    """The page, for who manages the stock of its store."""
    async with visit.site.pool.acquire() as connection:
        here = await shelf_of(connection, visit)
    return await shown(visit, here)


async def shown(visit: Visit, here: Shelf, tried: Tried | None = None) -> Response:
    """The page of the shelf; with a form that was tried and not taken where it was."""
    after, store, variant = id_or_none(visit.request.query_params.get("after", "")), here.store.id, here.variant.id
    row = row_of(here)
    async with visit.site.pool.acquire() as connection:
        found = await list_movements(connection, store, variant=variant, after=after, limit=SIZE + 1)
        moved = await told(connection, found[:SIZE], now=visit.site.now())
        points = await points_of(connection, visit, here, url=row.url)
    point = "" if here.reorder_point is None else str(here.reorder_point)
    forms = {what: Typed({"key": new_key(), "point": point}) for what in ("receive", "adjust", "reorder")}
    if tried:
        forms[tried.what] = tried.typed
    return visit.page(
        "stock/shelf.html",
        status=tried.typed.status if tried else 200,
        shelf=row,
        forms=forms,
        tried=tried.what if tried else "",
        moved=moved,
        points=points,
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
