"""Writing the company of the demo into the database, and reading it back: people, buyers, goods and full shelves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from orderway.demo.company import (
    CATEGORIES,
    CURRENCY,
    LISTS,
    PLACES,
    TAX,
    TIERS,
    UNTAXED,
    Customer,
    Place,
    accounts,
    customers,
)
from orderway.demo.extract import load, naira
from orderway.ids import new_id
from orderway.money import portion
from orderway.people.accounts import NewPerson, add_person
from orderway.people.roles import seed_roles
from orderway.people.viewer import Viewer, find_viewer
from orderway.stock.movements import Goods, receive
from orderway.workflow.actor import THE_SYSTEM, Actor
from orderway.workflow.kinds import Connection

SOURCE = "demo"
SHELF = 400
"""Pieces of each product that a store begins with; none of the last one, for which buyers wait."""
SERVICE, SERVICE_PRICE = "DEMO-FITTING", 1_500_000

DEMO = Actor("import:demo", permissions=None)
"""Who sets up what nobody of the company did."""


@dataclass(frozen=True, slots=True)
class Buyer:
    """A customer as the database has it; `viewer` is the person who signs in for it."""

    id: UUID
    customer: Customer
    viewer: Viewer | None


@dataclass(frozen=True, slots=True)
class Store:
    """A store with who works there, by what they are: "manager", "biller", "rider1", "rider2"."""

    id: UUID
    place: Place
    people: Mapping[str, Viewer]
    buyers: tuple[Buyer, ...]


@dataclass(frozen=True, slots=True)
class Company:
    """What the orders are made with. `variants` stand in the order of the extract's products; `service` is no goods."""

    stores: tuple[Store, ...]
    head_office: Mapping[str, Viewer]
    variants: tuple[UUID, ...]
    service: UUID


async def write_company(connection: Connection, *, password_hash: str, at: datetime) -> None:
    """Write all of it in one transaction, as it stood at `at`."""
    async with connection.transaction():
        await seed_roles(connection)
        stores = {place: new_id() for place in PLACES}
        await connection.executemany(
            "INSERT INTO store (id, name, code, currency, timezone, latitude, longitude)"
            " VALUES ($1, $2, $3, $4, 'Africa/Lagos', $5, $6)",
            [(id, place.store, place.code, CURRENCY, place.latitude, place.longitude) for place, id in stores.items()],
        )
        people = await _write_people(connection, stores, password_hash, at=at)
        await _write_customers(connection, stores, people)
        variants = await _write_catalogue(connection)
        for store_id in stores.values():
            goods = [Goods(variant, SHELF) for variant in variants[:-1]]
            await receive(connection, store_id, goods=goods, at=at, actor=DEMO.id, note="Opening stock")


async def _write_people(
    connection: Connection, stores: Mapping[Place, UUID], password_hash: str, *, at: datetime
) -> dict[str, UUID]:
    people = {}
    for account in accounts():
        new = NewPerson(
            email=account.email,
            name=account.name,
            password_hash=password_hash,
            roles=[account.role],
            stores=[stores[account.place]] if account.place else [],
        )
        people[account.email] = await add_person(connection, new, by=THE_SYSTEM)
    covered = [
        (people[f"rider{number}.{place.mail}@demo.example"], id, None if number == 1 else 12.0)
        for place, id in stores.items()
        for number in (1, 2)
    ]
    await connection.executemany(
        "INSERT INTO rider_coverage (rider_id, store_id, radius_km) VALUES ($1, $2, $3)", covered
    )
    await connection.executemany(
        "INSERT INTO rider_profile (rider_id, vehicle, phone, plate, changed_at, changed_by)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        [
            (
                rider,
                "VAN" if radius is None else "MOTORCYCLE",
                f"+234 800 555 {number:04}",
                f"DEM-{number:03}",
                at,
                DEMO.id,
            )
            for number, (rider, _, radius) in enumerate(covered, start=1)
        ],
    )
    return people


async def _write_customers(connection: Connection, stores: Mapping[Place, UUID], people: Mapping[str, UUID]) -> None:
    made = [(new_id(), customer) for place in PLACES for customer in customers(place)]
    await connection.executemany(
        "INSERT INTO customer (id, kind, name, email, currency, default_store_id, person_id, source, source_ref)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        [
            (id, one.kind, one.name, one.email, CURRENCY, stores[one.place], people.get(one.email or ""), SOURCE,
             one.reference)
            for id, one in made
        ],
    )  # fmt: skip
    await connection.executemany(
        "INSERT INTO credit_profile (customer_id, currency, policy, tier, custom_limit)"
        " VALUES ($1, $2, 'FIXED', $3, $4)",
        [(id, CURRENCY, TIERS[one.credit], one.credit) for id, one in made if one.credit],
    )


async def _write_catalogue(connection: Connection) -> list[UUID]:
    products = [(new_id(), new_id(), product) for product in load().products]
    await connection.executemany(
        "INSERT INTO product (id, name, category, source, source_ref) VALUES ($1, $2, $3, $4, $5)",
        [(id, CATEGORIES[one.category], CATEGORIES[one.category], SOURCE, one.reference) for id, _, one in products],
    )
    await connection.executemany(
        "INSERT INTO variant (id, product_id, sku, name, price, currency, tax_rate)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        [
            (
                variant,
                id,
                sku(place),
                weight(one.grams),
                naira(one.price),
                CURRENCY,
                0 if one.category in UNTAXED else TAX,
            )
            for place, (id, variant, one) in enumerate(products)
        ],
    )
    service = new_id()
    await connection.execute(
        "INSERT INTO product (id, name, category) VALUES ($1, 'Fitting on site', 'Service')", service
    )
    await connection.execute(
        "INSERT INTO variant (id, product_id, sku, name, price, currency, tax_rate)"
        " VALUES ($1, $2, $3, 'one hour', $4, $5, $6)",
        new_id(), service, SERVICE, SERVICE_PRICE, CURRENCY, TAX,
    )  # fmt: skip
    await _write_lists(connection, {variant: naira(one.price) for _, variant, one in products})
    return [variant for _, variant, _ in products]


async def _write_lists(connection: Connection, prices: Mapping[UUID, int]) -> None:
    """What each tier of resellers pays for the goods; for the service they pay its price."""
    for tier, share in LISTS.items():
        id = new_id()
        await connection.execute("INSERT INTO price_list (id, tier, currency) VALUES ($1, $2, $3)", id, tier, CURRENCY)
        await connection.executemany(
            "INSERT INTO list_price (list_id, variant_id, price) VALUES ($1, $2, $3)",
            [(id, variant, portion(price, share)) for variant, price in prices.items()],
        )


def sku(place: int) -> str:
    return f"DEMO-{place + 1:03}"


def weight(grams: int) -> str:
    """250 g, 1.55 kg."""
    return f"{grams} g" if grams < 1000 else f"{grams / 1000:g} kg"


async def read_company(connection: Connection) -> Company:
    """Read the company that `write_company` wrote."""
    skus = [sku(place) for place in range(len(load().products))]
    found = {row["sku"]: row["id"] for row in await connection.fetch("SELECT id, sku FROM variant")}
    people = {row["email"]: row["id"] for row in await connection.fetch("SELECT id, email FROM person")}
    viewers = {account.email: await _viewer(connection, people[account.email]) for account in accounts()}
    buyers = {row["source_ref"]: row["id"] for row in await connection.fetch("SELECT id, source_ref FROM customer")}
    stores = {row["code"]: row["id"] for row in await connection.fetch("SELECT id, code FROM store")}
    return Company(
        stores=tuple(
            Store(
                id=stores[place.code],
                place=place,
                people={word: viewers[f"{word}.{place.mail}@demo.example"] for word in WORKERS},
                buyers=tuple(
                    Buyer(buyers[one.reference], one, viewers.get(one.email or "")) for one in customers(place)
                ),
            )
            for place in PLACES
        ),
        head_office={word: viewers[f"{word}@demo.example"] for word in ("superadmin", "admin", "accountant")},
        variants=tuple(found[each] for each in skus),
        service=found[SERVICE],
    )


WORKERS = ("manager", "biller", "rider1", "rider2")


async def _viewer(connection: Connection, person_id: UUID) -> Viewer:
    viewer = await find_viewer(connection, person_id)
    if viewer is None:
        raise LookupError(f"The demo's person {person_id} can not sign in any more.")
    return viewer
