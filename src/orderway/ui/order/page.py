"""The page of one order and its actions: read with the viewer's eyes, acted on through the one door."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from urllib.parse import urlencode
from uuid import UUID

from starlette.responses import RedirectResponse, Response

from orderway.errors import OrderwayError
from orderway.order.available import load_available
from orderway.order.reach import reach
from orderway.order.reads import load_order
from orderway.order.riders import list_riders
from orderway.order.shape import Order
from orderway.order.timeline import Timeline, load_timeline
from orderway.people.roles import who_can_help
from orderway.people.scope import actor_on
from orderway.ui.forms import read_event, step_of
from orderway.ui.order.charts import Drawing, draw, place_of
from orderway.ui.order.copying import copying
from orderway.ui.order.deeds import Tried, choices, deeds, others
from orderway.ui.order.parts import boxes_of_parts
from orderway.ui.order.returning import boxes_of_returns
from orderway.ui.order.telling import Telling
from orderway.ui.order_list import Tab
from orderway.ui.problems import forged, told
from orderway.ui.site import Visit
from orderway.ui.words import counted
from orderway.workflow.errors import Invalid, NotFound, Refused

JUST_NOW = timedelta(minutes=1)


async def order_page(visit: Visit) -> Response:
    """The order as it stands; `before` continues an older part of the timeline, `chart` shows another machine's."""
    try:
        async with visit.site.pool.acquire() as connection:
            order = await load_order(connection, visit.viewer, _id(visit.request.path_params["order"]))
        return await _shown(visit, order)
    except NotFound as error:
        return told(error)


async def act(visit: Visit) -> Response:
    """Send one event as the form says it, then back to the order; what is refused is said beside the form."""
    given = visit.request.path_params
    back = (f"/orders/{given['order']}", "Back to the order")
    posted = await visit.posted()
    if posted is None:
        return forged(back)
    try:
        order, tried = await _send(visit, given, posted)
    except OrderwayError as error:
        return told(error, back)
    if tried:
        return await _shown(visit, order, tried)
    done = urlencode({"done": f"{given['machine']}.{given['event']}"})
    return RedirectResponse(f"{back[0]}?{done}#next", status_code=303)


async def _send(visit: Visit, given: Mapping[str, str], posted: Mapping[str, str]) -> tuple[Order, Tried | None]:
    """Send the event; gives what was tried where the form has to be mended. Raises what the door raises else."""
    site, instance = visit.site, _id(given["instance"])
    kind = site.workflow.kinds.get(given["machine"])
    if kind is None:
        raise NotFound("There is nothing at this address.")
    async with site.pool.acquire() as connection:
        reached = await reach(connection, visit.viewer, kind=kind, id=instance)
        order = await load_order(connection, visit.viewer, reached.order_id)
    version = next(life.version for life in order.lives if life.id == instance)
    event = kind.charts[version].events.get(given["event"].upper())
    if event is None or str(order.id) != given["order"]:
        raise NotFound("There is nothing at this address.")
    try:
        made = read_event(event, posted, currency=order.currency)
        await reached.send(site.runner, made, seen=step_of(posted), request_id=_request_id(visit))
    except (Invalid, Refused) as error:
        return order, Tried(given["event"].upper(), instance, posted, str(error))
    return order, None


async def _shown(visit: Visit, order: Order, tried: Tried | None = None) -> Response:
    """The page of an order that is read; with what was tried and refused where something was."""
    site, asked = visit.site, visit.request.query_params
    looked = await load_available(site.runner, visit.viewer, order)
    available = [each for each in looked if each.is_theirs]
    async with site.pool.acquire() as connection:
        timeline = await load_timeline(connection, site.workflow, order, before=_before(asked.get("before", "")))
        helpers = await who_can_help(connection)
        riders = await list_riders(connection, site.workflow.settings, store_id=order.store_id, order_id=order.id)
        actor = await actor_on(connection, visit.viewer, store_id=order.store_id, order_id=order.id)
        telling = Telling(order, site.workflow, site.now(), takes_receipts=actor.may("payment.register"))
        chart = await draw(connection, telling, available, asked=asked.get("chart", ""))
        copies = await copying(connection, visit, order)
    offered = choices(telling, riders)
    mine = deeds(telling, available, helpers=helpers, offered=offered, tried=tried)
    problem = tried.problem if tried and not any(deed.open for deed in mine) else ""
    return visit.page(
        "order/order.html",
        status=422 if tried else 200,
        order=telling.header(),
        problem=problem,
        notices=list(_done(timeline, visit, asked.get("done", ""))),
        steps=list(telling.steps()),
        charts=_tabs(telling, chart),
        chart=chart,
        lines=telling.items(),
        sums=list(telling.sums()),
        money=order.sees_money,
        boxes=[*telling.boxes(), *boxes_of_parts(telling), *boxes_of_returns(telling)],
        timeline={
            "entries": telling.entries(timeline),
            "says": counted(len(timeline.entries), "change", "changes") if not timeline.older else "newest first",
            "older_url": f"/orders/{order.id}?before={timeline.older}#line" if timeline.older else "",
        },
        deeds=mine,
        copying=copies,
        others=others(telling, available, shown=mine, helpers=helpers, offered=offered),
    )


def _tabs(telling: Telling, chart: Drawing) -> list[Tab]:
    """The machines whose picture can be looked at; one alone needs no tabs."""
    lives = telling.main()
    if len(lives) < 2:
        return []
    url = f"/orders/{telling.order.id}?chart="
    return [Tab(telling.name(life), f"{url}{place_of(life)}", life.id == chart.life) for life in lives]


def _done(timeline: Timeline, visit: Visit, done: str) -> Iterator[str]:
    """What the viewer has just done, as the log has it: an address alone does not make it so."""
    me, now = visit.viewer.actor().id, visit.site.now()
    for entry in timeline.entries:
        what = entry.what
        if f"{what.machine}.{what.event.lower()}" == done and what.actor == me and now - what.at < JUST_NOW:
            yield f"You {what.phrase}."
            return


def _before(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("There is no such order.") from None


def _request_id(visit: Visit) -> str | None:
    return getattr(visit.request.state, "request_id", None)
