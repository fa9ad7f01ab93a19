"""Where a rider delivers: a picture of the stores around one of them, and the list of ticks that is the exact truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from markupsafe import Markup
from starlette.responses import Response

from orderway.errors import OrderwayError
from orderway.fulfillment.riding.coverage import Area, check_radius, enter_area, remove_area
from orderway.fulfillment.riding.reads import AreaChange, Rider, list_changes, load_rider
from orderway.people.permissions import RIDER_COVERAGE
from orderway.people.scope import stores_of
from orderway.people.stores import Store, list_stores
from orderway.settings import RIDERS_WITHOUT_COVERAGE_SEE_ALL
from orderway.ui.deliveries.errands import distance
from orderway.ui.language import decimal, t
from orderway.ui.problems import forged
from orderway.ui.riders.one import id_of, may_cover
from orderway.ui.riders.rings import Spot, distance_km, draw
from orderway.ui.site import Visit
from orderway.ui.typed import Typed, mended, plain
from orderway.workflow.errors import Invalid, NotFound
from orderway.workflow.kinds import Connection
from orderway.workflow.runner import Work
from orderway.workflow.transaction import Transaction

MOST = 500
"""Fields of the form: two for each store."""
SHOWN = 25
"""Stores in the picture: the nearest."""


@dataclass(frozen=True, slots=True)
class Line:
    """A store of the list; `radius` is what is typed beside it."""

    number: int
    id: UUID
    name: str
    away: str
    ticked: bool
    measured: bool
    tick: str
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the page is made of: the rider, the viewer's stores, and the newest change."""

    rider: Rider
    stores: Sequence[Store]
    newest: AreaChange | None

    @property
    def seen(self) -> str:
        return str(self.newest.id) if self.newest else ""

    @property
    def radii(self) -> Mapping[UUID, float | None]:
        """How far around each store that they deliver for."""
        return {each.store.id: each.radius_km for each in self.rider.areas}


async def coverage(visit: Visit) -> Response:
    """The page, for who edits it; `around` is the store in the middle of the picture."""
    async with visit.site.pool.acquire() as connection:
        standing = await _load(connection, visit)
    return _shown(visit, standing, Typed(_values(standing)))


async def cover(visit: Visit) -> Response:
    """Let the rider deliver for what is ticked, and no longer for what is not."""
    id, posted = id_of(visit), await visit.posted(most=MOST)
    if posted is None:
        return forged((f"/riders/{id}/coverage", t("Back to the coverage")))
    async with visit.site.pool.acquire() as connection:
        standing = await _load(connection, visit)
    if standing.newest and posted.get("seen", "") != standing.seen:
        moved = t(
            "{who} changed where they deliver while you were looking. Nothing was saved: check it, and save again.",
            who=standing.newest.who,
        )
        return _shown(visit, standing, Typed(_values(standing), problem=moved, status=409))
    try:
        wanted = _wanted(standing, posted)
        await visit.site.runner.run(_saving(visit, standing, wanted), actor=visit.viewer.actor())
    except OrderwayError as no:
        fields = [f"r.{each.id}" for each in standing.stores]
        return _shown(visit, standing, mended({**posted, "seen": standing.seen}, no, fields=fields))
    return visit.back(f"/riders/{id}/coverage", t("Saved where {name} delivers.", name=standing.rider.name))


async def _load(connection: Connection, visit: Visit) -> Standing:
    """What stands, for who edits it. Raises NotFound."""
    if not may_cover(visit):
        raise NotFound(t("There is nothing at this address."))
    id, reach = id_of(visit), stores_of(visit.viewer, RIDER_COVERAGE)
    rider = await load_rider(connection, visit.viewer, id, at=visit.site.now())
    changes, _ = await list_changes(connection, visit.viewer, rider=id, limit=1)
    stores = [each for each in await list_stores(connection, visit.viewer) if reach is None or each.id in reach]
    return Standing(rider=rider, stores=stores, newest=changes[0] if changes else None)


def _values(standing: Standing) -> dict[str, str]:
    values = {"seen": standing.seen}
    for store, radius in standing.radii.items():
        values |= {f"t.{store}": "yes", f"r.{store}": "" if radius is None else decimal(radius)}
    return values


def _wanted(standing: Standing, posted: Mapping[str, str]) -> dict[UUID, float | None]:
    """How far around each store that is ticked. Raises Invalid."""
    return {each.id: _radius(posted, each.id) for each in standing.stores if posted.get(f"t.{each.id}")}


def _radius(posted: Mapping[str, str], store: UUID) -> float | None:
    name = f"r.{store}"
    text = posted.get(name, "").strip()
    try:
        radius = float(plain(text)) if text else None
        check_radius(radius)
    except ValueError:
        raise Invalid(
            t("“{text}” can not be read as a number.", text=text[:40]),
            t("Write kilometres in digits, like {many} or {few}.", many="1200", few=decimal(2.5)), name,
        ) from None  # fmt: skip
    except Invalid as wrong:
        raise Invalid(wrong.message, wrong.remedy, name) from None
    return radius


def _saving(visit: Visit, standing: Standing, wanted: Mapping[UUID, float | None]) -> Work[None]:
    rider, radii = standing.rider.id, standing.radii

    async def work(tx: Transaction) -> None:
        for store in standing.stores:
            if store.id in wanted:
                area = Area(rider=rider, store=store.id, radius_km=wanted[store.id])
                await enter_area(tx.connection, area, by=visit.viewer, at=tx.now)
            elif store.id in radii:
                await remove_area(tx.connection, rider=rider, store=store.id, by=visit.viewer, at=tx.now)

    return work


def _shown(visit: Visit, standing: Standing, typed: Typed) -> Response:
    center = _center(visit, standing)
    spots = _spots(standing, center)
    order = sorted(standing.stores, key=lambda each: (_away(spots, each, center), each.name))
    numbers = {each.id: number for number, each in enumerate(order, start=1)}
    placed = [replace(spots[each.id], number=numbers[each.id]) for each in order if each.id in spots][:SHOWN]
    return visit.page(
        "riders/coverage.html",
        status=typed.status,
        rider=standing.rider,
        says=_says(visit, standing),
        center=center,
        drawing=_drawing(standing, center, placed) if center else "",
        lines=[_line(each, numbers[each.id], typed, _away(spots, each, center)) for each in order],
        typed=typed,
    )


def _center(visit: Visit, standing: Standing) -> Store | None:
    """The store in the middle: the one that is asked for, or one that they deliver for, or any that has a place."""
    asked, radii = visit.request.query_params.get("around", ""), standing.radii
    placed = [each for each in standing.stores if each.latitude is not None]
    return min(placed, key=lambda each: (str(each.id) != asked, each.id not in radii, each.name), default=None)


def _spots(standing: Standing, center: Store | None) -> dict[UUID, Spot]:
    """The stores that have a place."""
    return {
        each.id: Spot(0, each.name, each.latitude, each.longitude, each.id in standing.radii)
        for each in standing.stores
        if center and each.latitude is not None and each.longitude is not None
    }


def _away(spots: Mapping[UUID, Spot], store: Store, center: Store | None) -> float:
    """How far a store is from the middle; farther than anything where nobody knows."""
    return distance_km(spots[center.id], spots[store.id]) if center and store.id in spots else float("inf")


def _drawing(standing: Standing, center: Store, placed: Sequence[Spot]) -> Markup:
    middle = next(each for each in placed if each.name == center.name)
    says = t("The stores around {name}, by direction and distance; the list says the same.", name=center.name)
    return draw(middle, placed, radius_km=standing.radii.get(center.id), says=says)


def _line(store: Store, number: int, typed: Typed, away: float) -> Line:
    tick, field = f"t.{store.id}", f"r.{store.id}"
    return Line(
        number=number, id=store.id, name=store.name, away="" if away == float("inf") else distance(round(away, 1)),
        ticked=bool(typed.value(tick)), measured=store.latitude is not None, tick=tick, field=field,
    )  # fmt: skip


def _says(visit: Visit, standing: Standing) -> str:
    if not standing.rider.is_bound:
        settings = visit.site.workflow.settings
        if settings[RIDERS_WITHOUT_COVERAGE_SEE_ALL]:
            return t("Nothing is ticked anywhere, so they see the deliveries of every store.")
        return t("Nothing is ticked anywhere, so they see no delivery.")
    return t(
        "They see the deliveries of the store that is ticked, as far around it as its radius says.",
        "They see the deliveries of the {n} stores that are ticked, as far around each as its radius says.",
        n=len(standing.radii),
    )
