"""Transfers of goods between stores: what was asked for, asking, and deciding as the other end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from starlette.responses import Response

from orderway.errors import OrderwayError
from orderway.people.names import names_of
from orderway.people.stores import list_shops
from orderway.stock.checks import reaches
from orderway.stock.commands import ConfirmStockTransfer, DeclineStockTransfer, RequestStockTransfer
from orderway.stock.transfer_reads import STATUSES, Transfer, TransferFilters, list_transfers
from orderway.stock.transfers import Status
from orderway.ui.forms import Choice
from orderway.ui.language import number, t, tr
from orderway.ui.problems import forged
from orderway.ui.site import Visit
from orderway.ui.stock.changing import send, text_in
from orderway.ui.stock.heads import Heads, address, heads, id_or_none, require
from orderway.ui.stock.receiving import goods_in, store_in, unread
from orderway.ui.typed import Typed, mended, new_key
from orderway.ui.words import Shown, Told, ago
from orderway.workflow.errors import NotFound

SIZE = 20
TONES: Mapping[Status, str] = {"REQUESTED": "waiting", "CONFIRMED": "good", "DECLINED": "ended"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Going:
    """A transfer in words. Who `may_confirm` is at the end that did not ask, and not who asked; either end declines."""

    id: UUID
    way: str
    state: Shown
    goods: tuple[tuple[str, str, str], ...]
    by: str
    at: Told
    note: str
    outcome: str
    reason: str
    waits: bool
    may_confirm: bool
    typed: Typed


@dataclass(frozen=True, slots=True)
class Tried:
    """A form that was sent and not taken: of which transfer, or of a new one."""

    typed: Typed
    transfer: UUID | None = None


async def transfers(visit: Visit) -> Response:
    """The page, for who manages stock."""
    return await _shown(visit)


async def ask(visit: Visit) -> Response:
    """Ask another store for goods, or offer it some."""
    require(visit)
    posted = await visit.posted()
    if posted is None:
        return forged(("/stock/transfers", t("Back to the transfers")))
    try:
        ends, note = [store_in(posted, name) for name in ("from_store", "to_store")], posted.get("note", "").strip()
        text_in(posted, "note", label=t("Note"))
        goods = await goods_in(visit, posted)
        wanted = RequestStockTransfer(from_store=ends[0], to_store=ends[1], goods=goods, note=note or None)
        await send(visit, wanted, posted)
    except NotFound:
        raise
    except OrderwayError as no:
        return await _shown(visit, Tried(unread(posted, no)))
    return visit.back("/stock/transfers", t("Asked for the transfer: the other end decides on it."))


async def decide(visit: Visit) -> Response:
    """Confirm a transfer or decline it, as the button says."""
    require(visit)
    posted, id = await visit.posted(), id_or_none(visit.request.path_params["transfer"])
    if posted is None:
        return forged(("/stock/transfers", t("Back to the transfers")))
    if id is None:
        raise NotFound(t("There is no such transfer."))
    confirms = posted.get("do") == "confirm"
    try:
        reason = text_in(posted, "reason", label=t("Reason"))
        wanted = ConfirmStockTransfer(transfer=id) if confirms else DeclineStockTransfer(transfer=id, reason=reason)
        await send(visit, wanted, {**posted, "key": f"{posted.get('key', '')[:40]}:{posted.get('do', '')[:10]}"})
    except NotFound:
        raise
    except OrderwayError as no:
        return await _shown(visit, Tried(mended(posted, no, fields=("reason",)), id))
    return visit.back("/stock/transfers", t("The goods have moved.") if confirms else t("Declined the transfer."))


async def _shown(visit: Visit, tried: Tried | None = None) -> Response:
    now, after = visit.site.now(), id_or_none(visit.request.query_params.get("after", ""))
    async with visit.site.pool.acquire() as connection:
        above = await heads(connection, visit)
        filters = TransferFilters(store=above.stores.id)
        found = await list_transfers(connection, within=above.within, filters=filters, after=after, limit=SIZE + 1)
        people = {who for each in found for who in (each.requested_by, each.decided_by) if who}
        names = await names_of(connection, people)
        stores = [Choice(str(each.id), each.name) for each in await list_shops(connection)]
    going = [_going(each, visit, above, names=names, tried=tried, now=now) for each in found[:SIZE]]
    kept = above.kept
    lost = tried is not None and tried.transfer is not None and all(each.id != tried.transfer for each in going)
    return visit.page(
        "stock/transfers.html",
        status=tried.typed.status if tried else 200,
        tabs=above.tabs,
        stores=above.stores,
        every=stores,
        asking=tried.typed if tried and tried.transfer is None else _begun(above, stores),
        problem=tried.typed.problem if tried and lost else "",
        going=going,
        first_url=address("/stock/transfers", **kept) if after else "",
        more_url=address("/stock/transfers", **kept, after=str(found[SIZE - 1].id)) if len(found) > SIZE else "",
    )


def _begun(above: Heads, stores: Sequence[Choice]) -> Typed:
    """A form that begins with goods from another store to one of the viewer's."""
    mine = str(above.stores.id or next((each.id for each in above.stores.options), ""))
    other = next((each.value for each in stores if each.value != mine), "")
    return Typed({"key": new_key(), "from_store": other, "to_store": mine})


def _going(
    each: Transfer, visit: Visit, above: Heads, *, names: Mapping[str, str], tried: Tried | None, now: datetime
) -> Going:
    waits, asked_by_me = each.status == "REQUESTED", each.requested_by == visit.viewer.actor().author
    return Going(
        id=each.id,
        way=t("From {one} to {other}", one=each.from_store.name, other=each.to_store.name),
        state=Shown(tr(STATUSES[each.status]), TONES[each.status]),
        goods=tuple((line.variant.title, line.variant.sku, number(line.quantity)) for line in each.goods),
        by=names[each.requested_by],
        at=ago(each.requested_at, now),
        note=each.note or "",
        outcome=t("Decided by {who}", who=names[each.decided_by]) if each.decided_by else "",
        reason=each.reason or "",
        waits=waits,
        may_confirm=waits and not asked_by_me and reaches(above.within, each.deciding_store),
        typed=tried.typed if tried and tried.transfer == each.id else Typed({"key": new_key()}),
    )
