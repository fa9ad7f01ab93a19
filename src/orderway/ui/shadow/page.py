"""The page of the shadow: its lag and place, yesterday in figures, and the divergences by who is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, timedelta
from urllib.parse import urlencode

from starlette.responses import Response

from orderway.changeover.divergences import CLASSES, DIVERGENCES, Class, count_divergences
from orderway.changeover.listing import Filters, place_in
from orderway.changeover.shadow import read_standing, summarize
from orderway.ui.forms import Choice
from orderway.ui.language import mark, number, t, tr
from orderway.ui.shadow.told import place_of, rows_of, told
from orderway.ui.shell import OPERATIONS
from orderway.ui.site import Page, Visit
from orderway.ui.tabs import Tab
from orderway.workflow.errors import NotFound

SIZE = 20
STATUSES = {"open": mark("They differ"), "closed": mark("Settled")}


async def shadow(visit: Visit) -> Response:
    """The page, for who sees operations."""
    site, viewer, asked = visit.site, visit.viewer, visit.request.query_params
    if not OPERATIONS(viewer):
        raise NotFound(t("There is nothing at this address."))
    status = "closed" if asked.get("status") == "closed" else "open"
    class_: Class | None = next((each for each in CLASSES if each == asked.get("class")), None)
    now, after = site.now(), asked.get("after", "")
    async with site.pool.acquire() as connection:
        standing = await read_standing(connection, now=now)
        counts = await count_divergences(connection, viewer, Filters(status=status))
        filters = Filters(status=status, class_=class_)
        page = await DIVERGENCES.page(connection, viewer, filters=filters, after=place_in(after), limit=SIZE)
        yesterday = await summarize(connection, (now.astimezone(UTC) - timedelta(days=1)).date())
    kept = {"status": status, "class": class_ or ""}
    return visit.page(
        "shadow/shadow.html",
        place=tuple(place_of(standing, now)) if standing else (),
        trouble=standing.trouble if standing else None,
        yesterday=tuple(rows_of(yesterday)) if not yesterday.is_empty else (),
        followed=number(yesterday.followed),
        tabs=[
            Tab(t("All"), _url({**kept, "class": ""}), class_ is None, number(sum(counts.values()))),
            *(
                Tab(tr(label), _url({**kept, "class": each}), class_ == each, number(counts[each]))
                for each, label in CLASSES.items()
            ),
        ],
        class_here=class_ or "",
        statuses=[Choice(each, tr(label)) for each, label in STATUSES.items()],
        status_here=status,
        items=[told(each, now) for each in page.rows],
        first_url=_url(kept) if after else "",
        more_url=_url({**kept, "after": DIVERGENCES.cursor(page.rows[-1])}) if page.has_more else "",
    )


def _url(pairs: Mapping[str, str]) -> str:
    return f"/shadow?{urlencode({name: value for name, value in pairs.items() if value})}"


PAGES: tuple[Page, ...] = (Page("/shadow", shadow, shows=("shadowDivergences", "shadowStanding")),)
