"""A cable between two programs that can be cut: what is sent then is held, and nobody is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Cable:
    """A port that leads to another one of this machine. Cut, it still takes connections, as a silent network does."""

    to: int
    port: int = 0
    whole: asyncio.Event = field(default_factory=asyncio.Event)
    ends: set[asyncio.StreamWriter] = field(default_factory=set)
    leading: set[asyncio.Task[Any]] = field(default_factory=set)

    def cut(self) -> None:
        self.whole.clear()

    def heal(self) -> None:
        """Let everything through again; what was connected before is torn."""
        for end in self.ends:
            end.transport.abort()
        self.whole.set()

    async def lead(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Lead one connection to the other end."""
        if task := asyncio.current_task():
            self.leading.add(task)
            task.add_done_callback(self.leading.discard)
        self.ends.add(writer)
        with suppress(OSError):
            await self.whole.wait()
            there, back = await asyncio.open_connection("127.0.0.1", self.to)
            self.ends.add(back)
            await asyncio.gather(self.copy(reader, back), self.copy(there, writer))
            self.ends.discard(back)
        writer.transport.abort()
        self.ends.discard(writer)

    async def copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while some := await reader.read(65536):
                await self.whole.wait()
                writer.write(some)
                await writer.drain()
        finally:
            writer.transport.abort()


@asynccontextmanager
async def cable(to: int) -> AsyncIterator[Cable]:
    """A cable to a port, for as long as it lasts."""
    made = Cable(to)
    made.whole.set()
    server = await asyncio.start_server(made.lead, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        made.heal()
        if made.leading:
            await asyncio.wait(made.leading)
