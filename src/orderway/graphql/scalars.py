"""The API's own scalars: 64-bit whole numbers and moments with a zone, each refusing what it can not mean."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NewType
from uuid import UUID

import strawberry
from graphql import GraphQLError
from strawberry.scalars import JSON
from strawberry.types.scalar import ScalarDefinition

Int64 = NewType("Int64", int)
LARGEST = 2**63 - 1


def read_int64(value: object) -> int:
    """Read a whole number, given as one or as digits in quotes; raises GraphQLError."""
    number = value
    if isinstance(value, str) and value.removeprefix("-").isdecimal() and value.isascii() and len(value) <= 20:
        number = int(value)
    if isinstance(number, float) and number.is_integer():
        number = int(number)
    if isinstance(number, bool) or not isinstance(number, int):
        raise GraphQLError("It must be a whole number; money is counted in minor units, without a point.")
    if not -LARGEST - 1 <= number <= LARGEST:
        raise GraphQLError("It must fit into 64 bits.")
    return number


def read_moment(value: object) -> datetime:
    """Read a moment of ISO 8601 with its zone, as UTC; raises GraphQLError."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        if moment is not None and moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise GraphQLError("It must be a date and time with its zone, like 2026-03-01T09:30:00Z.")


def read_uuid(value: object) -> UUID:
    """Read an id; raises GraphQLError."""
    try:
        if isinstance(value, str):
            return UUID(value)
    except ValueError:
        pass
    raise GraphQLError("It must be an id, like 01890a5d-ac96-774b-bcce-b302099a8057.")


def written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


SCALARS: dict[object, ScalarDefinition] = {
    Int64: strawberry.scalar(
        name="Int64",
        description="A whole number of 64 bits; money is counted in minor units of its currency (kobo, cents). "
        "Written as a number; digits in quotes are read too.",
        parse_value=read_int64,
    ),
    datetime: strawberry.scalar(
        name="DateTime",
        description="A moment in UTC after ISO 8601, like 2026-03-01T09:30:00Z. Other zones are read too; none is not.",
        serialize=written,
        parse_value=read_moment,
    ),
    UUID: strawberry.scalar(
        name="UUID",
        description="An id after RFC 9562.",
        serialize=str,
        parse_value=read_uuid,
    ),
    JSON: strawberry.scalar(
        name="JSON",
        description="Any JSON value; its form is the machine's own and may grow.",
    ),
}
