"""New identifiers: UUIDs of version 7, which sort by the time they were made."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """Return a new UUIDv7 (RFC 9562): 48 bits of Unix time in milliseconds, then chance."""
    return uuid7()
