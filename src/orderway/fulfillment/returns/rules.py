"""What must hold of a return, each in the sentence that a person reads when it does not, and what it changes."""

from collections import Counter

from orderway.fulfillment.context import FulfillmentContext, FulfillmentFacts, ReturnLine
from orderway.fulfillment.events import RefundIssued, ReturnReceived, ReturnRequested
from orderway.statechart import Amount, all_of, guard, replace


def window(fulfillment: FulfillmentContext) -> dict[str, object]:
    return {"until": fulfillment.return_until}


@guard(detail="Returns were possible until {until}.", numbers=window)
def inside_return_window(fulfillment: FulfillmentContext, _event: object, facts: FulfillmentFacts) -> bool:
    """The return window must be open."""
    return fulfillment.return_until is None or facts.now <= fulfillment.return_until


@guard(remedy="Check the goods and their numbers.")
def goods_can_come_back(_fulfillment: FulfillmentContext, event: ReturnRequested, facts: FulfillmentFacts) -> bool:
    """Some goods must be named, and no more of each than were delivered and have not come back."""
    return bool(event.lines) and all(line.quantity >= 1 for line in event.lines) and facts.returnable


@guard(remedy="Check the goods and their numbers.")
def goods_were_asked_back(fulfillment: FulfillmentContext, event: ReturnReceived) -> bool:
    """Some goods must be named, and no more of each than the return names."""
    asked, named = Counter[object](), Counter[object]()
    for line in fulfillment.return_lines:
        asked[line.line] += line.quantity
    for each in event.lines:
        named[each.line] += each.quantity
    return bool(event.lines) and all(line.quantity >= 1 for line in event.lines) and named <= asked


@guard()
def something_came(_fulfillment: FulfillmentContext, event: ReturnReceived) -> bool:
    """Something must have come back."""
    return any(each.condition != "MISSING" for each in event.lines)


def paid(fulfillment: FulfillmentContext, _event: object, facts: FulfillmentFacts) -> dict[str, object]:
    return {"paid": Amount(facts.refundable, fulfillment.currency)}


@guard(detail="{paid} was paid for them.", numbers=paid, remedy="Refund less.")
def refund_fits(_fulfillment: FulfillmentContext, event: RefundIssued, facts: FulfillmentFacts) -> bool:
    """The refund must not be more than what was paid for the returned goods."""
    return 0 <= event.amount <= facts.refundable


@guard()
def everything_returned(_fulfillment: FulfillmentContext, _event: object, facts: FulfillmentFacts) -> bool:
    """For the fulfillment to end as refunded, all that it brought must have come back."""
    return facts.everything_returned


may_come_back = all_of(inside_return_window, goods_can_come_back)
goods_came_back = all_of(goods_were_asked_back, something_came)
refund_ends_it = all_of(refund_fits, everything_returned)


def ask_back(fulfillment: FulfillmentContext, event: ReturnRequested) -> FulfillmentContext:
    return replace(fulfillment, return_lines=tuple(ReturnLine(line.line, line.quantity) for line in event.lines))


def receive(fulfillment: FulfillmentContext, event: ReturnReceived) -> FulfillmentContext:
    """What is missing did not come back: it is still with the buyer, and may be asked for again."""
    came = [ReturnLine(each.line, each.quantity, each.condition) for each in event.lines]
    return replace(fulfillment, return_lines=tuple(each for each in came if each.condition != "MISSING"))


def end_return(fulfillment: FulfillmentContext) -> FulfillmentContext:
    return replace(fulfillment, return_lines=())
