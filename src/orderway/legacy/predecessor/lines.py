"""The lines of an order of the predecessor, so that they come to what the order does."""

from collections import Counter
from dataclasses import replace

from orderway.legacy.predecessor.facts import Item, Order
from orderway.legacy.predecessor.moves import Line


def items_of(order: Order) -> tuple[Item, ...]:
    """Those of its sale, or else of its quotation, that can be sold: of a piece or more, for no less than nothing."""
    kept = order.sale or order.quotation
    return tuple(item for item in (kept.items if kept else ()) if item.quantity > 0 and item.unit_price >= 0)


def lines_of(order: Order) -> tuple[Line, ...]:
    """What the order comes to more than its lines lies on the first, what it comes to less is taken off one by one."""
    lines = [line_of(item) for item in items_of(order)]
    rest = max(0, order.total) - sum(line.total for line in lines)
    for index, line in enumerate(lines):
        share = max(rest, -line.total)
        lines[index] = replace(line, total=line.total + share)
        rest -= share
    return tuple(lines)


def line_of(item: Item) -> Line:
    return Line(
        id=item.id,
        variant=item.variant,
        quantity=item.quantity,
        unit_price=item.unit_price,
        total=item.quantity * item.unit_price,
    )


def bought(order: Order) -> Counter[str]:
    """Pieces by variant."""
    pieces = Counter[str]()
    for item in items_of(order):
        pieces[item.variant] += item.quantity
    return pieces


def worth(order: Order, pieces: Counter[str]) -> int:
    """What so many pieces of each variant came to, in minor units: rounded down, as a part of their lines."""
    totals, sold = Counter[str](), bought(order)
    for line in lines_of(order):
        totals[line.variant] += line.total
    return sum(totals[variant] * quantity // sold[variant] for variant, quantity in pieces.items() if sold[variant])
