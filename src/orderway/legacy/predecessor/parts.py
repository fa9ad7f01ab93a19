"""The rows that an order consists of there: which of them came along, and words for those that did not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Final, NamedTuple

from orderway.legacy.predecessor.facts import Order
from orderway.legacy.predecessor.money import refunds


class Part(NamedTuple):
    """A row by its table and its id there."""

    table: str
    id: str


REFUND: Final = "Refund"
"""What stands in place of a table for payments that are less than nothing: here they are no payments of their own."""

SENTENCES: Final[Mapping[str, str]] = {
    "Quotation": "Its quotation",
    "ConsumerSale": "Its sale",
    "ResellerSale": "Its sale",
    "ConsumerPayment": "Some of its payments",
    "ResellerPayment": "Some of its payments",
    REFUND: "Some of what was paid back",
    "Fulfillment": "Its fulfillment",
    "FulfillmentRiderInterest": "Some riders' offers",
    "FulfillmentPayment": "Some of what its rider was paid",
    "SalesReturn": "Some of its returns",
}
WHY: Final[Mapping[str, str]] = {
    "Fulfillment": "nothing had cleared its sale, or that ended before",
    "FulfillmentRiderInterest": "they name no price or time that can be, or its goods were never offered here",
    "FulfillmentPayment": "here it is not earned",
    "ConsumerSale": "it was never agreed to",
    "ResellerSale": "it was never agreed to",
}
"""Why rows stay behind, as far as one thing is true of all."""


def parts(order: Order) -> Iterator[Part]:
    """All its rows that have an id here, but for addresses: several orders may have one."""
    of, back = order.type.title(), {each.id for each in refunds(order)}
    if order.quotation:
        yield Part("Quotation", order.quotation.id)
    if order.sale:
        yield Part(f"{of}Sale", order.sale.id)
    yield from (Part(REFUND if each.id in back else f"{of}Payment", each.id) for each in order.payments)
    if there := order.fulfillment:
        yield Part("Fulfillment", there.id)
        yield from (Part("FulfillmentRiderInterest", each.id) for each in there.interests)
        yield from (Part("FulfillmentPayment", each.id) for each in there.payouts)
    yield from (Part("SalesReturn", each.id) for each in order.returns)


def counted(found: Collection[Part]) -> dict[str, int]:
    """How many there are, by table."""
    return dict(Counter(each.table for each in found))


def left_out(left: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """A finding for each table of which rows did not come along: its kind, and a sentence."""
    for table, count in left.items():
        why = f": {WHY[table]}" if table in WHY else ""
        yield f"not_here:{table}", f"{SENTENCES[table]} did not come along ({count}){why}."
