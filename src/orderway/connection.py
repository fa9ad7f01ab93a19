"""A connection of the server, which keeps no endless head of a request and waits for none for long."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import InvalidState

LARGEST_HEAD = 64 * 1024
"""Bytes of a request's first line and headers, after those that came along with its beginning."""

PATIENCE = 20.0
"""Seconds from the opening of a connection, or the beginning of a next request, until its headers are whole."""

LARGEST_MESSAGE = 128 * 1024
"""Bytes of one message of a WebSocket: a subscription is no long text."""

IMPATIENCE = 30.0
"""Seconds that somebody may take nothing of what is sent to them, once so much waits that nothing more is written."""

log = structlog.get_logger(__name__)


class Impatience(asyncio.Protocol):
    """Drops whoever takes nothing: for them a buffer would be kept, and a stream, for as long as they like."""

    transport: asyncio.Transport
    loop: asyncio.AbstractEventLoop
    _stuck: asyncio.TimerHandle | None = None

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stuck = self._stuck or self.loop.call_later(IMPATIENCE, self._drop)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._wait_no_longer()

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_no_longer()
        super().connection_lost(exc)

    def _wait_no_longer(self) -> None:
        if self._stuck is not None:
            self._stuck.cancel()
            self._stuck = None

    def _drop(self) -> None:
        log.warning("A connection was dropped, for nobody read what was sent.", seconds=IMPATIENCE)
        self.transport.abort()


class Frames(Impatience, WebSocketsSansIOProtocol):
    """uvicorn's WebSocket, for those who read."""

    def shutdown(self) -> None:
        """End it, as the server stops; one whose end was said already has no more to be told, which uvicorn tries."""
        try:
            super().shutdown()
        except InvalidState:
            self.transport.close()


class Connection(Impatience, HttpToolsProtocol):
    """uvicorn's, which by itself keeps a head of any size in memory, and waits for its end for ever."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._head = 0
        self._due: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._had_head()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._head += len(data)
        super().data_received(data)
        if self._due is not None and self._head > LARGEST_HEAD and not self.transport.is_closing():
            self.send_400_response(f"The head of a request holds at most {LARGEST_HEAD:,} bytes. Send less.")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._await_head()

    def on_headers_complete(self) -> None:
        self._had_head()
        super().on_headers_complete()

    def _await_head(self) -> None:
        self._head = 0
        self._due = self._due or self.loop.call_later(PATIENCE, self.transport.close)

    def _had_head(self) -> None:
        if self._due is not None:
            self._due.cancel()
            self._due = None
