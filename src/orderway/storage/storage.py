"""Which place new files go to, and how every place is reached that a file may lie in."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from pathlib import Path

from orderway.storage.bucket import Bucket
from orderway.storage.folder import Folder
from orderway.storage.place import Place, StorageUnavailable

VARIABLE = "ORDERWAY_RECEIPTS"
ENDPOINT = "ORDERWAY_S3_ENDPOINT"

THE_FOLDER = "local folder"
"""What stands for the bucket where a file lies in the folder: with its space, no bucket can be called so."""

ADDRESS = re.compile(
    r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?P<prefix>(?:/[A-Za-z0-9_=-][A-Za-z0-9_.=-]*)*)/?", re.ASCII
)


ENDPOINTS = re.compile(r"https?://[^@]+")
"""Who we are there stands in variables of its own: in an address it would get into logs."""


class Storage:
    """New files go to `bucket`, under keys that nobody can guess; earlier ones stay readable where they lie."""

    def __init__(self, environment: Mapping[str, str], *, folder: Path, variable: str = VARIABLE) -> None:
        """`environment` is usually os.environ, `variable` the one that names the bucket.

        Raises StorageUnavailable for an address that is none.
        """
        address = environment.get(variable, "")
        found = ADDRESS.fullmatch(address)
        if address and not found:
            raise StorageUnavailable(
                f"{variable} is '{without_user(address)}'.", "Write it as s3://bucket/prefix, or unset it for a folder."
            )
        self.endpoint = environment.get(ENDPOINT) or None
        if self.endpoint and not ENDPOINTS.fullmatch(self.endpoint):
            raise StorageUnavailable(
                f"{ENDPOINT} is '{without_user(self.endpoint)}'.", "Write it as https://host:port."
            )
        self.bucket = found["bucket"] if found else THE_FOLDER
        prefix = found["prefix"].strip("/") if found else ""
        self._prefix = f"{prefix}/" if prefix else ""
        self.folder = Folder(folder)
        self._buckets: dict[str, Bucket] = {}
        self.at(self.bucket)  # what is configured wrongly is told at the start

    def new_key(self) -> str:
        """A key in `bucket` that was never given before: 192 bits of chance."""
        return self.key(secrets.token_hex(24))

    def key(self, name: str) -> str:
        """The key in `bucket` of what we name ourselves."""
        return f"{self._prefix}{name}"

    async def check(self) -> None:
        """Return where new files can be put. Raises StorageUnavailable; nothing of what is tried stays."""
        await self.at(self.bucket).check(self.new_key())

    def at(self, bucket: str) -> Place:
        """The place that a row names."""
        return self.folder if bucket == THE_FOLDER else self.s3(bucket)

    def s3(self, bucket: str) -> Bucket:
        if bucket not in self._buckets:
            self._buckets[bucket] = Bucket(bucket, endpoint=self.endpoint)
        return self._buckets[bucket]


def without_user(address: str) -> str:
    """An address as it may be shown: what stands before an @ may be a secret."""
    return re.sub(r"[^/]*@", "…@", address)
