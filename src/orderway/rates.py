"""How often somebody may ask: a bucket for each, which fills evenly and holds a minute's worth."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from orderway.errors import OrderwayError

KEPT = 50_000
"""How many are remembered; beyond them whoever asked longest ago is forgotten, and begins with a full bucket."""


class TooOften(OrderwayError):
    """More than there may be in a minute: 429. `seconds` is how long to wait."""

    def __init__(self, seconds: int) -> None:
        unit = "second" if seconds == 1 else "seconds"
        super().__init__("There were too many requests within a minute.", f"Send the next in {seconds} {unit}.")
        self.seconds = seconds


@dataclass(slots=True)
class Bucket:
    """What is left of a minute's worth, and when that was looked at last."""

    left: float
    at: float


@dataclass(slots=True)
class Rates:
    """The buckets of this process, by whom they are of. `clock` counts seconds and never goes back."""

    clock: Callable[[], float] = time.monotonic
    buckets: OrderedDict[str, Bucket] = field(default_factory=OrderedDict)

    def take(self, whose: str, *, a_minute: int) -> None:
        """Let one request pass; 0 a minute lets all of them. Raises TooOften, which takes nothing."""
        if not a_minute:
            return
        now = self.clock()
        bucket = self.buckets.setdefault(whose, Bucket(a_minute, now))
        self.buckets.move_to_end(whose)
        if len(self.buckets) > KEPT:
            self.buckets.popitem(last=False)
        bucket.left = min(a_minute, bucket.left + (now - bucket.at) * a_minute / 60)
        bucket.at = now
        if bucket.left < 1:
            raise TooOften(math.ceil((1 - bucket.left) * 60 / a_minute))
        bucket.left -= 1
