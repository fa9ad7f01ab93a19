"""Where a page of a list ends that is sorted by a time and an id: opaque to who sends it back."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from uuid import UUID

from orderway.workflow.errors import Invalid

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def cursor_of(at: datetime, id: UUID) -> str:
    """The place behind the row of this time and id."""
    packed = ((at - EPOCH) // MICROSECOND).to_bytes(8, "big", signed=True) + id.bytes
    return urlsafe_b64encode(packed).decode()


def read_cursor(cursor: str, things: str = "orders") -> tuple[datetime, UUID]:
    """Read where a page of a list of `things` ended; raises Invalid."""
    try:
        packed = urlsafe_b64decode(cursor.encode("ascii"))
        at = EPOCH + int.from_bytes(packed[:8], "big", signed=True) * MICROSECOND
        return at, UUID(bytes=packed[8:])
    except (ValueError, OverflowError):
        raise Invalid(
            f"This is no place in the list of {things}.", "Send the cursor of a page as it was given.", "after"
        ) from None
