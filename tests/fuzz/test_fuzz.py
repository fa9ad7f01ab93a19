"""Whatever the schema allows is answered, to everyone, and never by a fault."""

import asyncio
from collections.abc import Iterator

import pytest
from tests.conftest import TEMPLATE
from tests.fuzz.company import Company, faults, found_company
from tests.fuzz.documents import documents, fields

from orderway.database import create_database, drop_database
from orderway.embedded import EmbeddedServer

FEW = 2
"""Documents for each field here; `make fuzz` tries thousands."""


PARTS = 4
"""So many tests share the fields, to run beside one another."""


@pytest.fixture(scope="session")
def company(server: EmbeddedServer) -> Iterator[Company]:
    name = "orderway_fuzz"
    asyncio.run(create_database(server.url(), name=name, template=TEMPLATE))
    yield asyncio.run(found_company(server, name=name))
    asyncio.run(drop_database(server.url(role="postgres"), name=name))


@pytest.mark.parametrize("part", range(PARTS))
async def test_no_document_makes_a_fault_for_anybody(company: Company, part: int):
    asked = [
        document
        for of, field in list(fields())[part::PARTS]
        for document in documents(of, field, ids=company.ids, count=FEW)
    ]
    found = await faults(company, asked)
    assert not found, "\n\n".join(map(str, found[:5]))
