"""What an order of the predecessor stands on and was not there when the ground was laid."""

from __future__ import annotations

from collections.abc import Iterator

from orderway.legacy.predecessor.facts import Order
from orderway.legacy.predecessor.ground import Ground
from orderway.legacy.predecessor.plan import buyer_of


def strangers(order: Order, ground: Ground) -> Iterator[str]:
    """The ids of its stores, buyer, goods and riders that are not known here."""
    sale, quotation, there = order.sale, order.quotation, order.fulfillment
    stores = [order.store if order.knows_store else None, sale.store if sale else None]
    items = [*(sale.items if sale else ()), *(quotation.items if quotation else ())]
    riders = [there.rider, *(each.rider for each in there.interests)] if there else []
    for ids, known in (
        (stores, ground.stores),
        ([buyer_of(order)], ground.customers),
        ([each.variant for each in items], ground.variants),
        (riders, ground.riders),
    ):
        yield from (each for each in ids if each and each not in known)
