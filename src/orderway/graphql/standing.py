"""How many things of a machine stand in each of its states, in the API."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import strawberry
from strawberry.types.field import StrawberryField

from orderway.graphql.asking import Info
from orderway.graphql.charts import MACHINES, MachineState, find_machine
from orderway.order.tallies import Tally, Weight, count_states, require_staff, weigh_states


@strawberry.type(name="Worth", description="What orders come to in one currency.")
class Worth:
    currency: str
    amount: int = strawberry.field(description="In minor units.")


@strawberry.type(name="VersionCount", description="How many run by one version of a machine.")
class VersionCount:
    version: int
    count: int


@strawberry.type(name="StateStanding", description="What stands in one state of a machine now.")
class StateStanding:
    state: MachineState
    count: int = strawberry.field(description="How many, at most 10,000.")
    is_more: bool = strawberry.field(description="Whether they are more than `count`.")
    oldest: datetime | None = strawberry.field(
        description="Since when the first of them has stood there; null at the end of a machine, and where none does."
    )
    worth: list[Worth] = strawberry.field(
        description="The totals of their orders, of payments their amounts, for who sees money; none at the end."
    )
    versions: list[VersionCount] = strawberry.field(description="None at the end of a machine.")


async def standing(info: Info, *, name: str, store: UUID | None = None) -> list[StateStanding]:
    machine = find_machine(name)
    viewer = info.context.signed_in
    require_staff(viewer)
    kind = info.context.desk.runner.workflow.kind(name)
    info.context.look()
    async with info.context.connection() as connection:
        counts = await count_states(connection, viewer, kind=kind, store_id=store)
        weights = await weigh_states(connection, viewer, kind=kind, store_id=store)
    return [_shown(each, counts[each.name], weights.get(each.name)) for each in machine.states if each.is_leaf]


def _shown(state: MachineState, tally: Tally, weight: Weight | None) -> StateStanding:
    weight = weight or Weight(tally=tally)
    return StateStanding(
        state=state,
        count=tally.count,
        is_more=tally.is_more,
        oldest=weight.oldest,
        worth=[Worth(currency=currency, amount=amount) for currency, amount in sorted(weight.worth.items())],
        versions=[VersionCount(version=version, count=count) for version, count in sorted(weight.versions.items())],
    )


def stood() -> StrawberryField:
    """The query of what stands where."""
    description = (
        f"What of a machine ({', '.join(MACHINES)}) stands in each of its states now, within what the viewer sees; for"
        " who works for the seller."
    )
    field: StrawberryField = strawberry.field(  # type: ignore[assignment]  # a field, though typed as what it resolves to
        resolver=standing, graphql_type=list[StateStanding], description=description
    )
    return field
