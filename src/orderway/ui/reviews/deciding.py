"""Deciding on a review by a form of the list: once, with a reason."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from starlette.responses import Response

from orderway.changeover import deciding
from orderway.changeover.deciding import Verdict
from orderway.changeover.reviews import Decision, Place
from orderway.errors import OrderwayError
from orderway.ui.language import t
from orderway.ui.problems import forged
from orderway.ui.reviews.inbox import inbox
from orderway.ui.reviews.told import Tried
from orderway.ui.shell import REVIEWING
from orderway.ui.site import Visit
from orderway.ui.typed import key_in, mended
from orderway.workflow.errors import NotFound
from orderway.workflow.transaction import Transaction

FIELDS = ("decision", "reason")


async def decide(visit: Visit) -> Response:
    """Decide as the form says, then back to the list; what is refused is said beside the form."""
    posted = await visit.posted()
    if posted is None:
        return forged(("/reviews", t("Back to the review list")))
    if not REVIEWING(visit.viewer):
        raise NotFound(t("There is nothing at this address."))
    place = _place(visit)
    verdict = Verdict(
        place=place, decision=cast("Decision", posted.get("decision", "")), reason=posted.get("reason", "")
    )

    async def work(tx: Transaction) -> Place:
        await deciding.decide(tx, visit.viewer, verdict)
        return place

    try:
        await visit.site.runner.once(
            work, Place, key=key_in(posted), request=("review", verdict), actor=visit.viewer.actor(),
            request_id=getattr(visit.request.state, "request_id", None),
        )  # fmt: skip
    except NotFound:
        raise
    except OrderwayError as no:
        return await inbox(visit, tried=Tried(place, mended(posted, no, fields=FIELDS)))
    return visit.back("/reviews", t("Decided."))


def _place(visit: Visit) -> Place:
    given = visit.request.path_params
    try:
        return Place(UUID(given["order"]), given["kind"])
    except ValueError:
        raise NotFound(t("There is no such review.")) from None
