"""Lengths of time by their size: the database and the program find the same bucket, and a share is right to a tenth."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from orderway.insight.buckets import BUCKET, bucket_of, middle, share

SPANS = [timedelta(seconds=seconds) for seconds in (0, 0.4, 1, 2, 59, 60, 61, 3_600, 86_399, 86_401, 40_000_000)]


async def test_the_database_finds_the_bucket_that_the_program_finds(connection: Any):
    found = await connection.fetch(f"SELECT {BUCKET.format('s')} FROM unnest($1::interval[]) s", SPANS)
    assert [row[0] for row in found] == [bucket_of(span) for span in SPANS]
    assert [bucket_of(span) for span in SPANS[:4]] == [0, 0, 0, 4]


@pytest.mark.parametrize("seconds", [1, 17, 60, 899, 3_600, 100_000, 5_000_000])
def test_what_stands_for_a_bucket_is_right_to_a_tenth(seconds: int):
    told = middle(bucket_of(timedelta(seconds=seconds))).total_seconds()
    assert 0.9 <= told / seconds <= 1.19  # the shortest of a bucket and its middle are an eighth of a doubling apart


def test_a_share_is_the_span_that_so_many_did_not_exceed():
    minutes = [1] * 5 + [60] * 4 + [1_440]
    spells = Counter(bucket_of(timedelta(minutes=each)) for each in minutes)
    assert share(spells, 0.5) == middle(bucket_of(timedelta(minutes=1)))
    assert share(spells, 0.9) == middle(bucket_of(timedelta(minutes=60)))
    assert share(spells, 1.0) == middle(bucket_of(timedelta(minutes=1_440)))


def test_of_no_spells_there_is_no_share():
    with pytest.raises(ValueError, match="no spells"):
        share({}, 0.5)
