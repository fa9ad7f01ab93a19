"""The review list: what waits for a decision with its evidence side by side, and what was decided how."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from starlette.responses import Response

from orderway.changeover.reviews import (
    DECISIONS,
    KINDS,
    Filters,
    Place,
    Status,
    count_reviews,
    list_reviews,
    names_in,
)
from orderway.ui.forms import Choice
from orderway.ui.language import mark, number, t, tr
from orderway.ui.reviews.told import Tried, told
from orderway.ui.shell import REVIEWING
from orderway.ui.site import Visit
from orderway.ui.tabs import Tab
from orderway.workflow.errors import NotFound

SIZE = 20
STATUSES: dict[Status, str] = {"open": mark("Waiting"), "decided": mark("Decided")}


async def reviews(visit: Visit) -> Response:
    """The page, for who sees operations."""
    return await inbox(visit)


async def inbox(visit: Visit, *, tried: Tried | None = None) -> Response:
    """The page; with a form that was tried and not taken where it was."""
    site, viewer, asked = visit.site, visit.viewer, visit.request.query_params
    if not REVIEWING(viewer):
        raise NotFound(t("There is nothing at this address."))
    status: Status = "decided" if asked.get("status") == "decided" else "open"
    kind = asked.get("kind", "") if asked.get("kind") in KINDS else ""
    filters = Filters(status=status, kind=kind or None)
    async with site.pool.acquire() as connection:
        waiting = await count_reviews(connection, viewer)
        page = await list_reviews(connection, viewer, filters=filters, after=_place(asked.get("after", "")), limit=SIZE)
        names = await names_in(connection, page.reviews)
    kept = {"status": status, "kind": kind}
    last = page.reviews[-1] if page.has_more else None
    items = [told(each, names=names, now=site.now(), tried=tried) for each in page.reviews]
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
        first_url=_url(kept) if asked.get("after") else "",
        more_url=_url({**kept, "after": f"{last.order_id}:{last.kind}"}) if last else "",
    )


def _url(pairs: dict[str, str]) -> str:
    return f"/reviews?{urlencode({name: value for name, value in pairs.items() if value})}"


def _place(text: str) -> Place | None:
    order, _, kind = text.partition(":")
    try:
        return Place(UUID(order), kind) if kind else None
    except ValueError:
        return None
