"""An upload while it arrives: its fields, then its file, which is counted, hashed and laid down as it comes."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, Generic, TypeVar

from starlette.requests import Request

from orderway.arrival import chunks
from orderway.receipts.content import weight
from orderway.receipts.parts import Begun, Parts, UploadRefused

FILE = "file"
FIELDS = ("payment", "csrf")
LONGEST_FIELD = 200
AROUND = 64 * 1024
"""Bytes that a request may hold besides the file: boundaries, headers, fields."""

SLOWEST = 600.0
"""Seconds that an upload may take: the largest receipt of the default setting, at a telephone's worst."""

Admitted = TypeVar("Admitted")
Admit = Callable[[Mapping[str, str]], Awaitable[Admitted]]
"""Judges an upload by the fields that came before its file, before any of the file is kept; raises to refuse it."""


@dataclass(frozen=True, slots=True)
class Arrived(Generic[Admitted]):
    """A file that arrived whole; `size` in bytes."""

    admitted: Admitted
    size: int
    sha256: bytes


async def read_upload(request: Request, *, into: BinaryIO, largest: int, admit: Admit[Admitted]) -> Arrived[Admitted]:
    """Read the one file of a form into a file on the disk. `largest` is in bytes.

    Nothing more is read once it is refused. Raises UploadRefused, TooSlow, ClientDisconnect where the sender went
    away, and what `admit` raises.
    """
    parts = Parts(request.headers.get("content-type", ""))
    room = largest + AROUND
    if int(request.headers.get("content-length") or 0) > room:
        raise too_large(largest)
    reading: _Reading[Admitted] = _Reading(into, largest, admit)
    count = 0
    async for chunk in chunks(request, within=SLOWEST):
        for found in parts.of(chunk):
            await reading.take(found)
        count += len(chunk)
        if count > room:
            raise too_large(largest)
    if not parts.whole:
        raise UploadRefused(400, "The form was cut off before its end.", "Send it again.")
    return reading.end()


def too_large(largest: int) -> UploadRefused:
    return UploadRefused(
        413, f"The file is larger than a receipt may be: {weight(largest)}.", "Upload a smaller picture of it."
    )


@dataclass(slots=True)
class _Reading(Generic[Admitted]):
    """Where the reading stands: which part it is in, and what it has of the file."""

    into: BinaryIO
    largest: int
    admit: Admit[Admitted]
    part: int = 0
    name: str = ""
    fields: dict[str, bytes] = field(default_factory=dict)
    file_part: int | None = None
    arrived: list[Admitted] = field(default_factory=list)
    size: int = 0
    digest: hashlib._Hash = field(default_factory=hashlib.sha256)

    async def take(self, found: Begun | bytes) -> None:
        if isinstance(found, Begun):
            self._begin(found.name)
        elif self.name == FILE:
            await self._add(found)
        else:
            self.fields[self.name] += found
            if len(self.fields[self.name]) > LONGEST_FIELD:
                raise UploadRefused(400, f"The field {self.name} is too long.", "Send what the form holds.")

    def end(self) -> Arrived[Admitted]:
        if not self.arrived:
            raise UploadRefused(400, "There is no file in the form, or it is empty.", "Choose the receipt's file.")
        return Arrived(self.arrived[0], self.size, self.digest.digest())

    def _begin(self, name: str) -> None:
        self.part += 1
        self.name = name
        if name == FILE:
            return
        if name not in FIELDS:
            raise UploadRefused(400, "The form has a field that it does not know.", "Send payment, then file.")
        if name in self.fields:
            raise UploadRefused(400, f"The field {name} is there twice.", "Send it once.")
        self.fields[name] = b""

    async def _add(self, data: bytes) -> None:
        """Add bytes of the file. A file of which there are none is as good as not there: a form has them at times."""
        if self.file_part is None:
            self.file_part = self.part
            texts = {name: text.decode(errors="replace") for name, text in self.fields.items()}
            self.arrived.append(await self.admit(texts))
        if self.file_part != self.part:
            raise UploadRefused(400, "The form holds several files.", "Upload one receipt at a time.")
        self.size += len(data)
        if self.size > self.largest:
            raise too_large(self.largest)
        self.into.write(data)
        self.digest.update(data)
