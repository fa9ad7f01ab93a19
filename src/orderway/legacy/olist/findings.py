"""The defects of an order's facts, each said in a sentence: reported, never repaired."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final

from orderway.legacy.olist.facts import Order, brl
from orderway.legacy.olist.story import Story, can_confirm


class Kind(Enum):
    """The value is the label that a person reads."""

    NO_ITEMS = "No items"
    NO_PAYMENT = "No payment"
    UNDERPAID = "Payments short of the total"
    OVERPAID = "Payments over the total"
    RELEASED_UNPAID = "Shipped with money missing"
    PAID_WITHOUT_SALE = "Paid with no sale to capture it on"
    NEVER_APPROVED = "Payment never approved"
    ZERO_PAYMENT = "Payment of zero"
    UNDEFINED_PAYMENT = "Payment of no defined kind"
    PAYMENT_GAP = "Payment numbers with a gap"
    NO_APPROVAL_TIME = "No time of approval, though paid"
    NO_HANDOVER_TIME = "No time of handover, though shipped"
    NO_DELIVERY_TIME = "No time of delivery, though delivered"
    NO_END_TIME = "No time of cancellation or withdrawal"
    HANDOVER_BEFORE_PURCHASE = "Handed over before the purchase"
    HANDOVER_BEFORE_APPROVAL = "Handed over before the approval"
    DELIVERY_BEFORE_PURCHASE = "Delivered before the purchase"
    DELIVERY_BEFORE_APPROVAL = "Delivered before the approval"
    DELIVERY_BEFORE_HANDOVER = "Delivered before the handover"
    APPROVAL_BEFORE_PURCHASE = "Approved before the purchase"
    ESTIMATE_UNUSABLE = "No estimated delivery after the purchase"
    CANCELED_AFTER_HANDOVER = "Canceled after the handover"
    CANCELED_AFTER_DELIVERY = "Canceled after the delivery"
    STATUS_BEHIND = "Status behind its own times"
    NO_CATEGORY = "Product without category"
    NO_TRANSLATION = "Category without translation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`amount` is the money concerned, in minor units; 0 where the finding is not about money."""

    kind: Kind
    order_id: str
    text: str
    amount: int = 0


_PURCHASE, _APPROVAL, _HANDOVER, _DELIVERY = range(4)
_OUT_OF_ORDER: Final = (
    (_APPROVAL, _PURCHASE, Kind.APPROVAL_BEFORE_PURCHASE),
    (_HANDOVER, _PURCHASE, Kind.HANDOVER_BEFORE_PURCHASE),
    (_HANDOVER, _APPROVAL, Kind.HANDOVER_BEFORE_APPROVAL),
    (_DELIVERY, _PURCHASE, Kind.DELIVERY_BEFORE_PURCHASE),
    (_DELIVERY, _APPROVAL, Kind.DELIVERY_BEFORE_APPROVAL),
    (_DELIVERY, _HANDOVER, Kind.DELIVERY_BEFORE_HANDOVER),
)
_WORDS: Final = ("purchased", "approved", "handed to the carrier", "delivered")
# How far a status says that an order came, as the last of the four times that it implies.
_REACHED: Final = {
    "created": _PURCHASE,
    "approved": _APPROVAL,
    "invoiced": _APPROVAL,
    "processing": _APPROVAL,
    "unavailable": _APPROVAL,
    "shipped": _HANDOVER,
    "delivered": _DELIVERY,
    "canceled": _DELIVERY,
}


def find(story: Story) -> Iterator[Finding]:
    """Yield every finding about one order, at most one of each kind."""
    for kind, text, amount in (*_of_money(story), *_of_payments(story), *_of_times(story), *_of_words(story)):
        yield Finding(kind=kind, order_id=story.order.id, text=text, amount=amount)


_Found = tuple[Kind, str, int]


def _of_money(story: Story) -> Iterator[_Found]:
    order = story.order
    recorded, total = order.recorded, order.total
    if not order.payments:
        yield Kind.NO_PAYMENT, f"It has no payment; its total is {brl(total)}.", total
    if not story.has_sale:
        yield Kind.NO_ITEMS, "It has no items: its quotation stays a draft or is withdrawn, and no sale opens.", 0
        if story.confirmed:
            back = story.confirmed_total
            yield Kind.PAID_WITHOUT_SALE, f"{brl(back)} were paid for no items: to be returned.", back
        return
    if recorded < total:
        text = f"Its payments of {brl(recorded)} are {brl(total - recorded)} short of {brl(total)}."
        yield Kind.UNDERPAID, text, total - recorded
    if recorded > total:
        over = recorded - total
        yield Kind.OVERPAID, f"Its payments are {brl(over)} over {brl(total)}: a credit due to the buyer.", over
    if story.shipped and story.unpaid > 0:
        text = f"It was shipped with {brl(story.unpaid)} unpaid: cleared by an override, its balance is due."
        yield Kind.RELEASED_UNPAID, text, story.unpaid


def _of_payments(story: Story) -> Iterator[_Found]:
    payments = story.order.payments
    waiting = sum(payment.amount for payment in payments if can_confirm(payment))
    if waiting and story.paid is None:
        text = f"{brl(waiting)} were never approved: recorded, not captured; confirm or fail them by hand."
        yield Kind.NEVER_APPROVED, text, waiting
    zero = [payment.sequence for payment in payments if payment.amount == 0 and payment.kind != "not_defined"]
    if zero:
        yield Kind.ZERO_PAYMENT, f"Payment {_list(zero)} is of zero: recorded, not captured.", 0
    undefined = [payment for payment in payments if payment.kind == "not_defined"]
    if undefined:
        numbers, amount = [payment.sequence for payment in undefined], sum(payment.amount for payment in undefined)
        text = f"Payment {_list(numbers)} of {brl(amount)} has no defined kind: not recorded."
        yield Kind.UNDEFINED_PAYMENT, text, amount
    numbers = [payment.sequence for payment in payments]
    if numbers != list(range(1, len(numbers) + 1)):
        yield Kind.PAYMENT_GAP, f"Its payments are numbered {_list(numbers)}: one is missing.", 0


def _of_times(story: Story) -> Iterator[_Found]:
    order = story.order
    if story.paid and story.paid.inferred:
        yield Kind.NO_APPROVAL_TIME, f"Taken as approved on {_say(story.paid.at)}: {story.paid.inferred}", 0
    if story.has_sale and story.shipped and story.shipped.inferred:
        yield Kind.NO_HANDOVER_TIME, f"Taken as shipped on {_say(story.shipped.at)}: {story.shipped.inferred}", 0
    if order.status == "delivered" and order.delivered_at is None:
        yield Kind.NO_DELIVERY_TIME, "It is called delivered, with no time: it stays shipped.", 0
    if story.canceled or (order.status == "unavailable" and not story.has_sale):
        yield Kind.NO_END_TIME, f"Ended on {_say(story.latest)}, its latest known time: the data names none.", 0
    times = _times(order)
    for later, earlier, kind in _OUT_OF_ORDER:
        first, then = times[earlier], times[later]
        if first and then and then < first:
            text = f"It was {_WORDS[later]} on {_say(then)}, before it was {_WORDS[earlier]} on {_say(first)}."
            yield kind, text, 0
    if order.estimated_at is None or order.estimated_at <= order.purchased_at:
        yield Kind.ESTIMATE_UNUSABLE, "Its estimated delivery is not after its purchase: offered for 30 days.", 0


def _of_words(story: Story) -> Iterator[_Found]:
    order = story.order
    if order.status == "canceled" and order.delivered_at:
        text = "It is called canceled, yet it was delivered: it stays delivered; take it back as a return."
        yield Kind.CANCELED_AFTER_DELIVERY, text, 0
    elif story.canceled and story.shipped:
        text = f"Canceled after the carrier took it on {_say(story.shipped.at)}: its delivery failed."
        yield Kind.CANCELED_AFTER_HANDOVER, text, 0
    reached = max(step for step, time in enumerate(_times(order)) if time)
    if reached > _REACHED[order.status]:
        text = f"It is called {order.status}, yet it has a time at which it was {_WORDS[reached]}."
        yield Kind.STATUS_BEHIND, text, 0
    bare = [item.position for item in order.items if not item.category]
    if bare:
        yield Kind.NO_CATEGORY, f"The product of item {_list(bare)} has no category.", 0
    foreign = [item.position for item in order.items if item.category and not item.category_english]
    if foreign:
        yield Kind.NO_TRANSLATION, f"The category of item {_list(foreign)} has no English name.", 0


def _times(order: Order) -> tuple[datetime | None, ...]:
    return order.purchased_at, order.approved_at, order.carrier_at, order.delivered_at


def _say(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S} UTC"


def _list(numbers: list[int]) -> str:
    return ", ".join(str(number) for number in numbers)
