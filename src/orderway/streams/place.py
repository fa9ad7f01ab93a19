"""How far somebody has read what happens to all orders: opaque to who sends it back."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

import msgspec

from orderway.streams.snapshot import Snapshot, read_snapshot
from orderway.workflow.errors import Invalid


@dataclass(frozen=True, slots=True)
class Place:
    """Everything of the transactions that had ended at `seen` was read.

    In the middle of a batch also, of what ended between `seen` and `until`, the events up to `behind`: the order's
    id and the number, by which a batch is sorted. `database` is the one whose transactions these are.
    """

    database: int
    seen: Snapshot
    until: Snapshot | None = None
    behind: tuple[UUID, int] | None = None

    def __str__(self) -> str:
        parts = [self.database, str(self.seen)]
        if self.until and self.behind:
            parts += [str(self.until), str(self.behind[0]), self.behind[1]]
        return urlsafe_b64encode(msgspec.json.encode(parts)).decode().rstrip("=")


Number = Annotated[int, msgspec.Meta(ge=0, lt=2**31)]


class Parts(msgspec.Struct, array_like=True):
    """A place as it is written."""

    database: int
    seen: str
    until: str | None = None
    order: UUID = UUID(int=0)
    number: Number = 0


def read_place(text: str) -> Place:
    """Read where somebody was; raises Invalid."""
    try:
        parts = msgspec.json.decode(urlsafe_b64decode(text + "=" * (-len(text) % 4)), type=Parts)
        seen = read_snapshot(parts.seen)
        if parts.until is None:
            return Place(parts.database, seen)
        return Place(parts.database, seen, read_snapshot(parts.until), (parts.order, parts.number))
    except (ValueError, msgspec.DecodeError):
        raise Invalid(
            "This is no place in what happens to the orders.", "Send the cursor of an event as it was given.", "after"
        ) from None
