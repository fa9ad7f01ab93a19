"""What is said of a broker that takes an event not, or nothing at all: each with its gaps."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

NO_CONNECTION = "There is no connection to the broker."
TOO_LARGE = "The event is larger than the broker takes."
BROKE = "The connection to the broker broke: {fault}."
LOST = "The connection to the broker was lost."
CLOSED = "The connection to the broker was closed."
UNREACHED = "The broker at {place} can not be reached: {fault}."
SILENT = "The broker acknowledged nothing for {seconds} seconds."
REFUSED = "The broker refused it: {answer}."
STORES_NOTHING = "The broker stores nothing: {answer}."
NO_JETSTREAM = "JetStream does not answer, or its leader is being chosen."
NO_STREAM = "The broker refuses the stream {stream}: {answer}."
JETSTREAM_UNREACHED = "JetStream can not be reached: {fault}."
OTHER_STREAM = (
    "The stream {stream} does not keep on disk what nobody has asked for yet: it was made for another purpose."
)
NAME_ANOTHER = "Name another one by ORDERWAY_NATS_STREAM, or delete it."

# Why there is no connection.
UNKNOWN_USER = "it does not know the user, or the password is another one"
UNTRUSTED = "its certificate is not to be trusted ({fault})"
UNKNOWN_NAME = "its name is unknown"
NOBODY = "nobody listens there"
NO_ANSWER = "it does not answer"

PUBLIC: Mapping[str, str] = MappingProxyType({
    NO_CONNECTION: NO_CONNECTION,
    TOO_LARGE: TOO_LARGE,
    BROKE: "The connection to the broker broke.",
    LOST: LOST,
    CLOSED: CLOSED,
    UNREACHED: "The broker can not be reached.",
    SILENT: SILENT,
    REFUSED: "The broker refused it.",
    STORES_NOTHING: "The broker stores nothing.",
    NO_JETSTREAM: "The broker can not be reached.",
    NO_STREAM: "The broker refuses the stream.",
    JETSTREAM_UNREACHED: "The broker can not be reached.",
    f"{OTHER_STREAM} {NAME_ANOTHER}": "The broker refuses the stream.",
})  # fmt: skip
"""What of each is for everybody who looks after deliveries: where our servers are, and what they answer, is not."""

ALL = (
    *list(PUBLIC)[:-1], OTHER_STREAM, NAME_ANOTHER, *PUBLIC.values(), UNKNOWN_USER, UNTRUSTED, UNKNOWN_NAME, NOBODY,
    NO_ANSWER,
)  # fmt: skip
