"""Receiving many goods at once, as a delivery note lists them: a line for each, with its SKU and its pieces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from starlette.responses import Response

from orderway.errors import OrderwayError
from orderway.people.stores import list_stores
from orderway.stock.checks import reaches
from orderway.stock.commands import ReceiveStock
from orderway.stock.movements import Goods
from orderway.stock.skus import load_variants
from orderway.ui.forms import Choice
from orderway.ui.language import t
from orderway.ui.problems import forged
from orderway.ui.site import Visit
from orderway.ui.stock.changing import send, text_in
from orderway.ui.stock.heads import address, require
from orderway.ui.typed import Typed, id_in, mended, needed, new_key
from orderway.workflow.errors import Invalid, NotFound
from orderway.workflow.kinds import Connection

FIELDS = ("store", "from_store", "to_store", "goods", "note")


async def receive(visit: Visit) -> Response:
    """The form, for who manages stock."""
    return await _shown(visit, Typed({"key": new_key(), "store": visit.request.query_params.get("store", "")}))


async def take_in(visit: Visit) -> Response:
    """Receive all of the goods or none, then on to how they came."""
    require(visit)
    posted = await visit.posted()
    if posted is None:
        return forged(("/stock", t("Back to the stock")))
    try:
        wanted = await _wanted(visit, posted)
        await send(visit, wanted, posted)
    except NotFound:
        raise
    except OrderwayError as no:
        return await _shown(visit, unread(posted, no))
    said = t("Received {n} kind of goods.", "Received {n} kinds of goods.", n=len(wanted.goods))
    return visit.back(address("/stock/movements", store=str(wanted.store)), said)


async def _wanted(visit: Visit, posted: Mapping[str, str]) -> ReceiveStock:
    """What the form says. Raises Invalid."""
    store, note = store_in(posted, "store"), text_in(posted, "note", label=t("Note"))
    return ReceiveStock(store=store, goods=await goods_in(visit, posted), note=note or None)


def store_in(posted: Mapping[str, str], name: str) -> UUID:
    """The store that was chosen. Raises Invalid for none."""
    store = id_in(posted, name)
    if store is None:
        raise Invalid(t("This is missing."), t("Fill it in and try again."), name)
    return store


async def goods_in(visit: Visit, posted: Mapping[str, str]) -> tuple[Goods, ...]:
    """The goods that the lines name by their SKUs. Raises Invalid."""
    pieces = read_goods(needed(posted, "goods"))
    async with visit.site.pool.acquire() as connection:
        known = await load_variants(connection, pieces)
    strange = next((sku for sku in pieces if sku not in known), None)
    if strange is not None:
        raise Invalid(t("There are no goods with the SKU “{sku}”.", sku=strange[:40]), t("Check the SKU."), "goods")
    return tuple(Goods(known[sku], count) for sku, count in pieces.items())


def unread(posted: Mapping[str, str], no: OrderwayError) -> Typed:
    """The form as it was sent: what is wrong with a line is said beside all of them."""
    if isinstance(no, Invalid) and no.field.startswith("goods"):
        return Typed(posted, {"goods": str(no)}, status=422)
    return mended(posted, no, fields=FIELDS)


def read_goods(text: str) -> dict[str, int]:
    """The pieces of each SKU; one that stands there twice is added up. Raises Invalid for a line that says neither."""
    found: dict[str, int] = {}
    for line in text.splitlines():
        if not line.strip():
            continue
        *named, pieces = line.split()
        sku = " ".join(named)
        if not (sku and pieces.isascii() and pieces.isdigit() and len(pieces) <= 12):
            raise Invalid(
                t("“{line}” is no SKU with a number of pieces.", line=line.strip()[:60]),
                t("Write one line for each, as DEMO-001 12."), "goods",
            )  # fmt: skip
        found[sku] = found.get(sku, 0) + int(pieces)
    return found


async def _shown(visit: Visit, typed: Typed) -> Response:
    require(visit)
    async with visit.site.pool.acquire() as connection:
        stores = await stores_to_choose(connection, visit)
    if len(stores) == 1:
        typed = replace(typed, values={**typed.values, "store": stores[0].value})
    return visit.page("stock/receive.html", status=typed.status, typed=typed, stores=stores)


async def stores_to_choose(connection: Connection, visit: Visit) -> list[Choice]:
    """The stores whose stock the viewer manages."""
    within = require(visit)
    return [
        Choice(str(each.id), each.name)
        for each in await list_stores(connection, visit.viewer)
        if reaches(within, each.id)
    ]
