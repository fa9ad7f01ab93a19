"""The people of the company with a million orders: stores, staff, riders, and 100,000 buyers with their names."""

from __future__ import annotations

import random
from functools import cache
from itertools import product
from uuid import NAMESPACE_URL, UUID, uuid5

from orderway.people.roles import seed_roles
from orderway.workflow.kinds import Connection

STORES, BILLERS, RIDERS, CONSUMERS, RESELLERS, VARIANTS = 12, 5, 200, 100_000, 200, 500
"""BILLERS are those of each store."""

FIRST = ("A", "Ba", "Chi", "De", "E", "Fo", "Ga", "I", "Ja", "Ko", "Lu", "Ma")
MIDDLE = ("bi", "do", "ge", "ka", "le", "mo", "nu", "re")
LAST = ("di", "fe", "ku", "la")
GIVEN = (
    "Ada", "Bola", "Chidi", "Dayo", "Efe", "Femi", "Gbenga", "Halima", "Ife", "Jide", "Kemi", "Lanre", "Musa", "Ngozi",
    "Obi", "Peju", "Sade", "Tunde", "Uche", "Yemi",
)  # fmt: skip
COLUMNS = ("id", "kind", "name", "currency", "person_id")

COMMON = "Okafor"
"""The surname of every thirtieth consumer."""

SIGNING_IN = 20
"""How many consumers sign in themselves."""


@cache
def known(kind: str, number: int) -> UUID:
    """The id of a store, a person, a buyer or a variant by its number."""
    return uuid5(NAMESPACE_URL, f"{kind} {number}")


def surnames() -> list[str]:
    """Thousands of surnames, of syllables."""
    return ["".join(syllables) for syllables in product(FIRST, MIDDLE, MIDDLE, LAST)]


async def furnish(connection: Connection) -> None:
    """Write everything that orders refer to."""
    await seed_roles(connection)
    await connection.executemany(
        "INSERT INTO store (id, name, code, currency, latitude, longitude) VALUES ($1, $2, $3, 'NGN', $4, $5)",
        [(known("store", n), f"Store {n}", f"S{n:02}", 6.0 + n / 2, 3.0 + n / 3) for n in range(STORES)],
    )
    await staff(connection)
    await riders(connection)
    await buyers(connection)
    await connection.execute("INSERT INTO product (id, name) VALUES ($1, 'Goods')", known("product", 0))
    await connection.executemany(
        "INSERT INTO variant (id, product_id, sku, name, price, currency) VALUES ($1, $2, $3, $4, 250000, 'NGN')",
        [(known("variant", n), known("product", 0), f"V{n}", f"Goods {n}") for n in range(VARIANTS)],
    )


async def people(connection: Connection, kind: str, count: int, role: str) -> None:
    """Write people of one role: "biller7@example.com"."""
    await connection.executemany(
        "INSERT INTO person (id, email, name) VALUES ($1, $2, $3)",
        [(known(kind, n), f"{kind}{n}@example.com", f"{kind.capitalize()} {n}") for n in range(count)],
    )
    await connection.executemany(
        "INSERT INTO person_role (person_id, role_id) SELECT $1, id FROM role WHERE name = $2",
        [(known(kind, n), role) for n in range(count)],
    )


async def staff(connection: Connection) -> None:
    """A manager of each store, one of five and one of a store that never sold anything; billers; who sees it all."""
    await people(connection, "admin", 1, "ADMIN")
    await people(connection, "accountant", 1, "ACCOUNTANT")
    await people(connection, "manager", STORES + 2, "MANAGER")
    await people(connection, "biller", STORES * BILLERS + 1, "BILLER")
    await connection.execute(
        "INSERT INTO store (id, name, code, currency) VALUES ($1, 'New store', 'NEW', 'NGN')", known("store", STORES)
    )
    managed = [(n, n) for n in range(STORES)] + [(STORES, n) for n in range(5)] + [(STORES + 1, STORES)]
    await connection.executemany(
        "INSERT INTO person_store (person_id, store_id) VALUES ($1, $2)",
        [(known("manager", manager), known("store", store)) for manager, store in managed]
        + [(known("biller", n), known("store", n // BILLERS)) for n in range(STORES * BILLERS)],
    )


async def riders(connection: Connection) -> None:
    await people(connection, "rider", RIDERS, "RIDER")
    await connection.executemany(
        "INSERT INTO rider_coverage (rider_id, store_id, radius_km) VALUES ($1, $2, $3)",
        [
            (known("rider", n), known("store", (n + more) % STORES), 15.0 if n % 2 else None)
            for n in range(RIDERS - 1)
            for more in range(3)
        ],
    )


async def buyers(connection: Connection) -> None:
    """Consumers of many surnames, and resellers; some sign in."""
    chance, names = random.Random(1), surnames()  # noqa: S311  (no secret)
    rows = []
    for n in range(CONSUMERS):
        surname = COMMON if chance.random() < 1 / 30 else names[int(len(names) * chance.random() ** 2)]
        person = known("customer", n) if n < SIGNING_IN else None
        rows.append((known("customer", n), "CONSUMER", f"{chance.choice(GIVEN)} {surname}", "NGN", person))
    rows += [
        (
            known("reseller", n),
            "RESELLER",
            f"{names[n * 7]} Trading {n}",
            "NGN",
            known("reseller", n) if n < 2 else None,
        )
        for n in range(RESELLERS)
    ]
    await people(connection, "customer", SIGNING_IN, "CUSTOMER")
    await people(connection, "reseller", 2, "RESELLER")
    await connection.copy_records_to_table("customer", records=rows, columns=COLUMNS)
    for kind, count in (("store", STORES), ("biller", STORES * BILLERS), ("rider", RIDERS), ("variant", VARIANTS),
                        ("customer", CONSUMERS), ("reseller", RESELLERS)):  # fmt: skip
        await connection.execute(f"CREATE TEMPORARY TABLE known_{kind} (n integer PRIMARY KEY, id uuid)")
        ids = [(n, known(kind, n)) for n in range(count)]
        await connection.copy_records_to_table(f"known_{kind}", records=ids)
