"""The way over from a former system in the API: how its flags stand, for who may change settings."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import strawberry
from strawberry.types.field import StrawberryField

from orderway.configuration.changes import require_manager
from orderway.flags.flags import Flags, Told
from orderway.graphql.asking import Info
from orderway.graphql.forms import enum_type
from orderway.people.scope import actor_everywhere

FlagOrigin = enum_type(
    "FlagOrigin",
    {
        "default": "Follows what it needs",
        "environment": "The environment",
        "file": "The file of flags",
        "flagd": "flagd",
    },
    description="What says whether a slice is on.",
)


@strawberry.type(name="FlagStanding", description="A slice of an order's life in a store: whose work it is.")
class FlagStanding:
    slice: str = strawberry.field(description="Its name: sales, credit-checks.")
    label: str
    store: str | None = strawberry.field(description="The code of the store; null where it is so in all of them.")
    share: float = strawberry.field(description="For which share of the orders it is on, about: 0 is off, 1 is on.")
    origin: FlagOrigin  # type: ignore[valid-type]  # made just above
    since: datetime | None = strawberry.field(description="Since when this process has it so from there.")


@strawberry.type(name="FeatureFlags", description="What Orderway does, and what a former system still does.")
class FeatureFlags:
    are_set: bool = strawberry.field(description="Whether anything says so; else everything is on.")
    where: str | None
    problem: str | None = strawberry.field(description="Why what was written last is not used, if it is not.")
    slices: list[FlagStanding]


def standing(told: Told) -> FlagStanding:
    return FlagStanding(
        slice=told.slice.name, label=told.slice.label, store=told.store.code or None, share=told.share,
        origin=told.origin, since=told.since,
    )  # fmt: skip


async def feature_flags(info: Info) -> Any:
    require_manager(actor_everywhere(info.context.signed_in))
    flags: Flags = info.context.desk.runner.workflow.flags
    told: Sequence[Told] = await asyncio.to_thread(flags.tell)
    return FeatureFlags(
        are_set=flags.are_set,
        where=flags.where or None,
        problem=flags.problem or None,
        slices=[standing(each) for each in told],
    )


def flagged() -> StrawberryField:
    """The query of flags."""
    asked: StrawberryField = strawberry.field(
        resolver=feature_flags,
        graphql_type=FeatureFlags,
        description="Which slices of an order's life are Orderway's work, for who may change settings.",
    )
    return asked
