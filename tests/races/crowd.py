"""A crowd at the shop: clients that are let go at once, each on a connection that is open already."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar

import asyncpg
from tests.stories.shop import Shop

from orderway.database import connect_pool

Answer = TypeVar("Answer")

CROWD = 12
ROUNDS = 4
"""How often each crowd comes: what goes wrong in one order of things may go well in another."""


async def at_once(*clients: Callable[[], Awaitable[Answer]]) -> list[Answer | BaseException]:
    """Let all of them go at the same moment; what each was answered, in their order."""
    barrier = asyncio.Barrier(len(clients))

    async def one(client: Callable[[], Awaitable[Answer]]) -> Answer:
        await barrier.wait()
        return await client()

    return await asyncio.gather(*(one(client) for client in clients), return_exceptions=True)


def late(shop: Shop, round_trips: int, client: Callable[[], Awaitable[Answer]]) -> Callable[[], Awaitable[Answer]]:
    """The same client, who first goes so many times to the database and back: so that others may come before."""

    async def come() -> Answer:
        for _ in range(round_trips):
            await shop.pool.fetchval("SELECT 1")
        return await client()

    return come


def kinds(answers: Sequence[object]) -> list[str]:
    """What the answers are, in the order of the alphabet: "Moved", "Refused", ..."""
    return sorted(type(answer).__name__ for answer in answers)


@asynccontextmanager
async def crowded(url: str) -> AsyncIterator[Shop]:
    """A furnished shop with a connection for each client of a crowd, all of them open."""
    async with await connect_pool(url, size=CROWD) as pool:
        await open_all(pool)
        shop = Shop(pool)
        await shop.furnish()
        yield shop


async def open_all(pool: asyncpg.Pool) -> None:
    barrier = asyncio.Barrier(CROWD)

    async def one() -> None:
        async with pool.acquire():
            await barrier.wait()

    await asyncio.gather(*(one() for _ in range(CROWD)))
