"""Where a page of a list ends that is sorted by a time and then by ids: opaque to who sends it back."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from struct import error as no_such_shape
from struct import unpack
from uuid import UUID

from orderway.workflow.errors import Invalid

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def cursor_of(at: datetime, *ids: UUID) -> str:
    """The place behind the row of this time and these ids."""
    packed = ((at - EPOCH) // MICROSECOND).to_bytes(8, "big", signed=True) + b"".join(id.bytes for id in ids)
    return urlsafe_b64encode(packed).decode()


def read_cursor(cursor: str, things: str = "orders") -> tuple[datetime, UUID]:
    """Read where a page of a list of `things` ended that is sorted by one id; raises Invalid."""
    at, (id,) = read_place(cursor, things, ids=1)
    return at, id


def read_place(cursor: str, things: str, *, ids: int) -> tuple[datetime, tuple[UUID, ...]]:
    """Read where a page of a list of `things` ended that is sorted by so many ids; raises Invalid."""
    try:
        microseconds, *found = unpack(f">q{'16s' * ids}", urlsafe_b64decode(cursor.encode("ascii")))
        return EPOCH + microseconds * MICROSECOND, tuple(UUID(bytes=id) for id in found)
    except (ValueError, OverflowError, no_such_shape):
        raise Invalid(
            f"This is no place in the list of {things}.", "Send the cursor of a page as it was given.", "after"
        ) from None
