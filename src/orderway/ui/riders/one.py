"""One rider: what they ride, where they deliver, who changed that, and what they earned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from starlette.responses import Response

from orderway.errors import OrderwayError
from orderway.fulfillment.riding.coverage import CHANGES
from orderway.fulfillment.riding.profiles import VEHICLES, Profile, Vehicle, keep_profile
from orderway.fulfillment.riding.reads import AreaChange, Rider, list_changes, load_rider
from orderway.people import names
from orderway.people.permissions import RIDER_COVERAGE
from orderway.people.scope import stores_of
from orderway.ui.deliveries.earnings import load_earned
from orderway.ui.deliveries.tabs import require
from orderway.ui.forms import Choice
from orderway.ui.language import number, t, tr
from orderway.ui.problems import forged
from orderway.ui.riders.listing import chosen, radius, unbound
from orderway.ui.site import Visit
from orderway.ui.typed import Typed, mended, needed
from orderway.ui.words import Told, ago
from orderway.workflow.errors import NotFound
from orderway.workflow.transaction import Transaction

FIELDS = ("vehicle", "phone", "plate", "note")
NEWEST = 10
"""Changes of the coverage that the page tells."""


@dataclass(frozen=True, slots=True)
class Pair:
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Change:
    """Who changed where the rider delivers."""

    who: str
    did: str
    at: Told


async def rider(visit: Visit) -> Response:
    """The page of a rider whom the viewer knows."""
    return await _shown(visit, id_of(visit))


async def mine(visit: Visit) -> Response:
    """The page of the rider that the viewer is."""
    require(visit)
    return await _shown(visit, visit.viewer.person_id)


async def keep(visit: Visit) -> Response:
    """Set what they ride and how they are reached."""
    id, posted = id_of(visit), await visit.posted()
    if posted is None:
        return forged((f"/riders/{id}", t("Back to the rider")))
    try:
        profile = Profile(
            vehicle=cast("Vehicle", posted.get("vehicle", "")), phone=needed(posted, "phone"),
            plate=posted.get("plate", ""), note=posted.get("note", ""),
        )  # fmt: skip

        async def work(tx: Transaction) -> None:
            await keep_profile(tx.connection, id, profile, by=visit.viewer, at=tx.now)

        await visit.site.runner.run(work, actor=visit.viewer.actor())
    except NotFound:
        raise
    except OrderwayError as no:
        return await _shown(visit, id, typed=mended(posted, no, fields=FIELDS))
    return visit.back(f"/riders/{id}", t("Saved the profile."))


async def _shown(visit: Visit, id: UUID, *, typed: Typed | None = None) -> Response:
    site, viewer, now = visit.site, visit.viewer, visit.site.now()
    async with site.pool.acquire() as connection:
        found = await load_rider(connection, viewer, id, at=now)
        changes, _ = await list_changes(connection, viewer, rider=id, limit=NEWEST)
        earned = await load_earned(connection, visit, id, url=f"/riders/{id}")
    return visit.page(
        "riders/one.html",
        status=typed.status if typed else 200,
        rider=found,
        own=id == viewer.person_id,
        facts=list(_facts(found)),
        areas=[Pair(each.store.name, radius(each)) for each in found.areas],
        elsewhere="" if found.areas else t("Other stores") if found.is_bound else unbound(site.workflow.settings),
        may_cover=may_cover(visit),
        changes=[_change(each, now) for each in changes],
        typed=typed or Typed(_standing(found)),
        vehicles=[Choice(kind, tr(label)) for kind, label in VEHICLES.items()],
        changed=ago(found.profile.changed_at, now) if found.profile else None,
        changed_by=tr(names.read(found.profile.changed_by)) if found.profile else "",
        earned=earned,
        first_url=f"/riders/{id}" if visit.request.query_params.get("after") else "",
    )


def may_cover(visit: Visit) -> bool:
    """Whether the viewer edits where riders deliver, of some store."""
    return stores_of(visit.viewer, RIDER_COVERAGE) != frozenset()


def _facts(rider: Rider) -> Iterator[Pair]:
    yield Pair(t("In hand now"), number(rider.load))
    yield Pair(t("Offers of the last 90 days"), chosen(rider) or t("None decided yet"))


def _standing(rider: Rider) -> dict[str, str]:
    kept = rider.profile
    return {name: getattr(kept, name) for name in FIELDS} if kept else {"vehicle": "MOTORCYCLE"}


def _change(change: AreaChange, now: datetime) -> Change:
    did = f"{tr(CHANGES[change.kind])}: {change.store}"
    far = [_far(each) for each in (change.radius_before, change.radius_after)]
    match change.kind:
        case "ENTERED":
            did = f"{did}, {far[1]}"
        case "CHANGED":
            did = f"{did}, {far[0]} → {far[1]}"
    return Change(change.who, did, ago(change.at, now))


def _far(km: float | None) -> str:
    return t("all of it") if km is None else t("within {km} km", km=km)


def id_of(visit: Visit) -> UUID:
    """The rider that the address names. Raises NotFound."""
    try:
        return UUID(visit.request.path_params["rider"])
    except ValueError:
        raise NotFound(t("There is no such rider.")) from None
