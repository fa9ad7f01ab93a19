"""The mutations of riders: where they deliver, and what they ride."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry.types.field import StrawberryField

from orderway.fulfillment.riding import reads
from orderway.fulfillment.riding.coverage import Area, enter_area, remove_area
from orderway.fulfillment.riding.profiles import Profile, keep_profile
from orderway.graphql.answers import Conflict, Invalid, NotFound, Refused
from orderway.graphql.asking import Asking
from orderway.graphql.changing import changing, done_once
from orderway.graphql.riders import Rider
from orderway.workflow import errors
from orderway.workflow.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveRiderCoverage:
    """A store that a rider delivers for no longer."""

    rider: UUID
    store: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRiderProfile(Profile):
    """What a rider rides and how they are reached; without `rider` it is the viewer's own."""

    rider: UUID | None = None


@strawberry.type(name="RiderChanged", description="It is so now.")
class RiderChanged:
    rider: reads.Rider | None = strawberry.field(
        graphql_type=Rider | None, description="Null where they deliver for no store of the viewer's any more."
    )


RiderAnswer = Annotated[RiderChanged | Refused | Conflict | NotFound | Invalid, strawberry.union("RiderAnswer")]


async def upsert_rider_coverage(asking: Asking, asked: Area, key: str | None) -> RiderChanged:
    async def work(tx: Transaction) -> None:
        await enter_area(tx.connection, asked, by=asking.signed_in, at=tx.now)

    await done_once(asking, work, wanted=asked, key=key)
    return await standing(asking, asked.rider)


async def remove_rider_coverage(asking: Asking, asked: RemoveRiderCoverage, key: str | None) -> RiderChanged:
    async def work(tx: Transaction) -> None:
        await remove_area(tx.connection, rider=asked.rider, store=asked.store, by=asking.signed_in, at=tx.now)

    await done_once(asking, work, wanted=asked, key=key)
    return await standing(asking, asked.rider)


async def set_rider_profile(asking: Asking, asked: SetRiderProfile, key: str | None) -> RiderChanged:
    rider = asked.rider or asking.signed_in.person_id

    async def work(tx: Transaction) -> None:
        await keep_profile(tx.connection, rider, asked, by=asking.signed_in, at=tx.now)

    await done_once(asking, work, wanted=asked, key=key)
    return await standing(asking, rider)


async def standing(asking: Asking, rider: UUID) -> RiderChanged:
    """The rider as they stand now."""
    async with asking.connection() as connection:
        try:
            found = await reads.load_rider(connection, asking.signed_in, rider, at=asking.desk.runner.clock())
        except errors.NotFound:
            return RiderChanged(rider=None)
    return RiderChanged(rider=found)


def riding() -> Iterator[StrawberryField]:
    """The mutations of riders."""
    yield changing(
        "upsertRiderCoverage",
        Area,
        upsert_rider_coverage,
        answer=RiderAnswer,
        description="Let a rider deliver for a store, or change how far around it.",
    )
    yield changing(
        "removeRiderCoverage",
        RemoveRiderCoverage,
        remove_rider_coverage,
        answer=RiderAnswer,
        description="Let a rider deliver for a store no longer. The last one: they are bound to none, see isBound.",
    )
    yield changing(
        "setRiderProfile",
        SetRiderProfile,
        set_rider_profile,
        answer=RiderAnswer,
        description="Set what a rider rides and how they are reached.",
    )
