"""What is drawn between what: the transitions of a chart, gathered by where they begin and end."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from orderway.statechart.chart import Chart
from orderway.statechart.nodes import Kind, Node, Transition


@dataclass(frozen=True, slots=True)
class Wire:
    """From one state to another, with all transitions that go this way."""

    source: str
    target: str
    transitions: tuple[Transition, ...]

    def labels(self, chart: Chart) -> dict[str, str]:
        """What its events are called, by their names; nothing for what happens by itself."""
        names = dict.fromkeys(row.event for row in self.transitions if row.event in chart.events)
        return {name: chart.events[name].words.label for name in names}  # type: ignore[attr-defined]


def wires(chart: Chart, frames: Container[str]) -> tuple[Wire, ...]:
    """The wires of a chart. What leaves a compound state leaves its frame, or each state in it where it has none."""
    gathered: dict[tuple[str, str], list[Transition]] = {}
    for transition in chart.transitions():
        if transition.target is None:
            continue
        end = end_of(transition.target, frames)
        for begin in begins(transition.source, frames):
            if begin != end:
                gathered.setdefault((begin, end), []).append(transition)
    return tuple(Wire(begin, end, tuple(rows)) for (begin, end), rows in gathered.items())


def begins(source: Node, frames: Container[str]) -> list[str]:
    if source.is_leaf or source.name in frames:
        return [source.name]
    return [node.name for node in source.walk() if node.is_leaf]


def end_of(target: Node, frames: Container[str]) -> str:
    """The leaf that is entered; for a history, the frame of what it remembers."""
    if target.kind is Kind.HISTORY and target.parent is not None and target.parent.name in frames:
        return target.parent.name
    return target.landing().name
