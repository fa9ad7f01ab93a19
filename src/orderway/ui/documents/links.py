"""The papers that there are of an order, as ways to them."""

from __future__ import annotations

from dataclasses import dataclass

from orderway.order.shape import Order
from orderway.ui.language import t


@dataclass(frozen=True, slots=True)
class Link:
    """A way to something that is printed or compared."""

    label: str
    url: str


def papers_of(order: Order) -> list[Link]:
    """What of the order the viewer may print, and the versions of its quotation to compare."""
    url, links = f"/orders/{order.id}/documents", list[Link]()
    if order.quotation and order.sees_money:
        links.append(Link(t("Quotation"), f"{url}/quotation"))
        if order.quotation.context.version > 1:
            links.append(Link(t("Versions"), f"/quotations/{order.id}/versions"))
    if order.sale and order.sees_money:
        links.append(Link(t("Invoice"), f"{url}/invoice"))
    packed = [part for part in order.fulfillments if part.lines and order.customer]
    for part in packed:
        one = len(packed) == 1
        label = t("Packing slip") if one else t("Packing slip, part {n}", n=part.context.part)
        links.append(Link(label, f"{url}/packing-slip" if one else f"{url}/packing-slip?part={part.context.part}"))
    return links
