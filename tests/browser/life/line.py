"""A line to a server that breaks in the middle of what is sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

PIECE = 64 * 1024


@dataclass
class Line:
    """Carries bytes between browsers and a server; `room` is how many a connection may send before it breaks."""

    address: str
    to: int
    room: float = float("inf")

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        theirs, ours = await asyncio.open_connection("127.0.0.1", self.to)
        with suppress(ConnectionError):
            await asyncio.gather(self._send(reader, ours), _answer(theirs, writer))
        for each in (ours, writer):
            each.transport.abort()

    async def _send(self, reader: asyncio.StreamReader, ours: asyncio.StreamWriter) -> None:
        sent = 0
        while piece := await reader.read(PIECE):
            sent += len(piece)
            if sent > self.room:
                raise ConnectionResetError
            ours.write(piece)
            await ours.drain()
        ours.close()


async def _answer(theirs: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while piece := await theirs.read(PIECE):
        writer.write(piece)
        await writer.drain()
    writer.close()


@asynccontextmanager
async def line_to(address: str) -> AsyncIterator[Line]:
    """A line at an address of its own."""
    line = Line("", int(address.rpartition(":")[2]))
    server = await asyncio.start_server(line.connected, "127.0.0.1", 0)
    line.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield line
    server.close()
