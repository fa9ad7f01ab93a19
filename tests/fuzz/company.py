"""The company that is fuzzed: it has an order with one of everything, and people of each role who ask."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg
from tests.graphql.office import PEOPLE, Api, Office
from tests.graphql.orders import draft, released

CALLERS = ("", *(who for who in PEOPLE if who not in {"second rider", "manager of kano"}))
"""Who asks: nobody, and one of each role."""

ROOM = 4000
"""How much of an answer is shown."""

IDS = """
    SELECT format('SELECT DISTINCT %I::text FROM %I', column_name, table_name) FROM information_schema.columns
    WHERE table_schema = 'public' AND data_type = 'uuid'
"""


@dataclass(frozen=True)
class Fault:
    """What must never be answered."""

    who: str
    document: str
    answer: str

    def __str__(self) -> str:
        return f"as {self.who or 'nobody'}:\n{self.document}\n{self.answer}"


@asynccontextmanager
async def opened(pool: asyncpg.Pool) -> AsyncIterator[Api]:
    """The company behind its API, with an order under way and a draft."""
    office = Office(pool)
    await office.furnish()
    async with office.open() as client:
        api = Api(office, client)
        await released(api)
        await draft(api)
        yield api


async def ids_of(pool: asyncpg.Pool) -> list[str]:
    """Every id that the database knows."""
    found: set[str] = set()
    for (statement,) in await pool.fetch(IDS):
        found |= {row[0] for row in await pool.fetch(statement) if row[0]}
    return sorted(found)


async def faults(api: Api, who: str, document: str) -> list[Fault]:
    """Send a document; whatever it comes to is an answer, and none that tells of a fault of ours."""
    response = await api.post(who, document)
    codes = {error["extensions"]["code"] for error in response.json().get("errors", ())}
    is_ours = response.status_code >= 500 or codes & {"FAULT", "UNAVAILABLE"}
    return [Fault(who, document, response.text[:ROOM])] if is_ours else []
