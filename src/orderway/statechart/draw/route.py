"""Ways for the wires: orthogonal, around the boxes, with few turns and crossings (A* over the grid)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from heapq import heappop, heappush

from orderway.statechart.draw.grid import Grid, Port, Way
from orderway.statechart.draw.layout import Layout, Point
from orderway.statechart.draw.wires import Wire

TURN = 8.0
"""The price of a turn, in steps."""
ROUNDS = 3
"""How often each wire is laid: again with all others in sight."""

State = tuple[int, int]
"""A point and the step that led to it; no step where a wire begins or ends."""


def routed(layout: Layout, wires: Sequence[Wire]) -> dict[Wire, tuple[Point, ...]]:
    """The corners of each wire from its source to its target; the short ones choose first."""
    grid = Grid(layout)
    order = sorted(wires, key=lambda wire: distance(layout, wire))
    ways: dict[Wire, Way] = {}
    for _ in range(ROUNDS):
        for wire in order:
            if wire in ways:
                grid.lift(wire, ways.pop(wire))
            if way := Search(grid, wire).run():
                grid.lay(wire, way)
                ways[wire] = way
    return {wire: grid.corners(ways[wire]) for wire in wires if wire in ways}


def distance(layout: Layout, wire: Wire) -> int:
    """How far a wire has to go at least; those of a frame come in between."""
    boxes = layout.boxes
    if wire.source not in boxes or wire.target not in boxes:
        return 25
    (x1, y1), (x2, y2) = boxes[wire.source].middle, boxes[wire.target].middle
    return abs(x2 - x1) + abs(y2 - y1) + (0 if x1 == x2 or y1 == y2 else 8)


class Search:
    """The search for the cheapest way of one wire."""

    def __init__(self, grid: Grid, wire: Wire) -> None:
        self.grid = grid
        self.target = wire.target
        self.queue: list[tuple[float, float, State]] = []
        self.best: dict[State, float] = {}
        self.came: dict[State, State] = {}
        self.prices: dict[State, float] = {}
        self.goals: defaultdict[int, list[Port]] = defaultdict(list)
        for port in grid.enters(wire):
            self.goals[port.point + port.step].append(port)
        columns = [goal % grid.columns for goal in self.goals]
        rows = [goal // grid.columns for goal in self.goals]
        self.left, self.right, self.top, self.bottom = min(columns), max(columns), min(rows), max(rows)
        for port in grid.leaves(wire):
            price = port.price + grid.price(port.point, port.step, self.target)
            self.offer((port.point + port.step, port.step), price, (port.point, 0))

    def run(self) -> Way:
        """The way from border to border; empty where there is none."""
        blocked, directions = self.grid.blocked, self.grid.directions()
        while self.queue:
            _, price, state = heappop(self.queue)
            point, step = state
            if step == 0:
                return self.way(state)
            if self.best[state] < price or point in blocked:
                continue
            for port in self.goals.get(point, ()):
                self.offer((port.point, 0), price + port.price + (TURN if port.step != -step else 0.0), state)
            for turn in directions:
                if turn != -step and point + turn not in blocked:
                    self.offer(
                        (point + turn, turn), price + self.price(point, turn) + (TURN if turn != step else 0.0), state
                    )
        return ()

    def offer(self, state: State, price: float, before: State) -> None:
        if price < self.best.get(state, float("inf")):
            self.best[state] = price
            self.came[state] = before
            heappush(self.queue, (price + self.ahead(*state), price, state))

    def price(self, point: int, step: int) -> float:
        key = (point, step)
        if key not in self.prices:
            self.prices[key] = self.grid.price(point, step, self.target)
        return self.prices[key]

    def ahead(self, point: int, step: int) -> float:
        """The least that is left to pay: the steps to the rectangle around the goals, and a turn if need be."""
        if step == 0:
            return 0.0
        y, x = divmod(point, self.grid.columns)
        along = self.left - x if x < self.left else x - self.right if x > self.right else 0
        down = self.top - y if y < self.top else y - self.bottom if y > self.bottom else 0
        turns = (along and down) or (along and abs(step) != 1) or (down and abs(step) == 1)
        return along + down + (TURN if turns else 0.0)

    def way(self, end: State) -> Way:
        found = [end, self.came[end]]
        while found[-1][1] != 0:
            found.append(self.came[found[-1]])
        return tuple(point for point, _ in reversed(found))
