"""A furnished shop with an archive in a folder."""

from pathlib import Path

import asyncpg
import pytest
from tests.stories.shop import Shop

from orderway.archive.shelf import VARIABLE
from orderway.storage.storage import Storage


@pytest.fixture
async def shop(pool: asyncpg.Pool) -> Shop:
    """A shop with people, buyers and a catalogue, and empty shelves."""
    opened = Shop(pool)
    await opened.furnish()
    return opened


@pytest.fixture
def shelf(tmp_path: Path) -> Storage:
    """An empty archive."""
    return Storage({}, folder=tmp_path / "archive", variable=VARIABLE)
