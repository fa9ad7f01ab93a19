"""The radius of a coverage judges as brute force does: the wards of a country, one by one, from both ends."""

import csv
import gzip
import math
import os
import random
from pathlib import Path

import asyncpg
import pytest

from orderway.people.scope import DISTANCE_KM, WITHIN

WARDS = Path(os.environ.get("ORDERWAY_DATA", Path(__file__).parents[3] / "shared/data")) / "geo/nigeria_wards.csv.gz"

JUDGED = f"""
SELECT o.id, s.id AS store, {DISTANCE_KM} AS distance, {WITHIN} AS within
FROM unnest($1::float8[], $2::float8[]) WITH ORDINALITY o (latitude, longitude, id)
CROSS JOIN unnest($3::float8[], $4::float8[], $5::float8[]) WITH ORDINALITY s (latitude, longitude, radius_km, id)
CROSS JOIN LATERAL (SELECT s.radius_km) c
"""

Place = tuple[float | None, float | None]


def haversine(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Kilometres on a sphere of 6371 km, as the books have it."""
    phi, psi = math.radians(one[0]), math.radians(other[0])
    half = math.sin((psi - phi) / 2) ** 2
    half += math.cos(phi) * math.cos(psi) * math.sin(math.radians(other[1] - one[1]) / 2) ** 2
    return 2 * 6371 * math.asin(math.sqrt(min(1.0, half)))


async def judged(
    pool: asyncpg.Pool, *, address: Place, store: Place, radius: float | None
) -> tuple[float | None, bool]:
    (row,) = await pool.fetch(JUDGED, *([each] for each in (*address, *store, radius)))
    return row["distance"], row["within"]


async def test_every_ward_is_judged_as_by_brute_force(pool: asyncpg.Pool):
    """8,809 addresses and 30 stores with a radius each: 264,270 pairs."""
    if not WARDS.exists():
        pytest.fail(f"The wards are not there: {WARDS}. Set ORDERWAY_DATA to the folder that holds geo/.")
    with gzip.open(WARDS, "rt") as file:
        wards = [(float(row["latitude"]), float(row["longitude"])) for row in csv.DictReader(file)]
    assert len(wards) == 8809
    chance = random.Random(7)  # noqa: S311  (no secret)
    stores = [(*place, chance.uniform(1, 400)) for place in chance.sample(wards, 30)]
    rows = await pool.fetch(JUDGED, *zip(*wards, strict=True), *zip(*stores, strict=True))
    assert len(rows) == 264_270
    inside = 0
    for row in rows:
        north, east, radius = stores[row["store"] - 1]
        distance = haversine((north, east), wards[row["id"] - 1])
        assert row["distance"] == pytest.approx(distance, abs=1e-9)
        assert row["within"] is (distance <= radius)
        inside += row["within"]
    assert 1_000 < inside < 263_000, "the radii part the country"


@pytest.mark.parametrize(
    ("address", "store", "distance"),
    [
        ((6.6018, 3.3515), (6.5244, 3.3792), 9.134),
        ((6.5244, 3.3792), (6.5244, 3.3792), 0),
        ((0, 179.9), (0, -179.9), 22.239),  # across the date line
        ((0, 0), (0, 180), 20015.087),  # the other side of the Earth
        ((90, 0), (-90, 77), 20015.087),
        ((89.9, 0), (89.9, 180), 22.239),  # across the pole
    ],
)
async def test_a_distance_is_that_of_the_sphere(pool: asyncpg.Pool, address: Place, store: Place, distance: float):
    for one, other in ((address, store), (store, address)):
        found, _ = await judged(pool, address=one, store=other, radius=None)
        assert found == pytest.approx(distance, abs=0.001)


async def test_who_lives_on_the_circle_lives_inside_it(pool: asyncpg.Pool):
    place, store = (6.6018, 3.3515), (6.5244, 3.3792)
    distance, _ = await judged(pool, address=place, store=store, radius=None)
    assert distance is not None
    assert (await judged(pool, address=place, store=store, radius=distance))[1] is True
    assert (await judged(pool, address=place, store=store, radius=math.nextafter(distance, 0)))[1] is False


@pytest.mark.parametrize("radius", [None, 0.001])
@pytest.mark.parametrize(
    ("address", "store"),
    [((None, None), (6.5, 3.3)), ((6.5, 3.3), (None, None)), ((None, None), (None, None))],
)
async def test_what_has_no_coordinates_is_in_every_radius(
    pool: asyncpg.Pool, address: Place, store: Place, radius: float | None
):
    assert await judged(pool, address=address, store=store, radius=radius) == (None, True)
