"""One store: what is kept of it, what can be changed, what lies around it, and who changed what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup
from starlette.responses import Response

from orderway.errors import OrderwayError
from orderway.people.commands import ChangeStore
from orderway.people.directory import count_by_store
from orderway.people.history import ChangeFilters, list_changes
from orderway.people.stores import Store, list_stores
from orderway.ui.deliveries.errands import distance
from orderway.ui.language import t
from orderway.ui.people.sending import send
from orderway.ui.people.telling import line
from orderway.ui.problems import forged
from orderway.ui.riders.rings import Spot, distance_km, draw
from orderway.ui.site import Visit
from orderway.ui.stores.listing import says_people
from orderway.ui.stores.place import FIELDS, degrees_in, lies, require
from orderway.ui.typed import Typed, mended, needed
from orderway.workflow.errors import Conflict, Invalid, NotFound
from orderway.workflow.kinds import Connection

LATEST = 20
"""How many of the latest changes the page shows."""
MOST = 25
"""Other stores in the picture: the nearest."""


async def store(visit: Visit) -> Response:
    """The page, for who manages the stores."""
    return await _shown(visit, None)


async def change(visit: Visit) -> Response:
    """Change what the form says; what is refused is said there."""
    require(visit)
    posted = await visit.posted()
    if posted is None:
        return forged((visit.request.url.path, t("Back to the store")))
    async with visit.site.pool.acquire() as connection:
        here, _ = await _load(connection, visit)
    try:
        latitude, longitude = degrees_in(posted, "latitude"), degrees_in(posted, "longitude")
        if here.latitude is not None and latitude is None and longitude is None:
            raise Invalid(
                t("Where a store lies can be changed, and not be forgotten."), t("Write both numbers."), "latitude"
            )
        wanted = ChangeStore(
            store=here.id, name=needed(posted, "name"), timezone=needed(posted, "timezone"), latitude=latitude,
            longitude=longitude, reason=needed(posted, "reason"),
        )  # fmt: skip
        await send(visit, wanted, posted)
    except Conflict as moved:
        return await _shown(visit, mended({**posted, "seen": str(moved.step)}, moved, fields=FIELDS))
    except NotFound:
        raise
    except OrderwayError as no:
        return await _shown(visit, mended(posted, no, fields=FIELDS))
    return visit.back(f"/stores/{here.id}", t("Changed {name}.", name=posted["name"].strip()))


async def _shown(visit: Visit, typed: Typed | None) -> Response:
    """The page; `typed` is what was typed into its form."""
    require(visit)
    async with visit.site.pool.acquire() as connection:
        here, known = await _load(connection, visit)
        people = await count_by_store(connection, visit.viewer)
        filters = ChangeFilters(store=here.id)
        changes, more = await list_changes(connection, visit.viewer, filters=filters, limit=LATEST)
    return visit.page(
        "stores/one.html",
        status=typed.status if typed else 200,
        store=here,
        typed=typed or _fresh(here),
        people_there=says_people(people.get(here.id, 0)),
        place=lies(here),
        around=_around(here, known),
        changes=[line(each, visit) for each in changes],
        more_url=f"/audit?store={here.id}" if more else "",
    )


async def _load(connection: Connection, visit: Visit) -> tuple[Store, Sequence[Store]]:
    """The store that the address names, and all of them. Raises NotFound."""
    known = await list_stores(connection, visit.viewer)
    here = next((each for each in known if str(each.id) == visit.request.path_params["store"].lower()), None)
    if here is None:
        raise NotFound(t("There is no such store."))
    return here, known


def _fresh(here: Store) -> Typed:
    place = {"latitude": _written(here.latitude), "longitude": _written(here.longitude)}
    return Typed({"name": here.name, "timezone": here.timezone, "seen": str(here.step), **place})


def _written(degrees: float | None) -> str:
    """Degrees as they are read again, without an exponent: 6.455."""
    return "" if degrees is None else f"{degrees:.12f}".rstrip("0").rstrip(".")


@dataclass(frozen=True, slots=True)
class Near:
    """Another store of the picture, by its number there."""

    number: int
    name: str
    url: str
    away: str


@dataclass(frozen=True, slots=True)
class Around:
    """The other stores around one of them, the nearest first."""

    drawing: Markup
    others: tuple[Near, ...]


def _around(here: Store, known: Sequence[Store]) -> Around | None:
    """What lies around a store; None where nobody said where that is, or where any other one is."""
    middle = _spot(here, 1)
    placed = [(each, spot) for each in known if each.id != here.id and (spot := _spot(each, 0))]
    if middle is None or not placed:
        return None
    away = {each.id: distance_km(middle, spot) for each, spot in placed}
    nearest = sorted(placed, key=lambda pair: away[pair[0].id])[:MOST]
    spots = [replace(spot, number=number) for number, (_, spot) in enumerate(nearest, 2)]
    says = t("Stores around {name} by direction and distance", name=here.name)
    return Around(
        draw(middle, [middle, *spots], radius_km=None, says=says),
        tuple(
            Near(spot.number, each.name, f"/stores/{each.id}", distance(round(away[each.id], 1)))
            for (each, _), spot in zip(nearest, spots, strict=True)
        ),
    )


def _spot(store: Store, number: int) -> Spot | None:
    """A store in the picture; the one in the middle has the number 1."""
    if store.latitude is None or store.longitude is None:
        return None
    return Spot(number, store.name, store.latitude, store.longitude, covered=number == 1)
