"""The sample of the predecessor's database, loaded once for a run; and a database without rows, to plant defects in."""

import asyncio
import gzip
import json
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import numbers

from orderway.database import all_tables, connect, create_database, drop_database
from orderway.embedded import EmbeddedServer
from orderway.legacy.predecessor.source import Source, opened
from orderway.workflow.kinds import Connection

ROOT = Path(__file__).parents[3]
FOLDER = Path(os.environ.get("ORDERWAY_DATA", ROOT.parent / "shared" / "data")) / "legacy"


def there() -> Path:
    """The folder of the sample; a test that needs it is skipped where it is not there."""
    if not FOLDER.is_dir():
        pytest.skip(f"The sample is not there: {FOLDER}. Set ORDERWAY_DATA to the folder that holds legacy/.")
    return FOLDER


def expected() -> dict[str, dict[str, Any]]:
    """What is expected of each order, by its id."""
    with gzip.open(there() / "expected.jsonl.gz", "rt", encoding="utf-8") as lines:
        return {row["order_id"]: row for row in map(json.loads, lines)}


async def run(url: str, script: str) -> None:
    """Run statements in a database."""
    connection = await connect(url)
    try:
        await connection.execute(script)
    finally:
        await connection.close()


async def load(url: str) -> None:
    """Load the sample into a database."""
    await run(url, (there() / "schema.sql").read_text(encoding="utf-8"))
    await run(url, gzip.decompress((FOLDER / "data.sql.gz").read_bytes()).decode())
    await run(url, "ANALYZE")


@pytest.fixture(scope="session")
def legacy_url(server: EmbeddedServer) -> Iterator[str]:
    """The address of the sample: for reading only, it is shared by all tests."""
    there()
    name = f"legacy_{next(numbers)}"
    asyncio.run(create_database(server.url(), name=name))
    asyncio.run(load(server.url(name)))
    yield server.url(name)
    asyncio.run(drop_database(server.url(role="postgres"), name=name))


@pytest.fixture
async def legacy(legacy_url: str) -> AsyncIterator[Source]:
    """The sample, opened."""
    async with opened(legacy_url) as source:
        yield source


async def counts(connection: Connection) -> dict[str, int]:
    """How many rows each of our tables has."""
    return {table: await connection.fetchval(f"SELECT count(*) FROM {table}") for table in all_tables().tables}


async def told(connection: Connection, query: str) -> list[tuple[Any, ...]]:
    """The rows of a query."""
    return [tuple(row) for row in await connection.fetch(query)]


@pytest.fixture
async def bare_url(empty_url: str) -> str:
    """The address of a database without rows, in which nothing keeps any from being wrong."""
    await run(empty_url, (Path(__file__).parent / "schema.sql").read_text(encoding="utf-8"))
    return empty_url
