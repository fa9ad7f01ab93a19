"""The list of the riders whom the viewer knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from starlette.responses import Response

from orderway.fulfillment.riding.profiles import VEHICLES
from orderway.fulfillment.riding.reads import KnownArea, Rider, list_known_riders
from orderway.people.permissions import RIDER_ASSIGN, RIDER_COVERAGE
from orderway.settings import RIDERS_WITHOUT_COVERAGE_SEE_ALL, Settings
from orderway.ui.language import t, tr
from orderway.ui.shell import staff_with
from orderway.ui.site import Visit
from orderway.workflow.errors import NotFound

SIZE = 50
SEES = staff_with(RIDER_ASSIGN, RIDER_COVERAGE)
"""Who works with riders."""


@dataclass(frozen=True, slots=True)
class Row:
    """A rider in words."""

    url: str
    name: str
    reached: str
    areas: str
    load: str
    chosen: str


async def riders(visit: Visit) -> Response:
    """The page of the list, by name."""
    if not SEES(visit.viewer):
        raise NotFound(t("There is nothing at this address."))
    after = visit.request.query_params.get("after", "")
    async with visit.site.pool.acquire() as connection:
        found, more = await list_known_riders(
            connection, visit.viewer, at=visit.site.now(), after=_id(after), limit=SIZE
        )  # fmt: skip
    settings = visit.site.workflow.settings
    return visit.page(
        "riders/list.html",
        rows=[_row(each, settings) for each in found],
        first_url="/riders" if after else "",
        more_url=f"/riders?{urlencode({'after': str(found[-1].id)})}" if more else "",
    )


def _row(rider: Rider, settings: Settings) -> Row:
    load = t("{n} in hand", n=rider.load)
    return Row(f"/riders/{rider.id}", rider.name, reached(rider), where(rider, settings), load, chosen(rider))


def reached(rider: Rider) -> str:
    """What they ride, and their phone."""
    kept = rider.profile
    return " · ".join(filter(None, (tr(VEHICLES[kept.vehicle]), kept.phone))) if kept else ""


def chosen(rider: Rider) -> str:
    """The share of their offers that was chosen; empty before one was decided. They may have been named without one."""
    rate = rider.acceptance_rate
    return "" if rate is None else t("{percent} % of offers chosen", percent=round(rate * 100))


def where(rider: Rider, settings: Settings) -> str:
    """Where they deliver, as far as the viewer sees it."""
    if not rider.is_bound:
        return unbound(settings)
    return areas_of(rider.areas) or t("Other stores")


def areas_of(areas: Sequence[KnownArea]) -> str:
    return ", ".join(f"{each.store.name} ({radius(each)})" for each in areas)


def radius(area: KnownArea) -> str:
    """How far around its store."""
    return t("all of it") if area.radius_km is None else t("within {km} km", km=area.radius_km)


def unbound(settings: Settings) -> str:
    """What it means to be bound to no store."""
    return t("Every store") if settings[RIDERS_WITHOUT_COVERAGE_SEE_ALL] else t("No store yet")


def _id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
