"""What every test may ask for: one PostgreSQL for the run, and a fresh database or pool for each test."""

import asyncio
import itertools
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
from hypothesis import HealthCheck, settings
from tests.company import fill
from tests.secret import TEXT

from orderway.database import connect_pool, create_database, drop_database
from orderway.embedded import EmbeddedServer
from orderway.migrations import migrate
from orderway.secret import FILE, NAME

# How long an example takes, or takes to be drawn, is no property of the code.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

TEMPLATE = "orderway_template"

# Nothing outlives the run, so nothing has to reach the disk. Set ORDERWAY_TEST_FSYNC=1 for a server that is safe.
UNSAFE_AND_QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

# A database is some 800 files, which a test copies and drops: in memory at a seventh of the time that a disk takes.
MEMORY = Path("/dev/shm")  # noqa: S108  (a folder of its own is made in it)
ROOM = 1 << 30
"""Bytes that each server has to find free there: a container may give no more than 64 MB."""

numbers = itertools.count(1)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: what waits for a timer, a browser or a process leaves one of them idle."""
    return (os.cpu_count() or 1) + 1


def quickest() -> Path | None:
    """The folder in memory for this run's server, or None: the system's temporary folder."""
    servers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM * servers
    return MEMORY if roomy and not os.environ.get("ORDERWAY_TEST_FSYNC") else None


@pytest.fixture(scope="session", autouse=True)
def home() -> Iterator[Path]:
    """A temporary ORDERWAY_HOME; no test touches the one of this user, its secret, nor a database of DATABASE_URL."""
    # Not pytest's own temporary folder: that is closed to the user as whom the superuser's PostgreSQL runs.
    folder = Path(tempfile.mkdtemp(prefix="orderway-", dir=quickest()))
    folder.chmod(0o711)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ORDERWAY_HOME", str(folder))
        patch.delenv("DATABASE_URL", raising=False)
        patch.delenv(FILE, raising=False)
        patch.setenv(NAME, TEXT)
        yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def server(home: Path) -> Iterator[EmbeddedServer]:
    """The PostgreSQL of this run, with a migrated database to copy from."""
    settings = {} if os.environ.get("ORDERWAY_TEST_FSYNC") else UNSAFE_AND_QUICK
    with EmbeddedServer(home, settings=settings) as running:
        asyncio.run(create_database(running.url(), name=TEMPLATE))
        asyncio.run(migrate(running.url(TEMPLATE)))
        yield running


@pytest.fixture(scope="session")
def demo_url(server: EmbeddedServer) -> Iterator[str]:
    """The address of a database with the demo's company, made once for all tests of pages."""
    name = "pages"
    asyncio.run(create_database(server.url(), name=name, template=TEMPLATE))
    asyncio.run(fill(server.url(name)))
    yield server.url(name)
    asyncio.run(drop_database(server.url(), name=name))


@pytest.fixture
async def empty_url(server: EmbeddedServer) -> AsyncIterator[str]:
    """The address of a fresh database with no tables."""
    name = f"test_{next(numbers)}"
    await create_database(server.url(), name=name)
    yield server.url(name)
    await drop_database(server.url(role="postgres"), name=name)  # autovacuum may be in it, which only it may end


@pytest.fixture
async def database_url(server: EmbeddedServer) -> AsyncIterator[str]:
    """The address of a fresh, migrated database."""
    name = f"test_{next(numbers)}"
    await create_database(server.url(), name=name, template=TEMPLATE)
    yield server.url(name)
    await drop_database(server.url(role="postgres"), name=name)  # autovacuum may be in it, which only it may end


@pytest.fixture
def superuser_url(server: EmbeddedServer, database_url: str) -> str:
    """The same database for one who may switch triggers and foreign keys off: to cheat by hand."""
    return server.url(database_url.partition("?")[0].rpartition("/")[2], role="postgres")


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[asyncpg.Pool]:
    """A pool of connections to a fresh, migrated database."""
    async with await connect_pool(database_url) as connections:
        yield connections
