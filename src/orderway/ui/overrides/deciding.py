"""Deciding on an override by the form of the inbox, and revoking one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from starlette.responses import Response

from orderway.errors import OrderwayError
from orderway.order.reach import reach
from orderway.order.texts import check_text
from orderway.sale.overrides.machine import Approve, Deny, Revoke
from orderway.ui.language import t, you
from orderway.ui.overrides.asked import Tried
from orderway.ui.overrides.inbox import inbox
from orderway.ui.problems import forged
from orderway.ui.sending import send_form
from orderway.ui.site import Visit
from orderway.ui.typed import mended
from orderway.workflow.errors import NotFound

EVENTS: Mapping[str, Any] = {"approve": Approve, "deny": Deny, "revoke": Revoke}
FIELDS = ("reason", "approved_amount", "expires_at")
CURRENCY = "SELECT currency FROM sale_order WHERE store_id = $1 AND id = $2"


async def decide(visit: Visit) -> Response:
    """Decide as the button says, then back to the inbox; what is refused is said beside the form."""
    posted = await visit.posted()
    if posted is None:
        return forged(("/overrides", t("Back to the overrides")))
    event, id = EVENTS.get(visit.request.path_params["event"]), _id(visit.request.path_params["request"])
    if event is None or id is None:
        raise NotFound(t("There is no such override."))
    kind = visit.site.workflow.kind("override_request")
    async with visit.site.pool.acquire() as connection:
        reached = await reach(connection, visit.viewer, kind=kind, id=id)
        currency = await connection.fetchval(CURRENCY, reached.ref.store_id, reached.order_id)
    try:
        note = posted.get("reason", "").strip()
        check_text(note, label=t("Note"), field="reason")
        await send_form(visit, reached, event, posted=posted, currency=currency, reason=note or None)
    except NotFound:
        raise
    except OrderwayError as no:
        return await inbox(visit, tried=Tried(id, mended(posted, no, fields=FIELDS)))
    return visit.back("/overrides", you(event.words.log))


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
