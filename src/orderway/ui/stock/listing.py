"""The shelves, and those of them that are low: what is free of each, what is held, and what is waited for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.responses import Response

from orderway.stock.reads import Filters, Shelf, list_low_shelves, list_shelves
from orderway.ui.language import number, t
from orderway.ui.site import Visit
from orderway.ui.stock.heads import address, heads
from orderway.ui.words import Shown
from orderway.workflow.errors import Invalid

SIZE = 50
Read = Callable[..., Awaitable[list[Shelf]]]


@dataclass(frozen=True, slots=True)
class Row:
    """A shelf in words; `chips` say what is amiss."""

    url: str
    title: str
    sku: str
    store: str
    free: str
    held: str
    lies: str
    point: str
    chips: tuple[Shown, ...]


def row_of(shelf: Shelf) -> Row:
    return Row(
        url=f"/stock/{shelf.store.id}/{shelf.variant.id}",
        title=shelf.variant.title,
        sku=shelf.variant.sku,
        store=shelf.store.name,
        free=number(shelf.free),
        held=number(shelf.reserved),
        lies=number(shelf.quantity),
        point="" if shelf.reorder_point is None else number(shelf.reorder_point),
        chips=tuple(_chips(shelf)),
    )


def _chips(shelf: Shelf) -> list[Shown]:
    found = []
    if shelf.missing:
        found.append(Shown(t("{n} waited for", "{n} waited for", n=shelf.missing), "bad"))
    if shelf.low:
        found.append(Shown(t("Low"), "waiting"))
    return found


async def shelves(visit: Visit) -> Response:
    """Every shelf of the stores whose stock the viewer manages, by SKU."""
    return await _listed(visit, list_shelves, path="/stock")


async def low(visit: Visit) -> Response:
    """Those at which it is time to order more."""
    return await _listed(visit, list_low_shelves, path="/stock/low")


async def _listed(visit: Visit, read: Read, *, path: str) -> Response:
    asked = visit.request.query_params
    search, after, notice = asked.get("search", "").strip()[:100], asked.get("after", ""), ""
    async with visit.site.pool.acquire() as connection:
        above = await heads(connection, visit)
        filters = Filters(stores=(above.stores.id,) if above.stores.id else (), search=search)
        try:
            found = await read(connection, within=above.within, filters=filters, after=after, limit=SIZE + 1)
        except Invalid:
            notice = t("“{text}” is no place in the list, so it begins at the top.", text=after[:40])
            after = ""
            found = await read(connection, within=above.within, filters=filters, limit=SIZE + 1)
    shown, kept = found[:SIZE], {"search": search, **above.kept}
    return visit.page(
        "stock/list.html",
        tabs=above.tabs,
        stores=above.stores,
        path=path,
        search=search,
        notice=notice,
        rows=[row_of(each) for each in shown],
        low=path != "/stock",
        first_url=address(path, **kept) if after else "",
        more_url=address(path, **kept, after=shown[-1].cursor) if len(found) > SIZE else "",
    )
