"""How fast a backfill goes: a share of the time, so that it gives way as the database gets slower, or a rate."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Final

from orderway.errors import OrderwayError
from orderway.rest import rest

USUAL: Final = "20%"


@dataclass(frozen=True, slots=True)
class Pace:
    """Each lane works for this `share` of the time, or does not begin more often than `every` so many seconds."""

    share: float = 1.0
    every: float = 0.0

    def pause(self, took: float) -> float:
        """The seconds of rest after work that took so many."""
        return max(took * (1 - self.share) / self.share, self.every - took)

    @asynccontextmanager
    async def kept(self, stop: asyncio.Event) -> AsyncIterator[None]:
        """Keep the pace around one piece of work: it is followed by its rest, unless all is to stop."""
        began = perf_counter()
        yield
        pause = self.pause(perf_counter() - began)
        if pause > 0:
            await rest(stop, pause)


def pace_of(text: str, *, lanes: int = 1) -> Pace:
    """A pace as it is written: `20%` of the time of each lane, or `50` orders a second by all of them."""
    number, percent = text.removesuffix("%"), text.endswith("%")
    try:
        value = float(number)
    except ValueError:
        value = 0
    if not (0 < value <= 100 if percent else 0 < value < float("inf")):
        raise OrderwayError(f"“{text[:20]}” is no pace.", "Write a share of the time like 20%, or orders a second.")
    return Pace(share=value / 100) if percent else Pace(every=lanes / value)
