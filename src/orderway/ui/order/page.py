"""The page of one order and its actions: read with the viewer's eyes, acted on through the one door."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from starlette.responses import Response

from orderway.errors import OrderwayError
from orderway.ids import new_id
from orderway.order.available import Available, load_available
from orderway.order.reach import Reached, reach
from orderway.order.reads import load_order
from orderway.order.riders import list_riders
from orderway.order.shape import Order, Person
from orderway.people.permissions import ACCOUNT_SPEND, CUSTOMER_MANAGE, RIDER_ASSIGN
from orderway.people.scope import actor_on
from orderway.sale.account_credit.reads import list_accounts
from orderway.ui.documents.links import papers_of
from orderway.ui.forms import Choice
from orderway.ui.guard import local_path
from orderway.ui.helping import who_can_help
from orderway.ui.language import t, you
from orderway.ui.order import timeline
from orderway.ui.order.awaiting import waits
from orderway.ui.order.billing import billed, billers
from orderway.ui.order.births import Begin, begun, payable
from orderway.ui.order.charts import Drawing, Drawn, draw, place_of, read
from orderway.ui.order.choosing import choices
from orderway.ui.order.copying import Copying, copying
from orderway.ui.order.deeds import Eyes, Tried, deeds
from orderway.ui.order.others import others
from orderway.ui.order.parts import boxes_of_parts
from orderway.ui.order.returning import boxes_of_returns
from orderway.ui.order.telling import Telling
from orderway.ui.order.undoing import undo_of
from orderway.ui.problems import forged, told
from orderway.ui.sending import send_form
from orderway.ui.site import Visit
from orderway.ui.tabs import Tab
from orderway.ui.typed import Typed
from orderway.workflow.actor import Actor
from orderway.workflow.errors import Invalid, NotFound, Refused
from orderway.workflow.kinds import Connection, Kind


async def order_page(visit: Visit) -> Response:
    """The order as it stands; `before` continues an older part of the timeline, `chart` shows another machine's."""
    try:
        async with visit.site.pool.acquire() as connection:
            order = await load_order(connection, visit.viewer, id_of(visit.request.path_params["order"]))
        return await shown(visit, order)
    except NotFound as error:
        return told(error)


@dataclass(frozen=True, slots=True)
class Sending:
    """An event that a form is about: whom it is sent to, and what it is."""

    reached: Reached
    order: Order
    kind: Kind
    event: Any


async def act(visit: Visit) -> Response:
    """Send one event as the form says it, then back to the order; what is refused is said beside the form."""
    given = visit.request.path_params
    back = (f"/orders/{given['order']}", t("Back to the order"))
    posted = await visit.posted()
    if posted is None:
        return forged(back)
    try:
        sending = await _sending(visit, given)
        try:
            moved = await send_form(
                visit, sending.reached, sending.event, posted=posted, currency=sending.order.currency
            )
        except (Invalid, Refused) as error:
            tried = Tried(name=sending.event.name, instance=sending.reached.ref.id, posted=posted, error=error)
            return await shown(visit, sending.order, tried=tried)
    except OrderwayError as error:
        return told(error, back)
    said = you(sending.event.words.phrase(moved.from_state, moved.to_state))
    undo = undo_of(sending.kind, moved)
    url = local_path(posted["back"]) if posted.get("back") else f"{back[0]}#next"
    return visit.back(url, said, undo=undo)


async def _sending(visit: Visit, given: Mapping[str, str]) -> Sending:
    """What the address names. Raises NotFound."""
    site, instance = visit.site, id_of(given["instance"])
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
    return Sending(reached, order, kind, event)


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What the page of an order is told from."""

    telling: Telling
    available: list[Available]
    timeline: timeline.Timeline
    eyes: Eyes
    begin: Begin
    chart: Drawing
    copying: Copying


async def look(visit: Visit, order: Order, *, tried: Tried | None, typed: Typed) -> Looked:
    """Read what the page says besides the order itself: what can be done with it, and meanwhile the rest."""
    runner, viewer = visit.site.runner, visit.viewer
    judged, rest = await asyncio.gather(load_available(runner, viewer, order), _rest(visit, order, typed))
    available = [each for each in judged if each.is_theirs]
    offered, key = choices(rest.telling, rest.riders), str(new_id())
    eyes = Eyes(helpers=rest.helpers, offered=offered, may=rest.actor.permissions, key=key, tried=tried)
    return Looked(
        telling=rest.telling,
        available=available,
        timeline=rest.timeline,
        eyes=eyes,
        begin=Begin(viewer, eyes, rest.on_account, rest.billers),
        chart=draw(rest.telling, rest.drawn, available),
        copying=rest.copying,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """What is read besides what can be done."""

    telling: Telling
    timeline: timeline.Timeline
    helpers: Mapping[str, str]
    actor: Actor
    riders: Sequence[Person]
    on_account: int
    billers: Sequence[Choice]
    drawn: Drawn
    copying: Copying


async def _rest(visit: Visit, order: Order, typed: Typed) -> Rest:
    site, viewer, asked = visit.site, visit.viewer, visit.request.query_params
    store, settings = order.store_id, site.workflow.settings
    async with site.pool.acquire() as connection:
        actor = await actor_on(connection, viewer, store_id=store, order_id=order.id)
        telling = Telling(order, site.workflow, site.now(), takes_receipts=actor.may("payment.register"))
        line = await timeline.load(
            connection, telling, viewer=viewer, before=_before(asked.get("before", "")), typed=typed
        )
        seeks = actor.may(RIDER_ASSIGN) and any("RIDER_NAMED" in telling.takes(part) for part in order.fulfillments)
        return Rest(
            telling=telling,
            timeline=line,
            helpers=await who_can_help(connection),
            actor=actor,
            riders=await list_riders(connection, settings, store_id=store, order_id=order.id) if seeks else (),
            on_account=await _on_account(connection, visit, telling) if actor.may(ACCOUNT_SPEND) else 0,
            billers=await billers(connection, viewer, order) if actor.may(CUSTOMER_MANAGE) else (),
            drawn=await read(connection, viewer, telling, asked=asked.get("chart", ""), whole=line.whole),
            copying=await copying(connection, visit, order),
        )


async def _on_account(connection: Connection, visit: Visit, telling: Telling) -> int:
    """What the store keeps for the buyer and the order could be paid from, in minor units."""
    order = telling.order
    if order.customer is None or not payable(telling):
        return 0
    accounts = await list_accounts(connection, visit.viewer, order.customer.id, store_id=order.store_id)
    return sum(each.balance for each in accounts if each.currency == order.currency)


UNTYPED = Typed()


async def shown(visit: Visit, order: Order, *, tried: Tried | None = None, typed: Typed = UNTYPED) -> Response:
    """The page of an order that is read; with what was tried and refused, or typed and not taken, where it was."""
    looked = await look(visit, order, tried=tried, typed=typed)
    telling = looked.telling
    mine = deeds(telling, looked.available, looked.eyes, begun=begun(telling, looked.begin))
    problem = str(tried.error) if tried and not any(deed.open for deed in mine) else ""
    return visit.page(
        "order/order.html",
        status=422 if tried else typed.status,
        id=order.id,
        order=telling.header(),
        billed=billed(order),
        problem=problem,
        waits=waits(telling, looked.available, looked.eyes, shown=mine),
        main=next((deed for deed in mine if deed.look == "main"), None),
        steps=list(telling.steps()),
        charts=_tabs(telling, looked.chart),
        chart=looked.chart,
        lines=telling.items(),
        sums=list(telling.sums()),
        money=order.sees_money,
        boxes=[*telling.boxes(), *boxes_of_parts(telling), *boxes_of_returns(telling)],
        timeline=looked.timeline,
        papers=papers_of(order),
        key=looked.eyes.key,
        deeds=mine,
        copying=looked.copying,
        others=others(telling, looked.available, looked.eyes, shown=mine),
    )


def _tabs(telling: Telling, chart: Drawing) -> list[Tab]:
    """The machines whose picture can be looked at; one alone needs no tabs."""
    lives = telling.main()
    if len(lives) < 2:
        return []
    url = f"/orders/{telling.order.id}?chart="
    return [Tab(telling.name(life), f"{url}{place_of(life)}", life.id == chart.life) for life in lives]


def _before(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def id_of(text: str) -> UUID:
    """An id out of an address. Raises NotFound."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("There is no such order.") from None
