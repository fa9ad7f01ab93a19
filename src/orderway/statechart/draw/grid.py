"""The grid that wires are laid on: what stands in the way, what lies there already, and what each step costs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from orderway.statechart.draw.layout import BOX_HEIGHT, BOX_WIDTH, CELL, HEAD, Frame, Layout, Point
from orderway.statechart.draw.lettering import width
from orderway.statechart.draw.wires import Wire

CROSSING, BESIDE, BESIDE_BOX = 5.0, 3.0, 1.0
"""The price of crossing another wire, and of a step right beside one or beside a box, in steps."""
ON_TOP, ALONG_FRAME, PORT_TAKEN = 60.0, 6.0, 30.0
"""The price of a step on top of a wire that goes elsewhere or along a frame, and of sharing a port."""

Way = tuple[int, ...]
"""The points that a wire goes through, each `y * columns + x`; a step is the difference of two."""
Ends = list[str]
"""Of each wire that lies somewhere, the state it leads to: those to the same one may join."""


@dataclass(frozen=True, slots=True)
class Port:
    """Where a wire may leave or enter: the point on the border, the step outward, and how gladly it is used."""

    point: int
    step: int
    price: float


class Grid:
    """What stands and lies on the grid of a layout."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.columns = layout.width + 1
        self.blocked: set[int] = set()
        self.dear: Counter[int] = Counter()
        self.borders: set[tuple[int, int]] = set()
        self.steps: defaultdict[tuple[int, int], Ends] = defaultdict(list)
        self.flat: defaultdict[int, Ends] = defaultdict(list)
        self.upright: defaultdict[int, Ends] = defaultdict(list)
        self.leaving: Counter[int] = Counter()
        self.entering: defaultdict[int, Ends] = defaultdict(list)
        self.block()

    def at(self, x: int, y: int) -> int:
        return y * self.columns + x

    def block(self) -> None:
        """Boxes, titles and the margin stand in the way; right beside a box there is little room."""
        layout = self.layout
        for x in range(self.columns):
            self.blocked.update(self.at(x, y) for y in (*range(HEAD), layout.height))
        for y in range(layout.height):
            self.blocked.update((self.at(0, y), self.at(layout.width, y)))
        for box in layout.boxes.values():
            inside = [
                self.at(x, y) for x in range(box.x, box.x + BOX_WIDTH + 1) for y in range(box.y, box.y + BOX_HEIGHT + 1)
            ]
            self.blocked.update(inside)
            self.dear.update({point + step for point in inside for step in self.directions()})
        for frame in layout.frames.values():
            (x, y), length = frame.corners[0], int(width(frame.node.label, 11) / CELL) + 2
            self.blocked.update(self.at(x + along, y + 1) for along in range(1, length + 1))
            self.borders.update(unordered(*step) for side in frame.sides() for step in pairwise(self.line(*side)))

    def directions(self) -> tuple[int, int, int, int]:
        """The steps to the right, to the left, down and up."""
        return 1, -1, self.columns, -self.columns

    def line(self, begin: Point, end: Point) -> range:
        """The points from one to another in the same row or column, both included."""
        a, b = self.at(*begin), self.at(*end)
        step = (1 if begin[1] == end[1] else self.columns) * (1 if b > a else -1)
        return range(a, b + step, step)

    def price(self, point: int, step: int, target: str) -> float:
        """What a step costs a wire that leads to the target."""
        to = point + step
        edge = unordered(point, to)
        same, across = (self.flat, self.upright) if abs(step) == 1 else (self.upright, self.flat)
        aside = self.columns if abs(step) == 1 else 1
        return (
            1.0
            + BESIDE_BOX * self.dear.get(to, 0)
            + (ALONG_FRAME if edge in self.borders else 0.0)
            + ON_TOP * elsewhere(self.steps.get(edge), target)
            + CROSSING * elsewhere(across.get(to), target)
            + BESIDE * (elsewhere(same.get(to + aside), target) + elsewhere(same.get(to - aside), target))
        )

    def leaves(self, wire: Wire) -> Iterator[Port]:
        """Where the wire may leave its source, each port priced by who uses it."""
        for port in self.ports(wire.source, wire.target):
            taken = self.leaving[port.point] + len(self.entering[port.point])
            yield Port(port.point, port.step, port.price + PORT_TAKEN * taken)

    def enters(self, wire: Wire) -> Iterator[Port]:
        """Where the wire may enter its target; who enters it there already may be joined."""
        for port in self.ports(wire.target, wire.source):
            taken = self.leaving[port.point] + elsewhere(self.entering[port.point], wire.target)
            yield Port(port.point, port.step, port.price + PORT_TAKEN * taken)

    def ports(self, name: str, other: str) -> Iterator[Port]:
        """Where a wire between the state and another may touch it."""
        if name in self.layout.frames:
            yield from self.frame_ports(self.layout.frames[name], other)
            return
        box = self.layout.boxes[name]
        for off, price in ((0, 0.0), (-3, 2.0), (3, 2.0), (-5, 3.0), (5, 3.0)):
            x = box.x + BOX_WIDTH // 2 + off
            yield Port(self.at(x, box.y), -self.columns, price)
            yield Port(self.at(x, box.y + BOX_HEIGHT), self.columns, price)
        for off, price in ((0, 0.0), (-1, 1.5), (1, 1.5)):
            y = box.y + BOX_HEIGHT // 2 + off
            yield Port(self.at(box.x, y), -1, price)
            yield Port(self.at(box.x + BOX_WIDTH, y), 1, price)

    def frame_ports(self, frame: Frame, other: str) -> Iterator[Port]:
        """All along the frame but its corners; on the way inside between the rows, where there is room for a label."""
        boxes = self.layout.boxes
        inward = other in boxes and frame.holds(boxes[other].middle)
        in_rows = {y for box in boxes.values() for y in range(box.y - 1, box.y + BOX_HEIGHT + 2)}
        # Clockwise, so that outward is to the left of each side.
        outward = {1: -self.columns, self.columns: 1, -1: self.columns, -self.columns: -1}
        for side in frame.sides():
            points = self.line(*side)
            step = outward[points.step]
            for point in points[2:-2]:
                if not inward:
                    yield Port(point, step, 0.0)
                elif abs(step) != 1 or point // self.columns not in in_rows:
                    yield Port(point, -step, 0.0)

    def lay(self, wire: Wire, way: Way) -> None:
        self.leaving[way[0]] += 1
        for ends in self.along(way):
            ends.append(wire.target)

    def lift(self, wire: Wire, way: Way) -> None:
        self.leaving[way[0]] -= 1
        for ends in self.along(way):
            ends.remove(wire.target)

    def along(self, way: Way) -> Iterator[Ends]:
        """All that a way takes up beside where it leaves."""
        yield self.entering[way[-1]]
        for a, b in pairwise(way):
            lying = self.flat if abs(a - b) == 1 else self.upright
            yield self.steps[unordered(a, b)]
            yield lying[a]
            yield lying[b]

    def corners(self, way: Way) -> tuple[Point, ...]:
        """Where it begins, turns and ends."""
        turns = [b for (a, b), (_, c) in pairwise(pairwise(way)) if b - a != c - b]
        return tuple((point % self.columns, point // self.columns) for point in (way[0], *turns, way[-1]))


def unordered(a: int, b: int) -> tuple[int, int]:
    return (a, b) if a < b else (b, a)


def elsewhere(ends: Ends | None, target: str) -> int:
    """How many of the wires lead to another state."""
    return len(ends) - ends.count(target) if ends else 0
