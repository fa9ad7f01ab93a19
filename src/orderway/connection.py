"""A connection of the server, which keeps no endless head of a request and waits for none for long."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LARGEST_HEAD = 64 * 1024
"""Bytes of a request's first line and headers, after those that came along with its beginning."""

PATIENCE = 20.0
"""Seconds from the opening of a connection, or the beginning of a next request, until its headers are whole."""


class Connection(HttpToolsProtocol):
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
