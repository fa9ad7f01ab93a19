"""Where the words of the wires go: beside their wire, over no box, no other wire and no other words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from orderway.statechart.chart import Chart
from orderway.statechart.draw.layout import BOX_HEIGHT, BOX_WIDTH, CELL, HEAD, Layout, Point
from orderway.statechart.draw.lettering import width, wrapped
from orderway.statechart.draw.wires import Wire

SIZE, LINE = 11, 13
"""Pixels of a letter and of a line."""
STRIDE = 5
"""Pixels between the places that are tried."""
FARTHER, OTHER_SIDE, ANOTHER_LINE, ACROSS_FRAME = 3.0, 0.9, 0.7, 6.0
"""What makes a place worse: off the middle of the wire, on the less usual side, on more lines, over a frame."""

Rect = tuple[float, float, float, float]
"""Left, top, right and bottom, in pixels."""
Say = Callable[[str], str]
"""Writes words of the machine in some language."""
Lines = tuple[tuple[str, str], ...]
"""The lines of a label, each with the event that it belongs to."""


@dataclass(frozen=True, slots=True)
class Label:
    """Words beside a wire; the rectangle is filled by the lines from its top."""

    lines: Lines
    rect: Rect


@dataclass(frozen=True, slots=True)
class Ground:
    """What is there already: what words must not touch, and what they had better not."""

    solid: tuple[Rect, ...]
    frames: tuple[Rect, ...]
    width: int
    height: int

    def price(self, rect: Rect) -> float | None:
        """What it costs to write there; None where something stands."""
        left, top, right, bottom = rect
        if left < 0 or top < 0 or right > self.width or bottom > self.height:
            return None
        if any(overlap(rect, other) for other in self.solid):
            return None
        return ACROSS_FRAME * sum(overlap(rect, other) for other in self.frames)


def labelled(
    chart: Chart, layout: Layout, ways: Mapping[Wire, Sequence[Point]], *, say: Say = str
) -> dict[Wire, Label]:
    """A place for the words of each wire that has some; one that has no room goes without.

    The wires with the fewest places choose first.
    """
    ground = ground_of(layout, ways, say)
    told = {wire: {event: say(label) for event, label in wire.labels(chart).items()} for wire in ways}
    choices = {wire: sorted(places(told[wire], way, ground)) for wire, way in ways.items()}
    found: dict[Wire, Label] = {}
    for wire in sorted(choices, key=lambda wire: len(choices[wire])):
        free = (
            Label(lines, rect)
            for _, rect, lines in choices[wire]
            if not any(overlap(rect, other.rect) for other in found.values())
        )
        if label := next(free, None):
            found[wire] = label
    return found


def ground_of(layout: Layout, ways: Mapping[Wire, Sequence[Point]], say: Say = str) -> Ground:
    """The boxes, the wires with their tips, the titles, and the frames."""
    boxes = [around((box.x, box.y), (box.x + BOX_WIDTH, box.y + BOX_HEIGHT), 2) for box in layout.boxes.values()]
    wires = [around(*part, 1.5) for way in ways.values() for part in pairwise(way)]
    tips = [around(way[-1], way[-1], 5) for way in ways.values()]
    corners = [(frame.corners[0], width(say(frame.node.label), SIZE)) for frame in layout.frames.values()]
    titles = [(x * CELL + 6, y * CELL + 2, x * CELL + 12 + length, y * CELL + 18) for (x, y), length in corners]
    head = (0, 0, layout.width * CELL, HEAD * CELL)
    return Ground(
        solid=(*boxes, *wires, *tips, *titles, head),
        frames=tuple(around(*side, 1) for frame in layout.frames.values() for side in frame.sides()),
        width=layout.width * CELL,
        height=layout.height * CELL,
    )


def around(a: Point, b: Point, by: float) -> Rect:
    """The rectangle between two points of the grid, larger by some pixels on each side."""
    left, right, top, bottom = min(a[0], b[0]), max(a[0], b[0]), min(a[1], b[1]), max(a[1], b[1])
    return left * CELL - by, top * CELL - by, right * CELL + by, bottom * CELL + by


def overlap(a: Rect, b: Rect) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def places(labels: Mapping[str, str], way: Sequence[Point], ground: Ground) -> Iterator[tuple[float, Rect, Lines]]:
    """Every free place for the words, broken into lines in every way, with what is against it."""
    for lines in broken(labels) if labels else ():
        size = max(width(text, SIZE) for _, text in lines) + 2, float(LINE * len(lines))
        for price, rect in beside(way, size):
            more = ground.price(rect)
            if more is not None:
                yield price + more + ANOTHER_LINE * len(lines), rect, lines


def broken(labels: Mapping[str, str]) -> list[Lines]:
    """The labels in lines of several widths, the widest first."""
    limits = (400, 130, 100, 80, 64)
    return list(
        dict.fromkeys(
            tuple((event, line) for event, label in labels.items() for line in wrapped(label, limit=limit, size=SIZE))
            for limit in limits
        )
    )


def beside(way: Sequence[Point], size: tuple[float, float]) -> Iterator[tuple[float, Rect]]:
    """Places along the wire, above and below its flat parts, right and left of its upright ones."""
    wide, high = size
    length = sum(abs(a[0] - b[0]) + abs(a[1] - b[1]) for a, b in pairwise(way)) * CELL
    gone = 0
    for (x1, y1), (x2, y2) in pairwise([(x * CELL, y * CELL) for x, y in way]):
        part = abs(x2 - x1) + abs(y2 - y1)
        for step in range(0, part + 1, STRIDE):
            x, y = x1 + (x2 - x1) * step // part, y1 + (y2 - y1) * step // part
            price = FARTHER * abs((gone + step) / length - 0.5)
            if y1 == y2 and abs(2 * x - x1 - x2) <= part + wide / 5:
                yield price + max(0.0, wide - part) / CELL, (x - wide / 2, y - high - 3, x + wide / 2, y - 3)
                yield (
                    price + max(0.0, wide - part) / CELL + OTHER_SIDE,
                    (x - wide / 2, y + 4, x + wide / 2, y + 4 + high),
                )
            if x1 == x2:
                yield price, (x + 4, y - high / 2, x + 4 + wide, y + high / 2)
                yield price + OTHER_SIDE, (x - wide - 4, y - high / 2, x - 4, y + high / 2)
        gone += part
