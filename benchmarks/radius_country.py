"""The country of the radius benchmark: its wards as addresses of deliveries, stores, riders and where they deliver."""

from __future__ import annotations

import csv
import gzip
import math
import random
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from benchmarks.measure import DATA

from orderway.database import connect, create_database
from orderway.embedded import EmbeddedServer
from orderway.ids import new_id
from orderway.migrations import migrate
from orderway.people.roles import seed_roles
from orderway.workflow.kinds import Connection

WARDS = DATA / "geo" / "nigeria_wards.csv.gz"
RIDERS, COVERAGES, PAST = 2_600, 10_000, 50_000
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Address:
    """A delivery that looks for a rider, where it goes, and how far that is from its store."""

    store: UUID
    order: UUID
    fulfillment: UUID
    place: Place
    distance: float


@dataclass(slots=True)
class Country:
    """Stores by the name of what they serve, deliveries that look for a rider, and coverages."""

    stores: dict[str, tuple[UUID, Place]] = field(default_factory=dict)
    addresses: list[Address] = field(default_factory=list)
    riders: list[UUID] = field(default_factory=list)
    coverages: dict[tuple[UUID, UUID], float | None] = field(default_factory=dict)

    def covered(self, rider: UUID, address: Address) -> bool:
        """Brute force: a coverage of the store whose radius is not less than the haversine."""
        key = (rider, address.store)
        if key not in self.coverages:
            return False
        radius = self.coverages[key]
        return radius is None or address.distance <= radius


def haversine(one: Place, other: Place) -> float:
    """Kilometres between two places on a sphere of 6371 km."""
    (north, east), (norther, easter) = ((math.radians(each) for each in place) for place in (one, other))
    half = (
        math.sin((norther - north) / 2) ** 2 + math.cos(north) * math.cos(norther) * math.sin((easter - east) / 2) ** 2
    )
    return 2 * 6371 * math.asin(math.sqrt(min(1, half)))


def draw(serves: Callable[[str], str], *, seed: int) -> Country:
    """The country with a store for each value of `serves`, in the middle of the wards that it serves."""
    with gzip.open(WARDS, "rt") as file:
        wards = [
            (serves(row["state"]), (float(row["latitude"]), float(row["longitude"]))) for row in csv.DictReader(file)
        ]
    chance, country = random.Random(seed), Country()  # noqa: S311  (no secret)
    for name in sorted({name for name, _ in wards}):
        mine = [place for served, place in wards if served == name]
        middle = statistics.mean(north for north, _ in mine), statistics.mean(east for _, east in mine)
        country.stores[name] = new_id(), middle
    for name, place in wards:
        store, middle = country.stores[name]
        country.addresses.append(Address(store, new_id(), new_id(), place, haversine(middle, place)))
    stores = [id for id, _ in country.stores.values()]
    country.riders = [new_id() for _ in range(max(RIDERS, COVERAGES // len(stores)))]
    while len(country.coverages) < COVERAGES:
        key = chance.choice(country.riders), chance.choice(stores)
        country.coverages.setdefault(key, None if chance.random() < 0.1 else chance.uniform(2, 80))
    return country


async def furnish(server: EmbeddedServer, name: str, country: Country) -> None:
    """Write the country by hand, past the door: what is asked here is who finds what, and how fast."""
    await create_database(server.url(), name=name)
    await migrate(server.url(name))
    connection = await connect(server.url(name, role="postgres"))
    try:
        await connection.execute("SET session_replication_role = replica")
        await connection.execute("ALTER TABLE fulfillment ENABLE ALWAYS TRIGGER fulfillment_sought_km")
        await connection.execute("ALTER TABLE fulfillment ENABLE ALWAYS TRIGGER fulfillment_listed")
        await seed_roles(connection)
        await people(connection, country)
        await deliveries(connection, country)
        await past(connection, country)
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


async def fill(connection: Connection, table: str, columns: str, rows: Sequence[tuple[object, ...]]) -> None:
    await connection.copy_records_to_table(table, records=rows, columns=columns.split())


async def people(connection: Connection, country: Country) -> None:
    stores = [(id, name, name, "NGN", *place) for name, (id, place) in country.stores.items()]
    await fill(connection, "store", "id name code currency latitude longitude", stores)
    persons = [(id, f"rider{n}@example.com", f"Rider {n}") for n, id in enumerate(country.riders)]
    admin = new_id()
    await fill(connection, "person", "id email name", [*persons, (admin, "admin@example.com", "Admin")])
    await connection.execute(
        "INSERT INTO person_role (person_id, role_id)"
        " SELECT p.id, r.id FROM person p JOIN role r ON r.name = CASE p.id WHEN $1 THEN 'ADMIN' ELSE 'RIDER' END",
        admin,
    )
    await connection.execute(
        "INSERT INTO customer (id, kind, name, currency) VALUES ($1, 'CONSUMER', 'Buyer', 'NGN')", admin
    )
    coverages = [(rider, store, radius) for (rider, store), radius in country.coverages.items()]
    await fill(connection, "rider_coverage", "rider_id store_id radius_km", coverages)


ORDER = "store_id id number customer_id currency fulfillment_type placed_at latitude longitude"
LIFE = "store_id id order_id version state context history step hash created_at moved_at"


async def deliveries(connection: Connection, country: Country) -> None:
    buyer, chance = await connection.fetchval("SELECT id FROM customer"), random.Random(2)  # noqa: S311
    orders, lives = [], []
    for number, each in enumerate(country.addresses):
        moved = NOON - timedelta(seconds=chance.randrange(86_400))
        orders.append((each.store, each.order, f"S-{number}", buyer, "NGN", "DELIVERY", moved, *each.place))
        context = '{"type": "DELIVERY", "currency": "NGN"}'
        lives.append(
            (
                each.store,
                each.fulfillment,
                each.order,
                1,
                "AWAITING_RIDER_SELECTION",
                context,
                "{}",
                0,
                b"",
                moved,
                moved,
            )
        )
    await fill(connection, "sale_order", ORDER, orders)
    await fill(connection, "fulfillment", LIFE, lives)


async def past(connection: Connection, country: Country) -> None:
    """Deliveries that are over, each with the offer that was chosen."""
    buyer, chance = await connection.fetchval("SELECT id FROM customer"), random.Random(3)  # noqa: S311
    orders, lives, offers = [], [], []
    for number in range(PAST):
        address, rider, order, id = chance.choice(country.addresses), chance.choice(country.riders), new_id(), new_id()
        moved = NOON - timedelta(seconds=chance.randrange(86_400, 180 * 86_400))
        orders.append((address.store, order, f"P-{number}", buyer, "NGN", "DELIVERY", moved, *address.place))
        context = f'{{"type": "DELIVERY", "currency": "NGN", "rider": "{rider}"}}'
        lives.append((address.store, id, order, 1, "COMPLETED", context, "{}", 0, b"", moved, moved))
        context = f'{{"fulfillment": "{id}", "rider": "{rider}", "proposed_cost": 500}}'
        offers.append((address.store, new_id(), order, 1, "ASSIGNED", context, "{}", 0, b"", moved, moved))
    await fill(connection, "sale_order", ORDER, orders)
    await fill(connection, "fulfillment", LIFE, lives)
    await fill(connection, "rider_interest", LIFE, offers)
