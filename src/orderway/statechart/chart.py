"""The chart: states and transitions as a table, compiled so that a step looks up a row and runs its actions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from orderway.statechart.guards import Guard


class ChartError(ValueError):
    """A chart that can not be: said when it is built, in a sentence that names the place."""


class Kind(StrEnum):
    """What a state is: a leaf, a compound, a final leaf, or a shallow history of its parent."""

    ATOMIC = "atomic"
    COMPOUND = "compound"
    FINAL = "final"
    HISTORY = "history"


class Act(StrEnum):
    """What an action does: change the context, tell of an effect, or raise an event to itself."""

    REDUCE = "reduce"
    EMIT = "emit"
    RAISE = "raise"


@dataclass(frozen=True, slots=True)
class Action:
    """One action; `run` takes (context, event, facts) and gives the new context, the effect or the event."""

    act: Act
    run: Callable[[Any, Any, Any], Any]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """Raised when a compound state reaches one of its finals."""

    name: str


@dataclass(eq=False, slots=True)
class Node:
    """A state of the chart, with its words and its place in the picture."""

    name: str
    key: str
    kind: Kind
    parent: Node | None = None
    label: str = ""
    tone: str = "neutral"
    lane: str = "main"
    row: int = 0
    children: list[Node] = field(default_factory=list)
    initial: Node | None = None
    entry: list[Action] = field(default_factory=list)
    exit: list[Action] = field(default_factory=list)
    on: dict[str, list[Transition]] = field(default_factory=dict)
    always: list[Transition] = field(default_factory=list)

    def ancestors(self) -> Iterator[Node]:
        """Its parent, the parent's parent, and so on to the root."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def is_within(self, other: Node | None) -> bool:
        """Whether it lies properly below `other`; everything lies below nothing."""
        return other is None or any(above is other for above in self.ancestors())

    def history(self) -> Node | None:
        """Its shallow history, where it has one."""
        return next((child for child in self.children if child.kind is Kind.HISTORY), None)


@dataclass(eq=False, slots=True)
class Transition:
    """A row of a machine's table. `event` is the name it waits for: "" for `always`, "*" for any."""

    source: Node
    event: str
    target: Node | None = None
    guard: Guard | None = None
    actions: tuple[Action, ...] = ()
    reenter: bool = False
    at: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What taking a transition from a leaf comes to: the actions in order, the leaf it ends in, what is remembered."""

    actions: tuple[Action, ...]
    leaf: str
    is_done: bool
    remembers: tuple[tuple[str, str], ...]


@dataclass(eq=False, slots=True)
class Row:
    """A transition seen from one leaf; its plan is worked out once for each remembered child."""

    transition: Transition
    leaf: Node
    test: Callable[[Any, Any, Any], bool] | None
    plans: dict[str | None, Plan] = field(default_factory=dict)

    def plan(self, history: Mapping[str, str], nodes: Mapping[str, Node]) -> Plan:
        """The plan, given what the history remembers."""
        target = self.transition.target
        remembered = history.get(target.name) if target is not None and target.kind is Kind.HISTORY else None
        found = self.plans.get(remembered)
        if found is None:
            found = self.plans[remembered] = make_plan(self.leaf, self.transition, nodes.get(remembered or ""))
        return found


@dataclass(eq=False, slots=True)
class Leaf:
    """The rows that a leaf looks at: its own, then those of the states around it."""

    always: tuple[Row, ...]
    on: dict[str, tuple[Row, ...]]
    other: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Where an instance stands: the leaf it rests in, its context, and what its histories remember."""

    state: str
    context: Any
    history: Mapping[str, str] = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class Chart:
    """A machine as data; made by `words.chart` or `xstate.load`, never changed after."""

    name: str
    version: int
    label: str
    context: type
    facts: type
    root: Node
    events: dict[str, type]
    nodes: dict[str, Node] = field(default_factory=dict)
    leaves: dict[str, Leaf] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.nodes = {node.name: node for node in walk(self.root)}
        self.leaves = {
            node.name: compile_leaf(node) for node in self.nodes.values() if node.kind in (Kind.ATOMIC, Kind.FINAL)
        }

    @property
    def states(self) -> dict[str, Node]:
        """The states in the order of the source, without the root and the histories."""
        return {
            name: node
            for name, node in self.nodes.items()
            if node is not self.root and node.kind is not Kind.HISTORY
        }  # fmt: skip

    def path(self, state: str) -> tuple[str, ...]:
        """The names from the outermost state down to this one; raises ChartError for a state it does not have."""
        node = self.node(state)
        return (*(above.name for above in reversed(list(node.ancestors())[:-1])), node.name)

    def node(self, state: str) -> Node:
        """The state of that name; raises ChartError for a name it does not have."""
        try:
            return self.nodes[state]
        except KeyError:
            raise ChartError(f"{self.name} has no state {state!r}; it has {', '.join(self.states)}.") from None

    def is_in(self, state: str, above: str) -> bool:
        """Whether the state is `above` or lies within it."""
        return above in self.path(state)

    def is_final(self, state: str) -> bool:
        """Whether the machine is over in this state."""
        node = self.node(state)
        return node.kind is Kind.FINAL and node.parent is self.root

    def transitions(self) -> Iterator[Transition]:
        """Every row of the table, in the order of the source."""
        for node in self.nodes.values():
            for rows in node.on.values():
                yield from rows
            yield from node.always

    def takes(self, state: str) -> tuple[str, ...]:
        """The names of the events that some row takes in this state, whatever the guards say."""
        return tuple(name for name in self.leaves[state].on if name in self.events)

    def due(self, snapshot: Snapshot) -> tuple[datetime, str] | None:
        """The earliest timer that runs in this state: when, and the event it sends."""
        running = [
            (moment, name)
            for name, rows in self.leaves[snapshot.state].on.items()
            for row in rows
            if row.transition.at and (moment := getattr(snapshot.context, row.transition.at)) is not None
        ]
        return min(running, default=None)


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, in the order of the source."""
    yield node
    for child in node.children:
        yield from walk(child)


def compile_leaf(leaf: Node) -> Leaf:
    """The rows that the leaf looks at, innermost first; of one state the exact event comes before `*`."""
    around = [leaf, *leaf.ancestors()]

    def rows(transitions: list[Transition]) -> list[Row]:
        return [Row(each, leaf, each.guard.test if each.guard else None) for each in transitions]

    named = dict.fromkeys(name for node in around for name in node.on if name != "*")
    return Leaf(
        always=tuple(row for node in around for row in rows(node.always)),
        on={
            name: tuple(row for node in around for row in rows(node.on.get(name, []) + node.on.get("*", [])))
            for name in named
        },
        other=tuple(row for node in around for row in rows(node.on.get("*", []))),
    )


def descend(node: Node) -> Node:
    """The leaf that entering the node ends in."""
    while node.initial is not None:
        node = node.initial
    return node


def domain_of(transition: Transition, target: Node) -> Node | None:
    """The state that a transition stays within; None where even the root is left (after SCXML, as XState does)."""
    source = transition.source
    if not transition.reenter and (target is source or target.is_within(source)):
        return source
    for above in target.ancestors():
        if source.is_within(above):
            return above
    return None


def entered(node: Node) -> list[Action]:
    """The actions of entering one state; a final tells its parent that it is done."""
    if node.kind is Kind.FINAL and node.parent is not None:
        done = Done(f"done.state.{node.parent.name}")
        return [*node.entry, Action(Act.RAISE, lambda *_: done, done.name)]
    return node.entry


def make_plan(leaf: Node, transition: Transition, remembered: Node | None) -> Plan:
    """Work out exits, actions and entries of a transition taken from a leaf."""
    target = transition.target
    if target is None:
        return Plan(transition.actions, leaf.name, is_done=False, remembers=())
    if target.kind is Kind.HISTORY:
        target = remembered or target.initial or target
    domain = domain_of(transition, target)
    exits = [node for node in (leaf, *leaf.ancestors()) if node.is_within(domain)]
    end = descend(target)
    entries = [node for node in reversed([end, *end.ancestors()]) if node.is_within(domain)]
    remembers = tuple(
        (past.name, child.name)
        for node, child in zip(exits[1:], exits, strict=False)
        if (past := node.history()) is not None
    )
    actions = [
        *(action for node in exits for action in node.exit),
        *transition.actions,
        *(action for node in entries for action in entered(node)),
    ]
    is_done = end.kind is Kind.FINAL and end.parent is not None and end.parent.parent is None
    if is_done:
        actions += [action for node in (end, *end.ancestors()) for action in node.exit]
    return Plan(tuple(actions), end.name, is_done, remembers)


def birth_plan(root: Node) -> Plan:
    """What being born comes to: the root and its initial states are entered."""
    end = descend(root)
    actions = [action for node in reversed([end, *end.ancestors()]) for action in entered(node)]
    is_done = end.kind is Kind.FINAL and end.parent is root
    if is_done:
        actions += [action for node in (end, *end.ancestors()) for action in node.exit]
    return Plan(tuple(actions), end.name, is_done, ())
