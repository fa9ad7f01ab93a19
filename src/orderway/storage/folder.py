"""A folder of this machine as a place for files: the default, which needs nothing to be configured."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO

from orderway.storage.place import Label, StorageUnavailable


class Folder:
    """Files in one folder, named by their keys; it is made when the first is written."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, key: str) -> Path:
        """Where the file of the key lies, or would. Keys are ours, and never come from outside."""
        return self.root / key

    async def put(self, key: str, file: BinaryIO, label: Label) -> None:
        """Write it under a key that nothing lies under. What it is labelled is said by whoever serves it."""
        del label
        try:
            await asyncio.to_thread(self._put, key, file)
        except OSError as error:
            raise self._unusable(error.strerror) from error

    async def replace(self, key: str, content: bytes) -> None:
        try:
            await asyncio.to_thread(self._replace, key, content)
        except OSError as error:
            raise self._unusable(error.strerror) from error

    async def read(self, key: str) -> bytes | None:
        try:
            return await asyncio.to_thread(self.path(key).read_bytes)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._unusable(error.strerror, "read") from error

    async def check(self, key: str) -> None:
        """Look whether it can be written, or made, and make nothing."""
        del key
        there = next(path for path in (self.root, *self.root.parents) if path.exists())
        if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
            raise self._unusable()

    async def delete(self, key: str) -> None:
        try:
            await asyncio.to_thread(self.path(key).unlink, missing_ok=True)
        except OSError as error:
            raise self._unusable(error.strerror) from error

    def _put(self, key: str, file: BinaryIO) -> None:
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.seek(0)
        with self.path(key).open("xb") as written:
            shutil.copyfileobj(file, written)
            written.flush()
            os.fsync(written.fileno())
        keep_name(self.root)

    def _replace(self, key: str, content: bytes) -> None:
        """Beside it first, under a name of its own: two who write the same do not mix, and nobody finds half of it."""
        path = self.path(key)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as written:
            written.write(content)
            written.flush()
            os.fsync(written.fileno())
        Path(written.name).replace(path)
        for folder in path.relative_to(self.root).parents:
            keep_name(self.root / folder)

    def _unusable(self, why: str | None = None, what: str = "written") -> StorageUnavailable:
        return StorageUnavailable(
            f"The folder {self.root} can not be {what}{f': {why}' if why else ''}.",
            "Make room in it, or open it for this user.",
        )


def keep_name(folder: Path) -> None:
    """Bring the names of a folder to the disk as well."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
