"""What each transition comes to, worked out before any event arrives: what is left, done, entered and remembered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from orderway.statechart.guards import Test
from orderway.statechart.nodes import Act, Action, Done, Kind, Node, Transition, done_event


@dataclass(frozen=True, slots=True)
class Plan:
    """What taking a transition from a leaf comes to: the actions in order, the leaf it ends in, what is remembered."""

    actions: tuple[Action, ...]
    leaf: str
    remembers: Mapping[str, str] = field(default_factory=dict)


@dataclass(eq=False, slots=True, repr=False)
class Row:
    """A transition seen from one leaf. `fixed` is its plan, but where it targets a history: that depends."""

    transition: Transition
    leaf: Node
    test: Test | None = None
    fixed: Plan | None = None
    recalled: dict[str, Plan] = field(default_factory=dict)

    def __post_init__(self) -> None:
        transition = self.transition
        if transition.guard is not None:
            self.test = transition.guard.test
        if transition.target is None or transition.target.kind is not Kind.HISTORY:
            self.fixed = plan(self.leaf, transition)

    def __repr__(self) -> str:
        return f"{self.transition!r} from {self.leaf!r}"

    def plan(self, history: Mapping[str, str], nodes: Mapping[str, Node]) -> Plan:
        """The plan, given what the history remembers; worked out once for each child that it may recall."""
        if self.fixed is not None:
            return self.fixed
        child = history.get(self.transition.target.name, "") if self.transition.target else ""
        if child not in self.recalled:
            self.recalled[child] = plan(self.leaf, self.transition, nodes.get(child))
        return self.recalled[child]


@dataclass(eq=False, slots=True)
class Leaf:
    """The rows that a leaf looks at, innermost first; `other` are those for events that it has no row for."""

    always: tuple[Row, ...] = ()
    on: dict[str, tuple[Row, ...]] = field(default_factory=dict)
    other: tuple[Row, ...] = ()


def compiled(leaf: Node) -> Leaf:
    """The rows that the leaf looks at: of one state the exact event before `*`; none where all ends."""
    if leaf.ends_all:
        return Leaf()
    around = [leaf, *leaf.ancestors()]

    def rows(transitions: list[Transition]) -> list[Row]:
        return [Row(each, leaf) for each in transitions]

    names = dict.fromkeys(name for node in around for name in node.on if name != "*")
    return Leaf(
        always=tuple(row for node in around for row in rows(node.always)),
        on={
            name: tuple(row for node in around for row in rows(node.on.get(name, []) + node.on.get("*", [])))
            for name in names
        },
        other=tuple(row for node in around for row in rows(node.on.get("*", []))),
    )


def plan(leaf: Node, transition: Transition, remembered: Node | None = None) -> Plan:
    """Exits, actions and entries of a transition taken from a leaf; `remembered` is what its history target recalls."""
    target = transition.target
    if target is None:
        return Plan(transition.actions, leaf.name)
    aim = target
    if target.kind is Kind.HISTORY:
        aim = remembered or target.initial or target
    domain = domain_of(transition, aim)
    left = [node for node in (leaf, *leaf.ancestors()) if node.is_within(domain)]
    remembers = {history.name: child for child, node in pairwise(left) for history in node.histories()}
    # Leaving comes before entering: a history that lies within what is left returns to what was left just now.
    end = remembers.get(target.name, aim).landing()
    # XState enters all below the parent of a history that is targeted, also where it was not left.
    within = (domain, target.parent) if target.kind is Kind.HISTORY else (domain,)
    into = [node for node in reversed([end, *end.ancestors()]) if any(map(node.is_within, within))]
    return Plan(
        actions=(
            *(action for node in left for action in node.exit),
            *transition.actions,
            *(action for node in into for action in entering(node)),
            *ending(end),
        ),
        leaf=end.name,
        remembers={name: child.name for name, child in remembers.items()},
    )


def birth(root: Node) -> Plan:
    """What being born comes to: the root and its initial states are entered."""
    end = root.landing()
    into = reversed([end, *end.ancestors()])
    return Plan((*(action for node in into for action in entering(node)), *ending(end)), end.name)


def domain_of(transition: Transition, target: Node) -> Node | None:
    """The state that a transition stays within; None where even the root is left (after SCXML, as XState does)."""
    source = transition.source
    if not transition.reenter and (target is source or target.is_within(source)):
        return source
    for above in target.ancestors():
        if source.is_within(above):
            return above
    return None


def entering(node: Node) -> list[Action]:
    """The actions of entering one state; a final tells its parent that it is done."""
    if node.kind is Kind.FINAL and node.parent is not None:
        done = Done(done_event(node.parent.name))
        return [*node.entry, Action(Act.RAISE, lambda *_: done, done.name)]
    return node.entry


def ending(end: Node) -> list[Action]:
    """Where all ends, every state is left."""
    return [action for node in (end, *end.ancestors()) for action in node.exit] if end.ends_all else []
