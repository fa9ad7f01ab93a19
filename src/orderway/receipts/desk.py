"""What receipts need, put together once: the door with its database, time and settings, and where files are kept."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import asyncpg

from orderway.home import home_path
from orderway.secret import Secret
from orderway.settings import PAYMENT_RECEIPT_MAX_FILE_SIZE, RECEIPT_URL_MINUTES
from orderway.storage.storage import Storage
from orderway.workflow.runner import Runner

PURPOSE = "receipts"


@dataclass(frozen=True, slots=True)
class Receipts:
    """The desk at which receipts are handed in and looked at; `key` signs the links to the folder."""

    runner: Runner
    storage: Storage
    key: bytes = field(repr=False)

    @property
    def pool(self) -> asyncpg.Pool:
        return self.runner.pool

    def now(self) -> datetime:
        return self.runner.clock()

    @property
    def largest(self) -> int:
        """Bytes that a receipt may hold."""
        return self.runner.workflow.settings[PAYMENT_RECEIPT_MAX_FILE_SIZE]

    @property
    def span(self) -> timedelta:
        """How long a link to a receipt lives."""
        return timedelta(minutes=self.runner.workflow.settings[RECEIPT_URL_MINUTES])


def open_receipts(runner: Runner, secret: Secret, environment: Mapping[str, str] = os.environ) -> Receipts:
    """The desk as the environment configures it. Raises StorageUnavailable."""
    return Receipts(runner, open_storage(environment), secret.key(PURPOSE))


def open_storage(environment: Mapping[str, str] = os.environ) -> Storage:
    """Where the environment says that receipts are kept. Raises StorageUnavailable."""
    return Storage(environment, folder=home_path() / "receipts")
