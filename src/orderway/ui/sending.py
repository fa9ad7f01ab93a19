"""Sending an event by a form: made of what was posted, at the step that was seen, once for the form's key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderway.order.reach import Reached
from orderway.ui.forms import read_event
from orderway.ui.site import Visit
from orderway.ui.typed import key_in, step_in
from orderway.workflow.errors import KeyReused
from orderway.workflow.kinds import Moved


async def send_form(
    visit: Visit, reached: Reached, event: Any, *, posted: Mapping[str, str], currency: str, reason: str | None = None
) -> Moved:
    """Send it; a form that is sent twice sends it once. Amounts are major units of `currency`; `reason` is for the log.

    Raises Invalid, and what the door raises.
    """
    runner, request_id = visit.site.runner, getattr(visit.request.state, "request_id", None)
    made, seen, page = read_event(event, posted, currency=currency), step_in(posted), key_in(posted)
    key = f"{page[:36]}:{event.name}:{reached.ref.id}" if page else None
    try:
        return await reached.send(runner, made, seen=seen, key=key, reason=reason, request_id=request_id)
    except KeyReused:
        # The form was changed and sent once more: what it says then is judged by where things stand.
        return await reached.send(runner, made, seen=seen, reason=reason, request_id=request_id)
