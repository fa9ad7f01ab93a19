"""Which way an instance went: the transitions behind each move that the log tells of."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from functools import lru_cache

from orderway.statechart.chart import Chart
from orderway.statechart.check import landings
from orderway.statechart.nodes import Kind, Transition, done_event
from orderway.statechart.plan import Row

Move = tuple[str, str, str]
"""A line of the log: the state before, the event, the state after."""


def travelled(chart: Chart, moves: Iterable[Move]) -> set[Transition]:
    """The transitions that the moves took; a move by an older version of the chart may have none."""
    return {transition for move in moves for transition in taken(chart, move)}


@lru_cache(maxsize=4096)
def taken(chart: Chart, move: Move) -> tuple[Transition, ...]:
    """The transitions of one move: the event's own, and the `always` and done transitions that brought it to rest."""
    begin, event, end = move
    if begin not in chart.leaves:
        return ()
    waiting: deque[tuple[Row, tuple[Transition, ...]]]
    waiting = deque((row, ()) for row in chart.leaves[begin].on.get(event, ()))
    seen: set[str] = set()
    while waiting:
        row, before = waiting.popleft()
        way = (*before, row.transition)
        for leaf in landings(row):
            if leaf == end:
                return way
            if leaf not in seen:
                seen.add(leaf)
                waiting.extend((onward, way) for onward in by_itself(chart, leaf))
    return ()


def by_itself(chart: Chart, name: str) -> tuple[Row, ...]:
    """The rows that a state may take without an event from outside."""
    node, leaf = chart.nodes[name], chart.leaves[name]
    done = leaf.on.get(done_event(node.parent.name), ()) if node.kind is Kind.FINAL and node.parent else ()
    return (*leaf.always, *done)
