"""A bucket of S3-compatible storage as a place for files, with links to them that end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO

import obstore
from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import S3Store

from orderway.storage.place import Label, StorageUnavailable

if TYPE_CHECKING:
    from obstore.store import ClientConfig  # a type alone, which is not there while running

PARTS_AT_ONCE = 2
"""Parts of a large file, of 5 MiB each, that are under way at once: so much of it is in memory, and no more."""

PATIENCE = timedelta(seconds=20)
"""How long a request is tried again that the storage does not answer, or answers with a fault of its own."""


class Bucket:
    """One bucket. Who we are there is said by the usual AWS_* variables of the environment."""

    def __init__(self, name: str, *, endpoint: str | None) -> None:
        """Raises StorageUnavailable where the environment says what can not be."""
        options: ClientConfig = {"timeout": "60s", "connect_timeout": "5s"}
        if endpoint and endpoint.startswith("http://"):
            options["allow_http"] = True
        with told(name):
            self.store = S3Store(
                name,
                config={"endpoint": endpoint} if endpoint else None,
                client_options=options,
                retry_config={"max_retries": 3, "retry_timeout": PATIENCE},
            )
        self.name = name

    async def put(self, key: str, file: BinaryIO, label: Label) -> None:
        file.seek(0)
        with told(self.name):
            await obstore.put_async(
                self.store,
                key,
                file,
                attributes={
                    "Content-Type": label.content_type,
                    "Content-Disposition": label.disposition,
                    "Cache-Control": "private",
                },
                max_concurrency=PARTS_AT_ONCE,
            )

    async def replace(self, key: str, content: bytes) -> None:
        await self.put(key, BytesIO(content), Label("application/gzip", "attachment"))

    async def read(self, key: str) -> bytes | None:
        with told(self.name):
            try:
                found = await obstore.get_async(self.store, key)
            except FileNotFoundError:
                return None
            return bytes(await found.bytes_async())

    async def check(self, key: str) -> None:
        """Put a small file there and delete it: what else is allowed there may differ from that."""
        await self.put(key, BytesIO(b"Orderway looks whether it may."), Label("text/plain", "attachment"))
        await self.delete(key)

    async def delete(self, key: str) -> None:
        with told(self.name):
            await obstore.delete_async(self.store, key)

    async def links(self, keys: Sequence[str], span: timedelta) -> Sequence[str]:
        """An address for each key under which anyone can read the object until the span is over."""
        with told(self.name):
            return await obstore.sign_async(self.store, "GET", list(keys), expires_in=span)


@contextmanager
def told(bucket: str) -> Iterator[None]:
    """Tell the storage's errors as ours. What it said may name hosts and keys: it is the cause, for the log alone."""
    try:
        yield
    except (BaseError, OSError) as error:
        raise StorageUnavailable(_sentence(error, bucket), "Try again; the log says what it answered.") from error


def _sentence(error: Exception, bucket: str) -> str:
    match error:
        case FileNotFoundError():
            return f"There is no bucket {bucket}."
        case PermissionDeniedError() | UnauthenticatedError():
            return f"The bucket {bucket} refuses us."
        case _:
            return f"The bucket {bucket} does not do what it is asked for."
