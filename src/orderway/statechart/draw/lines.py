"""Lines as SVG writes them: around corners, with a tip at the end."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from orderway.statechart.draw.layout import CELL, Point

RADIUS = 6
"""Pixels of a round corner."""


def towards(a: Point, b: Point) -> Point:
    """The direction from one corner to the next: one of (1, 0), (-1, 0), (0, 1), (0, -1)."""
    return (b[0] > a[0]) - (b[0] < a[0]), (b[1] > a[1]) - (b[1] < a[1])


def way(corners: Sequence[Point]) -> str:
    """The path through the corners, which are given in cells."""
    points = [(x * CELL, y * CELL) for x, y in corners]
    path = f"M{points[0][0]} {points[0][1]}"
    for (a, b), (_, c) in pairwise(pairwise(points)):
        (dx, dy), (ex, ey) = towards(a, b), towards(b, c)
        straight = f"H{b[0] - dx * RADIUS}" if dx else f"V{b[1] - dy * RADIUS}"
        path += f"{straight}q{dx * RADIUS} {dy * RADIUS} {(dx + ex) * RADIUS} {(dy + ey) * RADIUS}"
    before, last = points[-2:]
    return path + (f"H{last[0]}" if towards(before, last)[0] else f"V{last[1]}")


def outline(corners: Sequence[Point]) -> str:
    """The closed path around the corners; it begins halfway along a side, so that each corner is round."""
    (x1, y1), (x2, y2) = corners[-1], corners[0]
    middle = ((x1 + x2) // 2, (y1 + y2) // 2)
    return way([middle, *corners, middle]) + "z"


def tip(corners: Sequence[Point]) -> str:
    """The arrow's tip at the last corner."""
    (x, y), (dx, dy) = corners[-1], towards(*corners[-2:])
    return f"M{x * CELL} {y * CELL}l{-7 * dx - 4 * dy} {-7 * dy - 4 * dx}l{8 * dy} {8 * dx}z"
