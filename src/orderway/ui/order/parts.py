"""The parts of an order and the offers to bring them, as boxes of its page."""

from __future__ import annotations

from collections.abc import Iterator

from orderway.order.shape import RESERVATION_STATUSES, Fulfillment
from orderway.ui.language import number, t, tr
from orderway.ui.order.telling import Box, Pair, Telling
from orderway.ui.words import money


def boxes_of_parts(telling: Telling) -> Iterator[Box]:
    """A box for each part of several, and one of the riders' offers."""
    parts = telling.order.fulfillments
    if len(parts) > 1:
        for part in parts:
            yield _part(telling, part)
    if telling.order.interests:
        yield _offers(telling)


def _part(telling: Telling, part: Fulfillment) -> Box:
    described = {line.id: line.description for line in telling.order.lines}
    goods = [
        Pair(described[each.line], number(each.quantity), more=tr(RESERVATION_STATUSES[each.status]))
        for each in part.lines
    ]
    return Box(telling.part(part), (*goods, *telling.bringing(part)), telling.state(part).label)


def _offers(telling: Telling) -> Box:
    numbers = {part.id: telling.part(part) for part in telling.order.fulfillments}
    pairs = []
    for each in telling.order.interests:
        offer, part = each.context, numbers[each.context.fulfillment]
        said = t("There in {minutes} min", minutes=offer.eta_minutes)
        cost = money(offer.proposed_cost, offer.currency)
        pairs.append(Pair(each.rider.name, cost, telling.state(each), f"{part}: {said}" if part else said))
    return Box(t("Rider offers"), tuple(pairs), t("{n} offer", "{n} offers", n=len(pairs)))
