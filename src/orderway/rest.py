"""Resting until something happens, for whoever looks again and again."""

from __future__ import annotations

import asyncio
from contextlib import suppress


async def rest(event: asyncio.Event, seconds: float) -> None:
    """Wait for the event, for so many seconds at most.

    Who is cancelled at the very moment of the event is cancelled: `asyncio.wait_for` would wake up and go on, until
    Python 3.12 (github.com/python/cpython/issues/86296), and whoever waits for its end would wait for ever.
    """
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
