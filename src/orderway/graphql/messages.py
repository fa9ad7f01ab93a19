"""The messages of graphql-transport-ws, after its specification: PROTOCOL.md of github.com/enisdenjo/graphql-ws."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec

from orderway.graphql.endpoint import NOTHING
from orderway.graphql.execution import Question
from orderway.graphql.told import Told

PROTOCOL = "graphql-transport-ws"


class Said(msgspec.Struct, tag_field="type"):
    """What a client says."""


class Init(Said, tag="connection_init"):
    """Who is there: {"Authorization": "Bearer …"}."""

    payload: dict[str, Any] | None = None


class Ping(Said, tag="ping"):
    """Are you there?"""

    payload: dict[str, Any] | None = None


class Pong(Said, tag="pong"):
    """Yes."""

    payload: dict[str, Any] | None = None


class Subscribe(Said, tag="subscribe"):
    """Begin to send me this, under an id of mine."""

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    payload: Question


class Complete(Said, tag="complete"):
    """Send me no more of it."""

    id: str


SAID = msgspec.json.Decoder(Init | Ping | Pong | Subscribe | Complete)
ENCODER = msgspec.json.Encoder()


class Goodbye(Exception):
    """The connection ends, with a code of the specification and a reason of at most 123 bytes."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason


def read(text: str) -> Said:
    """Read what a client says. Raises Goodbye."""
    if NOTHING.search(text.encode()):
        raise Goodbye(4400, "A text holds the character NUL, which no text can hold. Leave it out.")
    try:
        said: Said = SAID.decode(text)
    except (msgspec.DecodeError, RecursionError) as wrong:
        why = f"This is no message of {PROTOCOL}: {wrong}."
        raise Goodbye(4400, why if len(why.encode()) <= 123 else f"This is no message of {PROTOCOL}.") from None
    return said


def acknowledge() -> str:
    return '{"type":"connection_ack"}'


def pong() -> str:
    return '{"type":"pong"}'


def next_of(id: str, data: Any, errors: Sequence[Told]) -> str:
    """One event of what is followed."""
    payload = {"data": data, "errors": errors} if errors else {"data": data}
    return ENCODER.encode({"id": id, "type": "next", "payload": payload}).decode()


def error_of(id: str, errors: Sequence[Told]) -> str:
    """Why nothing more of it comes."""
    return ENCODER.encode({"id": id, "type": "error", "payload": errors}).decode()


def complete(id: str) -> str:
    return ENCODER.encode({"id": id, "type": "complete"}).decode()
