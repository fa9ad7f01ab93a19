"""The chart: a machine as data, compiled so that a step looks up a row and runs its actions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from orderway.statechart.nodes import ChartError, Kind, Node, Transition
from orderway.statechart.plan import Leaf, Plan, birth, compiled


class Snapshot(NamedTuple):
    """Where an instance stands: the leaf it rests in, its context, and what its histories remember."""

    state: str
    context: Any
    history: Mapping[str, str] = {}


@dataclass(eq=False, repr=False, slots=True)
class Chart:
    """A machine as data; made by `words.chart` or `xstate.load`, never changed after.

    `lanes` are the columns of its picture from left to right; those of its states that are not named follow.
    `born` is what the log says of its birth, as it continues the name of who did it. `former` is the version before,
    whose states and events keep their words for as long as something stands there, and in the log for ever.
    """

    name: str
    version: int
    label: str
    context: type
    facts: type
    root: Node
    events: dict[str, type]
    lanes: tuple[str, ...] = ()
    born: str = ""
    former: Chart | None = None
    nodes: dict[str, Node] = field(init=False)
    leaves: dict[str, Leaf] = field(init=False)
    birth: Plan = field(init=False)
    every_leaf: dict[str, Node] = field(init=False)
    """The states that an instance can rest in, and then those of former versions that this one has no more."""
    every_event: dict[str, type] = field(init=False)
    """The events by their names, and then those of former versions that this one knows no more."""

    def __post_init__(self) -> None:
        self.nodes = {node.name: node for node in self.root.walk()}
        self.birth = birth(self.root)
        self.born = self.born or f"opened the {self.label.lower()}"
        self.leaves = {node.name: compiled(node) for node in self.nodes.values() if node.is_leaf}
        former = self.former
        here = {name: self.nodes[name] for name in self.leaves}
        self.every_leaf = {**here, **(former.every_leaf if former else {}), **here}
        self.every_event = {**self.events, **(former.every_event if former else {}), **self.events}
        self.lanes = tuple(dict.fromkeys([*self.lanes, *(node.lane for node in self.nodes.values() if node.is_leaf)]))

    def __repr__(self) -> str:
        return f"<chart {self.name} version {self.version}>"

    @property
    def states(self) -> dict[str, Node]:
        """The states in the order of the source, without the root and the histories."""
        return {
            name: node for name, node in self.nodes.items() if node is not self.root and node.kind is not Kind.HISTORY
        }

    def path(self, state: str) -> tuple[str, ...]:
        """The names from the outermost state down to this one; raises ChartError for a state it does not have."""
        node = self.node(state)
        return (*(above.name for above in reversed(list(node.ancestors())[:-1])), node.name)

    def node(self, state: str) -> Node:
        """The state of that name, of this version or the last that had it; raises ChartError for a name of none."""
        for chart in self.versions():
            if state in chart.nodes:
                return chart.nodes[state]
        raise self.no_state(state)

    def versions(self) -> Iterator[Chart]:
        """This version and those before it, the newest first."""
        chart: Chart | None = self
        while chart is not None:
            yield chart
            chart = chart.former

    def having(self, state: str) -> Chart:
        """This version, or the last before it where something can rest in the state; this one where none has it."""
        return next((chart for chart in self.versions() if state in chart.leaves), self)

    def leaf(self, state: str) -> Leaf:
        """The rows of a state that an instance can rest in; raises ChartError for any other name."""
        try:
            return self.leaves[state]
        except KeyError:
            raise self.no_state(state) from None

    def no_state(self, state: str) -> ChartError:
        return ChartError(
            f"{self.name}, version {self.version}, has no state {state!r} to rest in; it has {', '.join(self.leaves)}."
        )

    def is_in(self, state: str, above: str) -> bool:
        """Whether the state is `above` or lies within it."""
        return above in self.path(state)

    def is_final(self, state: str) -> bool:
        """Whether the machine is over in this state."""
        return self.node(state).ends_all

    def transitions(self) -> Iterator[Transition]:
        """Every row of the table, in the order of the source."""
        for node in self.nodes.values():
            for rows in node.on.values():
                yield from rows
            yield from node.always

    def takes(self, state: str) -> tuple[str, ...]:
        """The names of the events that some row takes in this state, whatever the guards say.

        Of a state that only former versions have, those that the last of them took.
        """
        chart = self.having(state)
        return tuple(name for name in chart.leaf(state).on if name in chart.events)

    def due(self, snapshot: Snapshot) -> tuple[datetime, str] | None:
        """The earliest timer that runs in this state: when, and the event it sends."""
        running = [
            (moment, name)
            for name, rows in self.leaf(snapshot.state).on.items()
            for row in rows
            if row.transition.at and (moment := getattr(snapshot.context, row.transition.at)) is not None
        ]
        return min(running, default=None)
