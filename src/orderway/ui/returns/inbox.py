"""The inbox of returns: what was asked back, what is on its way, what came and what was rejected, a tab for each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import cast
from urllib.parse import urlencode
from uuid import UUID

from starlette.responses import Response

from orderway.order.available import load_available
from orderway.order.reads import Part, load_orders
from orderway.order.returns import RETURN_STATUSES, ReturnStatus, SalesReturn, count_returns, find_work, list_returns
from orderway.order.shape import Order
from orderway.ui.choosing import choose_store
from orderway.ui.helping import who_can_help
from orderway.ui.language import mark, number, t, tr
from orderway.ui.order.choosing import choices
from orderway.ui.order.deeds import Deed, Eyes, Tried, deeds
from orderway.ui.order.telling import Telling
from orderway.ui.returns.told import Given, given, waits
from orderway.ui.shell import RETURNS
from orderway.ui.site import Visit
from orderway.ui.tabs import Tab
from orderway.ui.typed import new_key
from orderway.ui.words import Told
from orderway.workflow.errors import Conflict, NotFound
from orderway.workflow.kinds import Connection

SIZE = 10
EVENTS = frozenset({"RETURN_ACCEPTED", "RETURN_RECEIVED", "RETURN_REJECTED", "REFUND_ISSUED"})
"""What is decided about a return, in the names of the fulfillment's events."""
READ: frozenset[Part] = frozenset({"lines", "terms", "fulfillments", "more"})
"""What of an order its return is told from."""

EMPTY: dict[ReturnStatus, tuple[str, str]] = {
    "REQUESTED": (
        mark("No return waits for an answer"),
        mark("When goods of a delivered order are to come back, it appears here. One asks for it on the order’s page."),
    ),
    "ACCEPTED": (
        mark("No goods are on their way back"),
        mark("A return that was accepted stands here until its goods come."),
    ),
    "RECEIVED": (
        mark("Nothing came back yet"),
        mark("Goods that came back appear here, with what became of them and what was refunded."),
    ),
    "REJECTED": (mark("No return was rejected"), mark("Returns that were rejected appear here, with the reason.")),
}


async def returns(visit: Visit) -> Response:
    """The page, for who asks for returns or decides on them."""
    return await inbox(visit)


async def inbox(visit: Visit, *, tried: Tried | None = None) -> Response:
    """The page; with a form that was tried and not taken where it was."""
    viewer, asked = visit.viewer, visit.request.query_params
    if not RETURNS(viewer):
        raise NotFound(t("There is nothing at this address."))
    after = _id(asked.get("after", ""))
    async with visit.site.pool.acquire() as connection:
        stores = await choose_store(connection, visit)
        box = _asked(asked.get("status", "")) or _first(await find_work(connection, viewer, store_id=stores.id))
        kept = {"store": str(stores.id)} if stores.id else {}
        found, more = await list_returns(
            connection, viewer, statuses=[box], store_id=stores.id, after=after, limit=SIZE
        )
        tabs = [
            Tab(tr(label), _url(each, kept), each == box, number(
                await count_returns(connection, viewer, statuses=[each], store_id=stores.id)
            )) for each, label in RETURN_STATUSES.items()
        ]  # fmt: skip
        cards = await _cards(connection, visit, found, box=box, tried=tried)
    return visit.page(
        "returns/inbox.html",
        status=_status(tried),
        tabs=tabs,
        box=box.lower(),
        stores=stores,
        returns=cards,
        oldest=_oldest(cards) if not more else None,
        empty=[tr(text) for text in EMPTY[box]],
        problem=str(tried.error) if tried and not any(deed.open for each in cards for deed in each.deeds) else "",
        first_url=_url(box, kept) if after else "",
        more_url=_url(box, {**kept, "after": str(found[-1].id)}) if more else "",
    )


def _asked(status: str) -> ReturnStatus | None:
    """The tab that is asked for, if there is such a one."""
    return cast("ReturnStatus", status.upper()) if status.upper() in RETURN_STATUSES else None


def _first(work: Collection[ReturnStatus]) -> ReturnStatus:
    """The first tab, in the order of the work, with something for the viewer to do; else the first of all."""
    return next((each for each in RETURN_STATUSES if each in work), "REQUESTED")


async def _cards(
    connection: Connection, visit: Visit, found: Sequence[SalesReturn], *, box: ReturnStatus, tried: Tried | None
) -> list[Given]:
    """The returns of a page, each with what the viewer may do with it."""
    orders = {
        each.id: each
        for each in await load_orders(connection, visit.viewer, [each.order_id for each in found], parts=READ)
    }
    helpers, cards = await who_can_help(connection), []
    for each in found:
        order = orders[each.order_id]
        mine = await _deeds(visit, order, each, helpers=helpers, tried=tried) if waits(each) else []
        customer = order.customer.name if order.customer else ""
        cards.append(given(each, customer=customer, deeds=mine, box=box, now=visit.site.now()))
    return cards


async def _deeds(
    visit: Visit, order: Order, each: SalesReturn, *, helpers: Mapping[str, str], tried: Tried | None
) -> list[Deed]:
    judged = await load_available(visit.site.runner, visit.viewer, order, instances=[each.fulfillment_id])
    theirs = [one for one in judged if one.is_theirs and one.choice.event in EVENTS]
    telling = Telling(order, visit.site.workflow, visit.site.now())
    eyes = Eyes(
        helpers=helpers, offered=choices(telling, ()), may=visit.viewer.permissions, key=new_key(), tried=tried
    )  # fmt: skip
    return deeds(telling, theirs, eyes)


def _status(tried: Tried | None) -> int:
    if tried is None:
        return 200
    return 409 if isinstance(tried.error, Conflict) else 422


def _oldest(cards: Sequence[Given]) -> Told | None:
    """Since when the one at the end waits, which is the oldest."""
    return cards[-1].since if cards and cards[-1].deeds else None


def _url(box: ReturnStatus, kept: Mapping[str, str]) -> str:
    return f"/returns?{urlencode({'status': box.lower(), **kept})}"


def _id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
