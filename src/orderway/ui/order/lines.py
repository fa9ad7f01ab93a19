"""How a line of an order comes to what it costs, in words."""

from __future__ import annotations

from collections.abc import Iterator

from orderway.order.shape import Price
from orderway.ui.language import t
from orderway.ui.words import money


def priced(pieces: int, price: Price, currency: str) -> Iterator[str]:
    """What is said beside a line: a price that was set by hand stands beside what the catalogue asked for."""
    if pieces > 1:
        yield t("{price} each", price=money(price.unit, currency))
    if price.list_price is not None and price.list_price != price.unit:
        yield t("list price {price}", price=money(price.list_price, currency))
    if price.discount:
        yield t("less {amount}", amount=money(price.discount, currency))
    if price.tax_rate:
        yield t("{rate} % tax", rate=price.tax_rate / 100)
