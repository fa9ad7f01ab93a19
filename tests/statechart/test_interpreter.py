"""The plans that the engine works out beforehand, against XState's algorithm over sets of states, in plain words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.statechart.random_charts import recording

from orderway.statechart import Chart
from orderway.statechart.conformance import RECORDED
from orderway.statechart.nodes import Kind, Node, Transition
from orderway.statechart.plan import Row, entering, plan
from orderway.statechart.xstate import load


@dataclass
class Sets:
    """One microstep over sets of states, after `computeExitSet`, `computeEntrySet` and their like."""

    active: set[Node]
    history: dict[str, Node] = field(default_factory=dict)
    actions: list[str] = field(default_factory=list)

    def take(self, transition: Transition) -> None:
        if transition.target is None:
            self.actions += [action.name for action in transition.actions]
            return
        leaving = self.leaving(transition)
        for child in leaving:
            if child.parent in leaving and child.parent is not None:
                self.history |= {past.name: child for past in child.parent.histories()}
        self.exit(leaving)
        self.active -= leaving
        self.actions += [action.name for action in transition.actions]
        for node in sorted(self.entering(transition), key=order):
            self.active.add(node)
            self.actions += [action.name for action in entering(node)]
        (leaf,) = (node for node in self.active if node.is_leaf)
        if leaf.ends_all:
            self.exit(self.active)

    def exit(self, nodes: set[Node]) -> None:
        inner_first = sorted(nodes, key=order, reverse=True)
        self.actions += [action.name for node in inner_first for action in node.exit]

    def effective(self, transition: Transition) -> Node:
        target = transition.target
        assert target is not None
        if target.kind is Kind.HISTORY:
            default = target.initial
            assert default is not None
            return self.history.get(target.name, default)
        return target

    def domain(self, transition: Transition) -> Node | None:
        source, target = transition.source, self.effective(transition)
        if not transition.reenter and (target is source or source in target.ancestors()):
            return source
        common = [above for above in target.ancestors() if above in source.ancestors()]
        return common[0] if common else None

    def leaving(self, transition: Transition) -> set[Node]:
        domain = self.domain(transition)
        return {node for node in self.active if domain is None or domain in node.ancestors()}

    def entering(self, transition: Transition) -> set[Node]:
        target, aim, domain = transition.target, self.effective(transition), self.domain(transition)
        assert target is not None
        found = set(self.down(aim))
        if target.kind is Kind.HISTORY:
            found |= {aim, *(above for above in aim.ancestors() if above.is_within(target.parent))}
        elif target is not transition.source or transition.source is not domain or transition.reenter:
            found.add(target)
        return found | {above for above in aim.ancestors() if domain is None or domain in above.ancestors()}

    def down(self, node: Node) -> Iterator[Node]:
        while node.initial is not None:
            node = node.initial
            yield node


def order(node: Node) -> int:
    """The order of the document."""
    root = [node, *node.ancestors()][-1]
    return list(root.walk()).index(node)


def expected(row: Row, history: Mapping[str, Node]) -> tuple[list[str], str, dict[str, str]]:
    sets = Sets({row.leaf, *row.leaf.ancestors()}, dict(history))
    sets.take(row.transition)
    (leaf,) = (node.name for node in sets.active if node.is_leaf)
    changed = {name: child.name for name, child in sets.history.items() if history.get(name) is not child}
    return sets.actions, leaf, changed


def recalls(row: Row) -> Iterator[Node | None]:
    """Every child that the row's history target may recall."""
    target = row.transition.target
    yield None
    if target is not None and target.kind is Kind.HISTORY and target.parent is not None:
        yield from (child for child in target.parent.children if child.kind is not Kind.HISTORY)


def rows(chart: Chart) -> Iterator[Row]:
    for leaf in chart.leaves.values():
        for found in (leaf.always, leaf.other, *leaf.on.values()):
            yield from found


@given(st.integers(0, 1_000_000))
@settings(max_examples=60)
def test_every_plan_is_what_the_algorithm_comes_to(seed: int):
    chart = load(recording(seed)["config"], RECORDED)
    for row in rows(chart):
        for child in recalls(row):
            target = row.transition.target
            history: dict[str, Any] = {target.name: child} if target is not None and child is not None else {}
            ours = plan(row.leaf, row.transition, child)
            fresh = {name: left for name, left in ours.remembers.items() if history.get(name) is not chart.nodes[left]}
            assert ([action.name for action in ours.actions], ours.leaf, fresh) == expected(row, history)
