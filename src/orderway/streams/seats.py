"""How many streams there may be at once: of one person, and in one process."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from orderway.errors import OrderwayError
from orderway.settings import Settings
from orderway.stream_settings import STREAMS_PER_PERSON, STREAMS_PER_PROCESS


class NoSeat(OrderwayError):
    """There are as many streams as there may be."""


class Seats:
    """Counts the streams of this process; the settings say how many there may be."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._taken: Counter[UUID] = Counter()
        self.empty = asyncio.Event()
        self.empty.set()

    @property
    def taken(self) -> int:
        """How many there are now."""
        return self._taken.total()

    @contextmanager
    def take(self, person: UUID) -> Iterator[None]:
        """Have a stream as long as it lasts. Raises NoSeat."""
        if self._taken[person] >= self._settings[STREAMS_PER_PERSON]:
            raise NoSeat(
                f"You follow {self._settings[STREAMS_PER_PERSON]} streams already.", "End one before you begin another."
            )
        if self.taken >= self._settings[STREAMS_PER_PROCESS]:
            raise NoSeat("This server has as many streams as it may.", "Try again in a moment.")
        self._taken[person] += 1
        self.empty.clear()
        try:
            yield
        finally:
            self._taken[person] -= 1
            if not self._taken[person]:
                del self._taken[person]
            if not self._taken:
                self.empty.set()
