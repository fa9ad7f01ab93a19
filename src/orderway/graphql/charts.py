"""The machines in the API: an enum of each machine's states, and what each machine is made of."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

import strawberry

from orderway.graphql.forms import enum_type
from orderway.graphql.names import mutation_name, pascal, words
from orderway.machines import CHARTS, VERSIONS
from orderway.statechart import SYSTEM, Chart
from orderway.statechart.nodes import TONES, Node, Transition
from orderway.workflow.errors import NotFound


def state_enum(chart: Chart) -> type[Enum]:
    """The states that an instance can rest in, each described by its label."""
    labels = {name: node.label for name, node in chart.every_leaf.items()}
    return enum_type(
        f"{pascal(words(chart.name))}State", labels, description=f"Where a thing of {chart.label} can stand."
    )


STATES: Mapping[str, type[Enum]] = {name: state_enum(chart) for name, chart in CHARTS.items()}
Tone = enum_type("Tone", {tone: tone for tone in TONES}, description="How a state feels to those who wait for it.")


@strawberry.type(name="MachineState", description="A state of a machine, with its place in the picture.")
class MachineState:
    name: str
    label: str
    tone: str = strawberry.field(graphql_type=Tone)
    lane: str
    row: int
    parent: str | None = strawberry.field(description="The compound state that it lies in.")
    is_leaf: bool = strawberry.field(description="Whether a thing can rest in it.")
    is_final: bool


@strawberry.type(name="MachineEvent", description="What can happen to things of a machine.")
class MachineEvent:
    name: str
    label: str = strawberry.field(description='As a button: "Cancel the sale".')
    log: str = strawberry.field(description='As it continues the name of who did it: "cancelled the sale".')
    permission: str | None = strawberry.field(description="What it takes to send it; null where only the system does.")
    mutation: str


@strawberry.type(name="MachineTransition", description="A row of a machine's table: where what leads where, and if.")
class MachineTransition:
    from_state: str
    event: str | None = strawberry.field(description="Null where it follows by itself as soon as it can.")
    to_state: str | None = strawberry.field(description="The state that it leads to; null where it stays.")
    condition: str = strawberry.field(description="What must hold, in words; empty where nothing has to.")
    timed: bool = strawberry.field(description="Whether it comes by itself at its time.")


@strawberry.type(name="Machine", description="A statechart: everything with a lifecycle runs by one.")
class Machine:
    name: str
    label: str
    version: int
    states: list[MachineState]
    events: list[MachineEvent]
    transitions: list[MachineTransition]
    versions: list[int] = strawberry.field(description="Those there are; a thing keeps to its own until brought over.")


def shown_state(node: Node) -> MachineState:
    parent = node.parent.name if node.parent and node.parent.parent else None
    return MachineState(
        name=node.name, label=node.label, tone=node.tone, lane=node.lane, row=node.row, parent=parent,
        is_leaf=node.is_leaf, is_final=node.ends_all,
    )  # fmt: skip


def shown_transition(chart: Chart, row: Transition) -> MachineTransition:
    return MachineTransition(
        from_state=row.source.name,
        event=row.event if row.event in chart.events else None,
        to_state=row.target.name if row.target else None,
        condition=row.guard.says if row.guard else "",
        timed=bool(row.at),
    )


def shown_machine(chart: Chart) -> Machine:
    events = [
        MachineEvent(
            name=name,
            label=event.words.label,  # type: ignore[attr-defined]  # set by the event decorator
            log=event.words.log,  # type: ignore[attr-defined]
            permission=None if event.words.permission == SYSTEM else event.words.permission,  # type: ignore[attr-defined]
            mutation=mutation_name(chart.name, name),
        )
        for name, event in chart.events.items()
    ]
    states = [shown_state(node) for node in chart.states.values()]
    return Machine(
        name=chart.name, label=chart.label, version=chart.version, states=states, events=events,
        transitions=[shown_transition(chart, row) for row in chart.transitions()],
        versions=sorted(version for name, version in VERSIONS if name == chart.name),
    )  # fmt: skip


MACHINES: Mapping[str, Machine] = {name: shown_machine(chart) for name, chart in CHARTS.items()}


def find_machine(name: str) -> Machine:
    """Return the machine of that name; raises NotFound, naming those there are."""
    try:
        return MACHINES[name]
    except KeyError:
        raise NotFound(f"There is no machine {name}.", f"There are {', '.join(MACHINES)}.") from None
