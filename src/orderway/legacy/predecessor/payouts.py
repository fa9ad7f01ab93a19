"""What riders were paid for bringing an order: moves where it was earned here, and words for all that was not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from orderway.fulfillment.context import LARGEST_COST
from orderway.fulfillment.payouts.ledger import PayoutMethod
from orderway.legacy.predecessor.clock import When
from orderway.legacy.predecessor.facts import Fulfilled, Order, PaidOut
from orderway.legacy.predecessor.moments import CHANGED, WRITTEN, Moment
from orderway.legacy.predecessor.moves import AnyMove, Plan
from orderway.legacy.predecessor.moves_on_the_way import PayRider, RaiseEarning
from orderway.money import Money as Amount

METHODS: Final[Mapping[str | None, PayoutMethod]] = {"CASH": "CASH", "WALLET": "MOBILE_MONEY"}
"""Of the predecessor's words, which were free; all others are transfers."""
TRANSFER: Final[PayoutMethod] = "TRANSFER"
MORE: Final = "The former system paid the rider more than was agreed."


def payouts(there: Fulfilled, *, agreed: int, there_at: datetime) -> Iterator[AnyMove]:
    """The moves of a delivery that got there, by which its rider earned what was `agreed`, in minor units."""
    due = agreed
    for each in ordered(there):
        moment = Moment(each.received_at or there_at, "the time of its rider's payment", WRITTEN)
        if each.received_at is None:
            moment = Moment(there_at, "its delivery: its rider's payment has no time", CHANGED)
        when = When(at=moment.at, inferred=moment.source, confidence=moment.confidence)
        if each.amount > due:
            yield RaiseEarning(**when, payout=each.id, amount=each.amount - due, reason=MORE)
            due = each.amount
        yield PayRider(**when, payout=each.id, amount=each.amount, method=method_of(each), reference=reference_of(each))
        due -= each.amount


def ordered(there: Fulfilled) -> list[PaidOut]:
    """Those that are payments: of more than nothing."""
    paid = [each for each in there.payouts if 0 < each.amount <= LARGEST_COST]
    return sorted(paid, key=lambda each: (each.received_at or there.updated_at, each.id))


def method_of(payout: PaidOut) -> PayoutMethod:
    return METHODS.get(payout.method, TRANSFER)


def reference_of(payout: PaidOut) -> str | None:
    """Its reference, with what else was written of it that has no other place here."""
    word = payout.method if payout.method not in {*METHODS, TRANSFER} else None
    said = [text.strip() for text in (payout.reference, word, payout.notes) if text and text.strip()]
    return ", ".join(said) or None


BOOKED: Final = "in the books here"


def riders_paid(order: Order, planned: Plan) -> dict[str, int]:
    """What riders were paid there for it, in minor units: how much of it is booked here, or else why it is not."""
    there = order.fulfillment
    found = Counter[str]()
    booked = {each.payout for each in planned.moves if isinstance(each, PayRider)}
    if there is None:
        return {}
    for each in there.payouts:
        found[BOOKED if each.id in booked else why(there)] += each.amount
    return dict(found)


def in_doubt(order: Order, planned: Plan) -> Iterator[str]:
    """What riders were paid there and is not in the books here, with its sum: whoever pays for it again has to know."""
    there = order.fulfillment
    if there is None:
        return
    for reason, amount in riders_paid(order, planned).items():
        if reason != BOOKED:
            paid = Amount(amount, order.currency)
            yield f"{paid} was paid for its delivery there and is not in the books here: {reason}."
    paid_there = sum(each.amount for each in there.payouts)
    if there.payment_status == "PAID" and paid_there < (there.cost or 0):
        unsaid = Amount((there.cost or 0) - paid_there, order.currency)
        yield f"Its rider is called paid there, and no payment tells of {unsaid} of it: here it is still due."


def why(there: Fulfilled) -> str:
    if there.status == "CANCELLED":
        return "it was cancelled"
    if there.status != "DELIVERED":
        return "it has not arrived; once it has, pay so much less for it"
    if there.rider is None:
        return "it names no rider"
    return "a payment is of nothing or less, or its goods have not arrived here"
