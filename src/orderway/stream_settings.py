"""The settings of streams: how many are followed at once."""

from __future__ import annotations

from orderway.setting import number

STREAMS_PER_PERSON = number(
    "STREAMS_PER_PERSON",
    "Streams that one person may follow at once",
    default=20,
    low=1,
    high=10_000,
    unit="streams",
    help="Counted in each process by itself; as many connections of WebSocket are held for them.",
)
STREAMS_PER_PROCESS = number(
    "STREAMS_PER_PROCESS",
    "Streams that one process serves at once",
    default=5_000,
    low=1,
    high=100_000,
    unit="streams",
    help="One more is refused until another ends.",
)
