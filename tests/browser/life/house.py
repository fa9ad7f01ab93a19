"""A server of a test's own, which goes away and comes again, and what others do in its database meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from playwright.async_api import ConsoleMessage, Request, Response
from tests.browser.conftest import Ear, started
from tests.commands import ADDRESS, Command
from tests.company import NOW

from orderway.app import make_workflow
from orderway.database import connect_pool
from orderway.order.reach import reach
from orderway.people.viewer import find_viewer
from orderway.settings import Settings
from orderway.streams.announcer import Announcer
from orderway.workflow.runner import Runner


@dataclass
class House:
    """A server that can be stopped and started: at the same address, over the same database."""

    url: str
    superuser_url: str
    command: Command
    address: str

    @classmethod
    def open(cls, url: str, superuser_url: str) -> House:
        command = started(url)
        return cls(url, superuser_url, command, command.wait_for(ADDRESS))

    async def stop(self) -> tuple[int, str]:
        """End the server as a supervisor does; gives its exit code and what it said."""
        return await asyncio.to_thread(self.command.stop)

    @asynccontextmanager
    async def away(self) -> AsyncIterator[tuple[int, str]]:
        """Without its server as long as it lasts; gives what that ended with."""
        ended = await self.stop()
        try:
            yield ended
        finally:
            await self.start()

    async def start(self) -> None:
        self.command = started(self.url, port=int(self.address.rpartition(":")[2]))
        await asyncio.to_thread(self.command.wait_for, ADDRESS)

    async def send(self, who: str, part: UUID, event: Any) -> None:
        """Send an event to a fulfillment by another process than the server."""
        async with await connect_pool(self.url, size=2) as pool:
            runner = Runner(pool, make_workflow(Settings({})), announce=Announcer(pool), clock=lambda: NOW)
            async with pool.acquire() as connection:
                person = await connection.fetchval("SELECT id FROM person WHERE email = $1", f"{who}@demo.example")
                viewer = await find_viewer(connection, person)
                assert viewer
                reached = await reach(connection, viewer, kind=runner.workflow.kind("fulfillment"), id=part)
            await reached.send(runner, event)


@dataclass
class Understanding(Ear):
    """Hears only what a script of ours does wrong: in these tests the server or the network is away."""

    faults: list[str] = field(default_factory=list)

    def console(self, message: ConsoleMessage) -> None:
        if not message.text.startswith(("Failed to load resource", "htmx: htmx:error: Failed to fetch")):
            super().console(message)

    def failed(self, request: Request) -> None:
        self.faults.append(f"{request.method} {request.url}")

    def answered(self, response: Response) -> None:
        pass
