"""Commenting on an order by the form of its timeline."""

from __future__ import annotations

from starlette.responses import Response

from orderway.errors import OrderwayError
from orderway.order.begun import Asker
from orderway.order.comments import NewComment, add_comment
from orderway.order.reads import load_order
from orderway.ui.language import t
from orderway.ui.order.page import id_of, shown
from orderway.ui.problems import forged, told
from orderway.ui.site import Visit
from orderway.ui.typed import key_in, mended
from orderway.workflow.errors import Invalid


async def comment(visit: Visit) -> Response:
    """Add a comment, then back to the timeline; one that can not be comes again as it was typed."""
    given = visit.request.path_params["order"]
    back = (f"/orders/{given}", t("Back to the order"))
    posted = await visit.posted()
    if posted is None:
        return forged(back)
    runner, request_id = visit.site.runner, getattr(visit.request.state, "request_id", None)
    by = Asker(viewer=visit.viewer, key=key_in(posted), request_id=request_id)
    try:
        id = id_of(given)
        try:
            await add_comment(
                runner, by, NewComment(order=id, text=posted.get("text", ""), for_buyer=posted.get("for") == "buyer")
            )
        except Invalid as error:
            async with visit.site.pool.acquire() as connection:
                order = await load_order(connection, visit.viewer, id)
            return await shown(visit, order, typed=mended(posted, error, fields=("text",)))
    except OrderwayError as error:
        return told(error, back)
    return visit.back(f"{back[0]}#line", t("You commented on the order."))
