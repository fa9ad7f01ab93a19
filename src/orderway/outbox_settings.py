"""The settings of the outbox: how often a delivery is tried, and how long it waits in between."""

from __future__ import annotations

from orderway.setting import number

OUTBOX_TRIES = number(
    "OUTBOX_TRIES",
    "An event is delivered in at most",
    default=20,
    low=1,
    high=1000,
    unit="tries",
    help="What fails as often is given up: its order waits until a person tries again, and every other order goes on.",
)
OUTBOX_LONGEST_WAIT_MINUTES = number(
    "OUTBOX_LONGEST_WAIT_MINUTES",
    "Between two tries of a delivery pass at most",
    default=60,
    low=1,
    high=1440,
    unit="minutes",
    help="The first wait is 10 seconds, and each is twice as long as the one before.",
)
