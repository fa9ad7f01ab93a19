"""What a buyer gave back of an order, as boxes of its page."""

from __future__ import annotations

from collections.abc import Iterator

from orderway.order.returns import RETURN_STATUSES, ReturnedLine, SalesReturn
from orderway.sale.payments.context import REFUND_TO
from orderway.ui.order.telling import Box, Pair, Telling
from orderway.ui.words import ago, money


def boxes_of_returns(telling: Telling) -> Iterator[Box]:
    """A box for each return, as the order keeps them."""
    numbers = {part.id: telling.part(part) for part in telling.order.fulfillments}
    for each in telling.order.returns:
        heading = " of ".join(filter(None, ("Return", numbers.get(each.fulfillment_id, ""))))
        yield Box(heading, tuple(_pairs(telling, each)), RETURN_STATUSES[each.status])


def _pairs(telling: Telling, given: SalesReturn) -> Iterator[Pair]:
    for line in given.lines:
        yield Pair(line.description, f"{line.quantity:,}", more=", ".join(_came(line)))
    yield Pair("Asked for", ago(given.requested_at, telling.now).text, more=f"By {given.requested_by}: {given.reason}")
    if given.answer:
        yield Pair("Why not", given.answer)
    if given.refunded is not None:
        way = REFUND_TO[given.refunded_to] if given.refunded_to else ""
        yield Pair("Refunded", money(given.refunded, given.currency), more=way)


def _came(line: ReturnedLine) -> Iterator[str]:
    """What became of the pieces; nothing while nobody has seen them."""
    counts = ((line.sellable, "can be sold again"), (line.damaged, "damaged"), (line.missing, "did not come"))
    return (f"{pieces:,} {said}" for pieces, said in counts if pieces)
