"""The review list: what waits for a decision with its evidence side by side, and what was decided how."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.responses import Response

from orderway.changeover.listing import Filters, place_in
from orderway.changeover.reviews import DECISIONS, KINDS, REVIEWS, names_in
from orderway.ui.forms import Choice
from orderway.ui.language import mark, number, t, tr
from orderway.ui.reviews.told import Tried, told
from orderway.ui.shell import REVIEWING
from orderway.ui.site import Visit
from orderway.ui.tabs import Tab
from orderway.workflow.errors import NotFound

SIZE = 20
STATUSES = {"open": mark("Waiting"), "decided": mark("Decided")}


async def reviews(visit: Visit) -> Response:
    """The page, for who sees operations."""
    return await inbox(visit)


async def inbox(visit: Visit, *, tried: Tried | None = None) -> Response:
    """The page; with a form that was tried and not taken where it was."""
    site, viewer, asked = visit.site, visit.viewer, visit.request.query_params
    if not REVIEWING(viewer):
        raise NotFound(t("There is nothing at this address."))
    status = "decided" if asked.get("status") == "decided" else "open"
    kind = asked.get("kind", "") if asked.get("kind") in KINDS else ""
    filters, after = Filters(status=status, kind=kind or None), asked.get("after", "")
    async with site.pool.acquire() as connection:
        waiting = await REVIEWS.count(connection, viewer)
        page = await REVIEWS.page(connection, viewer, filters=filters, after=place_in(after), limit=SIZE)
        names = await names_in(connection, page.rows)
    kept = {"status": status, "kind": kind}
    items = [told(each, names=names, now=site.now(), tried=tried) for each in page.rows]
    return visit.page(
        "reviews/reviews.html",
        status=tried.typed.status if tried else 200,
        tabs=[
            Tab(tr(label), _url({**kept, "status": each}), each == status, number(waiting) if each == "open" else "")
            for each, label in STATUSES.items()
        ],
        status_here=status,
        kinds=[Choice("", t("Any reason")), *(Choice(each, tr(label)) for each, label in KINDS.items())],
        kind=kind,
        items=items,
        decisions=[Choice(each, tr(label)) for each, label in DECISIONS.items()],
        problem=tried.typed.problem if tried and all(each.place != tried.place for each in items) else "",
        first_url=_url(kept) if after else "",
        more_url=_url({**kept, "after": REVIEWS.cursor(page.rows[-1])}) if page.has_more else "",
    )


def _url(pairs: dict[str, str]) -> str:
    return f"/reviews?{urlencode({name: value for name, value in pairs.items() if value})}"
