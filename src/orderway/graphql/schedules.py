"""What is done at set times in the API: the schedules, their runs, and the workers that do them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import strawberry
from strawberry.types.field import StrawberryField

from orderway.graphql.asking import Info
from orderway.graphql.expose import said
from orderway.graphql.filters import left_out
from orderway.graphql.forms import enum_type, input_type
from orderway.graphql.paging import After, First, Page, connection_of
from orderway.schedules.reads import (
    Done,
    Present,
    RunFilters,
    Standing,
    count_runs,
    list_runs,
    list_schedules,
    list_workers,
)

RunState = enum_type(
    "ScheduleRunState",
    {"under_way": "Under way", "left_behind": "Left behind", "failed": "With errors", "done": "Done"},
    description="How a run of a schedule stands. What a worker left behind, another takes over.",
)
RunFilter = input_type(
    "ScheduleRunFilter",
    [
        left_out("schedule", str | None, "By its name."),
        left_out("failed", bool | None, "Those with errors alone."),
    ],
    description="What a run has to fulfill to be listed: all of it.",
)


@strawberry.type(name="ScheduleRun", description="What was done for one time of a schedule: once, whoever works.")
class ScheduleRun:
    id: UUID
    schedule: str
    label: str
    state: RunState  # type: ignore[valid-type]  # made just above
    planned_at: datetime = strawberry.field(description="The time that it was for.")
    started_at: datetime
    ended_at: datetime | None
    tries: int = strawberry.field(description="How many workers began it: more than one where one died in the middle.")
    rows: int = strawberry.field(description="What was done: sales that expired, moves that were counted.")
    errors: int
    why: str | None = strawberry.field(description="The first of its errors.")
    host: str = strawberry.field(description="Where its worker runs, or ran.")
    process: int


def name_of(root: strawberry.Parent[Standing]) -> str:
    return root.regular.name


def label_of(root: strawberry.Parent[Standing]) -> str:
    return root.regular.label


def setting_of(root: strawberry.Parent[Standing]) -> str:
    return root.regular.times.name


@strawberry.type(name="Schedule", description="Something that is done again and again at set times.")
class ScheduleType:
    name: str = strawberry.field(resolver=name_of)
    label: str = strawberry.field(resolver=label_of)
    setting: str = strawberry.field(resolver=setting_of, description="The setting that has its times.")
    times: str = strawberry.field(description="Five fields of cron, in UTC.")
    next_at: datetime
    last: Done | None = strawberry.field(graphql_type=ScheduleRun | None, description="Null where it never ran.")


@strawberry.type(name="Worker", description="A process that does what is to be done; of the last day.")
class WorkerType:
    id: UUID
    host: str
    process: int
    version: str
    started_at: datetime
    seen_at: datetime = strawberry.field(description="When it said last that it is there, by the database's clock.")
    stopped_at: datetime | None = strawberry.field(description="When it said goodbye.")
    gone: bool = strawberry.field(description="Whether it stopped, or has said nothing for a minute.")


async def schedules(info: Info) -> Sequence[Standing]:
    runner = info.context.desk.runner
    async with info.context.connection() as connection:
        return await list_schedules(connection, info.context.signed_in, runner.workflow.settings, now=runner.clock())


async def schedule_runs(
    info: Info,
    *,
    first: First = 20,
    after: After = None,
    filter: Any = None,  # noqa: A002  (the API's word for it)
) -> Page[Done]:
    viewer = info.context.signed_in
    filters = RunFilters(schedule=said(filter.schedule), failed=bool(said(filter.failed))) if filter else RunFilters()
    async with info.context.connection() as connection:
        found, more = await list_runs(connection, viewer, filters=filters, after=after or "", limit=first)
    count = partial(count_runs, viewer=viewer, filters=filters)
    return Page(nodes=found, has_more=more, cursor=lambda each: each.cursor, count=count, after=after)


async def workers(info: Info) -> list[Present]:
    async with info.context.connection() as connection:
        return await list_workers(connection, info.context.signed_in)


def scheduled() -> list[StrawberryField]:
    """The queries of what is done at set times."""
    schedule_runs.__annotations__["filter"] = RunFilter | None
    return [
        strawberry.field(
            resolver=schedules, graphql_type=list[ScheduleType],
            description="What is done at set times, with its last run: for who looks after the outbox of any store.",
        ),
        strawberry.field(
            resolver=schedule_runs, graphql_type=connection_of(ScheduleRun),
            description="What was run, those first that were due last: for who looks after the outbox of any store.",
        ),
        strawberry.field(
            resolver=workers, graphql_type=list[WorkerType],
            description="The workers of the last day, first those that are there: for the same.",
        ),
    ]  # fmt: skip
