"""Settling an item by a form of the inbox: once, with a reason; an order to attach it to is chosen or named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from starlette.responses import Response

from orderway.errors import OrderwayError
from orderway.order.filters import Filters
from orderway.order.lists import list_orders
from orderway.order.texts import check_text
from orderway.sale.reconciliation.deeds import Wish, fulfill
from orderway.sale.reconciliation.rules import ACTIONS, Action
from orderway.ui.language import mark, t, tr
from orderway.ui.problems import forged
from orderway.ui.reconciliation.inbox import inbox
from orderway.ui.reconciliation.told import Tried
from orderway.ui.shell import RECONCILING
from orderway.ui.site import Visit
from orderway.ui.typed import id_in, key_in, mended, needed
from orderway.workflow.errors import Invalid, NotFound
from orderway.workflow.transaction import Transaction

FIELDS = ("reason", "order", "number", "sent")
SAID: Mapping[Action, str] = {
    "attach": mark("Attached it to the order."),
    "refund": mark("Refunded it to the buyer."),
    "return": mark("Noted that it goes back to the sender."),
    "accept_short": mark("Accepted the short payment."),
    "accept_over": mark("Accepted the whole payment."),
    "dismiss": mark("Dismissed it."),
}


@dataclass(frozen=True, slots=True)
class Settled:
    """What a form that is sent twice finds done."""

    item: UUID


async def settle(visit: Visit) -> Response:
    """Do with an item as the button says, then back to the inbox; what is refused is said beside the form."""
    posted = await visit.posted()
    if posted is None:
        return forged(("/reconciliation", t("Back to the inbox")))
    given = visit.request.path_params
    action = cast("Action", given["action"])
    if not RECONCILING(visit.viewer) or action not in ACTIONS:
        raise NotFound(t("There is nothing at this address."))
    item = _item(given["item"])
    try:
        wish = await _wish(visit, item, action, posted)

        async def work(tx: Transaction) -> Settled:
            await fulfill(tx, visit.viewer, wish)
            return Settled(item)

        await visit.site.runner.once(
            work, Settled, key=key_in(posted), request=("settle", wish), actor=visit.viewer.actor(),
            request_id=getattr(visit.request.state, "request_id", None),
        )  # fmt: skip
    except NotFound:
        raise
    except OrderwayError as no:
        return await inbox(visit, tried=Tried(item, action, mended(posted, no, fields=FIELDS)))
    return visit.back("/reconciliation", tr(SAID[action]))


async def _wish(visit: Visit, item: UUID, action: Action, posted: Mapping[str, str]) -> Wish:
    """What the form says. Raises Invalid."""
    reason, sent = needed(posted, "reason"), posted.get("sent", "").strip()
    check_text(reason, label=t("Reason"), field="reason")
    check_text(sent, label=t("What the transfer is called"), field="sent")
    order = await _order(visit, posted) if action == "attach" else None
    return Wish(item=item, action=action, reason=reason, order=order, sent=sent or None if action == "return" else None)


async def _order(visit: Visit, posted: Mapping[str, str]) -> UUID:
    """The order that was chosen, or else the one whose number was typed. Raises Invalid."""
    chosen = id_in(posted, "order")
    if chosen:
        return chosen
    number = needed(posted, "number")
    async with visit.site.pool.acquire() as connection:
        page = await list_orders(connection, visit.viewer, filters=Filters(search=number), limit=5)
    found = [row.id for row in page.rows if row.number.lower() == number.lower()]
    if not found:
        raise Invalid(t("There is no order with this number."), t("Check it, as in LOS-000123."), "number")
    return found[0]


def _item(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound(t("There is no such item in the inbox.")) from None
