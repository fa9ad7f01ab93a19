"""A company of two stores with one person of each built-in role."""

import asyncpg
import pytest
from tests.people.company import CUSTOMER, KANO, LAGOS, RESELLER, Company

from orderway.people.roles import seed_roles


@pytest.fixture
async def company(pool: asyncpg.Pool) -> Company:
    """Two stores, the built-in roles, and someone for each: manager and biller work in Lagos."""
    async with pool.acquire() as connection:
        await seed_roles(connection)
        await connection.execute(
            "INSERT INTO store (id, name, code, currency, latitude, longitude)"
            " VALUES ($1, 'Lagos', 'LOS', 'NGN', 6.5244, 3.3792), ($2, 'Kano', 'KAN', 'NGN', 12.0022, 8.5920)",
            LAGOS,
            KANO,
        )
    made = Company(pool)
    for role in ("SUPERADMIN", "ADMIN", "ACCOUNTANT", "RIDER", "RESELLER", "CUSTOMER"):
        await made.add(role.lower(), role)
    for role in ("MANAGER", "BILLER"):
        await made.add(role.lower(), role, stores=[LAGOS])
    await made.buys("customer", CUSTOMER, kind="CONSUMER")
    await made.buys("reseller", RESELLER, kind="RESELLER")
    return made
