"""Everything of a process that streams share: the news, and how many may listen."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from orderway.streams.feed import Feed
from orderway.streams.seats import Seats
from orderway.workflow.runner import Runner

GRACE = 2.0
"""Seconds that streams have to say that they end."""


@dataclass(frozen=True, slots=True)
class Streams:
    """`seats` are those of streams, `sockets` those of connections that hold several."""

    feed: Feed
    seats: Seats
    sockets: Seats

    async def end(self) -> None:
        """Let every stream say that this process stops, and wait a moment until they have."""
        self.feed.end()
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE):
                await self.seats.empty.wait()


def make_streams(runner: Runner) -> Streams:
    """The streams of a process, which see news every now and then; with `Feed.following` at once."""
    settings = runner.workflow.settings
    return Streams(Feed(runner.pool), Seats(settings), Seats(settings))
