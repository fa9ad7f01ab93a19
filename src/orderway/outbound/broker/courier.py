"""The courier to the broker: it holds one connection, and opens another as soon as that one is good for nothing."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from socket import gaierror

import nats
from nats.aio.client import Client
from nats.errors import MaxPayloadError, NoServersError

from orderway.outbound.broker import sentences
from orderway.outbound.broker.pipeline import Pipeline
from orderway.outbound.broker.place import Place
from orderway.outbound.broker.stream import PREFIX, see_stream
from orderway.outbound.carrying import Away, NotTaken, carry, tell_away
from orderway.outbound.cloudevents import CONTENT_TYPE, cloud_event
from orderway.outbound.delivery import Delivered
from orderway.outbound.event import Event
from orderway.workflow.runner import Runner

NAME = "broker"
AT_ONCE = 256
"""Orders of which an event is on its way at the same time; more of them made it slower and not quicker."""

CONNECT = 2.0
"""Seconds that one server is given to answer at first."""

PING = 5
"""Seconds between two looks whether a connection on which nothing happens still lives; it may miss two."""


@dataclass(slots=True)
class Line:
    """One connection. It is never mended by the client, which would send late what was given up long ago."""

    client: Client
    pipeline: Pipeline
    has_stream: bool = False

    @property
    def is_good(self) -> bool:
        return self.client.is_connected and self.pipeline.why is None

    async def close(self) -> None:
        """Take leave; a server that takes nothing any more is not waited for."""
        self.pipeline.lost(sentences.CLOSED)
        with suppress(Exception):
            async with asyncio.timeout(1):
                await self.client.close()


@dataclass(slots=True)
class Broker:
    """Brings each event to the stream: at most one of an order at a time, so that they stand in it in their order."""

    place: Place
    name: str = NAME
    at_once: int = AT_ONCE
    _line: Line | None = field(default=None, repr=False)

    async def deliver(self, runner: Runner) -> Delivered:
        """A round: nothing is taken up before the stream is there to take it."""
        try:
            await self.open()
        except Away as away:
            await tell_away(runner, self.name, away)
            return Delivered(is_away=True)
        return await carry(runner, self)

    async def open(self) -> None:
        """See that there is a good connection, and the stream. Raises Away."""
        if self._line is None or not self._line.is_good:
            await self.close()
            self._line = await connect(self.place)
        if not self._line.has_stream:
            await see_stream(self._line.client, self.place)
            self._line.has_stream = True

    async def close(self) -> None:
        if line := self._line:
            self._line = None
            await line.close()

    async def bring(self, event: Event, /) -> None:
        """Bring one event: when it returns, the stream has stored it, now or before. Raises Away and NotTaken."""
        line = self._line
        if line is None:
            raise Away(sentences.NO_CONNECTION)
        headers = {
            "Nats-Msg-Id": str(event.id),
            "Nats-Expected-Stream": self.place.stream,
            "Content-Type": CONTENT_TYPE,
        }
        try:
            await line.pipeline.publish(PREFIX + event.type, cloud_event(event), headers=headers)
        except Away:
            line.has_stream = False  # it is looked at before anything else is brought
            raise
        except MaxPayloadError:
            raise NotTaken(sentences.TOO_LARGE) from None
        except nats.errors.Error as error:
            why = sentences.BROKE.format(fault=error)
            line.pipeline.lost(why)
            raise Away(why) from None


async def connect(place: Place) -> Line:
    """A connection to one of the servers. Raises Away."""
    errors: list[Exception] = []

    async def keep(error: Exception) -> None:
        errors.append(error)

    async def lost() -> None:
        if pipelines:
            pipelines[0].lost(sentences.LOST)

    pipelines: list[Pipeline] = []
    client = Client()
    try:
        async with asyncio.timeout(CONNECT * len(place.servers) + 1):
            await client.connect(
                list(place.servers), name="orderway", error_cb=keep, disconnected_cb=lost, closed_cb=lost,
                allow_reconnect=False, max_reconnect_attempts=1, reconnect_time_wait=0, connect_timeout=int(CONNECT),
                ping_interval=PING, max_outstanding_pings=2,
            )  # fmt: skip
            pipelines.append(Pipeline(client))
            await pipelines[0].open()
    except (OSError, nats.errors.Error) as error:
        with suppress(Exception):
            await client.close()
        cause = errors[-1] if errors and isinstance(error, (NoServersError, TimeoutError)) else error
        raise Away(sentences.UNREACHED.format(place=place, fault=reason(cause))) from None
    return Line(client, pipelines[0])


def reason(error: Exception) -> str:
    """Why there is no connection, in words."""
    match error:
        case nats.errors.Error() if "Authorization" in str(error):
            return sentences.UNKNOWN_USER
        case ssl.SSLCertVerificationError():
            return sentences.UNTRUSTED.format(fault=error.verify_message)
        case gaierror():
            return sentences.UNKNOWN_NAME
        case ConnectionRefusedError():
            return sentences.NOBODY
        case TimeoutError():
            return sentences.NO_ANSWER
    return str(error).removeprefix("nats: ").rstrip(".") or type(error).__name__
