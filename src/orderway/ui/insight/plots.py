"""Plots as pieces of SVG without text: the words stand beside them in the page, and read well at every width.

Classes alone give them their look: `half` and `most` of a bar, `line` with its number, `grid`, and `hit` of what links.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from markupsafe import Markup

WIDTH, HEIGHT = 600, 160
STEPS = (1, 2, 5)


def bar(half: float, most: float = 0) -> Markup:
    """A bar to `half` of the width with a whisker to `most`, both from 0 to 1."""
    whisker = f'<path class="most" d="M{half * 100:.1f} 6H{most * 100:.1f}M{most * 100:.1f} 2v8"/>' if most else ""
    return _drawn(f'<rect class="half" width="{half * 100:.1f}" height="12"/>{whisker}', size=(100, 12))


def rooted(value: float, largest: float) -> float:
    """Where a value stands between 0 and the largest, so that small ones beside large ones can be told apart."""
    return (value / largest) ** 0.5 if largest > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the axis: what it says when it is pointed at, and where it leads."""

    says: str
    url: str


@dataclass(frozen=True, slots=True)
class Lines:
    """A plot of lines, with the numbers of its axis from the top down."""

    drawing: Markup
    numbers: tuple[int, ...]


def lines(series: Sequence[Sequence[int]], points: Sequence[Point]) -> Lines:
    """Several series over the same points, from the left to the right."""
    top = ceiling(max((max(values, default=0) for values in series), default=0))
    apart = WIDTH / max(len(points) - 1, 1)
    drawn = [f'<path class="grid" d="M0 {HEIGHT * part / 4:g}H{WIDTH}"/>' for part in range(5)]
    for number, values in enumerate(series, start=1):
        places = (f"{place * apart:.1f} {HEIGHT - value * HEIGHT / top:.1f}" for place, value in enumerate(values))
        drawn.append(f'<path class="line l{number}" d="M{"L".join(places)}"/>')
    for place, point in enumerate(points):
        left = max(place * apart - apart / 2, 0)
        drawn.append(
            f'<a href="{escape(point.url)}" tabindex="-1"><rect class="hit" x="{left:.1f}" width="{apart:.1f}"'
            f' height="{HEIGHT}"><title>{escape(point.says)}</title></rect></a>'
        )
    return Lines(_drawn("".join(drawn), size=(WIDTH, HEIGHT)), tuple(top * part // 4 for part in range(4, -1, -1)))


def ceiling(largest: int) -> int:
    """The end of an axis that holds the largest value: a round number in quarters of which are whole ones."""
    size = 4
    while True:
        for step in STEPS:
            if step * size >= largest:
                return step * size
        size *= 10


def _drawn(inside: str, *, size: tuple[int, int]) -> Markup:
    """A drawing that is stretched to its place; whoever does not see it reads the words and the table."""
    head = f'<svg class="plot" aria-hidden="true" viewBox="0 0 {size[0]} {size[1]}" preserveAspectRatio="none">'
    # Everything in it is made of numbers, or was escaped.
    return Markup(f"{head}{inside}</svg>")  # noqa: S704
