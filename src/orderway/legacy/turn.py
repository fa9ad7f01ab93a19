"""Imports of one kind into one database take turns, and end by what the shell is told."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from typing import Final

from orderway.database import connect
from orderway.errors import OrderwayError
from orderway.legacy.crew import Failure
from orderway.workflow.kinds import Connection

STOPPED: Final = 130
"""The exit code of what Ctrl-C ended, by the custom of shells."""

SHOWN: Final = 20
"""How many orders that could not be brought over are named; the rest is counted."""


@asynccontextmanager
async def turn(url: str, *, number: int, taken: OrderwayError) -> AsyncIterator[Connection]:
    """A connection that holds the turn of this `number`; raises `taken` where another import has it.

    The turn ends with its process, however that ends.
    """
    connection = await connect(url)
    try:
        if not await connection.fetchval("SELECT pg_try_advisory_lock($1)", number):
            raise taken
        yield connection
    finally:
        await connection.close()


def printable(text: str) -> str:
    """What somebody wrote, on one line and so that it commands no terminal."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def failed(failures: Iterable[Failure]) -> Iterator[str]:
    """A line for each of the first orders that could not be brought over, and one that counts the others."""
    known = list(failures)
    yield from (printable(f"! Order {each.order_id} was not brought over. {each.reason}") for each in known[:SHOWN])
    if len(known) > SHOWN:
        yield f"! … and {len(known) - SHOWN:,} more."
