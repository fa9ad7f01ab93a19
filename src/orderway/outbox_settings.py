"""The settings of the outbox: how often a delivery is tried, how long it waits in between, and what webhooks keep."""

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
WEBHOOK_DISABLE_HOURS = number(
    "WEBHOOK_DISABLE_HOURS",
    "A webhook is switched off when nothing arrived for",
    default=72,
    low=0,
    high=720,
    unit="hours",
    help="Those who look after webhooks are told, and what happens meanwhile is kept for it. 0 leaves it on for ever.",
)
WEBHOOK_LOG_DAYS = number(
    "WEBHOOK_LOG_DAYS",
    "Attempts of webhooks are kept for",
    default=30,
    low=1,
    high=365,
    unit="days",
    help="Each says when something was sent, how long it took and what came back.",
)
