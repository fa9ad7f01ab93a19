"""The runs that brought machines to other versions, in the API, for who may see the audit."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from uuid import UUID

import strawberry
from strawberry.types.field import StrawberryField

from orderway.graphql.asking import Info
from orderway.graphql.charts import MACHINES
from orderway.graphql.paging import After, First, Page, connection_of, place_of
from orderway.machine_runs import MachineRun, count_machine_runs, list_machine_runs


@strawberry.type(name="StayedBehind", description="Why so many of a state were left where they stood.")
class StayedBehind:
    state: str
    why: str
    count: int


def label_of(root: strawberry.Parent[MachineRun]) -> str:
    machine = MACHINES.get(root.machine)
    return machine.label if machine else root.machine


@strawberry.type(name="MachineRun", description="What was under way of a machine, brought to another version.")
class MachineRunType:
    id: UUID
    machine: str
    label: str = strawberry.field(resolver=label_of, description="What the machine is called.")
    from_version: int | None = strawberry.field(description="Null where it took whatever was older.")
    to_version: int | None = strawberry.field(description="Null where each goes back to the version that it had.")
    undoes: UUID | None = strawberry.field(description="The run that it took back.")
    who: str
    reason: str
    started_at: datetime
    ended_at: datetime | None = strawberry.field(description="Null where it is under way, or was stopped.")
    moved: int
    undone: int = strawberry.field(description="How many of those were taken back since.")
    remained: int = strawberry.field(
        description="What was left where it stood: refused, or, of a run that takes another one back, moved since."
    )
    to_come: int | None = strawberry.field(
        description="How many are still to be moved, by the count of when it went on last; null of one that ended."
    )
    stayed: list[StayedBehind] = strawberry.field(description="Why some were refused, the most frequent first.")


async def machine_runs(
    info: Info, *, first: First = 20, after: After = None, machine: str | None = None
) -> Page[MachineRun]:
    viewer = info.context.signed_in
    async with info.context.connection() as connection:
        found, more = await list_machine_runs(connection, viewer, machine=machine, after=after or "", limit=first)
    count = partial(count_machine_runs, viewer=viewer, machine=machine)
    return Page(nodes=found, has_more=more, cursor=place_of, count=count, after=after)


def brought_over() -> StrawberryField:
    """The query of the runs."""
    description = (
        "Who brought what was under way to another version of its machine, the newest first; for who sees the audit of"
        " what is of no store."
    )
    field: StrawberryField = strawberry.field(  # type: ignore[assignment]  # a field, though typed as what it resolves to
        resolver=machine_runs, graphql_type=connection_of(MachineRunType), description=description
    )
    return field
