"""Deciding on an override by the form of the inbox, and revoking one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from starlette.responses import Response

from orderway.errors import OrderwayError
from orderway.order.reach import Reached, reach
from orderway.order.texts import check_text
from orderway.sale.overrides.machine import Approve, Deny, Revoke
from orderway.ui.forms import read_event
from orderway.ui.language import t, tr
from orderway.ui.overrides.asked import Tried
from orderway.ui.overrides.inbox import inbox
from orderway.ui.problems import forged
from orderway.ui.site import Visit
from orderway.ui.typed import key_in, mended, step_in
from orderway.workflow.errors import KeyReused, NotFound
from orderway.workflow.kinds import Moved

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
        await _send(visit, reached, event, posted=posted, currency=currency)
    except NotFound:
        raise
    except OrderwayError as no:
        return await inbox(visit, tried=Tried(id, mended(posted, no, fields=FIELDS)))
    words = event.words
    return visit.back("/overrides", t("You {did}.", did=tr(words.log), label=tr(words.label)))


async def _send(visit: Visit, reached: Reached, event: Any, *, posted: Mapping[str, str], currency: str) -> Moved:
    """Send it; a form that is sent twice sends it once. Raises what the door raises."""
    made, seen, key = read_event(event, posted, currency=currency), step_in(posted), key_in(posted)
    note, request_id = posted.get("reason", "").strip(), getattr(visit.request.state, "request_id", None)
    check_text(note, label=t("Note"), field="reason")
    try:
        return await reached.send(
            visit.site.runner, made, seen=seen, key=f"{key[:36]}:{made.name}:{reached.ref.id}" if key else None,
            reason=note or None, request_id=request_id,
        )  # fmt: skip
    except KeyReused:
        # The form was changed and sent once more: what it says then is judged by where things stand.
        return await reached.send(visit.site.runner, made, seen=seen, reason=note or None, request_id=request_id)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
