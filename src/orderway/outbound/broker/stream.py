"""The stream of all events: made where it is missing, and brought up to what the environment says."""

from __future__ import annotations

from nats.aio.client import Client
from nats.errors import Error
from nats.js.api import DiscardPolicy, RetentionPolicy, StorageType, StreamConfig
from nats.js.client import JetStreamContext
from nats.js.errors import APIError, NotFoundError

from orderway.outbound.broker import sentences
from orderway.outbound.broker.place import Place
from orderway.outbound.carrying import Away

PREFIX = "orderway."
"""What the subject of an event begins with: its type follows."""

WINDOW = 15 * 60.0
"""Seconds in which the stream knows an event that is brought again, by its id, which takes memory of the server."""

LARGEST = 256 * 1024
"""Bytes of an event at most."""

DAY = 24 * 60 * 60.0
PATIENCE = 5.0
"""Seconds that the broker is given to answer about its stream."""


def wanted(place: Place) -> StreamConfig:
    """The stream as it is made: on disk, for a time, and nothing in it is thrown away to make room."""
    return StreamConfig(
        name=place.stream,
        description="All events of Orderway, as CloudEvents.",
        subjects=[f"{PREFIX}>"],
        storage=StorageType.FILE,
        num_replicas=place.replicas,
        retention=RetentionPolicy.LIMITS,
        discard=DiscardPolicy.NEW,
        max_age=place.days * DAY,
        max_msg_size=LARGEST,
        duplicate_window=WINDOW,
        deny_delete=True,
        allow_direct=True,
    )


async def see_stream(client: Client, place: Place) -> None:
    """See that the stream is there, and as it is to be. Raises Away."""
    jetstream = client.jetstream(timeout=PATIENCE)
    try:
        found = await _find(jetstream, place)
        if found is None:
            await jetstream.add_stream(wanted(place))
        elif found != (changed := _changed(found, place)):
            await jetstream.update_stream(changed)
    except TimeoutError:
        raise Away(sentences.NO_JETSTREAM) from None
    except APIError as error:
        raise Away(sentences.NO_STREAM.format(stream=place.stream, answer=error.description)) from None
    except Error as error:
        raise Away(sentences.JETSTREAM_UNREACHED.format(fault=error)) from None


async def _find(jetstream: JetStreamContext, place: Place) -> StreamConfig | None:
    try:
        return (await jetstream.stream_info(place.stream)).config
    except NotFoundError:
        return None


def _changed(found: StreamConfig, place: Place) -> StreamConfig:
    """The stream that is there, with what the environment says of it; everything else is its operator's.

    Raises Away for one that would lose events.
    """
    if found.storage != StorageType.FILE or found.retention != RetentionPolicy.LIMITS:
        raise Away(f"{sentences.OTHER_STREAM.format(stream=place.stream)} {sentences.NAME_ANOTHER}")
    config = wanted(place)
    subjects = found.subjects or []
    return found.evolve(
        subjects=subjects if f"{PREFIX}>" in subjects else [*subjects, f"{PREFIX}>"],
        num_replicas=config.num_replicas,
        max_age=config.max_age,
        duplicate_window=config.duplicate_window,
    )
