"""The times of a plan: what is written keeps its own, what is inferred never comes before what was before it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from orderway.legacy.predecessor.moments import Moment
from orderway.legacy.predecessor.moves import AnyMove


class When(TypedDict):
    """What every move says of its time."""

    at: datetime
    inferred: str
    confidence: float


@dataclass(slots=True)
class Clock:
    """`latest` is the latest time that a move had so far."""

    latest: datetime

    def when(self, moment: Moment) -> When:
        at = moment.at if moment.is_written else max(moment.at, self.latest)
        self.latest = max(self.latest, at)
        return When(at=at, inferred=moment.source, confidence=moment.confidence)

    def now(self, source: str, confidence: float) -> When:
        """The time of what was just before: no row names one."""
        return When(at=self.latest, inferred=source, confidence=confidence)


def interleaved(one: Sequence[AnyMove], other: Sequence[AnyMove]) -> Iterator[AnyMove]:
    """Both in their own order, side by side by their times; at the same time the first goes before."""
    left, right = list(one), list(other)
    while left and right:
        yield (left if left[0].at <= right[0].at else right).pop(0)
    yield from left
    yield from right
