"""What a rider may offer to deliver, and what they offered: without a word of who receives it, until it is theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from starlette.responses import Response

from orderway.errors import OrderwayError
from orderway.fulfillment.interests.machine import RIDER_INTEREST, Register, Withdraw, end_of
from orderway.money import Money
from orderway.order.begun import Asker, Offer, offer_to_deliver
from orderway.order.deliveries import Errand, list_made, list_sought
from orderway.order.reach import reach
from orderway.order.reads import load_order
from orderway.order.shape import Interest
from orderway.settings import RIDER_INTEREST_FALLBACK_EXPIRY_MINUTES
from orderway.ui.deliveries.tabs import OFFERS, OPEN, require, tabs
from orderway.ui.forms import read_event
from orderway.ui.language import number, t
from orderway.ui.problems import forged, told
from orderway.ui.site import Visit
from orderway.ui.typed import Typed, id_in, key_in, mended, new_key, step_in
from orderway.ui.words import Shown, Told, ago, duration, money, shown
from orderway.workflow.errors import Invalid, NotFound, Refused

SIZE = 20
FIELDS = ("proposed_cost", "eta_minutes", "message")
MOST_GOODS = 3
"""Kinds of goods that a card names; the others it counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A delivery on the rider's phone. `says` is what became of their offer, `asked` what they asked for.

    `takes` names what they can do: offer, change, withdraw.
    """

    fulfillment: UUID
    start: str
    town: str
    distance: str
    goods: str
    since: Told
    currency: str
    state: Shown | None = None
    asked: str = ""
    until: str = ""
    reason: str = ""
    offer: UUID | None = None
    step: int = 0
    takes: frozenset[str] = frozenset()
    typed: Typed


async def open_deliveries(visit: Visit) -> Response:
    """What the viewer may offer to deliver, newest need first."""
    require(visit)
    return await _open(visit)


async def _open(visit: Visit, *, of: UUID | None = None, typed: Typed | None = None) -> Response:
    """The page; with what was typed into the form of one delivery and not taken."""
    after = visit.request.query_params.get("after", "")
    async with visit.site.pool.acquire() as connection:
        found, more = await list_sought(connection, visit.viewer, visit.site.workflow.flags, after=after, limit=SIZE)
        heads = await tabs(connection, visit, OPEN)
    cards = [_card(visit, each, each.offer, typed=typed if each.fulfillment == of else None) for each in found]
    return visit.page(
        "deliveries/open.html",
        status=typed.status if typed else 200,
        tabs=heads,
        cards=cards,
        problem=typed.problem or next(iter(typed.problems.values()), "")
        if typed and all(each.typed is not typed for each in cards)
        else "",
        first_url=OPEN if after else "",
        more_url=f"{OPEN}?{urlencode({'after': found[-1].cursor})}" if more else "",
    )


async def offers(visit: Visit) -> Response:
    """The viewer's own offers, the last moved first."""
    require(visit)
    after = visit.request.query_params.get("after", "")
    async with visit.site.pool.acquire() as connection:
        found, more = await list_made(connection, visit.viewer, after=after, limit=SIZE)
        heads = await tabs(connection, visit, OFFERS)
    return visit.page(
        "deliveries/offers.html",
        tabs=heads,
        cards=[_card(visit, each.errand, each.interest) for each in found],
        first_url=OFFERS if after else "",
        more_url=f"{OFFERS}?{urlencode({'after': found[-1].cursor})}" if more else "",
    )


async def offer(visit: Visit) -> Response:
    """Offer to deliver: anew, once more, or at another price."""
    id, posted = _start(visit), await visit.posted()
    if posted is None:
        return forged((OPEN, t("Back to the deliveries")))
    asker = Asker(viewer=visit.viewer, key=key_in(posted), request_id=getattr(visit.request.state, "request_id", None))
    try:
        async with visit.site.pool.acquire() as connection:
            kind = visit.site.workflow.kind("fulfillment")
            reached = await reach(connection, visit.viewer, kind=kind, id=id)
            order = await load_order(connection, visit.viewer, reached.order_id, parts=frozenset())
        try:
            made = read_event(Register, posted, currency=order.currency)
            asked = Offer(
                fulfillment=id, proposed_cost=made.proposed_cost, eta_minutes=made.eta_minutes, message=made.message
            )
            await offer_to_deliver(visit.site.runner, asker, asked)
        except (Invalid, Refused) as no:
            return await _open(visit, of=id, typed=mended(posted, no, fields=FIELDS))
    except OrderwayError as no:
        return told(no, (OPEN, t("Back to the deliveries")))
    return visit.back(OPEN, t("You offered {amount}.", amount=money(made.proposed_cost, order.currency)))


async def withdraw(visit: Visit) -> Response:
    """Take an offer back."""
    _start(visit)
    back, posted = (OFFERS, t("Back to my offers")), await visit.posted()
    if posted is None:
        return forged(back)
    try:
        id, kind = id_in(posted, "offer"), visit.site.workflow.kind("rider_interest")
        if id is None:
            raise NotFound(t("There is no such offer."))
        async with visit.site.pool.acquire() as connection:
            reached = await reach(connection, visit.viewer, kind=kind, id=id)
        await reached.send(visit.site.runner, Withdraw(), seen=step_in(posted))
    except OrderwayError as no:
        return told(no, back)
    return visit.back(OFFERS, t("You withdrew the offer."))


def _start(visit: Visit) -> UUID:
    require(visit)
    return id_of(visit)


def id_of(visit: Visit) -> UUID:
    """The delivery that the address names. Raises NotFound."""
    try:
        return UUID(visit.request.path_params["fulfillment"])
    except ValueError:
        raise NotFound(t("There is no such delivery.")) from None


def _card(visit: Visit, errand: Errand, made: Interest | None, *, typed: Typed | None = None) -> Card:
    now = visit.site.now()
    card = Card(
        fulfillment=errand.fulfillment,
        start=errand.store.name,
        town=", ".join(filter(None, (errand.city, errand.region))) or errand.number,
        distance=distance(errand.distance_km),
        goods=goods([(each.description, each.quantity) for each in errand.goods]),
        since=ago(errand.since, now),
        currency=errand.currency,
        typed=typed or Typed({"key": new_key()}),
        takes=frozenset({"offer"}),
    )
    return _offered(visit, card, made, now=now) if made else card


def _offered(visit: Visit, card: Card, made: Interest, *, now: datetime) -> Card:
    """The card with what became of the rider's offer."""
    context, takes = made.context, set(RIDER_INTEREST.takes(made.state))
    ends = end_of(context, visit.site.workflow.settings[RIDER_INTEREST_FALLBACK_EXPIRY_MINUTES])
    start = {
        "proposed_cost": Money(context.proposed_cost, context.currency).digits(),
        "eta_minutes": str(context.eta_minutes), "message": context.message,
    }  # fmt: skip
    is_standing = "WITHDRAW" in takes
    names = {"WITHDRAW": "withdraw", "CHANGE": "change", "REGISTER": "offer"}
    return Card(
        fulfillment=card.fulfillment, start=card.start, town=card.town, distance=card.distance, goods=card.goods,
        since=ago(made.moved_at, now) if not is_standing else card.since, currency=card.currency,
        state=shown(RIDER_INTEREST, made.state), asked=money(context.proposed_cost, context.currency),
        until=duration(ends - now) if is_standing and ends and ends > now else "", reason=context.reason or "",
        offer=made.id, step=made.step, takes=frozenset(names[each] for each in takes if each in names),
        typed=Typed({**start, **card.typed.values}, card.typed.problems, card.typed.problem, card.typed.status),
    )  # fmt: skip


def distance(km: float | None) -> str:
    """How far it is; empty where nobody knows."""
    return "" if km is None else t("{km} km", km=km if km < 10 else round(km))


def goods(pieces: Sequence[tuple[str, int]]) -> str:
    """What is brought, in one line."""
    named = [f"{number(quantity)} × {what}" for what, quantity in pieces[:MOST_GOODS]]
    rest = len(pieces) - len(named)
    return ", ".join([*named, t("{n} more", n=rest)] if rest else named)
