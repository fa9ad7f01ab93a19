"""Errors as the API tells them: ours as they are, faults masked behind a request id under which the log has them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec
import structlog
from graphql import GraphQLError

from orderway.database import DatabaseUnavailable, lost
from orderway.deployment import Deployment
from orderway.errors import OrderwayError
from orderway.graphql.asking import SignedOut
from orderway.rates import TooOften
from orderway.storage.place import StorageUnavailable
from orderway.streams.follow import StreamEnded, TokenEnded
from orderway.streams.seats import NoSeat
from orderway.workflow.errors import Invalid, NotFound

log = structlog.get_logger(__name__)

CODES: tuple[tuple[type[OrderwayError], str], ...] = (
    (SignedOut, "SIGNED_OUT"),
    (TokenEnded, "SIGNED_OUT"),
    (StreamEnded, "ENDED"),
    (NoSeat, "TOO_OFTEN"),
    (TooOften, "TOO_OFTEN"),
    (NotFound, "NOT_FOUND"),
    (Invalid, "INVALID"),
    (DatabaseUnavailable, "UNAVAILABLE"),
    (StorageUnavailable, "UNAVAILABLE"),
)


@dataclass(frozen=True, slots=True)
class Place:
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Extensions:
    """`code` is for programs, `requestId` for whoever reads the log."""

    code: str
    requestId: str  # noqa: N815  (as it stands in the answer)


class Told(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One error of an answer, after the specification of GraphQL (section 7.1.2): without a place it names none."""

    message: str
    extensions: Extensions
    path: Sequence[str | int] | None = None
    locations: Sequence[Place] = ()


def told(errors: Iterable[GraphQLError], request_id: str, *, deployment: Deployment) -> list[Told]:
    """Tell each error; what nobody expected goes to the log with its traceback, and out without it.

    Whoever develops is told its kind and its text besides.
    """
    return [_told(error, request_id, deployment) for error in errors]


def _told(error: GraphQLError, request_id: str, deployment: Deployment) -> Told:
    message, code = _said(error, request_id, deployment)
    return Told(
        message=message,
        extensions=Extensions(code, request_id),
        path=error.path,
        locations=tuple(Place(each.line, each.column) for each in error.locations or ()),
    )


def _said(error: GraphQLError, request_id: str, deployment: Deployment) -> tuple[str, str]:
    cause = error.original_error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    if cause is None:
        return error.message, "INVALID"
    known = cause if isinstance(cause, OrderwayError) else lost(cause)
    if known is not None:
        return str(known), next((code for kind, code in CODES if isinstance(known, kind)), "REFUSED")
    log.error("A request to the API failed.", request_id=request_id, path=error.path, exc_info=cause)
    return str(fault(request_id, cause if deployment.developing else None)), "FAULT"


def fault(request_id: str, shown: Exception | None = None) -> OrderwayError:
    """What is said of a fault of ours: where to find it, and to whoever develops also what it is."""
    said = f" {type(shown).__name__}: {shown}" if shown else ""
    return OrderwayError(f"Something went wrong on our side.{said}", f"Tell us the request {request_id}.")
