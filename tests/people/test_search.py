"""A search by radius finds what brute force finds from both ends: over the poles, over the date line, and next door."""

from itertools import product
from uuid import UUID

import pytest
from tests.people.company import CUSTOMER, NOON, Company
from tests.people.test_radius import haversine

from orderway.database import connect
from orderway.ids import new_id
from orderway.order.deliveries import list_sought
from orderway.order.riders import list_riders
from orderway.settings import Settings

Place = tuple[float, float]

STORES: list[Place] = [(6.5244, 3.3792), (0, 179.9), (-16.5, -179.99), (89.9, 0), (90, 0), (-90, 77), (0, -180)]
NORTH = (-90, -89.95, -60, -16.4, 0, 6.6018, 60, 89.95, 90)
EAST = (-180, -179.95, -90, 0, 3.3515, 90, 179.95, 180)
ADDRESSES: list[Place | None] = [*product(NORTH, EAST), None]
RADII = (None, 7, 23, 701, 9001, 15001, 20015)
RIDERS = [f"rider{number}" for number in range(len(RADII))]

ORDER = """
    INSERT INTO sale_order (store_id, id, number, customer_id, latitude, longitude, placed_at, currency,
        fulfillment_type)
    VALUES ($1, $2, $2::uuid::text, $3, $4, $5, $6, 'NGN', 'DELIVERY')
"""
DELIVERY = """
    INSERT INTO fulfillment (store_id, id, order_id, version, state, context, history, step, hash, created_at, moved_at)
    VALUES ($1, $2, $2, 1, 'AWAITING_RIDER_SELECTION', '{}', '{}', 0, '', $3, $3)
"""


def radius(rider: int, store: int) -> float | None:
    """How far around the store the rider delivers."""
    return RADII[(rider + store) % len(RADII)]


def covers(rider: int, store: int, address: Place | None) -> bool:
    """Brute force."""
    within = radius(rider, store)
    return within is None or address is None or haversine(STORES[store], address) <= within


@pytest.fixture
async def world(company: Company, superuser_url: str) -> tuple[Company, dict[tuple[int, int], UUID]]:
    """Stores here and there, from each a delivery to each address, by hand, and riders with radii of all sizes."""
    deliveries = {(store, address): new_id() for store in range(len(STORES)) for address in range(len(ADDRESSES))}
    stores = [new_id() for _ in STORES]
    for word in RIDERS:
        await company.add(word, "RIDER")
    connection = await connect(superuser_url)
    await connection.execute("SET session_replication_role = replica")
    await connection.execute("ALTER TABLE fulfillment ENABLE ALWAYS TRIGGER fulfillment_sought_km")
    await connection.execute("ALTER TABLE fulfillment ENABLE ALWAYS TRIGGER fulfillment_listed")
    await connection.executemany(
        "INSERT INTO store (id, name, code, currency, latitude, longitude) VALUES ($1, $2, $2, 'NGN', $3, $4)",
        [(id, f"S{number}", *STORES[number]) for number, id in enumerate(stores)],
    )
    await connection.executemany(
        ORDER,
        [
            (stores[store], id, CUSTOMER, *(ADDRESSES[address] or (None, None)), NOON)
            for (store, address), id in deliveries.items()
        ],
    )
    await connection.executemany(DELIVERY, [(stores[store], id, NOON) for (store, _), id in deliveries.items()])
    await connection.executemany(
        "INSERT INTO rider_coverage (rider_id, store_id, radius_km) VALUES ($1, $2, $3)",
        [
            (company.ids[word], id, radius(rider, store))
            for rider, word in enumerate(RIDERS)
            for store, id in enumerate(stores)
        ],
    )
    await connection.close()
    return company, deliveries


async def test_a_rider_sees_what_brute_force_says(world: tuple[Company, dict[tuple[int, int], UUID]]):
    company, deliveries = world
    for rider, word in enumerate(RIDERS):
        viewer, seen, after, more = await company.viewer(word), list[UUID](), "", True
        while more:
            async with company.pool.acquire() as connection:
                found, more = await list_sought(connection, viewer, after=after, limit=100)
            seen += [each.fulfillment for each in found]
            after = found[-1].cursor
        due = {id for (store, address), id in deliveries.items() if covers(rider, store, ADDRESSES[address])}
        assert len(seen) == len(due)
        assert set(seen) == due
        assert len(STORES) < len(due) < len(deliveries), "the radii part the world"


async def test_an_address_is_covered_by_whom_brute_force_names(world: tuple[Company, dict[tuple[int, int], UUID]]):
    company, deliveries = world
    async with company.pool.acquire() as connection:
        stores = {row["code"]: row["id"] for row in await connection.fetch("SELECT id, code FROM store")}
        for (store, address), order in deliveries.items():
            found = await list_riders(connection, Settings({}), store_id=stores[f"S{store}"], order_id=order)
            due = [word for rider, word in enumerate(RIDERS) if covers(rider, store, ADDRESSES[address])]
            assert [each.name for each in found] == ["Rider", *(word.capitalize() for word in due)]
