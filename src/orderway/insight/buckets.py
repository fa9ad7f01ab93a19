"""Lengths of time by their size, so that those of many days add up and any share of them can be told.

A bucket is a quarter of a doubling: what is told of it is wrong by at most a tenth.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import timedelta

IN_DOUBLING = 4

BUCKET = f"floor({IN_DOUBLING} * ln(greatest(extract(epoch FROM {{}})::float8, 1)) / ln(2::float8))::smallint"
"""The bucket of an interval, in SQL: that of a second, and of anything shorter, is 0."""


def bucket_of(span: timedelta) -> int:
    """The bucket of a span, as BUCKET reckons it."""
    return math.floor(IN_DOUBLING * math.log(max(span.total_seconds(), 1)) / math.log(2))


def middle(bucket: int) -> timedelta:
    """The span that stands for all of a bucket."""
    return timedelta(seconds=2 ** ((bucket + 0.5) / IN_DOUBLING))


def share(spells: Mapping[int, int], part: float) -> timedelta:
    """The span that this part (0 to 1) of the spells does not exceed; raises ValueError where there are none."""
    wanted = part * sum(spells.values())
    passed = 0
    for bucket in sorted(spells):
        passed += spells[bucket]
        if passed >= wanted:
            return middle(bucket)
    raise ValueError("Of no spells at all there is no share.")
