"""People, customers and orders for the tests of this folder."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
from argon2 import PasswordHasher

from orderway.people.accounts import NewPerson, add_person
from orderway.people.viewer import Viewer, find_viewer
from orderway.workflow.actor import THE_SYSTEM

LAGOS = UUID("00000000-0000-7000-8000-00000000000a")
KANO = UUID("00000000-0000-7000-8000-00000000000b")
CUSTOMER = UUID("00000000-0000-7000-8000-0000000000c1")
RESELLER = UUID("00000000-0000-7000-8000-0000000000c2")
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)

QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
"""Parameters that cost next to nothing."""


@dataclass
class Company:
    """The people by the words that the tests call them."""

    pool: asyncpg.Pool
    ids: dict[str, UUID] = field(default_factory=dict)

    async def add(self, word: str, *roles: str, stores: Sequence[UUID] = (), password_hash: str | None = None) -> UUID:
        """Add a person with the address <word>@example.com."""
        async with self.pool.acquire() as connection:
            new = NewPerson(
                email=f"{word}@example.com",
                name=word.capitalize(),
                roles=roles,
                stores=stores,
                password_hash=password_hash,
            )
            self.ids[word] = await add_person(connection, new, by=THE_SYSTEM)
        return self.ids[word]

    async def buys(self, word: str, customer: UUID, *, kind: str) -> None:
        """Make the person the one who buys as a new customer."""
        await self.pool.execute(
            "INSERT INTO customer (id, kind, name, currency, person_id) VALUES ($1, $2, $3, 'NGN', $4)",
            customer, kind, word.capitalize(), self.ids[word],
        )  # fmt: skip

    async def role(self, name: str, *permissions: str) -> None:
        """Make a role of one's own."""
        await self.pool.execute(
            "INSERT INTO role (id, name, label, permissions) VALUES (gen_random_uuid(), $1, lower($1), $2)",
            name,
            list(permissions),
        )

    async def viewer(self, word: str) -> Viewer:
        async with self.pool.acquire() as connection:
            viewer = await find_viewer(connection, self.ids[word])
        assert viewer is not None
        return viewer
