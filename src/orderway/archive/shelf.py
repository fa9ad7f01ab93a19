"""Where archived orders are kept: a bucket that ORDERWAY_ARCHIVE names, or the folder `archive` of ORDERWAY_HOME."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from orderway.home import home_path
from orderway.storage.storage import Storage

VARIABLE = "ORDERWAY_ARCHIVE"


def open_shelf(environment: Mapping[str, str] = os.environ) -> Storage:
    """Where the environment says that archived orders are kept. Raises StorageUnavailable."""
    return Storage(environment, folder=home_path() / "archive", variable=VARIABLE)


def key_of(shelf: Storage, store: UUID, order: UUID, *, placed_at: datetime) -> str:
    """The one key of an order, by its store and the month in which it was placed."""
    return shelf.key(f"{store}/{placed_at:%Y-%m}/{order}.json.gz")
