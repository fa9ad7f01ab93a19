"""Riders in the API: their profiles, where they deliver, what they may bring, and who offered to."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import strawberry
from strawberry.types.field import StrawberryField

from orderway.fulfillment.riding import reads
from orderway.fulfillment.riding.coverage import CHANGES, Change
from orderway.graphql.asking import Info
from orderway.graphql.charts import STATES
from orderway.graphql.filters import listed
from orderway.graphql.forms import enum_type, value_of
from orderway.graphql.lives import OUTPUTS, FulfillmentRiderInterest, PersonType
from orderway.graphql.paging import After, First, Page, connection_of, id_of, place_of, read_id
from orderway.order.deliveries import Errand, Goods, Made, count_made, count_sought, list_made, list_sought
from orderway.order.riders import Candidate, Choosing, count_candidates, count_offers, list_candidates, list_offers
from orderway.order.shape import Interest, Person, Store
from orderway.workflow.errors import Invalid

RATE = (
    "The share of the rider's offers that were chosen, from 0 to 1, of those of the last 90 days that were chosen or"
    " turned down for another rider; null before there was one."
)
DISTANCE = "From the store to the address as the crow flies; null where one of them has no coordinates."

RiderProfile = OUTPUTS.of(reads.KeptProfile, machine="rider", name="RiderProfile")
CoverageChangeKind = enum_type("CoverageChangeKind", CHANGES)


@strawberry.type(name="CoveredStore")
class CoveredStore:
    id: UUID
    code: str
    name: str
    has_coordinates: bool = strawberry.field(description="Without them no radius around the store counts.")


@strawberry.type(name="RiderCoverageArea", description="A store that a rider delivers for.")
class RiderCoverageArea:
    rider: reads.Named = strawberry.field(graphql_type=PersonType)
    store: reads.Place = strawberry.field(graphql_type=CoveredStore)
    radius_km: float | None = strawberry.field(
        description="How far around the store; null for all of it. It counts where store and address have coordinates."
    )


@strawberry.type(name="RiderCoverageChange", description="Who changed where a rider delivers.")
class RiderCoverageChange:
    id: UUID
    rider: str
    store: str
    kind: Change = strawberry.field(graphql_type=CoverageChangeKind)
    radius_before: float | None
    radius_after: float | None
    at: datetime
    who: str


@strawberry.type(name="Rider")
class Rider:
    id: UUID
    name: str
    profile: reads.KeptProfile | None = strawberry.field(graphql_type=RiderProfile | None)
    is_bound: bool = strawberry.field(
        description="One who is bound to no store delivers for all of them or for none: a setting says which."
    )
    areas: list[reads.KnownArea] = strawberry.field(
        graphql_type=list[RiderCoverageArea], description="Of the stores where the viewer edits coverage, or their own."
    )
    load: int = strawberry.field(description="How many deliveries are assigned to them and not yet brought.")
    acceptance_rate: float | None = strawberry.field(description=RATE)


@strawberry.type(name="DeliveryGoods", description="What is to be brought, in pieces.")
class DeliveryGoods:
    description: str
    quantity: int


@strawberry.type(
    name="DeliverableFulfillment", description="A delivery as riders see it before it is theirs: not who receives it."
)
class DeliverableFulfillment:
    fulfillment: UUID
    order: UUID
    number: str = strawberry.field(description="The order's.")
    part: int = strawberry.field(description="Which of the order's fulfillments it is.")
    currency: str
    store: Store = strawberry.field(graphql_type=OUTPUTS.of(Store, machine="order", name="Store"))
    city: str
    region: str
    distance_km: float | None = strawberry.field(description=DISTANCE)
    goods: list[Goods] = strawberry.field(graphql_type=list[DeliveryGoods])
    since: datetime = strawberry.field(description="Since when it stands as it does.")
    offer: Interest | None = strawberry.field(
        graphql_type=FulfillmentRiderInterest | None, description="The viewer's own."
    )


@strawberry.type(name="MyFulfillmentInterest", description="An offer of the viewer's, and what it is for.")
class MyFulfillmentInterest:
    interest: Interest = strawberry.field(graphql_type=FulfillmentRiderInterest)
    errand: Errand = strawberry.field(graphql_type=DeliverableFulfillment)


@strawberry.type(name="RiderCandidate", description="A rider for a delivery, with their offer where they made one.")
class RiderCandidate:
    rider: Person = strawberry.field(graphql_type=PersonType)
    profile: reads.KeptProfile | None = strawberry.field(graphql_type=RiderProfile | None)
    covers: bool = strawberry.field(description="Whether they cover the address, and may be assigned.")
    distance_km: float | None = strawberry.field(description=DISTANCE)
    load: int = strawberry.field(description="How many deliveries are assigned to them and not yet brought.")
    acceptance_rate: float | None = strawberry.field(description=RATE)
    offer: Interest | None = strawberry.field(graphql_type=FulfillmentRiderInterest | None)


async def rider(info: Info, *, id: UUID | None = None) -> reads.Rider:
    """Without an id the viewer, as the rider that they are."""
    viewer = info.context.signed_in
    async with info.context.connection() as connection:
        return await reads.load_rider(connection, viewer, id or viewer.person_id, at=info.context.desk.runner.clock())


async def riders(info: Info, *, first: First = 20, after: After = None) -> Page[reads.Rider]:
    viewer, behind, at = info.context.signed_in, read_id(after, "riders"), info.context.desk.runner.clock()
    async with info.context.connection() as connection:
        found, more = await reads.list_known_riders(connection, viewer, at=at, after=behind, limit=first)
    count = partial(reads.count_known_riders, viewer=viewer)
    return Page(nodes=found, has_more=more, cursor=id_of, count=count, after=after)


async def rider_coverage_areas(
    info: Info, *, rider: UUID | None = None, store: UUID | None = None, first: First = 20, after: After = None
) -> Page[reads.KnownArea]:
    viewer, behind = info.context.signed_in, read_area(after)
    async with info.context.connection() as connection:
        found, more = await reads.list_areas(connection, viewer, rider=rider, store=store, after=behind, limit=first)
    return Page(
        nodes=found,
        has_more=more,
        cursor=lambda area: f"{area.rider.id}:{area.store.id}",
        count=partial(reads.count_areas, viewer=viewer, rider=rider, store=store),
        after=after,
    )


async def rider_coverage_changes(
    info: Info, *, rider: UUID | None = None, store: UUID | None = None, first: First = 20, after: After = None
) -> Page[reads.AreaChange]:
    viewer, behind = info.context.signed_in, read_id(after, "changes")
    async with info.context.connection() as connection:
        found, more = await reads.list_changes(connection, viewer, rider=rider, store=store, after=behind, limit=first)
    count = partial(reads.count_changes, viewer=viewer, rider=rider, store=store)
    return Page(nodes=found, has_more=more, cursor=id_of, count=count, after=after)


async def deliverable_fulfillments(info: Info, *, first: First = 20, after: After = None) -> Page[Errand]:
    viewer, flags = info.context.signed_in, info.context.desk.runner.workflow.flags
    async with info.context.connection() as connection:
        found, more = await list_sought(connection, viewer, flags, after=after or "", limit=first)
    count = partial(count_sought, viewer=viewer, flags=flags)
    return Page(nodes=found, has_more=more, cursor=place_of, count=count, after=after)


async def my_fulfillment_interests(
    info: Info, *, states: Any = None, first: First = 20, after: After = None
) -> Page[Made]:
    viewer = info.context.signed_in
    chosen: tuple[str, ...] = value_of(tuple[str, ...], states) or ()  # type: ignore[assignment]  # names of states
    async with info.context.connection() as connection:
        found, more = await list_made(connection, viewer, states=chosen, after=after or "", limit=first)
    count = partial(count_made, viewer=viewer, states=chosen)
    return Page(nodes=found, has_more=more, cursor=place_of, count=count, after=after)


async def fulfillment_rider_interests(
    info: Info, *, fulfillment: UUID, first: First = 20, after: After = None
) -> Page[Candidate]:
    choosing = Choosing(
        fulfillment=fulfillment, at=info.context.desk.runner.clock(), after=read_id(after, "offers"), limit=first
    )
    viewer, settings = info.context.signed_in, info.context.desk.runner.workflow.settings
    async with info.context.connection() as connection:
        found, more = await list_offers(connection, viewer, settings, choosing=choosing)
    return Page(
        nodes=found,
        has_more=more,
        cursor=lambda each: str(each.offer.id) if each.offer else "",
        count=partial(count_offers, viewer=viewer, settings=settings, choosing=choosing),
        after=after,
    )


async def fulfillment_riders(
    info: Info, *, fulfillment: UUID, first: First = 20, after: After = None
) -> Page[Candidate]:
    choosing = Choosing(
        fulfillment=fulfillment, at=info.context.desk.runner.clock(), after=read_id(after, "riders"), limit=first
    )
    viewer, settings = info.context.signed_in, info.context.desk.runner.workflow.settings
    async with info.context.connection() as connection:
        found, more = await list_candidates(connection, viewer, settings, choosing=choosing)
    return Page(
        nodes=found,
        has_more=more,
        cursor=lambda each: str(each.rider.id),
        count=partial(count_candidates, viewer=viewer, settings=settings, choosing=choosing),
        after=after,
    )


def read_area(cursor: str | None) -> tuple[UUID, UUID] | None:
    """The area with which a page ended; raises Invalid."""
    if not cursor:
        return None
    try:
        rider_id, _, store_id = cursor.partition(":")
        return UUID(rider_id), UUID(store_id)
    except ValueError:
        raise Invalid(
            "This is no place in the list of areas.", "Send the cursor of a page as it was given.", "after"
        ) from None


def ridden() -> list[StrawberryField]:
    """The queries of riders."""
    my_fulfillment_interests.__annotations__["states"] = listed(STATES["rider_interest"])
    told: list[tuple[Any, Any, str]] = [
        (riders, Rider, "Riders who deliver for the viewer's stores, or are bound to none, by name."),
        (
            rider_coverage_areas,
            RiderCoverageArea,
            "Where riders deliver: of the viewer's stores, and for a rider their own.",
        ),
        (rider_coverage_changes, RiderCoverageChange, "Who changed where riders deliver, newest first."),
        (
            deliverable_fulfillments,
            DeliverableFulfillment,
            "What the viewer may volunteer to deliver, newest need first.",
        ),
        (my_fulfillment_interests, MyFulfillmentInterest, "The viewer's own offers to deliver, the last moved first."),
        (
            fulfillment_rider_interests,
            RiderCandidate,
            "Who offered to bring a delivery: open offers first, the cheapest first.",
        ),
        (
            fulfillment_riders,
            RiderCandidate,
            "Who covers the address of a delivery and may be assigned to it, by name.",
        ),
    ]
    by_id = strawberry.field(resolver=rider, graphql_type=Rider, description="A rider; without an id the viewer.")
    lists = [
        strawberry.field(resolver=read, graphql_type=connection_of(of), description=says) for read, of, says in told
    ]
    return [by_id, *lists]
