"""A place that files are put into under a key: written whole, read again, deleted, nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO, Protocol

from orderway.errors import OrderwayError


class StorageUnavailable(OrderwayError):
    """The storage did not do what it was asked for, or can not be used as it is configured."""


@dataclass(frozen=True, slots=True)
class Label:
    """What whoever serves a file says of it: its content's type, and the header Content-Disposition."""

    content_type: str
    disposition: str


class Place(Protocol):
    """A folder or a bucket. Each of these raises StorageUnavailable."""

    async def put(self, key: str, file: BinaryIO, label: Label) -> None:
        """Write the file from its beginning to its end; when this returns, it outlives a power cut."""

    async def replace(self, key: str, content: bytes) -> None:
        """Write all of it under a key, in place of what lies there; when this returns, it outlives a power cut."""

    async def read(self, key: str) -> bytes | None:
        """What lies under the key; None where nothing does."""

    async def check(self, key: str) -> None:
        """Return where files can be put and deleted. Nothing stays of what is tried under the key."""

    async def delete(self, key: str) -> None:
        """Delete what lies under the key, if something does."""
