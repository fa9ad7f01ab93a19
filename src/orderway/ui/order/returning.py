"""What a buyer gave back of an order, as boxes of its page."""

from __future__ import annotations

from collections.abc import Iterator

from orderway.order.returns import RETURN_STATUSES, ReturnedLine, SalesReturn
from orderway.people.names import read
from orderway.sale.payments.context import REFUND_TO
from orderway.ui.language import number, t, tr
from orderway.ui.order.telling import Box, Pair, Telling
from orderway.ui.words import ago, money


def boxes_of_returns(telling: Telling) -> Iterator[Box]:
    """A box for each return, as the order keeps them."""
    numbers = {part.id: telling.part(part) for part in telling.order.fulfillments}
    for each in telling.order.returns:
        part = numbers.get(each.fulfillment_id)
        heading = t("Return of {part}", part=part) if part else t("Return")
        yield Box(heading, tuple(_pairs(telling, each)), tr(RETURN_STATUSES[each.status]))


def _pairs(telling: Telling, given: SalesReturn) -> Iterator[Pair]:
    for line in given.lines:
        yield Pair(line.description, number(line.quantity), more=", ".join(came(line)))
    asked = t("By {who}: {reason}", who=tr(read(given.requested_by)), reason=tr(given.reason))
    yield Pair(t("Asked for"), ago(given.requested_at, telling.now).text, more=asked)
    if given.answer:
        yield Pair(t("Why not"), tr(given.answer))
    if given.refunded is not None:
        way = tr(REFUND_TO[given.refunded_to]) if given.refunded_to else ""
        yield Pair(t("Refunded"), money(given.refunded, given.currency), more=way)


def came(line: ReturnedLine) -> Iterator[str]:
    """What became of the pieces; nothing while nobody has seen them."""
    if line.sellable:
        yield t("{n} can be sold again", "{n} can be sold again", n=line.sellable)
    if line.damaged:
        yield t("{n} damaged", "{n} damaged", n=line.damaged)
    if line.missing:
        yield t("{n} did not come", "{n} did not come", n=line.missing)
