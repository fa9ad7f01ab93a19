"""A new quotation out of an order, by one click, and the ways from one to the other."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from starlette.responses import RedirectResponse, Response

from orderway.errors import OrderwayError
from orderway.ids import new_id
from orderway.order.copies import copy_order, list_relatives, may_copy
from orderway.order.shape import Order
from orderway.ui.language import t
from orderway.ui.problems import forged, told
from orderway.ui.site import Visit
from orderway.workflow.errors import NotFound
from orderway.workflow.kinds import Connection


@dataclass(frozen=True, slots=True)
class Way:
    """A way to another order."""

    label: str
    number: str
    url: str


@dataclass(frozen=True, slots=True)
class Copying:
    """What the page of an order says of its copies; `key` is new with each page, so that two clicks copy once."""

    ways: tuple[Way, ...]
    url: str = ""
    key: str = ""


async def copying(connection: Connection, visit: Visit, order: Order) -> Copying:
    """Where the order came from and what came of it, with the button for who may draft a quotation for its buyer."""
    found = await list_relatives(connection, visit.viewer, order)
    ways = tuple(
        Way(t("Copied as") if each.is_copy else t("A copy of"), each.number, f"/orders/{each.id}") for each in found
    )
    if not may_copy(visit.viewer, order):
        return Copying(ways)
    return Copying(ways, f"/orders/{order.id}/copy", str(new_id()))


async def copy(visit: Visit) -> Response:
    """Copy the order and go to the new one; what is refused is said on a page with the way back."""
    given = visit.request.path_params["order"]
    back = (f"/orders/{given}", t("Back to the order"))
    posted = await visit.posted()
    if posted is None:
        return forged(back)
    try:
        moved = await copy_order(
            visit.site.runner, visit.viewer, _id(given), key=posted.get("key", "")[:200] or None,
            request_id=getattr(visit.request.state, "request_id", None),
        )  # fmt: skip
    except OrderwayError as error:
        return told(error, back)
    return RedirectResponse(f"/orders/{moved.order_id}", status_code=303)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("There is no such order.") from None
