"""What there is to choose from in the forms of an order: riders and their offers, and goods that come back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from orderway.order.shape import Fulfillment, Person
from orderway.ui.forms import Choice, Offered
from orderway.ui.language import t
from orderway.ui.order.deeds import Choices
from orderway.ui.order.telling import Telling
from orderway.ui.words import ago, money


def choices(telling: Telling, riders: Sequence[Person]) -> Choices:
    """What fields that hold ids are chosen from, for each fulfillment: open offers, riders who made none, goods."""
    return {part.id: _choices(telling, riders, part) for part in telling.order.fulfillments}


def _choices(telling: Telling, riders: Sequence[Person], part: Fulfillment) -> Offered:
    open_offers = [
        each for each in telling.order.interests if each.state == "ACTIVE" and each.context.fulfillment == part.id
    ]
    currency = telling.order.currency
    offers = [
        Choice(
            str(each.id),
            t(
                "{rider}, {cost}, until {time}", rider=each.rider.name,
                cost=money(each.context.proposed_cost, currency), time=ago(each.context.expires_at, telling.now).text,
            ),
        )
        for each in open_offers if each.context.expires_at
    ]  # fmt: skip
    offering = {each.rider.id for each in open_offers}
    named = [Choice(str(rider.id), rider.name) for rider in riders if rider.id not in offering]
    return {"interest": offers, "rider": named, "lines": goods(telling, part)}


def goods(telling: Telling, part: Fulfillment) -> list[Choice]:
    """The goods that can be asked back; while a return of them is open, those that it names."""
    if "RETURN_RECEIVED" in telling.chart(part).takes(part.state):
        pieces = Counter[UUID]()
        for line in part.context.return_lines:
            pieces[line.line] += line.quantity
    else:
        pieces = Counter({portion.line: portion.quantity for portion in part.lines})
        for each in telling.order.returns:
            if each.fulfillment_id == part.id:
                pieces.subtract({line.line: line.sellable + line.damaged for line in each.lines})
    return [
        Choice(str(line.id), line.description, pieces[line.id]) for line in telling.order.lines if pieces[line.id] > 0
    ]
