"""The company that is fuzzed: it has an order with one of everything, and people of each role who ask."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import asyncpg
from tests.conftest import numbers
from tests.graphql.office import PEOPLE, Api, Office
from tests.graphql.orders import draft, released
from tests.graphql.staff_office import hire

from orderway.database import connect_pool, create_database, drop_database
from orderway.embedded import EmbeddedServer

STAFF = (*(who for who in PEOPLE if who not in {"second rider", "manager of kano"}), "superadmin")
CALLERS = ("", *STAFF)
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


@dataclass(frozen=True)
class Company:
    """A company to copy: `office` as it stands in the database `name`, with everybody signed in."""

    server: EmbeddedServer
    name: str
    office: Office
    ids: list[str]

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Api]:
        """A fresh copy of it, behind its API."""
        name = f"fuzzed_{next(numbers)}"
        await create_database(self.server.url(), name=name, template=self.name)
        async with await connect_pool(self.server.url(name)) as pool:
            office = replace(self.office, pool=pool, ids=dict(self.office.ids), tokens=dict(self.office.tokens))
            async with office.open() as client:
                yield Api(office, client)
        await drop_database(self.server.url(role="postgres"), name=name)


async def found_company(server: EmbeddedServer, *, name: str) -> Company:
    """Furnish the migrated database `name`: with an order under way and a draft, and everybody signed in."""
    async with await connect_pool(server.url(name)) as pool:
        office = Office(pool)
        await office.furnish()
        async with office.open() as client:
            api = Api(office, client)
            await hire(api, "superadmin", "SUPERADMIN")
            await released(api)
            await draft(api)
            for who in STAFF:
                await api.token(who)
        return Company(server, name, office, await ids_of(pool))


async def ids_of(pool: asyncpg.Pool) -> list[str]:
    """Every id that the database knows."""
    found: set[str] = set()
    for (statement,) in await pool.fetch(IDS):
        found |= {row[0] for row in await pool.fetch(statement) if row[0]}
    return sorted(found)


async def faults(company: Company, documents: Iterable[str]) -> list[Fault]:
    """Send each document as everybody; whatever it comes to is an answer, and none that tells of a fault of ours.

    A document may put somebody out, who then asks in a fresh copy of the company.
    """
    asked = [(who, document) for document in documents for who in CALLERS]
    found: list[Fault] = []
    while asked:
        async with company.opened() as api:
            is_fresh = True
            while asked:
                who, document = asked[0]
                response = await api.post(who, document)
                codes = {error["extensions"]["code"] for error in response.json().get("errors", ())}
                if response.status_code == 401 and not is_fresh:
                    break
                if response.status_code >= 500 or codes & {"FAULT", "UNAVAILABLE"}:
                    found.append(Fault(who, document, response.text[:ROOM]))
                is_fresh = False
                del asked[0]
    return found
