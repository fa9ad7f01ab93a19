"""Changing one shelf by the forms of its page: goods come in, are counted, or run low from another number on."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from starlette.responses import Response

from orderway.errors import OrderwayError
from orderway.fulfillment.restocking import change_stock
from orderway.order.texts import check_text
from orderway.stock.commands import AdjustStock, Command, ReceiveStock, SetReorderPoint
from orderway.stock.movements import Goods
from orderway.stock.reads import Shelf
from orderway.ui.language import mark, t, tr
from orderway.ui.problems import forged
from orderway.ui.site import Visit
from orderway.ui.stock.shelf import Tried, shelf_of, shown
from orderway.ui.typed import Typed, key_in, mended, needed
from orderway.workflow.errors import Invalid, NotFound

FIELDS = ("pieces", "note", "counted", "reason", "point")


async def alter(visit: Visit) -> Response:
    """Do with the shelf as the form says, then back to it; what is refused is said beside the form."""
    posted, what = await visit.posted(), visit.request.path_params["what"]
    if posted is None:
        return forged(("/stock", t("Back to the stock")))
    async with visit.site.pool.acquire() as connection:
        here = await shelf_of(connection, visit)
    if what not in MADE:
        raise NotFound(t("There is nothing at this address."))
    make, said = MADE[what]
    try:
        await send(visit, make(here, posted), posted)
    except NotFound:
        raise
    except OrderwayError as no:
        return await shown(visit, here, Tried(what, _mended(posted, no)))
    return visit.back(f"/stock/{here.store.id}/{here.variant.id}", tr(said))


async def send(visit: Visit, wanted: Command, posted: Mapping[str, str]) -> None:
    """Change stock as the viewer, once for the form's key. Raises what the change raises."""
    request_id = getattr(visit.request.state, "request_id", None)
    await change_stock(visit.site.runner, visit.viewer, wanted, key=key_in(posted), request_id=request_id)


def whole_in(posted: Mapping[str, str], name: str) -> int:
    """A whole number. Raises Invalid."""
    text = needed(posted, name)
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise Invalid(t("“{text}” is no number of pieces.", text=text[:40]), t("Write digits alone."), name)
    return int(text)


def text_in(posted: Mapping[str, str], name: str, *, label: str) -> str:
    """A text that may be empty. Raises Invalid for one that can not be kept."""
    text = posted.get(name, "").strip()
    check_text(text, label=label, field=name)
    return text


def _receive(here: Shelf, posted: Mapping[str, str]) -> Command:
    goods = (Goods(here.variant.id, whole_in(posted, "pieces")),)
    return ReceiveStock(store=here.store.id, goods=goods, note=text_in(posted, "note", label=t("Note")) or None)


def _adjust(here: Shelf, posted: Mapping[str, str]) -> Command:
    reason = text_in(posted, "reason", label=t("Reason"))
    return AdjustStock(
        store=here.store.id, variant=here.variant.id, counted=whole_in(posted, "counted"), reason=reason
    )  # fmt: skip


def _reorder(here: Shelf, posted: Mapping[str, str]) -> Command:
    pieces = whole_in(posted, "point") if posted.get("point", "").strip() else None
    return SetReorderPoint(store=here.store.id, variant=here.variant.id, pieces=pieces)


Make = Callable[[Shelf, Mapping[str, str]], Command]

MADE: Mapping[str, tuple[Make, str]] = {
    "receive": (_receive, mark("Received the goods.")),
    "adjust": (_adjust, mark("The count is entered.")),
    "reorder": (_reorder, mark("Set the reorder point.")),
}
"""What each form does, and what is said when it is done."""


def _mended(posted: Mapping[str, str], no: OrderwayError) -> Typed:
    """The form with the error beside its field; a command calls some of its fields otherwise."""
    typed = mended(posted, no, fields=FIELDS)
    if isinstance(no, Invalid) and no.field.startswith("goods"):
        return Typed(posted, {"pieces": str(no)}, status=typed.status)
    if isinstance(no, Invalid) and no.field == "pieces" and "point" in posted:
        return Typed(posted, {"point": str(no)}, status=typed.status)
    return typed
