"""Where everything stands: lanes as columns, rows, a box for each state and a frame around each compound one.

Everything is measured in the cells of a grid, `CELL` pixels each, so that wires can be found on it.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from orderway.statechart.chart import Chart
from orderway.statechart.nodes import Kind, Node

CELL = 10
BOX_WIDTH, BOX_HEIGHT = 14, 4
ROW_GAP = 5
PAD = 2
"""Between a frame and what it holds."""
MARGIN = 4
HEAD = 3
"""The height of the lanes' titles."""

Point = tuple[int, int]
Spans = Mapping[int, tuple[int, int]]
"""For each row that a compound state reaches over, its first and last column."""


@dataclass(frozen=True, slots=True)
class Box:
    """A state that an instance can rest in, by its upper left corner."""

    node: Node
    x: int
    y: int

    @property
    def middle(self) -> Point:
        return self.x + BOX_WIDTH // 2, self.y + BOX_HEIGHT // 2


@dataclass(frozen=True, slots=True)
class Frame:
    """The outline around the states of a compound one: its corners, clockwise from the upper left."""

    node: Node
    corners: tuple[Point, ...]

    def sides(self) -> list[tuple[Point, Point]]:
        return list(pairwise((*self.corners, self.corners[0])))

    def holds(self, point: Point) -> bool:
        """Whether the point lies inside: a ray to the right leaves an odd number of times."""
        x, y = point
        return sum(a[0] == b[0] > x and min(a[1], b[1]) <= y < max(a[1], b[1]) for a, b in self.sides()) % 2 == 1


@dataclass(frozen=True, slots=True)
class Layout:
    """The picture before its wires; a lane is its name and where it begins and ends, in cells."""

    width: int
    height: int
    lanes: tuple[tuple[str, float, float], ...]
    boxes: Mapping[str, Box]
    frames: Mapping[str, Frame]


def arrange(chart: Chart) -> Layout:
    """Place the states by their lanes and rows, and frame the compound ones whose states stand together."""
    places = placed(chart)
    ranks = {row for _, row in places}
    compounds = [node for node in chart.states.values() if node.kind is Kind.COMPOUND]
    spans = {node: span for node in compounds if (span := span_of(node, places))}
    gap = 11 if len(chart.lanes) <= 3 else 9
    lefts = [MARGIN + column * (BOX_WIDTH + gap) for column in range(len(chart.lanes))]
    tops = tops_of(len(ranks), list(spans.values()))
    boxes = {node.name: Box(node, lefts[column], tops[row]) for (column, row), node in places.items()}
    width = lefts[-1] + BOX_WIDTH + MARGIN
    edges = [0.0, *(left - gap / 2 for left in lefts[1:]), float(width)]
    return Layout(
        width=width,
        height=tops[-1] + BOX_HEIGHT + PAD + 1,
        lanes=tuple((lane, begin, end) for lane, (begin, end) in zip(chart.lanes, pairwise(edges), strict=True)),
        boxes={name: boxes[name] for name in chart.leaves},
        frames={node.name: Frame(node, outline(span, lefts, tops)) for node, span in spans.items()},
    )


def placed(chart: Chart) -> dict[Point, Node]:
    """The state at each column and row; rows that nobody uses are left out, and a place is one state's."""
    asked: dict[Point, Node] = {}
    for node in (chart.nodes[name] for name in chart.leaves):
        column, row = chart.lanes.index(node.lane), node.row
        while (column, row) in asked:
            row += 1
        asked[column, row] = node
    ranks = {row: rank for rank, row in enumerate(sorted({row for _, row in asked}))}
    return {(column, ranks[row]): node for (column, row), node in asked.items()}


def span_of(compound: Node, places: Mapping[Point, Node]) -> Spans:
    """What its frame reaches over: a rectangle, else a staircase; nothing where others stand in both."""
    mine = [place for place, node in places.items() if node.is_within(compound)]
    rows = range(min(row for _, row in mine), max(row for _, row in mine) + 1)
    columns = [column for column, _ in mine]
    rectangle = dict.fromkeys(rows, (min(columns), max(columns)))
    stairs = {row: (min(found), max(found)) for row in rows if (found := [c for c, r in mine if r == row])}
    joined = len(stairs) == len(rows) and all(a[0] <= b[1] and b[0] <= a[1] for a, b in pairwise(stairs.values()))
    return next(span for span in (rectangle, stairs if joined else {}, {}) if is_free(span, mine, places))


def is_free(span: Spans, mine: Container[Point], places: Container[Point]) -> bool:
    """Whether nobody else stands in it; nothing is always free."""
    within = [(column, row) for row, (first, last) in span.items() for column in range(first, last + 1)]
    return all(place in mine or place not in places for place in within)


def tops_of(rows: int, spans: Sequence[Spans]) -> list[int]:
    """Where each row begins: farther from the one before where a frame ends or begins between them."""
    begins, ends = {min(span) for span in spans}, {max(span) for span in spans}
    tops = [HEAD + 1 + (PAD if 0 in begins else 0)]
    for row in range(1, rows):
        tops.append(tops[-1] + BOX_HEIGHT + ROW_GAP + (row in begins) + (row - 1 in ends))
    return tops


def outline(span: Spans, lefts: Sequence[int], tops: Sequence[int]) -> tuple[Point, ...]:
    """The corners around the span; where a row reaches farther than the next, the step lies halfway between them."""
    rows = sorted(span)
    left = [lefts[span[row][0]] - PAD for row in rows]
    right = [lefts[span[row][1]] + BOX_WIDTH + PAD for row in rows]
    halfway = [(tops[row] + BOX_HEIGHT + tops[row + 1]) // 2 for row in rows[:-1]]
    top, bottom = tops[rows[0]] - PAD, tops[rows[-1]] + BOX_HEIGHT + PAD
    down = [(x, y) for y, (a, b) in zip(halfway, pairwise(right), strict=True) if a != b for x in (a, b)]
    up = [(x, y) for y, (a, b) in zip(halfway, pairwise(left), strict=True) if a != b for x in (a, b)]
    return ((left[0], top), (right[0], top), *down, (right[-1], bottom), (left[-1], bottom), *reversed(up))
