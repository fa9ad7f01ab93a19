"""The figures of many orders in the API: how long things stand where, how far orders come, what stands still."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import strawberry
from strawberry.types.field import StrawberryField

from orderway.graphql.asking import Info
from orderway.graphql.charts import MACHINES, MachineState, find_machine
from orderway.insight import reads
from orderway.insight.reads import load_dwell, load_figures
from orderway.insight.stuck import Stuck, load_stuck
from orderway.insight.windows import LONGEST, Window, last_days
from orderway.workflow.errors import Invalid


@strawberry.type(name="StateDwell", description="How long things stood in a state that they left in these days.")
class StateDwell:
    state: MachineState
    spells: int = strawberry.field(description="How many left it.")
    half_within_seconds: int = strawberry.field(description="Half of them stood for no longer, right to a tenth.")
    nine_of_ten_within_seconds: int = strawberry.field(description="Nine of ten, as exactly.")


@strawberry.type(name="StageReached", description="How many of the orders placed in these days came to a stage.")
class StageReached:
    label: str
    machine: str
    state: str
    orders: int


@strawberry.type(name="DayOfOrders", description="One day, from midnight to midnight in UTC.")
class DayOfOrders:
    day: date
    placed: int
    completed: int = strawberry.field(description="Whenever they were placed.")


@strawberry.type(name="Ratio", description="So many of so many.")
class Ratio:
    part: int
    whole: int
    share: float | None = strawberry.field(description="From 0 to 1; null of nothing.")


@strawberry.type(name="StandingLong", description="Orders that stand in a state for longer than is usual there.")
class StandingLong:
    machine: str
    state: MachineState
    usual_seconds: int = strawberry.field(description="How long nine of ten stood there in the last 30 days.")
    orders: int = strawberry.field(description="How many, at most 10,000.")
    since: datetime = strawberry.field(description="When the first of them came to stand there.")


async def dwell(root: strawberry.Parent[Insight], info: Info, *, name: str = "fulfillment") -> list[StateDwell]:
    machine = find_machine(name)
    info.context.look()
    async with info.context.reading() as connection:
        found = await load_dwell(connection, info.context.signed_in, name, window=root.window)
    return [_dwell(each, found[each.name]) for each in machine.states if each.name in found]


def _dwell(state: MachineState, found: reads.Dwell) -> StateDwell:
    return StateDwell(
        state=state, spells=found.spells, half_within_seconds=_seconds(found.half),
        nine_of_ten_within_seconds=_seconds(found.most),
    )  # fmt: skip


async def standing_long(info: Info) -> list[StandingLong]:
    info.context.look()
    runner = info.context.desk.runner
    async with info.context.reading() as connection:
        stuck = await load_stuck(connection, runner.workflow, info.context.signed_in, now=runner.clock())
    return [_stuck(each) for each in stuck]


def _stuck(each: Stuck) -> StandingLong:
    state = next(state for state in MACHINES[each.machine].states if state.name == each.state)
    return StandingLong(
        machine=each.machine, state=state, usual_seconds=_seconds(each.usual), orders=each.tally.count, since=each.since
    )


def _seconds(span: timedelta) -> int:
    return round(span.total_seconds())


@strawberry.type(name="Insight", description="Figures of many orders together, as the log tells them.")
class Insight:
    window: strawberry.Private[Window]
    read_at: datetime | None = strawberry.field(description="When the log was counted last; null before it ever was.")
    stages: list[StageReached] = strawberry.field(description="From the draft to the end, as far as orders came.")
    days: list[DayOfOrders]
    overrides_asked: Ratio = strawberry.field(description="Requests, to quotations that were agreed.")
    overrides_granted: Ratio = strawberry.field(description="Approvals, to requests.")
    offers_chosen: Ratio = strawberry.field(description="Offers of riders that were chosen, to all that were made.")
    dwell: list[StateDwell] = strawberry.field(
        resolver=dwell, description="How long things of a machine stood in its states."
    )
    standing_long: list[StandingLong] = strawberry.field(
        resolver=standing_long, description="What stands still now, in whichever days things stood for how long."
    )


async def insight(info: Info, *, days: int = 30, store: UUID | None = None) -> Insight:
    if not 1 <= days <= LONGEST:
        raise Invalid(f"Figures are of 1 to {LONGEST} days.", "Ask for as many.", "days")
    window = last_days(days, now=info.context.desk.runner.clock(), store_id=store)
    async with info.context.reading() as connection:
        figures = await load_figures(connection, info.context.signed_in, window)
    return Insight(
        window=window,
        read_at=figures.read_at,
        stages=[
            StageReached(label=each.stage.label, machine=each.stage.machine, state=each.stage.state, orders=each.orders)
            for each in figures.reached
        ],
        days=[DayOfOrders(day=each.day, placed=each.placed, completed=each.completed) for each in figures.days],
        overrides_asked=_ratio(figures.asked),
        overrides_granted=_ratio(figures.granted),
        offers_chosen=_ratio(figures.chosen),
    )


def _ratio(each: reads.Ratio) -> Ratio:
    return Ratio(part=each.part, whole=each.whole, share=each.share)


def figured() -> StrawberryField:
    """The query of figures."""
    description = "Figures of the last days up to today, of one store or of all that the viewer sees operations of."
    field: Any = strawberry.field(resolver=insight, graphql_type=Insight, description=description)
    made: StrawberryField = field
    return made
