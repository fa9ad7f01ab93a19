"""Whatever the schema allows is answered, to everyone, and never by a fault."""

import asyncpg
import pytest
from tests.fuzz.company import CALLERS, faults, ids_of, opened
from tests.fuzz.documents import documents, fields

FEW = 4
"""Documents for each field here; `make fuzz` tries thousands."""


PARTS = 4
"""So many tests share the fields, to run beside one another."""


@pytest.mark.parametrize("part", range(PARTS))
async def test_no_document_makes_a_fault_for_anybody(pool: asyncpg.Pool, part: int):
    async with opened(pool) as api:
        ids = await ids_of(pool)
        found = [
            fault
            for of, field in list(fields())[part::PARTS]
            for document in documents(of, field, ids=ids, count=FEW)
            for who in CALLERS
            for fault in await faults(api, who, document)
        ]
    assert not found, "\n\n".join(map(str, found[:5]))
