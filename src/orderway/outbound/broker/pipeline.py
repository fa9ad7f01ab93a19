"""Publishing with many acknowledgements outstanding: each event's outcome is known, and always within a bound.

The client's own ways are a request for each event, at twice the cost, and a pipeline whose futures never end where the
server refuses or the connection is lost (nats-py 2.16).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping

import msgspec
from nats.aio.client import Client
from nats.aio.msg import Msg

from orderway.outbound.broker import sentences
from orderway.outbound.carrying import Away, NotTaken

WAIT = 5.0
"""Seconds after which an event that is not acknowledged counts as lost, and with it the connection."""

LATE = 0.5
"""Seconds by which a timer is late where this process itself was held up: its answers may lie here, yet unread."""

OTHER_STREAM = 10060
"""The server's number for a stream that has another name than was expected: no event is to blame for it."""


class Refusal(msgspec.Struct):
    """Why JetStream did not store something."""

    code: int
    description: str
    err_code: int = 0


class Answer(msgspec.Struct):
    error: Refusal | None = None


ANSWER = msgspec.json.Decoder(Answer)


class Pipeline:
    """What is on its way over one connection."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._inbox = client.new_inbox()
        self._number = 0
        self._open: dict[str, asyncio.Future[None]] = {}
        self._due: deque[tuple[float, str]] = deque()  # ends in the order in which it was begun: one timer for all
        self._timer: asyncio.TimerHandle | None = None
        self._loop = asyncio.get_running_loop()
        self.why: Away | None = None

    async def open(self) -> None:
        """Begin to hear the answers."""
        await self._client.subscribe(f"{self._inbox}.*", cb=self._answered)

    async def publish(self, subject: str, body: bytes, *, headers: Mapping[str, str]) -> None:
        """Return once the stream has stored it; raises Away, NotTaken, and what the client raises for what it holds."""
        if self.why:
            raise self.why
        self._number += 1
        token = str(self._number)
        future = self._open[token] = self._loop.create_future()
        try:
            await self._client.publish(subject, body, reply=f"{self._inbox}.{token}", headers=dict(headers))
            self._due.append((self._loop.time() + WAIT, token))
            if self._timer is None:
                self._timer = self._loop.call_later(WAIT, self._expire)
            await future
        finally:
            self._open.pop(token, None)

    def lost(self, why: str) -> None:
        """Nothing more is to be had of this connection: whatever is on its way may have arrived or not."""
        if self.why is None:
            self.why = Away(why)
        if self._timer:
            self._timer.cancel()
        for future in self._open.values():
            if not future.done():
                future.set_exception(Away(why))

    def _expire(self) -> None:
        now, timer, self._timer = self._loop.time(), self._timer, None
        if timer and now > timer.when() + LATE:
            self._timer = self._loop.call_later(WAIT, self._expire)
            return
        while self._due and self._due[0][1] not in self._open:
            self._due.popleft()
        if self._due and self._due[0][0] <= now:
            self.lost(sentences.SILENT.format(seconds=f"{WAIT:.0f}"))
        elif self._due:
            self._timer = self._loop.call_at(self._due[0][0], self._expire)

    async def _answered(self, message: Msg) -> None:
        future = self._open.get(message.subject.rpartition(".")[2])
        if future is None or future.done():
            return
        refusal = ANSWER.decode(message.data).error if message.data else NOBODY
        if refusal is None:
            future.set_result(None)
        elif refusal.code == BAD_REQUEST and refusal.err_code != OTHER_STREAM:
            future.set_exception(NotTaken(sentences.REFUSED.format(answer=refusal.description)))
        else:
            future.set_exception(Away(sentences.STORES_NOTHING.format(answer=refusal.description)))


BAD_REQUEST = 400
NOBODY = Refusal(503, "no stream takes what is published, or its leader is being chosen")
"""An answer without a body comes from the server itself, for nobody else has answered."""
