"""Deciding on a return by a form of the inbox: accept it, receive its goods, reject it, or refund what came."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from orderway.errors import OrderwayError
from orderway.fulfillment.events import RefundIssued, ReturnAccepted, ReturnReceived, ReturnRejected
from orderway.order.reach import reach
from orderway.ui.language import t, you
from orderway.ui.order.deeds import Tried
from orderway.ui.order.page import id_of
from orderway.ui.problems import forged
from orderway.ui.returns.inbox import inbox
from orderway.ui.sending import send_form
from orderway.ui.shell import RETURNS
from orderway.ui.site import Visit
from orderway.workflow.errors import NotFound

EVENTS: Mapping[str, Any] = {
    "return_accepted": ReturnAccepted,
    "return_received": ReturnReceived,
    "return_rejected": ReturnRejected,
    "refund_issued": RefundIssued,
}
CURRENCY = "SELECT currency FROM sale_order WHERE store_id = $1 AND id = $2"


async def decide(visit: Visit) -> Response:
    """Decide as the button says, then back to the inbox; what is refused is said beside the form."""
    posted = await visit.posted()
    if posted is None:
        return forged(("/returns", t("Back to the returns")))
    given = visit.request.path_params
    event = EVENTS.get(given["event"])
    if event is None or not RETURNS(visit.viewer):
        raise NotFound(t("There is nothing at this address."))
    kind = visit.site.workflow.kind("fulfillment")
    async with visit.site.pool.acquire() as connection:
        reached = await reach(connection, visit.viewer, kind=kind, id=id_of(given["fulfillment"]))
        currency = await connection.fetchval(CURRENCY, reached.ref.store_id, reached.order_id)
    try:
        await send_form(visit, reached, event, posted=posted, currency=currency)
    except NotFound:
        raise
    except OrderwayError as no:
        return await inbox(visit, tried=Tried(name=event.name, instance=reached.ref.id, posted=posted, error=no))
    words = event.words
    url = f"/returns?{visit.request.url.query}" if visit.request.url.query else "/returns"
    return visit.back(url, you(words.log))
