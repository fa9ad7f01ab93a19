"""One sink: what it has yet to be given of which orders, why that failed, and what people did about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from starlette.responses import Response

from orderway.outbound.panel.changes import DeliveryChange, list_changes
from orderway.outbound.panel.deliveries import Delivery, DeliveryFilters, list_deliveries
from orderway.outbound.panel.sinks import SinkStanding, list_sinks
from orderway.people.permissions import SETTINGS_MANAGE
from orderway.people.scope import everywhere
from orderway.people.viewer import Viewer
from orderway.ui.language import mark, number, t, tr
from orderway.ui.outbox.saying import said
from orderway.ui.outbox.sinks import called, names_of_webhooks, url_of
from orderway.ui.shell import OPERATIONS
from orderway.ui.site import Visit
from orderway.ui.stock.heads import address
from orderway.ui.tabs import Tab
from orderway.ui.typed import Typed, new_key
from orderway.ui.words import Told, age, ago
from orderway.workflow.errors import Invalid, NotFound
from orderway.workflow.kinds import Connection

SIZE = 25
List = Literal["DEAD", "FAILING", "WAITING", "CHANGES"]
LISTS: Mapping[List, str] = {
    "DEAD": mark("Given up"), "FAILING": mark("Tried again"), "WAITING": mark("Waiting"), "CHANGES": mark("By hand"),
}  # fmt: skip
DEEDS = {"RETRIED": mark("Tried the event again"), "SET_ASIDE": mark("Put the event aside")}
PICK = "o."
"""What the names of the boxes begin with; the id of the order follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An order of which something is to be given: `said` is its next event, `more` how many follow.

    `aside` is the form that sets the event aside; `is_open` where it was sent and not taken.
    """

    order: UUID
    order_url: str
    order_number: str
    said: str
    type: str
    number: int
    more: str
    why: str
    tries: str
    next: Told | None
    since: Told | None
    on_its_way: bool
    aside: Typed
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What somebody did by hand."""

    order_url: str
    order_number: str
    what: str
    number: str
    why: str
    who: str
    reason: str
    at: Told


@dataclass(frozen=True, slots=True)
class Tried:
    """A form that was sent and not taken: that of many orders, or of the one whose event was to be set aside."""

    typed: Typed
    order: UUID | None = None


async def sink_page(visit: Visit) -> Response:
    """The page, for who looks after the outbox."""
    return await shown(visit)


async def shown(visit: Visit, tried: Tried | None = None) -> Response:
    """The page; with a form that was tried and not taken where it was."""
    if not OPERATIONS(visit.viewer):
        raise NotFound(t("There is nothing at this address."))
    name, asked, now = visit.request.path_params["sink"], visit.request.query_params, visit.site.now()
    async with visit.site.pool.acquire() as connection:
        sink = next((each for each in await list_sinks(connection, visit.viewer) if each.sink == name), None)
        if sink is None:
            raise NotFound(t("There is nothing at this address."))
        here = _list(asked.get("list", ""), sink)
        after, notices = asked.get("after", ""), list[str]()
        try:
            found, more = await _page(connection, visit.viewer, name, here, after)
        except Invalid:
            notices.append(t("“{text}” is no place in the list, so it begins at the top.", text=after[:40]))
            after = ""
            found, more = await _page(connection, visit.viewer, name, here, after)
        webhooks = await names_of_webhooks(connection, visit.viewer)
    url = url_of(name)
    return visit.page(
        "outbox/sink.html",
        status=tried.typed.status if tried else 200,
        name=called(name, webhooks),
        url=url,
        away=ago(sink.away_since, now) if sink.away_since else None,
        away_why=tr(sink.away_why or ""),
        figures=list(_figures(sink)),
        oldest=age(sink.oldest_at, now) if sink.oldest_at else None,
        notices=notices,
        here=here,
        tabs=[Tab(tr(LISTS[each]), f"{url}?list={each.lower()}", each == here, _count(sink, each)) for each in LISTS],
        rows=[_row(each, visit, tried) for each in found if isinstance(each, Delivery)],
        changes=[_done(each, visit) for each in found if isinstance(each, DeliveryChange)],
        typed=tried.typed if tried and not tried.order else Typed({"key": new_key()}),
        may_set_aside=everywhere(visit.viewer, SETTINGS_MANAGE),
        first_url=address(url, list=here.lower()) if after else "",
        more_url=address(url, list=here.lower(), after=found[-1].cursor) if more else "",
    )


def _figures(sink: SinkStanding) -> Iterator[tuple[str, str]]:
    """What is counted of a sink; what is rarely there is left out where it is not."""
    yield t("Events to deliver"), number(sink.lag)
    if sink.unread:
        yield t("Not looked at yet"), number(sink.unread)
    yield t("Tries that failed"), number(sink.attempts)
    yield t("Events set aside"), number(sink.gaps)


def _list(text: str, sink: SinkStanding) -> List:
    """The list that is asked for; by itself the first with something in it that needs a look."""
    asked = next((each for each in LISTS if each.lower() == text), None)
    return asked or ("DEAD" if sink.dead else "FAILING" if sink.failing else "WAITING" if sink.waiting else "DEAD")


def _count(sink: SinkStanding, of: List) -> str:
    match of:
        case "DEAD":
            return number(sink.dead)
        case "FAILING":
            return number(sink.failing)
        case "WAITING":
            return number(sink.waiting)
    return ""


async def _page(
    connection: Connection, viewer: Viewer, sink: str, of: List, after: str
) -> tuple[list[Delivery] | list[DeliveryChange], bool]:
    if of == "CHANGES":
        return await list_changes(connection, viewer, sink=sink, after=after, limit=SIZE)
    filters = DeliveryFilters(sink=sink, status=of)
    return await list_deliveries(connection, viewer, filters=filters, after=after, limit=SIZE)


def _row(each: Delivery, visit: Visit, tried: Tried | None) -> Row:
    now, is_open = visit.site.now(), tried is not None and tried.order == each.order_id
    return Row(
        order=each.order_id,
        order_url=f"/orders/{each.order_id}",
        order_number=each.order_number,
        said=said(each.type, visit.site.workflow),
        type=each.type,
        number=each.number,
        more=t("{n} more behind it", "{n} more behind it", n=each.events - 1) if each.events > 1 else "",
        why=tr(each.why or ""),
        tries=t("{n} try", "{n} tries", n=each.tries) if each.tries else "",
        next=ago(each.due_at, now) if each.due_at else None,
        since=ago(each.dead_at, now) if each.dead_at else None,
        on_its_way=each.on_its_way,
        aside=tried.typed if tried and is_open else Typed({"key": new_key()}),
        is_open=is_open,
    )


def _done(each: DeliveryChange, visit: Visit) -> Done:
    return Done(
        order_url=f"/orders/{each.order_id}",
        order_number=each.order_number,
        what=tr(DEEDS[each.what]),
        number=number(each.number),
        why=tr(each.why or ""),
        who=each.who,
        reason=each.reason,
        at=ago(each.at, visit.site.now()),
    )
