"""One delivery in a rider's hand: whom to call, where it goes, and confirming that it got there, or did not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from orderway.errors import OrderwayError
from orderway.fulfillment.context import PIN_TRIES
from orderway.order.available import load_available
from orderway.order.reach import Reached, reach
from orderway.order.reads import load_order
from orderway.order.shape import Fulfillment, Order
from orderway.people.roles import who_can_help
from orderway.people.scope import actor_on
from orderway.ui.deliveries.errands import id_of
from orderway.ui.deliveries.jobs import pieces, place, receiver
from orderway.ui.deliveries.tabs import TODAY, require
from orderway.ui.language import mark, number, t, you
from orderway.ui.order.deeds import Deed, Eyes, Tried, deeds
from orderway.ui.order.telling import Telling
from orderway.ui.problems import forged, told
from orderway.ui.sending import send_form
from orderway.ui.site import Visit
from orderway.ui.typed import new_key
from orderway.ui.words import Shown, Told, ago, money
from orderway.workflow.errors import Invalid, NotFound, Refused
from orderway.workflow.kinds import Moved

MAPS = "https://www.google.com/maps/search/?api=1&"
"""Opens the application of maps on a phone, and a page elsewhere."""


OWN: Mapping[str, tuple[str, str]] = {
    "RIDER_UNASSIGNED": (mark("Give the delivery back"), mark("You gave the delivery back.")),
}
"""What an event is called by the rider whom it is about, and what they are told that they did."""


@dataclass(frozen=True, slots=True)
class Pair:
    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """The delivery in words."""

    number: str
    to: str
    place: str
    notes: str
    call: str
    map: str
    state: Shown
    since: Told
    pairs: list[Pair]
    goods: list[Pair]


async def job(visit: Visit) -> Response:
    """The page of a delivery, for who brings it."""
    require(visit)
    _, order, part = await _theirs(visit)
    return await _shown(visit, order, part)


async def act(visit: Visit) -> Response:
    """Send what the form says; a PIN that does not match is said beside it."""
    require(visit)
    id, posted = id_of(visit), await visit.posted()
    back = (f"/deliveries/{id}", t("Back to the delivery"))
    if posted is None:
        return forged(back)
    try:
        reached, order, part = await _theirs(visit)
        kind = visit.site.workflow.kind("fulfillment")
        event: Any = kind.charts[part.version].events.get(visit.request.path_params["event"].upper())
        if event is None:
            raise NotFound(t("There is nothing at this address."))
        try:
            moved = await send_form(visit, reached, event, posted=posted, currency=order.currency)
            if missed := _missed(moved):
                _, order, part = await _theirs(visit)
                raise missed
        except (Invalid, Refused) as error:
            tried = Tried(name=event.name, instance=id, posted={**posted, "pin": ""}, error=error)
            return await _shown(visit, order, part, tried=tried)
    except OrderwayError as error:
        return told(error, back)
    said = t(OWN[event.name][1]) if event.name in OWN else you(event.words.phrase(moved.from_state, moved.to_state))
    return visit.back(back[0] if moved.to_state == "SHIPPED" else TODAY, said)


def _missed(moved: Moved) -> Invalid | None:
    """What is wrong where the PIN was tried and did not match."""
    if moved.event != "PACKAGE_DELIVERED" or moved.from_state != moved.to_state:
        return None
    return Invalid(
        t("This PIN does not match."), t("Ask the receiver to read it once more: it has {n} digits.", n=6), "pin"
    )


async def _theirs(visit: Visit) -> tuple[Reached, Order, Fulfillment]:
    """The delivery of the address. Raises NotFound where the viewer does not bring it."""
    id, kind = id_of(visit), visit.site.workflow.kind("fulfillment")
    async with visit.site.pool.acquire() as connection:
        reached = await reach(connection, visit.viewer, kind=kind, id=id)
        order = await load_order(connection, visit.viewer, reached.order_id)
    part = next(each for each in order.fulfillments if each.id == id)
    if part.rider is None or part.rider.id != visit.viewer.person_id:
        raise NotFound(t("There is no such delivery."), t("Look for it among today’s."))
    return reached, order, part


async def _shown(visit: Visit, order: Order, part: Fulfillment, *, tried: Tried | None = None) -> Response:
    telling = Telling(order, visit.site.workflow, visit.site.now())
    can = await _deeds(visit, telling, part, tried)
    return visit.page(
        "deliveries/job.html",
        status=422 if tried else 200,
        order_id=order.id,
        job=_told(telling, part),
        problem=str(tried.error) if tried and not any(deed.open for deed in can) else "",
        deeds=can,
    )


async def _deeds(visit: Visit, telling: Telling, part: Fulfillment, tried: Tried | None) -> list[Deed]:
    """What the rider can do with it, first what leads on."""
    order, viewer = telling.order, visit.viewer
    available = await load_available(visit.site.runner, viewer, order, instances=[part.id])
    async with visit.site.pool.acquire() as connection:
        helpers = await who_can_help(connection)
        actor = await actor_on(
            connection, viewer, store_id=order.store_id, order_id=order.id, fulfillment=part.id
        )  # fmt: skip
    eyes = Eyes(helpers=helpers, offered={}, may=actor.permissions, key=new_key(), tried=tried)
    found = deeds(telling, [each for each in available if each.is_theirs], eyes)
    return [
        replace(
            deed, label=OWN[deed.name][0] if deed.name in OWN else deed.label,
            url=f"/deliveries/{part.id}/{deed.name.lower()}", look=deed.look if deed.look == "main" else "grave",
        )
        for deed in found
    ]  # fmt: skip


def _told(telling: Telling, part: Fulfillment) -> Job:
    order, to, now = telling.order, telling.order.delivery, telling.now
    phone = (to.phone if to else "") or (order.customer.phone if order.customer else "") or ""
    return Job(
        number=order.number,
        to=receiver(order),
        place=place(order),
        notes=to.notes if to else "",
        call="".join(each for each in phone if each in "+0123456789"),
        map=_map(order),
        state=telling.state(part),
        since=ago(part.moved_at, now),
        pairs=list(_pairs(telling, part)),
        goods=[Pair(what, number(quantity)) for what, quantity in pieces(order, part)],
    )


def _pairs(telling: Telling, part: Fulfillment) -> Iterator[Pair]:
    order, context = telling.order, part.context
    yield Pair(t("From"), order.store.name)
    if context.cost:
        yield Pair(t("Your fee"), money(context.cost, order.currency))
    if context.attempts:
        yield Pair(t("Failed attempts"), number(context.attempts))
    if context.pin_tries:
        yield Pair(t("Tries of the PIN"), t("{n} of {m}", n=context.pin_tries, m=PIN_TRIES))


def _map(order: Order) -> str:
    """The address in an application of maps: by its coordinates where they are known."""
    to = order.delivery
    if to is not None and to.latitude is not None and to.longitude is not None:
        return MAPS + urlencode({"query": f"{to.latitude},{to.longitude}"})
    where = ", ".join(filter(None, (place(order), to.country if to else "")))
    return MAPS + urlencode({"query": where}) if where else ""
