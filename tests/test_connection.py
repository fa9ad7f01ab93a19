"""Heads of requests that have no end, or do not come: the connection is closed, and keeps nothing of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from starlette.responses import PlainTextResponse
from uvicorn import Config
from uvicorn.server import ServerState
from websockets.protocol import State

from orderway import connection
from orderway.connection import Connection, Frames

HELLO = b"GET / HTTP/1.1\r\nHost: orderway.test\r\n"


async def app(scope: Any, receive: Any, send: Any) -> None:
    await PlainTextResponse("It came.")(scope, receive, send)


def connection_of() -> Connection:
    made = protocol_of(Connection)
    assert isinstance(made, Connection)
    return made


def protocol_of(kind: type[Connection | Frames]) -> Connection | Frames:
    config = Config(app, lifespan="off", log_config=None)
    config.load()
    return kind(config=config, server_state=ServerState(), app_state={})


@asynccontextmanager
async def caller() -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Somebody who is connected to a server that answers everything."""
    server = await asyncio.get_running_loop().create_server(connection_of, "127.0.0.1", 0)
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        try:
            yield reader, writer
        finally:
            writer.close()


class Line(asyncio.Transport):
    """The other end of a connection, where each piece arrives as it was sent."""

    def __init__(self) -> None:
        super().__init__()
        self.said = b""
        self.closed = asyncio.Event()

    def write(self, data: Any) -> None:
        self.said += data

    def close(self) -> None:
        self.closed.set()

    def abort(self) -> None:
        self.closed.set()

    def get_extra_info(self, _name: str, default: Any = None) -> Any:
        return default

    def is_closing(self) -> bool:
        return self.closed.is_set()


async def test_a_request_is_answered_and_so_is_the_next_of_the_same_connection():
    async with caller() as (reader, writer):
        for _ in range(2):
            writer.write(HELLO + b"X-Long: " + b"a" * 60_000 + b"\r\n\r\n")
            assert (await reader.readuntil(b"It came.")).startswith(b"HTTP/1.1 200 ")


async def test_a_head_without_an_end_is_refused_and_not_kept():
    line, asked = Line(), connection_of()
    asked.connection_made(line)
    asked.data_received(HELLO + b"X-Long: ")
    for _ in range(64):
        asked.data_received(b"a" * 1024)
    assert line.said == b""
    asked.data_received(b"a")
    assert line.closed.is_set()
    assert line.said.startswith(b"HTTP/1.1 400 ")
    assert line.said.endswith(b"The head of a request holds at most 65,536 bytes. Send less.")
    asked.connection_lost(None)


@pytest.mark.parametrize("begun", [b"", HELLO], ids=["nothing", "a beginning"])
async def test_a_head_that_does_not_come_is_not_waited_for(begun: bytes, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(connection, "PATIENCE", 0.0)
    line, asked = Line(), connection_of()
    asked.connection_made(line)
    asked.data_received(begun)
    await line.closed.wait()
    assert line.said == b""


async def test_a_body_may_be_longer_than_a_head():
    async with caller() as (reader, writer):
        writer.write(b"POST / HTTP/1.1\r\nHost: orderway.test\r\nContent-Length: 300000\r\n\r\n" + b"a" * 300_000)
        writer.write(HELLO + b"\r\n")
        for _ in range(2):
            assert (await reader.readuntil(b"It came.")).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("kind", [Connection, Frames])
async def test_who_takes_nothing_of_what_is_sent_is_cut_off(
    kind: type[Connection | Frames], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(connection, "IMPATIENCE", 0.0)
    line, sending = Line(), protocol_of(kind)
    sending.connection_made(line)
    sending.pause_writing()
    await line.closed.wait()
    sending.connection_lost(None)


@pytest.mark.parametrize("kind", [Connection, Frames])
async def test_who_takes_it_in_time_is_not(kind: type[Connection | Frames], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(connection, "IMPATIENCE", 0.0)
    line, sending = Line(), protocol_of(kind)
    sending.connection_made(line)
    sending.pause_writing()
    sending.resume_writing()
    await asyncio.get_running_loop().run_in_executor(None, lambda: None)
    assert not line.closed.is_set()
    sending.connection_lost(None)


async def test_a_websocket_that_is_ending_is_no_fault_when_the_server_stops():
    ending, line = protocol_of(Frames), Line()
    assert isinstance(ending, Frames)
    ending.connection_made(line)
    ending.handshake_complete = True
    ending.conn.state = State.CLOSING  # the other side said so, and its answer is on its way
    ending.shutdown()
    assert line.closed.is_set()
