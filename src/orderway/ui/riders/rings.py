"""Stores around one of them by bearing and distance, over rings: near ones can be told apart, far ones still fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import asin, atan2, cos, radians, sin, sqrt

from markupsafe import Markup

EARTH_KM = 6371.0
SIZE = 100
"""Of the outermost ring, in the units of the drawing."""
LEAST_KM = 10
PARTS = (1 / 8, 1 / 4, 1 / 2, 1)


@dataclass(frozen=True, slots=True)
class Spot:
    """A store in the drawing: its number in the list, and whether the rider delivers for it."""

    number: int
    name: str
    latitude: float
    longitude: float
    covered: bool


def draw(center: Spot, spots: Sequence[Spot], *, radius_km: float | None, says: str) -> Markup:
    """The drawing: `radius_km` around the centre is filled. The distance to the centre is drawn by its root."""
    away = {each.number: distance_km(center, each) for each in spots}
    top = rim(max([*away.values(), radius_km or 0]))
    drawn = [] if radius_km is None else [
        f'<circle r="{_far(radius_km, top):.1f}" fill="var(--wash)" stroke="var(--accent)" stroke-width="1.5"/>'
    ]  # fmt: skip
    for part in PARTS:
        far = _far(top * part, top)
        drawn.append(f'<circle r="{far:.1f}" fill="none" stroke="var(--line)" stroke-width=".7"/>')
        drawn.append(f'<text y="{far - 2:.1f}" fill="var(--soft)" font-size="6.5">{top * part:g} km</text>')
    drawn += [_spot(each, center, far=_far(away[each.number], top)) for each in spots]
    box = f"{-SIZE - 8} {-SIZE - 8} {2 * SIZE + 16} {2 * SIZE + 16}"
    head = f'<svg role="img" aria-label="{escape(says)}" viewBox="{box}" text-anchor="middle">'
    # Everything in it is made of numbers, or was escaped.
    return Markup(f"{head}{''.join(drawn)}</svg>")  # noqa: S704


def _spot(spot: Spot, center: Spot, *, far: float) -> str:
    angle = bearing(center, spot)
    x, y = far * sin(angle), -far * cos(angle)
    fill, ink = ("--accent", "--on-accent") if spot.covered else ("--card", "--ink")
    return (
        f'<g transform="translate({x:.1f} {y:.1f})"><title>{escape(spot.name)}</title>'
        f'<circle r="6.5" fill="var({fill})" stroke="var(--edge)" stroke-width=".7"/>'
        f'<text y="2.8" fill="var({ink})" font-size="8" font-weight="600">{spot.number}</text></g>'
    )


def rim(farthest_km: float) -> int:
    """The outermost ring: 10 km, or as often twice that as is needed to hold the farthest."""
    top = LEAST_KM
    while top < farthest_km:
        top *= 2
    return top


def _far(km: float, top: float) -> float:
    return SIZE * sqrt(km / top)


def distance_km(one: Spot, other: Spot) -> float:
    """As the crow flies."""
    (north, east), (to_north, to_east) = _angles(one), _angles(other)
    half = sin((to_north - north) / 2) ** 2 + cos(north) * cos(to_north) * sin((to_east - east) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))


def bearing(one: Spot, other: Spot) -> float:
    """In radians from the north to the east."""
    (north, east), (to_north, to_east) = _angles(one), _angles(other)
    return atan2(
        sin(to_east - east) * cos(to_north),
        cos(north) * sin(to_north) - sin(north) * cos(to_north) * cos(to_east - east),
    )


def _angles(spot: Spot) -> tuple[float, float]:
    return radians(spot.latitude), radians(spot.longitude)
