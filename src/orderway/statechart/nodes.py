"""What a chart is made of: states, transitions between them, and the actions on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from orderway.statechart.guards import Guard

TONES = ("neutral", "active", "waiting", "good", "bad", "ended")
"""How a state feels to those who wait for it; pages give each a colour and a shape."""


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
    """One action; `run` takes (context, event, facts) and gives the new context, the effect or the event.

    `params` are the fields of an effect that is always the same.
    """

    act: Act
    run: Callable[[Any, Any, Any], Any]
    name: str = ""
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Done:
    """Raised when a compound state reaches one of its finals."""

    name: str


def done_event(compound: str) -> str:
    """The name of the event that tells that a compound state is done."""
    return f"done.state.{compound}"


@dataclass(eq=False, repr=False, slots=True)
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

    def __repr__(self) -> str:
        return f"<state {self.name}>"  # its parents and children would print each other without end

    @property
    def is_leaf(self) -> bool:
        """Whether an instance can rest in it."""
        return self.kind in (Kind.ATOMIC, Kind.FINAL)

    @property
    def ends_all(self) -> bool:
        """Whether the machine is over in it: a final state that lies in no other."""
        return self.kind is Kind.FINAL and self.parent is not None and self.parent.parent is None

    def ancestors(self) -> Iterator[Node]:
        """Its parent, the parent's parent, and so on to the root."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def is_within(self, other: Node | None) -> bool:
        """Whether it lies properly below `other`; everything lies below nothing."""
        return other is None or any(above is other for above in self.ancestors())

    def walk(self) -> Iterator[Node]:
        """Itself and all below it, in the order of the source."""
        yield self
        for child in self.children:
            yield from child.walk()

    def histories(self) -> Iterator[Node]:
        """The shallow histories that remember which of its children was left last."""
        return (child for child in self.children if child.kind is Kind.HISTORY)

    def landing(self) -> Node:
        """The leaf that entering it ends in."""
        node = self
        while node.initial is not None:
            node = node.initial
        return node


@dataclass(eq=False, repr=False, slots=True)
class Transition:
    """A row of a machine's table. `event` is the name it waits for: "" for `always`, "*" for any."""

    source: Node
    event: str
    target: Node | None = None
    guard: Guard | None = None
    actions: tuple[Action, ...] = ()
    reenter: bool = False
    at: str = ""

    def __repr__(self) -> str:
        return f"<{self.source.name} on {self.event or 'always'} to {self.target.name if self.target else 'itself'}>"
