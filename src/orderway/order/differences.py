"""What is different between an order before and after: its money, and where its goods are, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from orderway.money import Money
from orderway.order.shape import RESERVATION_STATUSES, Order

AMOUNTS = {
    "total": "Total",
    "captured": "Paid",
    "refunded": "Refunded",
    "reversed": "Taken back by providers",
    "allowance": "Let go",
    "written_off": "Written off",
    "outstanding": "Still to pay",
}
"""The sums of an order that moves change, in words."""


@dataclass(frozen=True, slots=True)
class Change:
    """Something that was one thing before and is another now, all in words."""

    what: str
    before: str
    after: str


def changes(before: Order, after: Order) -> tuple[Change, ...]:
    """What changed, as far as the viewer of both sees it."""
    return (*_of_money(before, after), *_of_goods(before, after))


def _of_money(before: Order, after: Order) -> Iterator[Change]:
    was, now = before.totals, after.totals
    if was is None or now is None:
        return
    pairs = [(label, getattr(was, name), getattr(now, name)) for name, label in AMOUNTS.items()]
    pairs.append(("Owed on the credit account", _exposed(before), _exposed(after)))
    for label, old, new in pairs:
        if old != new:
            yield Change(label, Money(old, before.currency).format(), Money(new, after.currency).format())


def _exposed(order: Order) -> int:
    return order.sale.context.exposed if order.sale else 0


def _of_goods(before: Order, after: Order) -> Iterator[Change]:
    names = {line.id: line.description for line in (*before.lines, *after.lines)}
    was, now = _places(before), _places(after)
    for line, name in names.items():
        old, new = ({place: count for (of, place), count in some.items() if of == line} for some in (was, now))
        if old != new:
            yield Change(name, _told(old), _told(new))


def _places(order: Order) -> Counter[tuple[object, str]]:
    """The pieces of each line by where they are."""
    pieces: Counter[tuple[object, str]] = Counter()
    for part in order.fulfillments:
        for portion in part.lines:
            pieces[portion.line, RESERVATION_STATUSES[portion.status]] += portion.quantity
    return pieces


def _told(pieces: dict[str, int]) -> str:
    return ", ".join(f"{place}: {count}" for place, count in pieces.items()) or "No fulfillment yet"
