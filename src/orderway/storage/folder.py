"""A folder of this machine as a place for files: the default, which needs nothing to be configured."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path
from typing import BinaryIO

from orderway.storage.place import Label, StorageUnavailable


class Folder:
    """Files directly in one folder, named by their keys; it is made when the first is written."""

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
            raise self._unusable(error) from error

    async def delete(self, key: str) -> None:
        try:
            await asyncio.to_thread(self.path(key).unlink, missing_ok=True)
        except OSError as error:
            raise self._unusable(error) from error

    def _put(self, key: str, file: BinaryIO) -> None:
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.seek(0)
        with self.path(key).open("xb") as written:
            shutil.copyfileobj(file, written)
            written.flush()
            os.fsync(written.fileno())
        folder = os.open(self.root, os.O_RDONLY)
        try:
            os.fsync(folder)  # the name is on the disk as well
        finally:
            os.close(folder)

    def _unusable(self, error: OSError) -> StorageUnavailable:
        return StorageUnavailable(
            f"The folder {self.root} can not be written: {error.strerror}.",
            "Make room in it, or open it for this user.",
        )
