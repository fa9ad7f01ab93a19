"""Beginning something on an order by a form of its page."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from starlette.responses import Response

from orderway.billers import NameBiller, name_biller
from orderway.delivery.way import FulfillmentType
from orderway.errors import OrderwayError
from orderway.fulfillment.interests.machine import Register
from orderway.order import begun
from orderway.order.begun import Asker
from orderway.order.reach import reach_order
from orderway.order.reads import load_order
from orderway.order.shape import Order
from orderway.preferences import FulfillmentPreferences, update_preferences
from orderway.ui.forms import read_event
from orderway.ui.language import t, you
from orderway.ui.order.births import BEGINNINGS, Bill, ChangePlace, ChangeWay, PayFromCredit, RegisterPayment
from orderway.ui.order.deeds import Tried
from orderway.ui.order.page import id_of, shown
from orderway.ui.problems import forged, told
from orderway.ui.site import Visit
from orderway.ui.typed import key_in
from orderway.workflow.errors import Invalid, NotFound, Refused
from orderway.workflow.runner import Runner

KINDS = {name: what for what, name in BEGINNINGS.items()}


async def begin(visit: Visit) -> Response:
    """Begin what the form says, then back to the order; what is refused is said beside the form."""
    given = visit.request.path_params
    back = (f"/orders/{given['order']}", t("Back to the order"))
    posted = await visit.posted()
    if posted is None:
        return forged(back)
    try:
        what = KINDS.get(given["what"])
        if what is None:
            raise NotFound("There is nothing at this address.")
        of = id_of(posted.get("of", ""))
        async with visit.site.pool.acquire() as connection:
            order = await load_order(connection, visit.viewer, id_of(given["order"]))
        try:
            made = read_event(what, posted, currency=order.currency)
            await _begin(visit.site.runner, _asker(visit, posted), order, of=of, made=made)
        except (Invalid, Refused) as error:
            tried = Tried(name=given["what"], instance=of, posted=posted, error=error)
            return await shown(visit, order, tried=tried)
        url = await _onward(visit, order)
    except OrderwayError as error:
        return told(error, back)
    words: Any = what.words  # type: ignore[attr-defined]  # set by the event decorator
    return visit.back(url, you(words.log))


async def _onward(visit: Visit, order: Order) -> str:
    """Back to the order; or to the others, where it is out of the viewer's reach now."""
    async with visit.site.pool.acquire() as connection:
        try:
            await reach_order(connection, visit.viewer, order.id)
        except NotFound:
            return "/orders"
    return f"/orders/{order.id}#next"


def _asker(visit: Visit, posted: dict[str, str]) -> Asker:
    return Asker(
        viewer=visit.viewer, key=key_in(posted), request_id=getattr(visit.request.state, "request_id", None)
    )  # fmt: skip


async def _begin(runner: Runner, by: Asker, order: Order, *, of: UUID, made: Any) -> None:
    match made:
        case RegisterPayment():
            await begun.register_payment(runner, by, begun.Payment(order=order.id, **asdict(made)))
        case PayFromCredit():
            await begun.pay_out_of_account(runner, by, begun.PayFromAccount(order=order.id, amount=made.amount))
        case ChangeWay() | ChangePlace():
            way: FulfillmentType | None = made.fulfillment_type if isinstance(made, ChangeWay) else None
            asked = FulfillmentPreferences(
                order=order.id, reason=made.reason, delivery=made.delivery(order.delivery),
                fulfillment_type=way if way != order.fulfillment_type else None,
            )  # fmt: skip
            await update_preferences(runner, by, asked)
        case Bill():
            await name_biller(runner, by, NameBiller(order=order.id, biller=made.biller, reason=made.reason))
        case Register():
            await begun.offer_to_deliver(runner, by, begun.Offer(fulfillment=of, **asdict(made)))
